//! Whether a request comes from the server's own pages: `enforce` lets those through, as it cannot know them.

use super::{OriginHeader, RequestHead};
use cors_policy::OriginRef;

/// Whether the page that sent the request belongs to the server that it was sent to.
///
/// `Sec-Fetch-Site` decides alone where it is there: <https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header>.
/// WebSocket handshakes do not have it: then the origin must be the host that the request names, or a proxy names.
pub(crate) fn is_own_origin(request: &impl RequestHead) -> bool {
    let OriginHeader::One(origin) = request.origin() else { return false };
    let mut sites = request.lines("sec-fetch-site");
    if let Some(site) = sites.next() {
        return matches!(site, b"same-origin" | b"none") && sites.next().is_none();
    }
    let Some(origin) = std::str::from_utf8(origin).ok().and_then(OriginRef::parse) else {
        return false;
    };
    // The page of an app (`capacitor://localhost`) comes from no server, whatever host it names.
    if !matches!(origin.scheme(), "http" | "https") {
        return false;
    }
    let forwarded = Forwarded::read(request);
    if origin.scheme() == "http" && (forwarded.is_https || request.is_https()) {
        return false;
    }
    let authority = &origin.as_str()[origin.scheme().len() + "://".len()..];
    let is_own = |host: &str| without_default_port(host, origin.scheme()).eq_ignore_ascii_case(authority);
    request.authority().is_some_and(is_own)
        || text_lines(request, "host").any(is_own)
        || text_lines(request, "x-forwarded-host").any(|line| is_own(first(line)))
        || forwarded.host.is_some_and(is_own)
}

/// What a proxy says of the request that it got.
struct Forwarded<'a> {
    host: Option<&'a str>,
    is_https: bool,
}

impl<'a> Forwarded<'a> {
    /// `X-Forwarded-Proto`, and the first element of `Forwarded`: <https://www.rfc-editor.org/rfc/rfc7239>.
    fn read<R: RequestHead>(request: &'a R) -> Self {
        let mut this = Self { host: None, is_https: false };
        let is_https =
            |scheme: &str| scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("wss");
        this.is_https = text_lines(request, "x-forwarded-proto").any(|line| is_https(first(line)));
        if let Some(line) = text_lines(request, "forwarded").next() {
            for pair in first(line).split(';') {
                let Some((name, value)) = pair.split_once('=') else { continue };
                let value = value.trim().trim_matches('"');
                if name.trim().eq_ignore_ascii_case("host") {
                    this.host = Some(value);
                } else if name.trim().eq_ignore_ascii_case("proto") {
                    this.is_https |= is_https(value);
                }
            }
        }
        this
    }
}

fn text_lines<'a>(request: &'a impl RequestHead, name: &'static str) -> impl Iterator<Item = &'a str> {
    request.lines(name).filter_map(|line| std::str::from_utf8(line).ok()).map(str::trim)
}

/// The first element of a list: what the proxy next to the client added.
fn first(line: &str) -> &str {
    line.split(',').next().unwrap_or(line).trim()
}

fn without_default_port<'a>(host: &'a str, scheme: &str) -> &'a str {
    let port = if scheme == "http" { ":80" } else { ":443" };
    host.strip_suffix(port).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Several, Slot};

    struct Request {
        origin: &'static str,
        authority: Option<&'static str>,
        headers: &'static [(&'static str, &'static str)],
    }

    impl RequestHead for Request {
        type Value = &'static str;

        fn origin_line(&self) -> Result<Option<&&'static str>, Several> {
            Ok(Some(&self.origin))
        }

        fn lines(&self, name: &'static str) -> impl Iterator<Item = &[u8]> {
            self.headers.iter().filter(move |(key, _)| *key == name).map(|(_, value)| value.as_bytes())
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

        fn slot(&self) -> Option<Slot<&'static str>> {
            None
        }
    }

    #[test]
    fn the_servers_own_pages_are_known_by_fetch_metadata_or_by_the_host() {
        type Headers = &'static [(&'static str, &'static str)];
        const HTTPS: &str = "https://app.example";
        const HOST: (&str, &str) = ("host", "app.example");
        let cases: &[(&str, Option<&'static str>, Headers, bool)] = &[
            // Sec-Fetch-Site decides alone.
            (HTTPS, None, &[("sec-fetch-site", "same-origin")], true),
            ("null", None, &[("sec-fetch-site", "same-origin")], true),
            (HTTPS, None, &[("sec-fetch-site", "none")], true),
            (HTTPS, None, &[HOST, ("sec-fetch-site", "cross-site")], false),
            (HTTPS, None, &[HOST, ("sec-fetch-site", "same-site")], false),
            (HTTPS, None, &[HOST, ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "none")], false),
            // Otherwise the host.
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
            // An app's page comes from no server.
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
            // A page of plain http is somebody else where the site is https.
            ("http://app.example", None, &[HOST, ("x-forwarded-proto", "https")], false),
            ("http://app.example", None, &[HOST, ("forwarded", "proto=https")], false),
            ("http://app.example", None, &[HOST, ("x-forwarded-proto", "http")], true),
            (HTTPS, None, &[HOST, ("x-forwarded-proto", "https")], true),
        ];
        for (origin, authority, headers, expected) in cases {
            let request = Request { origin, authority: *authority, headers };
            assert_eq!(is_own_origin(&request), *expected, "{origin} {authority:?} {headers:?}");
        }
    }
}
