//! The output: for people, for scripts and for shells.

use serde_json::json;

use crate::{
    mistakes::PAGE,
    process::{ask, command, cors, output},
    server::{Response, Server},
};

#[test]
fn the_page_is_an_origin() {
    for (page, expected) in [
        ("https://app.example.com/", "an origin has no slash at its end; write `https://app.example.com`"),
        ("https://app.example.com/orders", "an origin has no path"),
        ("app.example.com", "an origin begins with its scheme; write `https://app.example.com`"),
        ("https://APP.example.com:443", "write `https://app.example.com`"),
        ("file:///index.html", "write `null`"),
    ] {
        let result = ask(page, "GET http://127.0.0.1:1/");
        assert_eq!(result.code, 2);
        assert!(result.stderr.contains(expected), "{}", result.stderr);
    }
}

#[test]
fn wrong_usage_says_what_to_write() {
    for (arguments, expected) in [
        ("https://api.example.com/ GET", "write the method before the URL: `GET https://api.example.com/`"),
        ("GET api.example.com/me", "the URL has to be absolute; write `https://api.example.com/me`"),
        ("GET localhost:3000/me", "the URL has no scheme; write `https://localhost:3000/me`"),
        ("GET ftp://api.example.com/", "`ftp:` URLs have no CORS"),
        ("G@T https://api.example.com/", "this is no method"),
        ("GET https://api.example.com/ -H content-type", "a header has a colon"),
        ("GET https://api.example.com/ -H a@b:1", "`a@b` is no name of a header"),
        ("GET", "<URL>"),
    ] {
        let result = ask(PAGE, arguments);
        assert_eq!(result.code, 2, "{arguments}");
        assert!(result.stderr.contains(expected), "{arguments}: {}", result.stderr);
    }
    assert!(cors(["ask", "GET", "https://api.example.com/"]).stderr.contains("--page <ORIGIN>"));
}

#[test]
fn the_json_has_the_documented_shape() {
    let server = Server::start(|_| {
        Response::new(200).allow_origin("*").header("content-type", "text/plain").body("hello")
    });
    let url = server.url("/");
    let arguments = format!("POST {url} -H content-type:text/plain -d a --json");
    let mut json = ask("http://localhost:3000", &arguments).json();
    let headers = |json: &mut serde_json::Value| {
        // The server adds `date`.
        let mut headers: Vec<(String, String)> = serde_json::from_value(json.take()).unwrap();
        headers.retain(|(name, _)| name != "date");
        headers.sort();
        headers
    };
    let response_headers = headers(&mut json["exchanges"][0]["response_headers"]);
    assert_eq!(
        response_headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>(),
        [("access-control-allow-origin", "*"), ("content-length", "5"), ("content-type", "text/plain")]
    );
    let request_headers = headers(&mut json["exchanges"][0]["request_headers"]);
    assert!(request_headers.contains(&("origin".to_owned(), "http://localhost:3000".to_owned())));
    assert_eq!(
        json,
        json!({
            "format": 1,
            "page": "http://localhost:3000",
            "method": "POST",
            "url": url,
            "credentials": false,
            "request_sent": true,
            "side_effects": true,
            "exit_code": 0,
            "verdicts": [{
                "engine": "standard",
                "verdict": "readable",
                "cause": null,
                "reason": null,
                "explanation": null,
                "console": null,
                "change": null,
                "response": {
                    "status": 200,
                    "url": url,
                    "headers": [["content-length", "5"], ["content-type", "text/plain"]],
                    "body_bytes": 5,
                },
                "error": null,
                "exchanges": [0],
            }],
            "exchanges": [{
                "preflight": false,
                "method": "POST",
                "url": url,
                "request_headers": null,
                "http_version": "HTTP/1.1",
                "status": 200,
                "response_headers": null,
                "error": null,
            }],
            "notes": [],
        })
    );
}

#[test]
fn a_blocked_verdict_has_the_change_for_each_server() {
    let server = Server::start(|_| Response::new(200));
    let json = ask(PAGE, &format!("GET {} --json", server.url("/"))).json();
    let servers: Vec<_> = json["verdicts"][0]["change"]["servers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["server"].as_str().unwrap())
        .collect();
    assert_eq!(servers, ["tower-http", "actix-cors", "nginx", "Express", "cors-runtime"]);
}

#[test]
fn secrets_are_not_shown() {
    let server = Server::start(|_| {
        Response::new(204).allow_origin("*").header("access-control-allow-headers", "authorization")
    });
    for format in ["", "--json"] {
        let result = ask(PAGE, &format!("GET {} -H authorization:hunter2 {format}", server.url("/")));
        assert!(result.stdout.contains("(7 bytes, not shown)"), "{}", result.stdout);
        assert!(!result.text().contains("hunter2"));
    }
    assert_eq!(server.received()[1].header("authorization"), Some("hunter2"));
}

#[test]
fn control_characters_of_servers_are_escaped() {
    const EVIL: &str = "https://\u{9b}31mevil\u{202e}.example";
    for reason in ["mismatch", "list", "location", "vary"] {
        let server = Server::start(move |_| match reason {
            "mismatch" => Response::new(200).allow_origin(EVIL),
            "list" => Response::new(200).allow_origin(&format!("{EVIL}, a")),
            "location" => Response::new(302).allow_origin("*").header("location", format!("x:{EVIL}")),
            _ => {
                Response::new(200).header("vary", EVIL).header("set-cookie", format!("{EVIL}={EVIL}; {EVIL}"))
            }
        });
        for options in ["", "--json", "--engine all"] {
            let result = ask(PAGE, &format!("GET {} {options}", server.url("/")));
            let is_raw = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
            assert!(!result.text().contains(is_raw), "{reason}: {:?}", result.text());
            let escape = if options == "--json" { "\\u" } else { "\\u{9b}" };
            assert!(result.text().contains(escape), "{reason}: {}", result.text());
        }
    }
}

#[test]
fn colours_are_for_terminals_only() {
    let server = Server::start(|_| Response::new(200));
    let url = server.url("/");
    let run = |variable: &str, value: &str| {
        let mut command = command();
        output(command.env(variable, value).args(["ask", "--page", PAGE, "GET", &url])).stdout
    };
    assert!(!run("UNUSED", "").contains('\u{1b}'));
    // This variable makes the pipe of the test look like a terminal.
    assert!(run("CLICOLOR_FORCE", "1").contains("\u{1b}["));
    let mut both = command();
    both.env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").args(["ask", "--page", PAGE, "GET", &url]);
    assert!(!output(&mut both).stdout.contains('\u{1b}'), "NO_COLOR wins");
}

#[test]
fn the_consoles_of_the_browsers_are_quoted() {
    let server = Server::start(|_| Response::new(404));
    let url = server.url("/me");
    let result = ask(PAGE, &format!("GET {url} --engine all"));
    for expected in [
        format!(
            "Console of Chromium\n  Access to fetch at '{url}' from origin '{PAGE}' has been blocked by CORS policy: No \
             'Access-Control-Allow-Origin' header is present on the requested resource.\n"
        ),
        format!(
            "Console of Firefox\n  Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote \
             resource at {url}. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 404.\n"
        ),
        format!(
            "Console of WebKit\n  Origin {PAGE} is not allowed by Access-Control-Allow-Origin. Status code: 404\n"
        ),
    ] {
        assert!(result.stdout.contains(&expected), "{expected}\nis not in\n{}", result.stdout);
    }
    assert_eq!(result.stdout.matches("What to change").count(), 1, "one cause is explained once");
}

#[test]
fn help_fits_a_screen() {
    for arguments in [&["--help"][..], &["ask", "--help"], &["ask", "-h"]] {
        let help = cors(arguments.iter().copied()).stdout;
        assert!(help.lines().count() <= 40, "{} lines:\n{help}", help.lines().count());
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
    }
    let help = cors(["ask", "--help"]).stdout;
    assert!(help.contains("Examples:\n  cors ask --page https://app.example.com GET"), "{help}");
    assert!(help.contains("Exit codes:"), "{help}");
}

#[test]
fn completions_name_the_options() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let result = cors(["completions", shell]);
        assert_eq!(result.code, 0);
        assert!(result.stdout.contains("preflight-only"), "{shell}: {}", result.stdout);
    }
    assert_eq!(cors(["completions", "csh"]).code, 2);
}

#[test]
fn manual_pages_are_printed() {
    let page = cors(["man"]).stdout;
    assert!(page.contains(".TH cors 1") && page.contains("ask"), "{page}");
    let page = cors(["man", "ask"]).stdout;
    assert!(page.contains(".TH cors-ask 1") && page.contains("preflight\\-only"), "{page}");
    assert!(page.contains("Exit codes"), "{page}");
    let unknown = cors(["man", "x"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("no such subcommand"), "{}", unknown.stderr);
}
