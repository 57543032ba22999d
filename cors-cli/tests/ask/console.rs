//! What each browser prints to its console.

use serde_json::Value;

use crate::{
    mistakes::PAGE,
    process::ask,
    server::{Request, Response, Server},
};

const ALLOW_CREDENTIALS: &str = "access-control-allow-credentials";
const ALLOW_METHODS: &str = "access-control-allow-methods";
const ALLOW_HEADERS: &str = "access-control-allow-headers";

/// A request that is blocked, and the messages about it.
struct Message {
    /// The method, the path and options.
    request: &'static str,
    server: fn(&Request) -> Response,
    /// The reason of the simulated browser.
    reason: &'static str,
    /// The reason in the message of Firefox, and what stands behind it. `None` if the message is not known.
    firefox: Option<&'static str>,
    /// The message of Safari. `None` if it is not known.
    webkit: Option<&'static str>,
}

/// The sources of the texts are linked in `src/ask/console.rs`.
const MESSAGES: &[Message] = &[
    Message {
        request: "GET /",
        server: |_| Response::new(200),
        reason: "MissingAllowOrigin",
        firefox: Some("(Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 200."),
        webkit: Some(
            "Origin https://app.example.com is not allowed by Access-Control-Allow-Origin. Status code: 200",
        ),
    },
    Message {
        request: "GET /",
        server: |_| Response::new(200).allow_origin("https://shop.example"),
        reason: "AllowOriginMismatch",
        firefox: Some(
            "(Reason: CORS header ‘Access-Control-Allow-Origin’ does not match ‘https://shop.example’).",
        ),
        webkit: Some(
            "Origin https://app.example.com is not allowed by Access-Control-Allow-Origin. Status code: 200",
        ),
    },
    Message {
        request: "GET /",
        server: |_| Response::new(404).allow_origin("true"),
        reason: "InvalidAllowOrigin",
        firefox: Some("(Reason: CORS header ‘Access-Control-Allow-Origin’ does not match ‘true’)."),
        webkit: Some(
            "Origin https://app.example.com is not allowed by Access-Control-Allow-Origin. Status code: 404",
        ),
    },
    Message {
        request: "GET /",
        server: |_| Response::new(200).allow_origin(PAGE).allow_origin(PAGE),
        reason: "SeveralAllowOrigins",
        firefox: Some("(Reason: Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed)."),
        webkit: Some("Access-Control-Allow-Origin cannot contain more than one origin."),
    },
    Message {
        request: "GET /",
        server: |_| Response::new(200).allow_origin("https://app.example.com, *"),
        reason: "SeveralAllowOrigins",
        firefox: Some(
            "(Reason: CORS header ‘Access-Control-Allow-Origin’ does not match ‘https://app.example.com, *’).",
        ),
        webkit: Some("Access-Control-Allow-Origin cannot contain more than one origin."),
    },
    Message {
        request: "GET /",
        server: |_| Response::new(200).allow_origin("https://app.example.com *"),
        reason: "SeveralAllowOrigins",
        firefox: Some(
            "(Reason: CORS header ‘Access-Control-Allow-Origin’ does not match ‘https://app.example.com *’).",
        ),
        webkit: Some(
            "Origin https://app.example.com is not allowed by Access-Control-Allow-Origin. Status code: 200",
        ),
    },
    Message {
        request: "GET / --credentials",
        server: |_| Response::new(200).allow_origin("*").header(ALLOW_CREDENTIALS, "true"),
        reason: "WildcardWithCredentials",
        firefox: Some(
            "(Reason: Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’).",
        ),
        webkit: Some("Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true."),
    },
    Message {
        request: "GET / --credentials",
        server: |_| Response::new(200).allow_origin(PAGE),
        reason: "MissingAllowCredentials",
        firefox: Some("(Reason: expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’)."),
        webkit: Some("Credentials flag is true, but Access-Control-Allow-Credentials is not \"true\"."),
    },
    Message {
        request: "GET / --credentials",
        server: |_| Response::new(200).allow_origin(PAGE).header(ALLOW_CREDENTIALS, "True"),
        reason: "InvalidAllowCredentials",
        firefox: Some("(Reason: expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’)."),
        webkit: Some("Credentials flag is true, but Access-Control-Allow-Credentials is not \"true\"."),
    },
    // WebKit checks the status of a preflight first, and Firefox checks `Access-Control-Allow-Origin` first.
    Message {
        request: "PUT /",
        server: |_| Response::new(401),
        reason: "MissingAllowOrigin",
        firefox: Some("(Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 401."),
        webkit: Some("Preflight response is not successful. Status code: 401"),
    },
    Message {
        request: "PUT /",
        server: |_| Response::new(404).allow_origin(PAGE),
        reason: "PreflightStatus",
        firefox: Some("(Reason: CORS preflight response did not succeed). Status code: 404."),
        webkit: Some("Preflight response is not successful. Status code: 404"),
    },
    Message {
        request: "PUT /",
        server: |_| Response::new(302).allow_origin(PAGE).header("location", "/login"),
        reason: "PreflightRedirect",
        firefox: Some("(Reason: CORS request external redirect not allowed)."),
        webkit: Some("Preflight response is not successful. Status code: 302"),
    },
    Message {
        request: "PUT /",
        server: |_| Response::new(204),
        reason: "MissingAllowOrigin",
        firefox: Some("(Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 204."),
        webkit: Some(
            "Origin https://app.example.com is not allowed by Access-Control-Allow-Origin. Status code: 204",
        ),
    },
    Message {
        request: "PUT /",
        server: |_| Response::new(204).allow_origin(PAGE).header(ALLOW_METHODS, "GET"),
        reason: "MethodNotAllowed",
        firefox: Some("(Reason: Did not find method in CORS header ‘Access-Control-Allow-Methods’)."),
        webkit: Some("Method PUT is not allowed by Access-Control-Allow-Methods."),
    },
    Message {
        request: "GET / -H x-a:1",
        server: |_| Response::new(204).allow_origin(PAGE).header(ALLOW_HEADERS, "x-b"),
        reason: "HeaderNotAllowed",
        firefox: Some(
            "(Reason: header ‘x-a’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS \
             preflight response).",
        ),
        webkit: Some("Request header field x-a is not allowed by Access-Control-Allow-Headers."),
    },
    Message {
        request: "PUT /",
        server: |_| Response::new(204).allow_origin(PAGE).header(ALLOW_METHODS, "GET,, POST PUT , a b"),
        reason: "InvalidAllowMethods",
        firefox: Some("(Reason: invalid token ‘POST PUT’ in CORS header ‘Access-Control-Allow-Methods’)."),
        webkit: Some("Header Access-Control-Allow-Methods has an invalid value: GET,, POST PUT , a b"),
    },
    Message {
        request: "GET / -H x-a:1",
        server: |_| Response::new(204).allow_origin(PAGE).header(ALLOW_HEADERS, "x-a; x-b"),
        reason: "InvalidAllowHeaders",
        firefox: Some("(Reason: invalid token ‘x-a; x-b’ in CORS header ‘Access-Control-Allow-Headers’)."),
        webkit: Some("Header Access-Control-Allow-Headers has an invalid value: x-a; x-b"),
    },
    Message {
        request: "GET /",
        server: |_| Response::new(302).allow_origin("*").header("location", "ftp://api.example.com/"),
        reason: "RedirectScheme",
        firefox: None,
        webkit: None,
    },
];

#[test]
fn each_browser_has_its_message() {
    for message in MESSAGES {
        let server = Server::start(message.server);
        let (method, rest) = message.request.split_once(' ').unwrap();
        let result = ask(PAGE, &format!("{method} {}{rest} --engine all --json", server.url("")));
        let json = result.json();
        let name = format!("{} {}", message.reason, result.stdout);
        let [chromium, firefox, webkit] = [0, 1, 2].map(|index| &json["verdicts"][index]);
        for verdict in [chromium, firefox, webkit] {
            assert_eq!(verdict["reason"], message.reason, "{name}");
        }
        // The browser tests compare the messages of Chromium with the console of a real one.
        assert!(chromium["console"].as_str().unwrap().contains(&server.url("/")), "{name}");
        let url = match message.reason {
            "WildcardWithCredentials" => format!("‘{}’", server.url("/")),
            _ => server.url("/"),
        };
        let expected = message.firefox.map(|reason| {
            format!(
                "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {url}. \
                 {reason}"
            )
        });
        assert_eq!(firefox["console"], Value::from(expected), "{name}");
        assert_eq!(webkit["console"], Value::from(message.webkit), "{name}");
    }
}
