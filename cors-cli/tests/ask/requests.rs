//! What is sent: nothing but the request that was asked for, its preflights and its redirects.

use serde_json::json;

use crate::{
    mistakes::PAGE,
    process::ask,
    server::{Request, Response, Server},
};

/// Allows everything, with credentials.
fn allow_all(request: &Request) -> Response {
    Response::new(200)
        .allow_origin(request.header("origin").unwrap_or("*"))
        .header("vary", "origin")
        .header("access-control-allow-credentials", "true")
        .header("access-control-allow-methods", "PUT, DELETE")
        .header("access-control-allow-headers", "content-type, authorization")
        .header("access-control-max-age", "600")
        .body("{}")
}

#[test]
fn a_request_is_sent_as_the_browser_would_send_it() {
    let server = Server::start(allow_all);
    let url = server.url("/me?full");
    let result = ask(PAGE, &format!("PUT {url} -H content-type:application/json -d {{}} --credentials"));
    assert_eq!(result.code, 0, "{}", result.text());
    let received = server.received();
    let [preflight, put] = received.as_slice() else { panic!("{received:?}") };
    assert_eq!((preflight.method.as_str(), preflight.path.as_str()), ("OPTIONS", "/me?full"));
    assert_eq!(preflight.header("origin"), Some(PAGE));
    assert_eq!(preflight.header("access-control-request-method"), Some("PUT"));
    assert_eq!(preflight.header("access-control-request-headers"), Some("content-type"));
    assert_eq!((put.method.as_str(), put.body.as_str()), ("PUT", "{}"));
    assert_eq!(put.header("content-type"), Some("application/json"));
    assert_eq!(put.header("content-length"), Some("2"));
    assert_eq!(put.header("host"), Some(server.address.to_string().as_str()));
    assert!(result.stdout.contains("READABLE The page can read the response: status 200, 2 bytes"));
    assert!(result.stdout.contains("The PUT request was sent: the server may have acted on it."));
}

#[test]
fn methods_are_sent_in_the_case_in_which_browsers_send_them() {
    for (method, sent) in [
        ("delete", "DELETE"),
        ("get", "GET"),
        ("head", "HEAD"),
        ("options", "OPTIONS"),
        ("post", "POST"),
        ("Put", "PUT"),
        ("patch", "patch"),
    ] {
        let server = Server::start(|request| {
            allow_all(request).header("access-control-allow-methods", "OPTIONS, patch")
        });
        let result = ask(PAGE, &format!("{method} {} --json", server.url("/me")));
        assert_eq!(result.code, 0, "{}", result.text());
        assert_eq!(result.json()["method"], sent);
        assert_eq!(server.methods().last().unwrap(), sent);
    }
}

#[test]
fn a_request_without_side_effects_is_not_reported() {
    let server = Server::start(allow_all);
    let result = ask(PAGE, &format!("GET {}", server.url("/")));
    assert!(!result.stdout.contains("may have acted"), "{}", result.stdout);
    assert_eq!(server.methods(), ["GET"]);
    let json = ask(PAGE, &format!("GET {} --json", server.url("/"))).json();
    assert_eq!((&json["side_effects"], &json["request_sent"]), (&false.into(), &true.into()));
}

#[test]
fn a_blocked_preflight_sends_no_request() {
    let server = Server::start(|_| Response::new(401));
    let result = ask(PAGE, &format!("DELETE {}", server.url("/me")));
    assert_eq!((result.code, server.methods()), (1, vec!["OPTIONS".to_owned()]));
    assert!(result.stdout.contains("The DELETE request was not sent."), "{}", result.stdout);
    let json = ask(PAGE, &format!("DELETE {} --json", server.url("/me"))).json();
    assert_eq!((&json["side_effects"], &json["request_sent"]), (&false.into(), &false.into()));
}

#[test]
fn a_blocked_response_to_a_request_with_side_effects_is_reported() {
    let server = Server::start(|_| Response::new(200));
    let result = ask(PAGE, &format!("POST {} -d a=1 --json", server.url("/orders")));
    assert_eq!((result.code, server.methods()), (1, vec!["POST".to_owned()]));
    let json = result.json();
    assert_eq!((&json["side_effects"], &json["request_sent"]), (&true.into(), &true.into()));
    let result = ask(PAGE, &format!("POST {} -d a=1", server.url("/orders")));
    assert!(result.stdout.contains("the server may have acted on it, although the page cannot"));
}

#[test]
fn preflight_only_stops_after_the_preflight() {
    let server = Server::start(allow_all);
    let result = ask(PAGE, &format!("PUT {} --preflight-only", server.url("/me")));
    assert_eq!((result.code, server.methods()), (0, vec!["OPTIONS".to_owned()]));
    assert!(result.stdout.contains("PREFLIGHT PASSED"), "{}", result.stdout);

    let result = ask(PAGE, &format!("GET {} --preflight-only", server.url("/me")));
    assert_eq!((result.code, server.methods().len()), (3, 1), "nothing more was sent");
    assert!(result.stdout.contains("needs no preflight"), "{}", result.stdout);

    let blocking = Server::start(|_| Response::new(404));
    assert_eq!(ask(PAGE, &format!("PUT {} --preflight-only", blocking.url("/me"))).code, 1);
}

#[test]
fn a_redirect_that_changes_the_method_is_not_followed() {
    let server = Server::start(|request| {
        let status = if request.path == "/orders" { 303 } else { 200 };
        allow_all(request).header("location", "/orders/7").status(status)
    });
    let result = ask(PAGE, &format!("POST {}", server.url("/orders")));
    assert_eq!((result.code, server.methods()), (3, vec!["POST".to_owned()]));
    assert!(result.stdout.contains("turns the POST request into a GET request"), "{}", result.stdout);
    assert!(result.stdout.contains("/orders/7, which was not asked for"), "{}", result.stdout);
    assert!(result.stdout.contains("The POST request was sent"), "{}", result.stdout);
}

#[test]
fn a_redirect_that_keeps_the_method_is_followed() {
    let server = Server::start(|request| {
        let status = if request.path == "/old" { 307 } else { 200 };
        allow_all(request).header("location", "/new").status(if request.is_preflight() {
            204
        } else {
            status
        })
    });
    let result = ask(PAGE, &format!("PUT {} --json", server.url("/old")));
    assert_eq!(result.code, 0, "{}", result.text());
    assert_eq!(server.methods(), ["OPTIONS", "PUT", "OPTIONS", "PUT"]);
    assert_eq!(result.json()["verdicts"][0]["response"]["url"], server.url("/new"));
}

#[test]
fn engines_share_the_requests() {
    let server = Server::start(allow_all);
    let result = ask(PAGE, &format!("PUT {} --engine all --json", server.url("/me")));
    assert_eq!((result.code, server.methods()), (0, vec!["OPTIONS".to_owned(), "PUT".to_owned()]));
    let verdicts = result.json()["verdicts"].as_array().unwrap().clone();
    let engines: Vec<_> = verdicts.iter().map(|verdict| verdict["engine"].as_str().unwrap()).collect();
    assert_eq!(engines, ["chromium", "firefox", "webkit"]);
    assert!(verdicts.iter().all(|verdict| verdict["exchanges"] == json!([0, 1])));
}

#[test]
fn a_request_with_side_effects_is_sent_once_although_its_headers_differ() {
    // Chromium ignores `User-Agent`, so its preflight and its PUT request differ from those of the others.
    let server =
        Server::start(|request| allow_all(request).header("access-control-allow-headers", "user-agent"));
    let arguments = format!("PUT {} -H user-agent:test --engine all --json", server.url("/me"));
    let result = ask(PAGE, &arguments);
    assert_eq!(result.code, 0, "{}", result.text());
    assert_eq!(server.methods(), ["OPTIONS", "PUT", "OPTIONS"]);
    let json = result.json();
    let exchanges = [0, 1, 2].map(|index| json["verdicts"][index]["exchanges"].clone());
    assert_eq!(exchanges, [json!([0, 1]), json!([2, 1]), json!([2, 1])]);
}

#[test]
fn engines_that_differ_have_verdicts_of_their_own() {
    // After the redirect, WebKit asks for the header that the redirect has removed, and Firefox has the page's origin.
    let server = Server::start(|request| match request.path.as_str() {
        "/old" => {
            let port = request.header("host").unwrap().rsplit_once(':').unwrap().1.to_owned();
            let response = allow_all(request).header("location", format!("http://localhost:{port}/new"));
            response.status(if request.is_preflight() { 204 } else { 302 })
        }
        _ => Response::new(200).allow_origin("*").header("vary", "origin"),
    });
    let result = ask(PAGE, &format!("GET {} -H authorization:x --engine all --json", server.url("/old")));
    let json = result.json();
    let verdict = |index: usize| json["verdicts"][index]["verdict"].as_str().unwrap().to_owned();
    assert_eq!(
        (verdict(0), verdict(1), verdict(2)),
        ("readable".into(), "readable".into(), "blocked".into())
    );
    assert_eq!(json["verdicts"][2]["cause"], "header-not-listed");
    assert_eq!(result.code, 1);
    // Chromium sends no preflight after the redirect, and the preflights of the others have different headers.
    assert_eq!(server.methods(), ["OPTIONS", "GET", "GET", "OPTIONS", "OPTIONS"]);
    let exchanges = [0, 1, 2].map(|index| json["verdicts"][index]["exchanges"].clone());
    assert_eq!(exchanges, [json!([0, 1, 2]), json!([0, 1, 3, 2]), json!([0, 1, 4])]);
}

#[test]
fn an_engine_decides_about_mixed_content_and_without_one_it_is_a_note() {
    let server = Server::start(allow_all);
    let url = server.url_of("api.example.com", "/");
    let resolve = server.resolve("api.example.com");
    let result = ask(PAGE, &format!("GET {url} --resolve {resolve} --json"));
    assert_eq!(result.code, 0, "{}", result.text());
    assert_eq!(result.json()["notes"][0]["note"], "mixed-content");
    let result = ask(PAGE, &format!("GET {url} --resolve {resolve} --engine chromium --json"));
    assert_eq!((result.code, server.methods().len()), (1, 1), "nothing more was sent");
    assert_eq!(result.json()["verdicts"][0]["cause"], "mixed-content");
    assert_eq!(result.json()["notes"], json!([]));
    let result = ask("http://app.example.com", &format!("GET {url} --resolve {resolve} --json"));
    assert_eq!(result.json()["notes"], json!([]), "the page is of an `http:` origin");
}

#[test]
fn a_public_page_and_a_local_server_are_a_note() {
    let server = Server::start(allow_all);
    let note = |page: &str, options: &str| {
        let result = ask(page, &format!("GET {} {options} --json", server.url("/")));
        assert_eq!(result.code, 0, "{}", result.text());
        result.json()["notes"].as_array().unwrap().iter().any(|note| note["note"] == "local-network")
    };
    assert!(note(PAGE, ""));
    assert!(note(PAGE, "--engine chromium"));
    assert!(!note(PAGE, "--engine firefox"));
    assert!(!note("http://localhost:3000", ""));
    // The address in the URL is local, wherever the command line connects to for another host.
    assert!(note(PAGE, "--resolve api.example.com:443:127.0.0.1"));
    let nothing_sent = ask(PAGE, &format!("GET {} --preflight-only --json", server.url("/")));
    assert_eq!(nothing_sent.json()["notes"][0]["note"], "local-network", "{}", nothing_sent.stdout);
}

#[test]
fn addresses_of_local_networks_are_told_from_public_ones() {
    let proxy = Server::start(allow_all);
    for (host, expected) in [
        ("10.1.2.3", true),
        ("172.16.0.1", true),
        ("192.168.0.1", true),
        ("169.254.1.1", true),
        ("[fd00::1]", true),
        ("[fe80::1]", true),
        ("[::ffff:10.1.2.3]", true),
        ("printer.local", true),
        ("203.0.113.7", false),
        ("172.32.0.1", false),
        ("[2001:db8::1]", false),
        ("[::ffff:203.0.113.7]", false),
        ("api.example.com", false),
    ] {
        let arguments = format!("GET http://{host}/ --proxy {} --json", proxy.url("/"));
        let result = ask("http://app.example.com", &arguments);
        assert_eq!(result.code, 0, "{}", result.text());
        let notes = result.json()["notes"].to_string();
        assert_eq!(notes.contains("local-network"), expected, "{host}: {notes}");
    }
}

#[test]
fn cookies_are_sent_as_the_browser_would_send_them() {
    let server = Server::start(allow_all);
    let sent = |page: &str, cookie: &str, credentials: &str| {
        let url = server.url_of("localhost", "/");
        let mut arguments = vec!["ask", "--page", page, "GET", url.as_str(), "--cookie", cookie];
        arguments.extend(credentials.split_whitespace());
        let result = crate::process::cors(arguments);
        assert_eq!(result.code, 0, "{}", result.text());
        let cookie = server.received().last().unwrap().header("cookie").map(str::to_owned);
        (cookie, result.stdout.contains("The browser did not send the cookie"))
    };
    let same_site = "http://localhost:3000";
    assert_eq!(sent(same_site, "id=7", "--credentials"), (Some("id=7".to_owned()), false));
    assert_eq!(sent(same_site, "id=7", ""), (None, true));
    assert_eq!(sent("http://app.example.com", "id=7", "--credentials"), (None, true));
}

#[test]
fn what_a_script_cannot_set_is_a_note() {
    let server = Server::start(allow_all);
    let result = ask(PAGE, &format!("GET {} -H cookie:id=7 -H Accept:text/html", server.url("/")));
    assert!(result.stdout.contains("Scripts cannot set `cookie`:"), "{}", result.stdout);
    assert_eq!(server.received()[0].header("cookie"), None);
    let result = ask(PAGE, &format!("GET {} -H origin:https://shop.example --json", server.url("/")));
    assert!(result.stdout.contains("Scripts cannot set `origin`:"), "{}", result.stdout);
    assert_eq!(server.received().pop().unwrap().header("origin"), Some(PAGE));
    let result = ask(PAGE, &format!("POST {} -d {{}}", server.url("/")));
    assert!(result.stdout.contains("`content-type: text/plain;charset=UTF-8`"), "{}", result.stdout);
    assert_eq!(server.received().pop().unwrap().header("content-type"), Some("text/plain;charset=UTF-8"));
}

#[test]
fn notes_about_responses() {
    let server = Server::start(|request| {
        let response =
            Response::new(404).allow_origin(PAGE).header("set-cookie", "sid=secret; Path=/; HttpOnly");
        match request.path.as_str() {
            "/with-vary" => response.header("vary", "Accept, ORIGIN").header("etag", "\"1\""),
            _ => response.header("access-control-allow-credentials", "true").header("x-total-count", "3"),
        }
    });
    let notes = |arguments: &str| {
        let result = ask(PAGE, arguments);
        let names: Vec<String> = result.json()["notes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|note| note["note"].as_str().unwrap().to_owned())
            .filter(|name| name != "local-network")
            .collect();
        names
    };
    let with_vary = notes(&format!("GET {} --json", server.url("/with-vary")));
    assert_eq!(with_vary, ["cookie-of-response", "not-exposed", "error-status"]);
    let other = notes(&format!("GET {} --credentials --json", server.url("/")));
    assert_eq!(other, ["vary-missing", "cookie-of-response", "not-exposed", "error-status"]);
    let result = ask(PAGE, &format!("GET {} --credentials", server.url("/")));
    assert!(result.stdout.contains("sets the cookie `sid` without `SameSite=None; Secure`"));
    assert!(!result.stdout.contains("secret"), "values of cookies are not shown: {}", result.stdout);
    assert!(result.stdout.contains("set-cookie: sid=..; Path=/; HttpOnly\n"), "{}", result.stdout);
}

/// Returns whether the output for scripts has a note.
fn has_note(arguments: &str, name: &str) -> bool {
    let json = ask(PAGE, &format!("{arguments} --json")).json();
    json["notes"].as_array().unwrap().iter().any(|note| note["note"] == name)
}

#[test]
fn a_response_for_one_origin_without_vary_is_a_note() {
    for (allowed, vary, expected) in [
        (PAGE, None, true),
        (PAGE, Some("accept-encoding"), true),
        (PAGE, Some("*"), false),
        (PAGE, Some("accept, origin"), false),
        ("*", None, false),
        ("https://shop.example", None, false),
    ] {
        let server = Server::start(move |_| {
            let response = Response::new(200).allow_origin(allowed);
            match vary {
                Some(value) => response.header("vary", value),
                None => response,
            }
        });
        let note = has_note(&format!("GET {}", server.url("/")), "vary-missing");
        assert_eq!(note, expected, "{allowed} {vary:?}");
    }
}

#[test]
fn a_cookie_that_a_page_of_another_site_does_not_send_later_is_a_note() {
    for (attributes, expected) in [
        ("", true),
        ("; Secure", true),
        ("; Secure; Secure", true),
        ("; SameSite=None", true),
        ("; SameSite=Lax; Secure", true),
        ("; Path=/; samesite=none ; SECURE", false),
    ] {
        let server = Server::start(move |request| {
            allow_all(request).header("set-cookie", format!("id=7{attributes}"))
        });
        let url = server.url("/");
        assert_eq!(
            has_note(&format!("GET {url} --credentials"), "cookie-of-response"),
            expected,
            "{attributes}"
        );
        assert!(has_note(&format!("GET {url}"), "cookie-of-response"), "the browser ignores every cookie");
    }
}

#[test]
fn an_authorization_that_only_a_wildcard_allows_is_a_note() {
    for (options, allow_headers, expected) in [
        ("-H authorization:x", "*", true),
        ("-H Authorization:x -H x-a:1", "x-a, *", true),
        ("-H authorization:x", "*, Authorization", false),
        ("-H authorization:x", "authorization", false),
        ("-H authorization:x", "x-a", false),
        ("-H authorization:x --credentials", "*", false),
        ("-H x-a:1", "*", false),
        ("", "*", false),
    ] {
        let server = Server::start(move |_| {
            Response::new(204)
                .allow_origin(PAGE)
                .header("access-control-allow-credentials", "true")
                .header("access-control-allow-headers", allow_headers)
        });
        let arguments = format!("GET {} {options} --engine chromium", server.url("/"));
        let note = has_note(&arguments, "wildcard-authorization");
        assert_eq!(note, expected, "{options} {allow_headers}");
    }
}

#[test]
fn an_allowed_null_is_a_note() {
    let server = Server::start(|request| match request.path.as_str() {
        "/credentials" => {
            Response::new(200).allow_origin("null").header("access-control-allow-credentials", "true")
        }
        _ => Response::new(200).allow_origin("null"),
    });
    let result = ask("null", &format!("GET {}", server.url("/")));
    assert!(result.stdout.contains("allows the origin `null`"), "{}", result.stdout);
    let result = ask("null", &format!("GET {} --credentials", server.url("/credentials")));
    assert_eq!(result.code, 0, "{}", result.text());
    assert!(result.stdout.contains("with the cookies of the user"), "{}", result.stdout);
}

#[test]
fn a_preflight_without_max_age_is_a_note() {
    for (max_age, expected) in [(None, true), (Some("60s"), true), (Some("600"), false)] {
        let server = Server::start(move |_| {
            let response = Response::new(204).allow_origin("*").header("access-control-allow-methods", "PUT");
            match max_age {
                Some(value) => response.header("access-control-max-age", value),
                None => response,
            }
        });
        let result = ask(PAGE, &format!("PUT {}", server.url("/")));
        assert_eq!(result.stdout.contains("browsers ask again"), expected, "{max_age:?} {}", result.stdout);
    }
}

#[test]
fn a_page_of_the_same_origin_needs_no_cors() {
    let server = Server::start(|_| Response::new(200));
    let page = server.url("");
    let result = ask(&page, &format!("PUT {}", server.url("/me")));
    assert_eq!((result.code, server.methods()), (0, vec!["PUT".to_owned()]));
    assert!(result.stdout.contains("CORS does not apply"), "{}", result.stdout);
}
