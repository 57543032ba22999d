//! What a browser makes of a response, written from the Fetch standard and without the crate's own code.

use super::case::{Case, Expected, Group, Passes, PolicyMethods, Readable};
use serde_json::Value;
use tests::ask::{Answer, Ask};

/// A response to a request of a case.
pub(super) struct Response {
    request: Ask,
    answer: Answer,
    handler_ran: bool,
}

const VARY_PREFLIGHT: [&str; 3] =
    ["origin", "access-control-request-method", "access-control-request-headers"];

/// <https://fetch.spec.whatwg.org/#cors-safelisted-method>
const SAFELISTED_METHODS: [&str; 3] = ["GET", "HEAD", "POST"];

impl Response {
    pub(super) fn new(request: Ask, answer: Answer, handler_ran: bool) -> Self {
        Self { request, answer, handler_ran }
    }

    /// The lines of a header, joined as the standard combines them.
    fn header(&self, name: &str) -> Option<String> {
        let lines = self.answer.headers.iter().filter(|(other, _)| other == name);
        let lines: Vec<_> = lines.map(|(_, value)| &**value).collect();
        (!lines.is_empty()).then(|| lines.join(", "))
    }

    /// The elements of a list, in lower case if they are header names.
    fn list(&self, name: &str) -> Vec<String> {
        let text = self.header(name).unwrap_or_default();
        let elements = text.split(',').map(str::trim).filter(|element| !element.is_empty());
        elements.map(str::to_owned).collect()
    }

    fn names(&self, name: &str) -> Vec<String> {
        self.list(name).iter().map(|name| name.to_ascii_lowercase()).collect()
    }

    /// <https://fetch.spec.whatwg.org/#concept-cors-check>
    fn passes_cors_check(&self, with_credentials: bool) -> bool {
        let Some(allowed) = self.header("access-control-allow-origin") else { return false };
        if !with_credentials && allowed == "*" {
            return true;
        }
        let origins: Vec<_> = self.lines_of_request("origin").collect();
        let [origin] = &*origins else { return false };
        let is_same = allowed.as_bytes() == *origin;
        is_same
            && (!with_credentials
                || self.header("access-control-allow-credentials").as_deref() == Some("true"))
    }

    fn lines_of_request(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let lines = self.request.headers.iter().filter(move |(other, _)| other.eq_ignore_ascii_case(name));
        lines.map(|(_, value)| &**value)
    }

    fn readable(&self) -> Readable {
        match (self.passes_cors_check(false), self.passes_cors_check(true)) {
            (false, _) => Readable::No,
            (true, false) => Readable::WithoutCredentials,
            (true, true) => Readable::WithCredentials,
        }
    }

    /// Whether a preflight response allows a method: <https://fetch.spec.whatwg.org/#cors-preflight-fetch>, step 7.
    fn allows_method(&self, method: &str, with_credentials: bool) -> bool {
        SAFELISTED_METHODS.contains(&method)
            || self
                .list("access-control-allow-methods")
                .iter()
                .any(|allowed| allowed == method || (allowed == "*" && !with_credentials))
    }

    fn allows_header(&self, name: &str, with_credentials: bool) -> bool {
        let name = name.to_ascii_lowercase();
        self.names("access-control-allow-headers").iter().any(|allowed| {
            *allowed == name || (allowed == "*" && !with_credentials && name != "authorization")
        })
    }

    /// Whether a browser sends the request that a preflight asks for. If the response allows credentials, it has to be
    /// good for a request with credentials.
    fn passes_as_preflight(&self, case: &Case) -> bool {
        let credentials = self.header("access-control-allow-credentials").is_some();
        let requested = case.header("access-control-request-headers").unwrap_or_default();
        let method = case.header("access-control-request-method");
        self.passes_cors_check(credentials)
            && (200..300).contains(&self.answer.status)
            && self
                .answer
                .headers
                .iter()
                .all(|(name, value)| !is_list(name) || value.split(',').all(is_token))
            && method.is_some_and(|method| self.allows_method(&method, credentials))
            && requested
                .split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .all(|name| self.allows_header(name, credentials))
    }

    /// Describes every difference from what is expected.
    pub(super) fn differences(&self, case: &Case, expected: &Expected) -> Vec<String> {
        let mut found = Vec::new();
        let mut compare = |what: &str, expected: String, actual: String| {
            if expected != actual {
                found.push(format!("{what}: expected {expected}, got {actual}"));
            }
        };
        if let Some(status) = expected.status {
            compare("status", status.to_string(), self.answer.status.to_string());
        }
        if let Some(runs) = expected.handler_runs {
            compare("handler_runs", runs.to_string(), self.handler_ran.to_string());
        }
        if let Some(preflight) = expected.preflight {
            let passes = if self.passes_as_preflight(case) { Passes::Passes } else { Passes::Fails };
            compare("preflight", format!("{preflight:?}"), format!("{passes:?}"));
        }
        if let Some(readable) = expected.readable {
            compare("readable", format!("{readable:?}"), format!("{:?}", self.readable()));
        }
        let headers = expected.headers.iter().map(|(name, value)| (&**name, value));
        let allow_origin = expected.allow_origin.iter().map(|value| ("access-control-allow-origin", value));
        let max_age = expected.max_age.iter().map(|value| ("access-control-max-age", value));
        for (name, value) in headers.chain(allow_origin).chain(max_age) {
            compare(name, value.clone(), self.header(name).unwrap_or_else(|| "(absent)".to_owned()));
        }
        if let Some(credentials) = expected.credentials {
            let actual = self.header("access-control-allow-credentials").as_deref() == Some("true");
            compare("credentials", credentials.to_string(), actual.to_string());
        }
        let with_credentials = self.header("access-control-allow-credentials").is_some();
        for method in &expected.allows_methods {
            let allowed = self.allows_method(method, with_credentials);
            compare(&format!("allows the method {method}"), true.to_string(), allowed.to_string());
        }
        for name in &expected.allows_headers {
            let allowed = self.allows_header(name, with_credentials);
            compare(&format!("allows the header {name}"), true.to_string(), allowed.to_string());
        }
        if let Some(names) = &expected.exposes {
            let mut names: Vec<_> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
            let mut actual = self.names("access-control-expose-headers");
            names.sort_unstable();
            actual.sort_unstable();
            compare("exposes", format!("{names:?}"), format!("{actual:?}"));
        }
        let vary = self.names("vary");
        for (names, expected) in [(&expected.vary, true), (&expected.vary_without, false)] {
            for name in names {
                let actual = vary.contains(&name.to_ascii_lowercase());
                compare(&format!("Vary has {name}"), expected.to_string(), actual.to_string());
            }
        }
        found
    }

    /// Describes everything that no response may do, whatever the case expects.
    pub(super) fn broken_invariants(&self, group: &Group) -> Vec<String> {
        let mut broken = Vec::new();
        let origins: Vec<_> = self.lines_of_request("origin").collect();
        let method_lines = self.lines_of_request("access-control-request-method").count();
        let is_preflight = self.request.method == "OPTIONS" && origins.len() == 1 && method_lines == 1;
        let allowed = self.header("access-control-allow-origin");
        let is_granted = |allowed: &str| allowed == "*" || origins == [allowed.as_bytes()];
        if allowed.as_deref().is_some_and(|allowed| !is_granted(allowed)) {
            broken.push(format!("Access-Control-Allow-Origin is {allowed:?}"));
        }
        let credentials = self.header("access-control-allow-credentials");
        let may_be_true =
            group.policy.get("credentials") == Some(&Value::Bool(true)) && allowed.as_deref() != Some("*");
        if credentials.as_deref().is_some_and(|value| value != "true" || !may_be_true) {
            broken.push(format!("Access-Control-Allow-Credentials is {credentials:?}"));
        }
        let has_headers = self.answer.headers.iter().any(|(name, _)| name.starts_with("access-control-"));
        if allowed.is_none() && has_headers {
            broken.push("there are CORS headers without Access-Control-Allow-Origin".to_owned());
        }
        if allowed.as_deref() != Some("*") && !self.names("vary").contains(&"origin".to_owned()) {
            let is_other_options = self.request.method == "OPTIONS" && !is_preflight;
            if !is_other_options {
                broken.push("Vary has no Origin".to_owned());
            }
        }
        if is_preflight {
            if self.handler_ran {
                broken.push("the handler ran for a preflight".to_owned());
            }
            if !VARY_PREFLIGHT.iter().all(|name| self.names("vary").contains(&(*name).to_owned())) {
                broken.push(format!("Vary is {:?}", self.names("vary")));
            }
            let expected_status = if allowed.is_some() { 204 } else { 403 };
            if self.answer.status != expected_status {
                broken.push(format!("the status is {}", self.answer.status));
            }
        }
        if let PolicyMethods::Listed(methods) = &group.methods {
            let extra = |method: &String| !methods.contains(method);
            if let Some(method) = self.list("access-control-allow-methods").into_iter().find(extra) {
                broken.push(format!("{method} is not a method of the policy"));
            }
        }
        let policy_headers = group.policy.get("allow_headers").and_then(Value::as_array);
        let is_in_policy = |name: &str| {
            let names = policy_headers.into_iter().flatten().filter_map(Value::as_str);
            names.into_iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
        };
        let requested = String::from_utf8_lossy(
            &self.lines_of_request("access-control-request-headers").collect::<Vec<_>>().join(&b","[..]),
        )
        .into_owned();
        let is_reflected = |name: &str| {
            group.policy.get("allow_headers").is_some_and(|value| value == "any")
                && requested.split(',').any(|requested| requested.trim().eq_ignore_ascii_case(name))
        };
        for name in self.names("access-control-allow-headers") {
            if !is_in_policy(&name) && !is_reflected(&name) {
                broken.push(format!("{name} is not a header of the policy"));
            }
        }
        broken
    }
}

fn is_list(name: &str) -> bool {
    matches!(name, "access-control-allow-methods" | "access-control-allow-headers")
}

/// Whether an element of a list is a token, or empty.
fn is_token(element: &str) -> bool {
    element.trim().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
