//! A server that answers as the handlers of web-platform-tests do, as far as the subtests use them.

mod cors;
mod fetch;
mod metadata;
mod pipe;

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use cors_runtime::testing::{WireRequest, WireResponse};
use serde_json::Value;
use url::Url;

/// The server of all hosts and ports.
#[derive(Default)]
pub(super) struct Server {
    /// What handlers keep between requests, by their path and a token.
    stash: Mutex<BTreeMap<(String, String), Value>>,
}

impl Server {
    pub(super) fn answer(&self, request: &WireRequest) -> WireResponse {
        let call = Call::new(self, request);
        let reply = match call.path.as_str() {
            "/cors/resources/cors-cookie.py" => cors::cookie(&call),
            "/cors/resources/cors-headers.asis" => cors::fixed_headers(),
            "/cors/resources/cors-makeheader.py" => cors::make_header(&call),
            "/cors/resources/expose-headers.py" => cors::expose_headers(&call),
            "/cors/resources/preflight.py" => cors::preflight(&call),
            "/cors/resources/status.py" => cors::status(&call),
            "/fetch/api/resources/inspect-headers.py" => fetch::inspect_headers(&call),
            "/fetch/api/resources/preflight.py" => fetch::preflight(&call),
            "/fetch/api/resources/redirect.py" => fetch::redirect(&call),
            "/fetch/api/resources/top.txt" => fetch::top(&call),
            "/fetch/metadata/resources/echo-as-json.py" => metadata::echo_as_json(&call),
            "/fetch/metadata/resources/record-headers.py" => metadata::record_headers(&call),
            path => panic!("there is no handler for {path}"),
        };
        reply.into_response()
    }
}

/// A request, with its URL taken apart.
struct Call<'a> {
    server: &'a Server,
    request: &'a WireRequest,
    path: String,
    query: Vec<(String, String)>,
}

impl<'a> Call<'a> {
    fn new(server: &'a Server, request: &'a WireRequest) -> Self {
        let url = Url::parse(request.url()).unwrap();
        Self { server, request, path: url.path().to_owned(), query: url.query_pairs().into_owned().collect() }
    }

    fn header(&self, name: &str) -> Option<&'a str> {
        self.request.header(name)
    }

    fn is_options(&self) -> bool {
        self.request.method() == "OPTIONS"
    }

    /// Returns the first query parameter of this name.
    fn arg(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn has_arg(&self, name: &str) -> bool {
        self.arg(name).is_some()
    }

    fn status_arg(&self, name: &str) -> Option<u16> {
        self.arg(name).map(|value| value.parse().unwrap())
    }

    /// Removes the value that this handler keeps for a token, and returns it.
    fn take(&self, token: &str) -> Option<Value> {
        self.stash().remove(&(self.path.clone(), token.to_owned()))
    }

    /// Keeps a value for a token. Tests never keep two values for one token.
    fn put(&self, token: &str, value: Value) {
        let previous = self.stash().insert((self.path.clone(), token.to_owned()), value);
        assert_eq!(previous, None, "{}: {token} is in use", self.path);
    }

    fn stash(&self) -> impl std::ops::DerefMut<Target = BTreeMap<(String, String), Value>> {
        self.server.stash.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A response that a handler builds.
struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Reply {
    fn new() -> Self {
        Self { status: 200, headers: Vec::new(), body: String::new() }
    }

    fn plain_text() -> Self {
        Self::new().with("content-type", "text/plain")
    }

    fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    fn body(self, body: impl Into<String>) -> Self {
        Self { body: body.into(), ..self }
    }

    /// Appends a header line.
    fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.into()));
        self
    }

    /// Appends a header line if there is a value.
    fn with_some(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Replaces all header lines of this name.
    fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.retain(|(line, _)| !line.eq_ignore_ascii_case(name));
        self.with(name, value)
    }

    fn into_response(self) -> WireResponse {
        let mut response = WireResponse::new(self.status).with_body(self.body);
        for (name, value) in self.headers {
            response = response.with_header(&name, value);
        }
        response
    }
}
