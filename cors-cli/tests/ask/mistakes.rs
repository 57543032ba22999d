//! Every cause that `cors ask` names has a server here that makes the mistake.

use cors_cli::ask::Cause;
use serde_json::Value;

use crate::{
    process::ask,
    server::{Request, Response, Server},
};

pub(crate) const PAGE: &str = "https://app.example.com";
const ALLOW_HEADERS: &str = "access-control-allow-headers";
const ALLOW_METHODS: &str = "access-control-allow-methods";
const ALLOW_CREDENTIALS: &str = "access-control-allow-credentials";

/// A mistake, and the request that shows it.
pub(crate) struct Mistake {
    pub(crate) cause: Cause,
    test: &'static str,
    page: &'static str,
    /// The method, the path and options.
    request: &'static str,
    server: fn(&Request) -> Response,
    /// What the explanation or the advice contains.
    texts: &'static [&'static str],
}

/// Declares one test for each cause. Its name is the name of the cause.
macro_rules! mistakes {
    ($($test:ident $cause:ident $page:expr, $request:literal, $server:expr, $texts:expr;)*) => {
        /// Contains all mistakes, in the order of the causes.
        pub(crate) const MISTAKES: &[Mistake] = &[$(Mistake {
            cause: Cause::$cause,
            test: stringify!($test),
            page: $page,
            request: $request,
            server: $server,
            texts: &$texts,
        },)*];

        $(
            #[test]
            fn $test() {
                find(Cause::$cause).check();
            }
        )*
    };
}

fn find(cause: Cause) -> &'static Mistake {
    MISTAKES.iter().find(|mistake| mistake.cause == cause).unwrap()
}

impl Mistake {
    /// Runs the command against the server, and checks what it explains.
    fn check(&self) {
        let verdict = self.verdict();
        let text = serde_json::to_string(&verdict).unwrap();
        assert_eq!(verdict["cause"], self.cause.name(), "{text}");
        for expected in self.texts {
            let expected = serde_json::to_string(expected).unwrap();
            assert!(text.contains(expected.trim_matches('"')), "{expected} is not in {text}");
        }
    }

    /// Returns the verdict in the output for scripts, with the usual host in place of the server's address.
    pub(crate) fn verdict(&self) -> Value {
        let server = Server::start(self.server);
        let (method, rest) = self.request.split_once(' ').unwrap();
        let result = ask(self.page, &format!("{method} {}{rest} --json", server.url("")));
        assert_eq!(result.code, 1, "{}", result.text());
        let text = result
            .stdout
            .replace(&server.url(""), "https://api.example.com")
            .replace(&server.url_of("localhost", ""), "https://cdn.example.com");
        let mut json: Value = serde_json::from_str(&text).unwrap();
        json["verdicts"][0].take()
    }
}

mistakes! {
    origin_not_allowed OriginNotAllowed PAGE, "GET /orders",
        |_| Response::new(200),
        ["has no `Access-Control-Allow-Origin`", "nothing there applies CORS", "MissingAllowOrigin",
         "add_header Access-Control-Allow-Origin \"https://app.example.com\" always"];
    origin_near_miss OriginNearMiss PAGE, "GET /orders",
        |_| Response::new(200).allow_origin("https://app.example.com/"),
        ["`Access-Control-Allow-Origin: https://app.example.com/`", "the value has a slash at its end"];
    origin_sent_twice OriginSentTwice PAGE, "GET /orders",
        |_| Response::new(200).allow_origin(PAGE).allow_origin(PAGE),
        ["twice", "two places add the header", "proxy_hide_header"];
    wildcard_with_credentials WildcardWithCredentials PAGE, "GET /orders --credentials",
        |_| Response::new(200).allow_origin("*").header(ALLOW_CREDENTIALS, "true"),
        ["`Access-Control-Allow-Origin: *`", "in place of `*`", "supports_credentials()"];
    credentials_not_allowed CredentialsNotAllowed PAGE, "GET /orders --credentials",
        |_| Response::new(200).allow_origin(PAGE),
        ["does not have `Access-Control-Allow-Credentials: true`", "credentials: true"];
    preflight_needs_login PreflightNeedsLogin PAGE, "PUT /me",
        |_| Response::new(401).header("www-authenticate", "Bearer"),
        ["answered with 401 by the login", "without cookies and without `Authorization`", "runs first"];
    preflight_not_routed PreflightNotRouted PAGE, "PUT /me",
        |request| match request.method.as_str() {
            "PUT" => Response::new(200).allow_origin(PAGE),
            _ => Response::new(405).header("allow", "PUT"),
        },
        ["answered with 405", "no route for `OPTIONS`", "return 204"];
    preflight_redirected PreflightRedirected PAGE, "PUT /me",
        |_| Response::new(308).header("location", "/me/").allow_origin(PAGE),
        ["redirected to https://api.example.com/me/ with 308", "because of the slash at the end of the path",
         "Write https://api.example.com/me/ in the script"];
    header_not_listed HeaderNotListed PAGE, "PUT /me -H content-type:application/json -H authorization:x",
        |_| Response::new(204)
            .allow_origin(PAGE)
            .header(ALLOW_METHODS, "PUT")
            .header(ALLOW_HEADERS, "x-request-id"),
        ["`authorization`, `content-type`", "Access-Control-Allow-Headers: x-request-id, authorization, content-type",
         "[header::AUTHORIZATION, header::CONTENT_TYPE]"];
    error_without_headers ErrorWithoutHeaders PAGE, "GET /orders",
        |_| Response::new(502).body("Bad Gateway"),
        ["answered with 502", "something failed on the server or behind the proxy", "`always` includes errors"];
    other_origin OtherOrigin PAGE, "GET /orders",
        |_| Response::new(200).allow_origin("https://shop.example"),
        ["`Access-Control-Allow-Origin: https://shop.example`", "a cache"];
    origin_list OriginList PAGE, "GET /orders",
        |_| Response::new(200).allow_origin("https://app.example.com, https://shop.example"),
        ["a list", "choose it by the `Origin`"];
    origin_invalid OriginInvalid PAGE, "GET /orders",
        |_| Response::new(200).allow_origin("true"),
        ["`Access-Control-Allow-Origin: true`"];
    only_preflight_allowed OnlyPreflightAllowed PAGE, "PUT /me",
        |request| if request.is_preflight() {
            Response::new(204).allow_origin(PAGE).header(ALLOW_METHODS, "PUT")
        } else {
            Response::new(200)
        },
        ["The preflight was answered with the right headers", "not only `app.options(.., cors(..))`"];
    preflight_failed PreflightFailed PAGE, "PUT /me",
        |_| Response::new(500).allow_origin(PAGE),
        ["answered with 500", "a status from 200 to 299"];
    method_not_listed MethodNotListed PAGE, "PUT /me",
        |_| Response::new(204).allow_origin(PAGE).header(ALLOW_METHODS, "GET, POST"),
        ["It does not contain PUT", "Access-Control-Allow-Methods: GET, POST, PUT", "Method::PUT"];
    method_in_lower_case MethodInLowerCase PAGE, "patch /me",
        |_| Response::new(204).allow_origin(PAGE).header(ALLOW_METHODS, "PATCH"),
        ["sends the method `patch`", "Write `PATCH` in the script"];
    list_invalid ListInvalid PAGE, "PUT /me",
        |_| Response::new(204).allow_origin(PAGE).header(ALLOW_METHODS, "GET PUT"),
        ["`Access-Control-Allow-Methods: GET PUT` is not a list"];
    redirect_without_headers RedirectWithoutHeaders PAGE, "GET /orders",
        |_| Response::new(302).header("location", "https://id.example.com/login"),
        ["redirects to https://id.example.com/login with 302", "with 401 and CORS headers"];
    origin_became_null OriginBecameNull PAGE, "GET /orders",
        |request| match request.path.as_str() {
            // The other host is another origin on the same server.
            "/orders" => {
                let port = request.header("host").unwrap().rsplit_once(':').unwrap().1.to_owned();
                Response::new(302).allow_origin(PAGE).header("location", format!("http://localhost:{port}/cdn"))
            }
            _ => Response::new(200).allow_origin(PAGE),
        },
        ["`Origin: null` in place of https://app.example.com", "directly"];
    null_origin NullOrigin "null", "GET /orders",
        |_| Response::new(200).allow_origin(PAGE),
        ["Sandboxed frames", "Do not allow `null`"];
    redirect_invalid RedirectInvalid PAGE, "GET /orders",
        |_| Response::new(302).allow_origin(PAGE).header("location", "ftp://api.example.com/"),
        ["neither an `http:` nor an `https:` URL"];
    mixed_content MixedContent PAGE, "GET /orders --engine firefox",
        |_| Response::new(302).allow_origin("*").header("location", "http://api.example.com/"),
        ["is an `http:` URL", "Serve the URL over `https:`"];
    local_network LocalNetwork "http://app.example.com", "GET /orders --engine chromium",
        |_| Response::new(200).allow_origin("*"),
        ["Chromium lets only pages of `https:` origins ask", "more-private address space `loopback`"];
    script_mistake ScriptMistake PAGE, "GET /orders -d {}",
        |_| Response::new(200).allow_origin("*"),
        ["Request with GET/HEAD method cannot have body", "sends nothing"];
}

#[test]
fn every_cause_has_a_test_of_its_name() {
    for cause in Cause::ALL {
        let test = cause.name().replace('-', "_");
        assert_eq!(find(*cause).test, test);
    }
    assert_eq!(MISTAKES.len(), Cause::ALL.len());
}

/// Checks the cause, and a text of the explanation or of the advice.
fn assert_cause(
    page: &str,
    request: &str,
    server: impl Fn(&Request) -> Response + Send + Sync + 'static,
    cause: Cause,
    expected: &str,
) {
    let server = Server::start(server);
    let (method, rest) = request.split_once(' ').unwrap();
    let result = ask(page, &format!("{method} {}{rest} --json", server.url("")));
    let verdict = &result.json()["verdicts"][0];
    assert_eq!(verdict["cause"], cause.name(), "{}", result.text());
    let text = format!("{} {}", verdict["explanation"], verdict["change"]["general"]);
    assert!(text.contains(expected), "{expected} is not in {text}");
}

#[test]
fn near_misses_of_the_origin_are_told_apart() {
    for (page, value, expected) in [
        (PAGE, "http://app.example.com", "the value has the scheme `http`, and the page has `https`"),
        ("https://www.example.com", "https://example.com", "begins with `www.`"),
        ("http://localhost:3000", "http://localhost:5173", "the ports differ"),
        ("http://localhost:3000", "http://127.0.0.1:3000", "three different origins"),
        (PAGE, "https://APP.example.com", "upper-case letters"),
        (PAGE, "https://*.example.com", "no patterns"),
        (PAGE, "app.example.com", "no scheme"),
    ] {
        let server = move |_: &Request| Response::new(200).allow_origin(value);
        assert_cause(page, "GET /", server, Cause::OriginNearMiss, expected);
    }
}

#[test]
fn a_preflight_for_an_origin_that_is_not_listed_is_no_login() {
    // As cors-runtime, tower-http and others answer.
    for (status, name, value) in [
        (403, "vary", "Origin, Access-Control-Request-Method"),
        (200, "vary", "Origin, Access-Control-Request-Method"),
        (400, "vary", "Origin, Access-Control-Request-Method"),
        (403, ALLOW_CREDENTIALS, "true"),
        (403, ALLOW_HEADERS, "content-type"),
        (403, ALLOW_METHODS, "PUT"),
        (403, "access-control-max-age", "600"),
    ] {
        let server = move |_: &Request| Response::new(status).header(name, value);
        let expected = "does not contain https://app.example.com";
        assert_cause(PAGE, "PUT /me", server, Cause::OriginNotAllowed, expected);
    }
    for (name, value) in [("server", "origin"), ("vary", "accept-encoding")] {
        let forbidden = move |_: &Request| Response::new(403).header(name, value);
        assert_cause(PAGE, "PUT /me", forbidden, Cause::PreflightNeedsLogin, "a login or a firewall");
    }
}

#[test]
fn an_error_that_depends_on_the_origin_is_no_missing_header_of_errors() {
    let server = |_: &Request| Response::new(404).header("vary", "origin");
    assert_cause(PAGE, "GET /", server, Cause::OriginNotAllowed, "does not contain https://app.example.com");
}

#[test]
fn a_login_that_adds_the_headers_is_still_a_login() {
    let server = |_: &Request| Response::new(401).allow_origin(PAGE);
    assert_cause(PAGE, "PUT /me", server, Cause::PreflightNeedsLogin, "401");
    let server = |_: &Request| Response::new(404).allow_origin(PAGE);
    assert_cause(PAGE, "PUT /me", server, Cause::PreflightNotRouted, "the server adds CORS headers, but");
}

#[test]
fn the_purpose_of_a_redirected_preflight_is_told() {
    for (location, expected) in [
        ("/login?next=/me", "probably to a login"),
        ("https://127.0.0.1/me", "from `http` to `https`"),
        ("/elsewhere", "Browsers do not follow redirects of preflights"),
    ] {
        let server = move |_: &Request| Response::new(302).header("location", location);
        assert_cause(PAGE, "PUT /me", server, Cause::PreflightRedirected, expected);
    }
}

#[test]
fn a_redirect_that_leads_to_no_login_is_no_login() {
    let server = |_: &Request| Response::new(301).header("location", "https://cdn.example.com/orders");
    let expected = "Let the script ask for the final URL";
    assert_cause(PAGE, "GET /orders", server, Cause::RedirectWithoutHeaders, expected);
}

#[test]
fn redirects_that_no_browser_follows_are_told_apart() {
    for (location, expected) in [
        ("http://[/", "`Location: http://[/` is not one URL."),
        ("http://user:secret@127.0.0.1/", "`Location` contains a user name or a password."),
        // This path redirects to itself.
        ("/orders", "browsers stop after 20 of them"),
    ] {
        let server = move |_: &Request| Response::new(302).allow_origin(PAGE).header("location", location);
        assert_cause(PAGE, "GET /orders", server, Cause::RedirectInvalid, expected);
    }
    let two_lines =
        |_: &Request| Response::new(302).allow_origin(PAGE).header("location", "/a").header("location", "/b");
    let expected = "`Location: /a, /b` is not one URL.";
    assert_cause(PAGE, "GET /orders", two_lines, Cause::RedirectInvalid, expected);
}

#[test]
fn a_broken_list_of_header_names_is_shown() {
    let server = |_: &Request| Response::new(204).allow_origin(PAGE).header(ALLOW_HEADERS, "x-a x-b");
    let expected = "`Access-Control-Allow-Headers: x-a x-b` is not a list";
    assert_cause(PAGE, "GET /me -H x-a:1", server, Cause::ListInvalid, expected);
}

#[test]
fn the_advice_keeps_what_the_list_allows_already() {
    for (request, name, value, cause, expected) in [
        (
            "PUT /me --credentials",
            ALLOW_METHODS,
            "GET, *",
            Cause::MethodNotListed,
            "`Access-Control-Allow-Methods: GET, PUT`",
        ),
        (
            "PUT /me --credentials",
            ALLOW_METHODS,
            "*",
            Cause::MethodNotListed,
            "`Access-Control-Allow-Methods: PUT`",
        ),
        // With credentials the wildcard allows neither of the two headers.
        (
            "GET /me --credentials -H x-a:1 -H x-b:1",
            ALLOW_HEADERS,
            "*, x-c",
            Cause::HeaderNotListed,
            "`Access-Control-Allow-Headers: x-c, x-a, x-b`",
        ),
        // Without credentials it allows `x-a`, and is still needed.
        (
            "GET /me -H authorization:x -H x-a:1",
            ALLOW_HEADERS,
            "*",
            Cause::HeaderNotListed,
            "`Access-Control-Allow-Headers: *, authorization`",
        ),
    ] {
        let server = move |_: &Request| {
            Response::new(204).allow_origin(PAGE).header(ALLOW_CREDENTIALS, "true").header(name, value)
        };
        assert_cause(PAGE, request, server, cause, expected);
    }
}

#[test]
fn wildcards_that_are_none_are_told() {
    let wildcards = |_: &Request| {
        Response::new(204)
            .allow_origin(PAGE)
            .header(ALLOW_CREDENTIALS, "true")
            .header(ALLOW_METHODS, "*")
            .header(ALLOW_HEADERS, "*")
    };
    let wildcard = "With credentials, `*` is no wildcard";
    assert_cause(PAGE, "PUT /me --credentials", wildcards, Cause::MethodNotListed, wildcard);
    assert_cause(PAGE, "POST /me --credentials -H x-a:1", wildcards, Cause::HeaderNotListed, wildcard);
    let without_wildcard = |_: &Request| {
        Response::new(204)
            .allow_origin(PAGE)
            .header(ALLOW_CREDENTIALS, "true")
            .header(ALLOW_METHODS, "GET, POST")
    };
    let not_contained = "`Access-Control-Allow-Methods: GET, POST`. It does not contain PUT.";
    assert_cause(PAGE, "PUT /me --credentials", without_wildcard, Cause::MethodNotListed, not_contained);
    let authorization = "does not cover `authorization`";
    assert_cause(PAGE, "GET /me -H authorization:x", wildcards, Cause::HeaderNotListed, authorization);
    let pattern = |_: &Request| {
        Response::new(204).allow_origin(PAGE).header(ALLOW_METHODS, "put").header(ALLOW_HEADERS, "x-*")
    };
    assert_cause(
        PAGE,
        "GET /me -H x-a:1",
        pattern,
        Cause::HeaderNotListed,
        "A pattern of names does not exist",
    );
    assert_cause(PAGE, "PUT /me", pattern, Cause::MethodNotListed, "case-sensitive");
}

#[test]
fn a_wrong_value_of_allow_credentials_is_shown() {
    for value in ["True", "1"] {
        let server =
            move |_: &Request| Response::new(200).allow_origin(PAGE).header(ALLOW_CREDENTIALS, value);
        let expected = format!("`Access-Control-Allow-Credentials: {value}`");
        assert_cause(PAGE, "GET /me --credentials", server, Cause::CredentialsNotAllowed, &expected);
    }
}

#[test]
fn a_misspelt_header_is_named() {
    let server = |_: &Request| Response::new(200).header("access-control-allow-origins", "*");
    assert_cause(PAGE, "GET /", server, Cause::OriginNotAllowed, "`access-control-allow-origins`");
    // A header of another purpose.
    let server = |_: &Request| Response::new(200).header("timing-allow-origin", "*");
    assert_cause(PAGE, "GET /", server, Cause::OriginNotAllowed, "It has no other CORS headers either");
}

#[test]
fn two_values_that_a_proxy_has_joined_are_no_list() {
    let server = |_: &Request| Response::new(200).allow_origin("*, *");
    assert_cause(PAGE, "GET /", server, Cause::OriginSentTwice, "twice");
}

#[test]
fn two_lines_with_different_values_are_no_list() {
    let server = |_: &Request| Response::new(200).allow_origin("*").allow_origin(PAGE);
    assert_cause(PAGE, "GET /", server, Cause::OriginSentTwice, "twice (*, https://app.example.com)");
}

#[test]
fn refusals_of_libraries_are_read() {
    for (status, body, cause) in [
        (400, "Origin is not allowed to make this request", Cause::OriginNotAllowed),
        (400, "Requested method is not allowed", Cause::MethodNotListed),
        (400, "One or more request headers are not allowed", Cause::HeaderNotListed),
        (400, "Disallowed CORS origin", Cause::OriginNotAllowed),
        (403, "Invalid CORS request", Cause::OriginNotAllowed),
    ] {
        let without_headers = move |_: &Request| Response::new(status).body(body);
        let expected = body.to_ascii_lowercase();
        assert_cause(PAGE, "PUT /me -H x-a:1", without_headers, cause, &expected);
    }
    // Starlette allows the origin in this response.
    let server = |_: &Request| Response::new(400).allow_origin(PAGE).body("Disallowed CORS headers");
    assert_cause(PAGE, "PUT /me -H x-a:1", server, Cause::HeaderNotListed, "x-a");
    let other = |_: &Request| Response::new(400).body("Bad Request");
    assert_cause(PAGE, "PUT /me", other, Cause::PreflightFailed, "400");
}
