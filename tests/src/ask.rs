//! Sends requests to apps of both frameworks in process.

use actix_web::web::ServiceConfig;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt as _;

/// A request.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The method.
    pub method: String,
    /// The path and the query, or an absolute URI.
    pub uri: String,
    /// The header lines.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body.
    pub body: String,
}

/// The answer to a request.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The header lines, with their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Ask {
    /// A request without headers and body.
    pub fn new(method: &str, uri: &str) -> Self {
        Self { method: method.to_owned(), uri: uri.to_owned(), headers: Vec::new(), body: String::new() }
    }

    /// A `GET` request.
    pub fn get(uri: &str) -> Self {
        Self::new("GET", uri)
    }

    /// A preflight for a request with this method.
    pub fn preflight(method: &str, uri: &str) -> Self {
        Self::new("OPTIONS", uri).header("access-control-request-method", method)
    }

    /// Adds a header line.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Adds an `Origin` line.
    #[must_use]
    pub fn origin(self, origin: impl AsRef<[u8]>) -> Self {
        self.header("origin", origin)
    }
}

impl Answer {
    /// The value of a header.
    ///
    /// # Panics
    ///
    /// If the header has several lines.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.headers.iter().filter(|(other, _)| other == name).map(|(_, value)| &**value);
        let first = lines.next();
        assert_eq!(lines.next(), None, "{name} has two lines: {self:?}");
        first
    }

    /// The value of `Access-Control-Allow-Origin`.
    pub fn allowed(&self) -> Option<&str> {
        self.header("access-control-allow-origin")
    }

    /// Whether `Vary` names `Origin`.
    pub fn varies(&self) -> bool {
        let lines = self.headers.iter().filter(|(name, _)| name == "vary");
        lines.flat_map(|(_, value)| value.split(',')).any(|name| name.trim().eq_ignore_ascii_case("origin"))
    }
}

/// An app: a function that answers requests.
pub type App = Box<dyn FnMut(&Ask) -> Answer>;

/// An app of axum.
///
/// # Panics
///
/// The function panics if the request is not valid.
pub fn axum(app: Router) -> App {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime starts");
    Box::new(move |ask| {
        let mut request = Request::builder().method(&*ask.method).uri(&ask.uri);
        for (name, value) in &ask.headers {
            request = request.header(name, &**value);
        }
        let request = request.body(Body::from(ask.body.clone())).expect("the request is valid");
        runtime.block_on(async {
            let response = app.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
            let (parts, body) = response.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.expect("the body is in memory");
            Answer {
                status: parts.status.as_u16(),
                headers: texts(parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))),
                body: String::from_utf8_lossy(&body).into_owned(),
            }
        })
    })
}

/// An app of actix-web with these services.
///
/// # Panics
///
/// If the app cannot be built. The function panics if the request is not valid.
pub fn actix(configure: impl FnOnce(&mut ServiceConfig)) -> App {
    actix_app(actix_web::App::new().configure(configure))
}

/// An app of actix-web, whatever its middlewares have made of its type.
///
/// # Panics
///
/// If the app cannot be built. The function panics if the request is not valid.
pub fn actix_app<T, B>(app: actix_web::App<T>) -> App
where
    T: actix_web::dev::ServiceFactory<
            actix_web::dev::ServiceRequest,
            Config = (),
            Response = actix_web::dev::ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
        > + 'static,
    B: actix_web::body::MessageBody + 'static,
{
    use actix_web::dev::Service as _;
    use actix_web::{http::Method, test};

    let runtime = actix_web::rt::System::new();
    let app = runtime.block_on(test::init_service(app));
    Box::new(move |ask| {
        let method = Method::from_bytes(ask.method.as_bytes()).expect("the request is valid");
        let mut request = test::TestRequest::default().method(method).uri(&ask.uri);
        for (name, value) in &ask.headers {
            request = request.append_header((
                &**name,
                actix_web::http::header::HeaderValue::from_bytes(value).expect("the request is valid"),
            ));
        }
        if !ask.body.is_empty() {
            request = request.set_payload(ask.body.clone());
        }
        runtime.block_on(async {
            // actix-http turns an error into its response as well.
            let response = match app.call(request.to_request()).await {
                Ok(response) => response.into_parts().1.map_into_boxed_body(),
                Err(error) => error.error_response(),
            };
            let status = response.status().as_u16();
            let headers =
                texts(response.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes())));
            let body = actix_web::body::to_bytes(response.into_body())
                .await
                .unwrap_or_else(|_| panic!("the body is in memory"));
            Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
        })
    })
}

fn texts<'a>(headers: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<(String, String)> {
    headers.map(|(name, value)| (name.to_owned(), String::from_utf8_lossy(value).into_owned())).collect()
}
