//! Connections: TLS, HTTP/2, addresses, and servers that do not answer as they should.

use std::{fs, io::Write as _, net::TcpListener, thread, time::Duration};

use crate::{
    mistakes::PAGE,
    process::{Result, ask, command, output},
    server::{Authority, Certificate, Response, Server, raw, write_endlessly},
};

const HOST: &str = "api.example.com";

fn allowed() -> Response {
    Response::new(200).allow_origin("*").body("hello")
}

/// Asserts that there is no verdict, and that the error contains this text.
fn assert_no_answer(result: &Result, kind: &str, expected: &str) {
    assert_eq!(result.code, 3, "{}", result.text());
    if result.stdout.starts_with('{') {
        let json = result.json();
        let error = &json["verdicts"][0]["error"];
        assert_eq!(error["kind"], kind, "{json}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(expected), "{expected} is not in {message}");
    } else {
        assert!(result.stderr.starts_with("error: "), "{}", result.stderr);
        assert!(result.stderr.contains(expected), "{expected} is not in {}", result.stderr);
    }
}

fn assert_no_answer_of(arguments: &str, kind: &str, expected: &str) {
    assert_no_answer(&ask(PAGE, arguments), kind, expected);
    assert_no_answer(&ask(PAGE, &format!("{arguments} --json")), kind, expected);
}

#[test]
fn a_self_signed_certificate_is_refused_and_insecure_accepts_it() {
    let server = Server::with_tls(Certificate::self_signed(HOST), |_| allowed());
    let arguments = format!("GET {} --resolve {}", server.url_of(HOST, "/"), server.resolve(HOST));
    assert_no_answer_of(
        &arguments,
        "tls",
        "the certificate of api.example.com is not trusted: it is self-signed",
    );
    assert!(server.received().is_empty());
    let result = ask(PAGE, &format!("{arguments} --insecure"));
    assert_eq!(result.code, 0, "{}", result.text());
    assert!(result.stdout.contains("`--insecure` accepts every certificate"), "{}", result.stdout);
}

#[test]
fn a_self_signed_certificate_of_an_authority_is_named() {
    let server = Server::with_tls(Certificate::self_signed_authority(HOST), |_| allowed());
    assert_no_answer_of(
        &format!("GET {} --resolve {}", server.url_of(HOST, "/"), server.resolve(HOST)),
        "tls",
        "it is the certificate of an authority and not of a server",
    );
}

#[test]
fn the_problem_of_a_certificate_is_named() {
    let authority = Authority::new();
    let path = std::env::temp_dir().join(format!("cors-ask-authority-{}.pem", std::process::id()));
    fs::write(&path, authority.pem()).unwrap();
    let ask_trusting = |server: &Server| {
        let mut command = command();
        command.env("SSL_CERT_FILE", &path).args(["ask", "--page", PAGE, "GET", &server.url_of(HOST, "/")]);
        output(command.args(["--resolve", &server.resolve(HOST)]))
    };
    let good = Server::with_tls(authority.certificate(HOST), |_| allowed());
    let result = ask_trusting(&good);
    assert_eq!(result.code, 0, "{}", result.text());
    assert!(result.stdout.contains("HTTP/2 200"), "{}", result.stdout);
    let other_name = Server::with_tls(authority.certificate("other.example.com"), |_| allowed());
    assert_no_answer(&ask_trusting(&other_name), "tls", "is for another name: it names");
    assert_no_answer(&ask_trusting(&other_name), "tls", "other.example.com");
    let no_name = Server::with_tls(authority.certificate_without_a_name(), |_| allowed());
    assert_no_answer(
        &ask_trusting(&no_name),
        "tls",
        "the certificate of api.example.com is for another name; `--insecure` accepts it",
    );
    let expired = Server::with_tls(authority.expired_certificate(HOST), |_| allowed());
    assert_no_answer(&ask_trusting(&expired), "tls", "the certificate of api.example.com has expired");
    fs::remove_file(path).unwrap();
}

#[test]
fn a_server_without_tls_at_an_https_url_is_named() {
    let server = Server::start(|_| allowed());
    let url = server.url("/").replace("http:", "https:");
    assert_no_answer_of(&format!("GET {url}"), "tls", "is it an `http:` URL?");
}

#[test]
fn a_server_that_closes_the_connection_is_no_server_with_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().for_each(drop));
    let expected = "closed the connection before TLS began: is it an `http:` URL?";
    assert_no_answer_of(&format!("GET https://{address}/"), "tls", expected);
}

#[test]
fn the_version_of_the_answer_is_told() {
    let address = raw(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.0 200 OK\r\naccess-control-allow-origin: *\r\n\r\n");
    });
    let result = ask(PAGE, &format!("GET http://{address}/ --json"));
    assert_eq!(result.json()["exchanges"][0]["http_version"], "HTTP/1.0");
}

#[test]
fn http_1_and_http_2_can_be_chosen() {
    let plain = Server::start(|_| allowed());
    let tls = Server::with_tls(Certificate::self_signed("localhost"), |_| allowed());
    for (server, option, expected) in [
        (&plain, "", "HTTP/1.1"),
        (&plain, "--http2", "HTTP/2"),
        (&tls, "--insecure", "HTTP/2"),
        (&tls, "--insecure --http1", "HTTP/1.1"),
        (&tls, "--insecure --http2", "HTTP/2"),
    ] {
        let result = ask(PAGE, &format!("POST {} -d a {option} --json", server.url("/")));
        assert_eq!(result.code, 0, "{}", result.text());
        assert_eq!(result.json()["exchanges"][0]["http_version"], expected);
        let received = server.received().pop().unwrap();
        assert_eq!((received.body.as_str(), received.header("content-length")), ("a", Some("1")));
        assert!(received.version.starts_with(expected), "{}", received.version);
        // In HTTP/2 the host is in `:authority`.
        assert_eq!(received.header("host").is_some(), expected == "HTTP/1.1");
    }
    assert_eq!(ask(PAGE, "GET https://x.example/ --http1 --http2").code, 2);
}

#[test]
fn a_name_without_an_address_is_an_error_of_dns() {
    // Names below `.invalid` never have an address.
    assert_no_answer_of("GET http://api.invalid/", "dns", "DNS has no address for api.invalid");
}

#[test]
fn a_refused_connection_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let expected = format!("{address} refused the connection");
    let arguments = format!("GET http://{address}/");
    assert_no_answer_of(&arguments, "connect", &expected);
    assert!(
        !ask(PAGE, &arguments).stdout.contains("Notes"),
        "nothing is known about a server that does not answer"
    );
}

#[test]
fn resolve_is_for_one_host_and_port() {
    let server = Server::start(|_| allowed());
    let url = server.url_of(HOST, "/");
    let other_port = format!("{HOST}:1:127.0.0.2");
    let rules = format!("--resolve {} --resolve {other_port}", server.resolve("API.example.com"));
    let result = ask(PAGE, &format!("GET {url} {rules}"));
    assert_eq!(result.code, 0, "{}", result.text());
    assert_eq!(server.received()[0].header("host"), Some(&url["http://".len()..url.len() - 1]));
    for (rule, expected) in [
        ("api.example.com:443", "write host:port:address"),
        ("api.example.com:x:127.0.0.1", "`x` is not a port"),
        ("api.example.com:443:localhost", "`localhost` is not an IP address"),
    ] {
        let result = ask(PAGE, &format!("GET {url} --resolve {rule}"));
        assert_eq!(result.code, 2);
        assert!(result.stderr.contains(expected), "{}", result.stderr);
    }
}

#[test]
fn names_below_localhost_are_this_machine() {
    let server = Server::start(|_| allowed());
    assert_eq!(ask(PAGE, &format!("GET {}", server.url_of("api.localhost", "/"))).code, 0);
}

#[test]
fn a_server_that_never_answers_ends_by_the_time_out() {
    let address = raw(|stream| {
        thread::sleep(Duration::from_secs(60));
        drop(stream);
    });
    let expected = format!("{address} did not answer within 0.3 s");
    assert_no_answer_of(&format!("GET http://{address}/ --timeout 0.3"), "timeout", &expected);
    for value in ["0", "-1", "x", "1e30"] {
        let result = ask(PAGE, &format!("GET http://{address}/ --timeout={value}"));
        assert_eq!(result.code, 2, "{value}");
    }
}

#[test]
fn an_endless_body_is_too_large() {
    let address = raw(|stream| {
        write_endlessly(stream, "HTTP/1.1 200 OK\r\naccess-control-allow-origin: *\r\n\r\n");
    });
    let url = format!("http://{address}/");
    assert_no_answer_of(&format!("GET {url} --max-body 100000"), "body-too-large", "more than 100000 bytes");
    assert_no_answer_of(&format!("GET {url}"), "body-too-large", "more than 16777216 bytes");
}

#[test]
fn a_body_may_have_as_many_bytes_as_the_option_says() {
    let server = Server::start(|_| allowed());
    assert_eq!(ask(PAGE, &format!("GET {} --max-body 5", server.url("/"))).code, 0);
    assert_no_answer_of(
        &format!("GET {} --max-body 4", server.url("/")),
        "body-too-large",
        "more than 4 bytes",
    );
}

#[test]
fn a_blocked_response_is_blocked_whatever_its_body_does() {
    let address = raw(|stream| write_endlessly(stream, "HTTP/1.1 200 OK\r\n\r\n"));
    assert_eq!(ask(PAGE, &format!("GET http://{address}/")).code, 1);
}

#[test]
fn a_stream_of_events_can_be_read_although_it_does_not_end() {
    let respond = |content_type: &'static str| {
        raw(move |mut stream| {
            let head = format!(
                "HTTP/1.1 200 OK\r\naccess-control-allow-origin: *\r\ncontent-type: {content_type}\r\n\r\ndata: 1\n\n"
            );
            stream.write_all(head.as_bytes()).unwrap();
            thread::sleep(Duration::from_secs(60));
        })
    };
    let events = respond("text/event-stream; charset=utf-8");
    assert_eq!(ask(PAGE, &format!("GET http://{events}/ --timeout 0.3")).code, 0);
    let other = respond("text/plain");
    let arguments = format!("GET http://{other}/ --timeout 0.3");
    assert_no_answer_of(&arguments, "timeout", "the body of the response did not end within 0.3 s");
}

#[test]
fn what_is_no_http_is_an_error() {
    for answer in ["", "SSH-2.0-OpenSSH_9.9\r\n", "HTTP/1.1 200 OK\r\nx: \x1b[31m\r\n\r\n"] {
        let address = raw(move |mut stream| drop(stream.write_all(answer.as_bytes())));
        let expected = format!("{address} gave no complete HTTP response");
        assert_no_answer_of(&format!("GET http://{address}/"), "protocol", &expected);
    }
}

#[test]
fn a_body_that_breaks_off_is_an_error() {
    let address = raw(|mut stream| {
        let head = "HTTP/1.1 200 OK\r\naccess-control-allow-origin: *\r\ncontent-length: 10\r\n\r\nhello";
        let _ = stream.write_all(head.as_bytes());
    });
    let expected = format!("{address} gave no complete HTTP response");
    assert_no_answer_of(&format!("GET http://{address}/"), "protocol", &expected);
}

#[test]
fn a_proxy_is_used_if_it_is_asked_for() {
    let proxy = Server::start(|_| allowed());
    let result = ask(PAGE, &format!("GET http://api.example.com/ --proxy {}", proxy.url("/")));
    assert_eq!(result.code, 0, "{}", result.text());
    assert_eq!(proxy.received()[0].header("host"), Some(HOST));
    let gone = "GET http://api.example.com/ --proxy http://127.0.0.1:9";
    assert_no_answer_of(gone, "connect", "the proxy http://127.0.0.1:9 refused the connection");
    let result = ask(PAGE, "GET http://api.example.com/ --proxy ::");
    assert_eq!(result.code, 2);
    assert!(result.stderr.contains("`--proxy ::` is not a URL of a proxy"), "{}", result.stderr);
}
