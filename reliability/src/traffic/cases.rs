//! The requests, and the right answers to them.

use crate::{
    answer::Answer,
    server::{CUSTOMER, EVEN_TENANT, ODD_TENANT, PARTNER, SHOP},
};

const STRANGER: &str = "https://stranger.example";

/// A request and its right answer.
#[derive(Debug)]
pub(super) struct Case {
    method: &'static str,
    path: &'static str,
    origin: Option<&'static str>,
    /// The method for which the request is a preflight.
    preflight_for: Option<&'static str>,
    expected: Expected,
}

#[derive(Clone, Copy, Debug)]
enum Expected {
    /// The status if the origin is allowed, and the value of `Access-Control-Allow-Origin`.
    Allowed(u16, &'static str),
    /// The status if the origin is not allowed.
    Refused(u16),
    /// The status if the origin is allowed, and the status if it is not: the set of origins is replaced all the time.
    Either(u16, u16),
}

use Expected::{Allowed, Either, Refused};

const fn preflight(
    method: &'static str,
    path: &'static str,
    origin: &'static str,
    expected: Expected,
) -> Case {
    Case { method: "OPTIONS", path, origin: Some(origin), preflight_for: Some(method), expected }
}

const fn actual(method: &'static str, path: &'static str, origin: &'static str, expected: Expected) -> Case {
    Case { method, path, origin: Some(origin), preflight_for: None, expected }
}

pub(super) const CASES: &[Case] = &[
    preflight("PUT", "/account", CUSTOMER, Allowed(204, CUSTOMER)),
    preflight("PUT", "/account", EVEN_TENANT, Either(204, 403)),
    preflight("PUT", "/account", ODD_TENANT, Either(204, 403)),
    preflight("PUT", "/account", STRANGER, Refused(403)),
    preflight("PUT", "/account", "null", Refused(403)),
    actual("GET", "/account", CUSTOMER, Allowed(200, CUSTOMER)),
    actual("PUT", "/account", EVEN_TENANT, Either(200, 200)),
    actual("GET", "/account", ODD_TENANT, Either(200, 200)),
    actual("GET", "/account", STRANGER, Refused(200)),
    Case { method: "GET", path: "/account", origin: None, preflight_for: None, expected: Refused(200) },
    preflight("GET", "/public", STRANGER, Allowed(204, "*")),
    actual("GET", "/public", STRANGER, Allowed(200, "*")),
    preflight("POST", "/orders", SHOP, Allowed(204, SHOP)),
    preflight("POST", "/orders", STRANGER, Refused(403)),
    actual("POST", "/orders", SHOP, Allowed(200, SHOP)),
    actual("POST", "/orders", STRANGER, Refused(403)),
    preflight("GET", "/unannotated", PARTNER, Allowed(204, PARTNER)),
    preflight("GET", "/unannotated", STRANGER, Refused(403)),
    actual("GET", "/unannotated", PARTNER, Allowed(200, PARTNER)),
    actual("GET", "/unannotated", STRANGER, Refused(200)),
    actual("GET", "/missing", PARTNER, Allowed(404, PARTNER)),
    actual("GET", "/missing", STRANGER, Refused(404)),
];

impl Case {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.to_bytes_with("")
    }

    /// The request with more header lines, each of which ends in a line break.
    pub(super) fn to_bytes_with(&self, more_lines: &str) -> Vec<u8> {
        let line = |name: &str, value: Option<&str>| {
            value.map(|value| format!("{name}: {value}\r\n")).unwrap_or_default()
        };
        format!(
            "{} {} HTTP/1.1\r\nhost: api.example\r\ncontent-length: 0\r\n{}{}{more_lines}\r\n",
            self.method,
            self.path,
            line("origin", self.origin),
            line("access-control-request-method", self.preflight_for),
        )
        .into_bytes()
    }

    pub(super) fn check_answer(&self, answer: &Answer) -> Result<(), String> {
        let allowed = answer.lines("access-control-allow-origin");
        let is_right = match self.expected {
            Allowed(status, value) => answer.status == status && allowed == [value],
            Refused(status) => answer.status == status && allowed.is_empty(),
            Either(if_allowed, if_refused) => {
                answer.status == if_allowed && allowed.iter().copied().eq(self.origin)
                    || answer.status == if_refused && allowed.is_empty()
            }
        };
        let is_cached_by_origin = self.expected.is_for_everybody()
            || answer.lines("vary").iter().any(|names| names.to_ascii_lowercase().contains("origin"));
        let has_its_credentials = (self.path == "/account" && !allowed.is_empty())
            == (answer.lines("access-control-allow-credentials") == ["true"]);
        if is_right && is_cached_by_origin && has_its_credentials {
            Ok(())
        } else {
            Err(format!("{self:?}: {answer:?}"))
        }
    }

    /// Checks that an answer allows no more than the right one.
    pub(super) fn check_allowed_at_most(&self, answer: &Answer) -> Result<(), String> {
        let allowed = answer.lines("access-control-allow-origin");
        let right = match self.expected {
            Allowed(_, value) => Some(value),
            Refused(_) => None,
            Either(..) => self.origin,
        };
        if allowed.is_empty() || allowed.iter().copied().eq(right) {
            Ok(())
        } else {
            Err(format!("{self:?} allows too much: {answer:?}"))
        }
    }
}

impl Expected {
    fn is_for_everybody(self) -> bool {
        matches!(self, Allowed(_, "*"))
    }
}
