//! Whether a request comes from a page of the server itself.

use super::RequestHead;
use cors_policy::OriginRef;

/// Whether the page that sent the request has the origin of the server that got it.
///
/// `Sec-Fetch-Site` decides if it is there. Otherwise, as in a WebSocket handshake of Chromium, the host of `Origin`
/// decides.
pub(crate) fn is_same_origin(request: &impl RequestHead) -> bool {
    match FetchSite::read(request) {
        FetchSite::OwnPageOrUser => true,
        FetchSite::Other => false,
        FetchSite::Missing => names_own_host(request),
    }
}

/// What `Sec-Fetch-Site` says: <https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FetchSite {
    /// The request does not have the header. Browsers send it only to potentially trustworthy URLs, and Chromium does not
    /// send it with WebSocket handshakes.
    Missing,
    /// `same-origin` or `none`: a page of the server sent the request, or the user did, with a bookmark for example.
    OwnPageOrUser,
    /// Another value, or more than one line.
    Other,
}

impl FetchSite {
    /// Reads the header.
    pub(super) fn read(request: &impl RequestHead) -> Self {
        let mut lines = request.lines("sec-fetch-site").map(AsRef::as_ref);
        match (lines.next(), lines.next()) {
            (None, _) => Self::Missing,
            (Some(b"same-origin" | b"none"), None) => Self::OwnPageOrUser,
            (Some(_), _) => Self::Other,
        }
    }
}

/// Whether `Origin` has the host that the request names, or the one that a proxy has forwarded.
pub(super) fn names_own_host(request: &impl RequestHead) -> bool {
    let Some(origin) = request.origin().text().and_then(OriginRef::parse) else {
        return false;
    };
    // The page of an app, such as `capacitor://localhost`, comes from no server, whatever host it names.
    if !matches!(origin.scheme(), "http" | "https") {
        return false;
    }
    let forwarded = Forwarded::read(request);
    // On a site that is reached over TLS, a page of plain `http` is another origin.
    if origin.scheme() == "http" && (forwarded.is_https || request.is_https()) {
        return false;
    }
    let authority = &origin.as_str()[origin.scheme().len() + "://".len()..];
    let is_same = |host: &str| without_default_port(host, origin.scheme()).eq_ignore_ascii_case(authority);
    request.authority().is_some_and(is_same)
        || request.texts("host").any(is_same)
        || request.texts("x-forwarded-host").any(|line| is_same(first_element(line)))
        || forwarded.host.is_some_and(is_same)
}

/// What proxies report about the request that they received.
struct Forwarded<'a> {
    host: Option<&'a str>,
    is_https: bool,
}

impl<'a> Forwarded<'a> {
    /// Reads `X-Forwarded-Proto` and the first element of `Forwarded`: <https://www.rfc-editor.org/rfc/rfc7239>.
    fn read<R: RequestHead>(request: &'a R) -> Self {
        let is_https =
            |scheme: &str| scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("wss");
        let mut forwarded = Self {
            host: None,
            is_https: request.texts("x-forwarded-proto").any(|line| is_https(first_element(line))),
        };
        let Some(line) = request.texts("forwarded").next() else { return forwarded };
        for pair in first_element(line).split(';') {
            let Some((name, value)) = pair.split_once('=') else { continue };
            let value = value.trim().trim_matches('"');
            if name.trim().eq_ignore_ascii_case("host") {
                forwarded.host = Some(value);
            } else if name.trim().eq_ignore_ascii_case("proto") {
                forwarded.is_https |= is_https(value);
            }
        }
        forwarded
    }
}

/// The first element of a list: the one that the proxy next to the client has added.
fn first_element(line: &str) -> &str {
    line.split(',').next().unwrap_or(line).trim()
}

fn without_default_port<'a>(host: &'a str, scheme: &str) -> &'a str {
    let port = if scheme == "http" { ":80" } else { ":443" };
    host.strip_suffix(port).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cors::{HeaderValue, OriginHeader};

    impl HeaderValue for &'static str {
        const ANY: Self = "*";
        const TRUE: Self = "true";
        const ZERO: Self = "0";
        const ORIGIN: Self = "Origin";
        const PREFLIGHT_VARY: Self = "Origin";

        fn from_valid(_: &str) -> Self {
            unreachable!("no header of a request is made of a text")
        }

        fn from_static(text: &'static str) -> Self {
            text
        }
    }

    struct Request {
        origin: &'static str,
        authority: Option<&'static str>,
        headers: &'static [(&'static str, &'static str)],
    }

    impl RequestHead for Request {
        type Value = &'static str;

        fn origin(&self) -> OriginHeader<'_, &'static str> {
            OriginHeader::One(&self.origin)
        }

        fn requested_methods(&self) -> impl Iterator<Item = &&'static str> {
            std::iter::empty()
        }

        fn lines(&self, name: &'static str) -> impl Iterator<Item = &&'static str> {
            self.headers.iter().filter(move |(key, _)| *key == name).map(|(_, value)| value)
        }

        fn method(&self) -> &'static str {
            "GET"
        }

        fn path(&self) -> &'static str {
            "/"
        }

        fn authority(&self) -> Option<&str> {
            self.authority
        }

        fn is_https(&self) -> bool {
            false
        }
    }

    #[test]
    fn pages_of_the_server_are_recognized_by_fetch_metadata_or_by_the_host() {
        type Headers = &'static [(&'static str, &'static str)];
        const HTTPS: &str = "https://app.example";
        const HOST: (&str, &str) = ("host", "app.example");
        let cases: &[(&str, Option<&'static str>, Headers, bool)] = &[
            // Sec-Fetch-Site decides if it is there.
            (HTTPS, None, &[("sec-fetch-site", "same-origin")], true),
            ("null", None, &[("sec-fetch-site", "same-origin")], true),
            (HTTPS, None, &[("sec-fetch-site", "none")], true),
            (HTTPS, None, &[HOST, ("sec-fetch-site", "cross-site")], false),
            (HTTPS, None, &[HOST, ("sec-fetch-site", "same-site")], false),
            (HTTPS, None, &[HOST, ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "none")], false),
            // Otherwise the host decides.
            (HTTPS, None, &[HOST], true),
            (HTTPS, None, &[("host", "APP.example")], true),
            (HTTPS, None, &[("host", "app.example:443")], true),
            (HTTPS, None, &[("host", "app.example:80")], false),
            ("http://app.example", None, &[("host", "app.example:80")], true),
            ("https://app.example:8443", None, &[("host", "app.example:8443")], true),
            ("https://app.example:8443", None, &[HOST], false),
            (HTTPS, None, &[("host", "api.example")], false),
            (HTTPS, None, &[("host", "app.example.evil.example")], false),
            (HTTPS, None, &[], false),
            ("null", None, &[HOST], false),
            (HTTPS, Some("app.example"), &[], true),
            (HTTPS, Some("api.example"), &[], false),
            // The page of an app comes from no server.
            ("capacitor://localhost", None, &[("host", "localhost")], false),
            ("tauri://localhost", None, &[("host", "localhost:443")], false),
            ("app://own.example", None, &[("x-forwarded-host", "own.example")], false),
            // Behind a proxy.
            (HTTPS, None, &[("host", "10.0.0.1"), ("x-forwarded-host", "app.example")], true),
            (HTTPS, None, &[("host", "10.0.0.1"), ("x-forwarded-host", "app.example, inner.example")], true),
            (HTTPS, None, &[("host", "10.0.0.1"), ("x-forwarded-host", "inner.example, app.example")], false),
            (HTTPS, None, &[("forwarded", "for=192.0.2.1;host=app.example;proto=https")], true),
            (HTTPS, None, &[("forwarded", "For=\"[::1]\"; Host=\"app.example\", host=b.example")], true),
            (HTTPS, None, &[("forwarded", "host=b.example, host=app.example")], false),
            // On a site that is reached over TLS, a page of plain http is another origin.
            ("http://app.example", None, &[HOST, ("x-forwarded-proto", "https")], false),
            ("http://app.example", None, &[HOST, ("forwarded", "proto=https")], false),
            ("http://app.example", None, &[HOST, ("x-forwarded-proto", "http")], true),
            (HTTPS, None, &[HOST, ("x-forwarded-proto", "https")], true),
        ];
        for (origin, authority, headers, expected) in cases {
            let request = Request { origin, authority: *authority, headers };
            assert_eq!(is_same_origin(&request), *expected, "{origin} {authority:?} {headers:?}");
        }
    }
}
