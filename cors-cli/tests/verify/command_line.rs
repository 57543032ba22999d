//! What the options, the output and the exit codes are.

use crate::proxy::{self, Alteration};
use crate::run::{base, temporary_path, verify, verify_json};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

mod app {
    use axum::body::{Body, Bytes};
    use cors_runtime::OriginSet;
    use cors_runtime::axum::{Routes, cors, routes};
    use std::convert::Infallible;

    static TENANTS: OriginSet = OriginSet::new();

    #[cors(origins = ["https://app.example.com"], credentials, max_age = 600)]
    #[get("/users/{id}")]
    async fn user() {}

    #[cors(origins = ["https://app.example.com"], allow_headers = ["content-type"])]
    #[route("/users/{id}", method = "PUT", method = "DELETE")]
    async fn update_user() {}

    #[cors(origins = [env("VERIFY_UNSET", optional), TENANTS])]
    #[get("/tenants")]
    async fn tenants() {}

    /// A body without an end.
    #[cors(origins = ["https://app.example.com"])]
    #[get("/events")]
    async fn events() -> Body {
        let events =
            futures_util::stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from_static(b"data: 1\n\n")));
        Body::from_stream(events)
    }

    pub(super) fn routes() -> Routes {
        routes![user, update_user, tenants, events]
    }
}

fn manifest() -> String {
    serde_json::to_string(&app::routes().manifest()).expect("a manifest is serialized")
}

pub(crate) fn serve() -> SocketAddr {
    tests::serve::axum(app::routes().into_router())
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("the output is UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("the output is UTF-8")
}

/// A proxy that counts the requests that it has not answered yet, and notes what they are.
#[derive(Default)]
struct Recorder {
    open: AtomicUsize,
    most: AtomicUsize,
    requests: Mutex<Vec<(String, HeaderMap)>>,
}

impl Alteration for Recorder {
    fn request(&self, head: &mut Parts) -> Option<Response> {
        let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(open, Ordering::SeqCst);
        let mut requests = self.requests.lock().expect("no test panics");
        requests.push((format!("{} {}", head.method, head.uri.path()), head.headers.clone()));
        None
    }

    fn response(&self, _: &Parts, _: &mut StatusCode, _: &mut HeaderMap) {
        self.open.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Recorder {
    fn methods_and_paths(&self) -> BTreeSet<String> {
        self.requests.lock().expect("no test panics").iter().map(|(request, _)| request.clone()).collect()
    }
}

#[test]
fn only_preflights_and_safe_methods_are_sent_unless_others_are_asked_for() {
    let address = serve();
    for (options, expected) in [
        (
            &[][..],
            &[
                "GET /events",
                "GET /tenants",
                "GET /users/1",
                "OPTIONS /events",
                "OPTIONS /tenants",
                "OPTIONS /users/1",
            ][..],
        ),
        (
            &["--send", "PUT", "--param", "id=a/b"],
            &[
                "GET /events",
                "GET /tenants",
                "GET /users/a%2Fb",
                "OPTIONS /events",
                "OPTIONS /tenants",
                "OPTIONS /users/a%2Fb",
                "PUT /users/a%2Fb",
            ],
        ),
    ] {
        let recorder = Arc::new(Recorder::default());
        let proxy = proxy::serve(address, Arc::clone(&recorder) as Arc<dyn Alteration>);
        // The proxy waits for the end of each body.
        let manifest = manifest().replace("/events", "/tenants");
        let result = verify_json(&manifest, &base(proxy), options);
        assert_ne!(result.exit_code, Some(2));
        let expected: BTreeSet<String> = expected
            .iter()
            .filter(|request| !request.ends_with("/events"))
            .map(|&request| request.to_owned())
            .collect();
        assert_eq!(recorder.methods_and_paths(), expected);
    }
}

#[test]
fn no_more_requests_are_sent_at_once_than_the_option_says() {
    let address = serve();
    let manifest = one_route("[\"https://app.example.com\"]");
    for at_once in [1, 3] {
        let recorder = Arc::new(Recorder::default());
        let proxy = proxy::serve(address, Arc::clone(&recorder) as Arc<dyn Alteration>);
        verify_json(&manifest, &base(proxy), &["--at-once", &at_once.to_string()]);
        assert!(recorder.most.load(Ordering::SeqCst) <= at_once);
    }
}

/// No request of this command may put an answer into a cache that is served to others.
#[test]
fn headers_of_the_command_line_are_in_no_preflight_and_urls_are_fresh() {
    let recorder = Arc::new(Recorder::default());
    let proxy = proxy::serve(serve(), Arc::clone(&recorder) as Arc<dyn Alteration>);
    verify_json(
        &one_route("[\"https://app.example.com\"]"),
        &base(proxy),
        &["-H", "Authorization: Bearer 1"],
    );
    let requests = recorder.requests.lock().expect("no test panics");
    assert!(requests.len() > 10);
    for (request, headers) in requests.iter() {
        assert_eq!(headers.contains_key("authorization"), request.starts_with("GET"), "{request}");
    }
}

/// The manifest of the route `GET /users/{id}` with these origins.
pub(crate) fn one_route(origins: &str) -> String {
    format!(
        r#"[{{"methods":["GET"],"path":"/users/{{id}}","policy":{{"origins":{origins},"credentials":true,"max_age":600}},
            "dynamic":false,"preflights_never_reused":false,"reuse_prevented_by":null,"location":"src/lib.rs:1"}}]"#
    )
}

#[test]
fn a_body_without_an_end_is_not_read() {
    let result = verify_json(&manifest(), &base(serve()), &[]);
    result.assert_clean();
}

#[test]
fn what_cannot_be_checked_is_listed_with_the_option_that_tells_more() {
    let result = verify_json(&manifest(), &base(serve()), &["--max-origins", "0"]);
    let not_checked = result.not_checked().join("\n");
    for part in ["--env VERIFY_UNSET=VALUE", "--origin ORIGIN", "--send PUT,DELETE", "--max-origins"] {
        assert!(not_checked.contains(part), "{part}: {not_checked}");
    }
    let text = stdout(&verify(&manifest(), &base(serve()), &[]));
    assert!(text.contains("not checked:\n"), "{text}");
    let known = ["--env", "VERIFY_UNSET=https://app.example.com", "--send", "PUT,DELETE"];
    let result = verify_json(&manifest(), &base(serve()), &known);
    assert_eq!(result.not_checked().len(), 1, "{:?}", result.not_checked());
    // The variable is not set where the application runs.
    assert_eq!(result.exit_code, Some(1));
}

/// An `OriginSet` that is empty refuses what the command line says it allows.
#[test]
fn an_origin_of_the_command_line_has_to_be_allowed_where_the_manifest_does_not_tell() {
    let result = verify_json(&manifest(), &base(serve()), &["--origin", "https://tenant.example"]);
    let deviations = result.deviations();
    assert!(!deviations.is_empty());
    assert!(
        deviations.iter().all(|deviation| deviation["page"] == "https://tenant.example"),
        "{deviations:?}"
    );
    verify_json(&manifest(), &base(serve()), &["--refused-origin", "https://tenant.example"]).assert_clean();
}

#[test]
fn a_parameter_with_a_regular_expression_needs_a_value() {
    let manifest = one_route("[\"https://app.example.com\"]").replace("{id}", "{id:[a-z]{3}}");
    let result = verify_json(&manifest, &base(serve()), &[]);
    assert_eq!(result.not_checked().len(), 1);
    assert!(result.not_checked()[0].contains("--param id=VALUE"), "{:?}", result.not_checked());
    verify_json(&manifest, &base(serve()), &["--param", "id=abc"]).assert_clean();
}

#[test]
fn mistakes_in_the_command_line_and_in_the_manifest_have_an_exit_code_of_their_own() {
    let manifest = one_route("[\"https://app.example.com\"]");
    let url = "http://127.0.0.1:1";
    for (manifest, base, options, message) in [
        (&*manifest, "api.example.com", &[][..], "does not begin with http:// or https://"),
        (&manifest, "http://127.0.0.1:1/?a", &[], "has a query or a fragment"),
        (&manifest, "http://", &[], "is not the URL of a deployment"),
        ("{}", url, &[], "this is not the manifest of an application"),
        (&one_route("[\"https://app.example.com/\"]"), url, &[], "origin-trailing-slash"),
        (&manifest, url, &["--env", "NAME"], "write NAME=VALUE"),
        (&manifest, url, &["--origin", "app.example.com"], "write an origin as browsers send it"),
        (&manifest, url, &["--send", "PUT,P T"], "is not a method"),
        (&manifest, url, &["--header", "x"], "write `name: value`"),
        (&manifest, url, &["--at-once", "0"], "--at-once"),
    ] {
        let output = verify(manifest, base, options);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains(message), "{message}: {}", stderr(&output));
        assert!(output.stdout.is_empty());
    }
    let missing =
        Command::new(env!("CARGO_BIN_EXE_cors")).args(["verify", "/missing.json", "--base", url]).output();
    let missing = missing.expect("the command runs");
    assert_eq!(missing.status.code(), Some(2));
    assert!(stderr(&missing).contains("cannot read the manifest /missing.json"), "{}", stderr(&missing));
}

#[test]
fn a_deployment_that_cannot_be_asked_has_an_exit_code_of_its_own() {
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port is free").local_addr().expect("it is bound");
    let output = verify(&manifest(), &base(closed), &[]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(stderr(&output).contains("refused the connection"), "{}", stderr(&output));
}

/// A proxy that breaks off some connections.
pub(crate) struct BreaksOff;

impl Alteration for BreaksOff {
    fn request(&self, head: &mut Parts) -> Option<Response> {
        if head.method == "GET" {
            // The task of the connection ends, without a message of the panic.
            std::panic::resume_unwind(Box::new("the connection breaks off"));
        }
        None
    }
}

#[test]
fn requests_without_an_answer_are_listed_and_their_number_is_bounded() {
    let proxy = proxy::serve(serve(), Arc::new(BreaksOff));
    let manifest = one_route("[\"https://app.example.com\", \"https://admin.example.com\"]");
    let manifest = manifest.replace("https://admin.example.com", "https://app.example.com:8443");
    let result = verify_json(&manifest, &base(proxy), &["--at-once", "1"]);
    let unanswered = result.value["routes"][0]["unanswered"].as_array().expect("a list");
    assert_eq!(unanswered.len(), 20, "{unanswered:?}");
    assert!(result.value["not_sent"].as_u64() > Some(0));
    let output = verify(&manifest, &base(proxy::serve(serve(), Arc::new(BreaksOff))), &[]);
    assert!(stdout(&output).contains("not answered:\n"), "{}", stdout(&output));
}

/// Header values that would change the terminal or the table.
struct WritesControlCharacters;

impl Alteration for WritesControlCharacters {
    fn response(&self, _: &Parts, _: &mut StatusCode, headers: &mut HeaderMap) {
        let value =
            HeaderValue::from_bytes(b"https://\t\xc2\x9b31m\xe2\x80\xae|<&\"]]>\xff").expect("a value");
        headers.insert("access-control-allow-origin", value);
    }
}

#[test]
fn control_characters_of_servers_are_never_printed() {
    let proxy = proxy::serve(serve(), Arc::new(WritesControlCharacters));
    let manifest = one_route("[\"https://app.example.com\"]");
    let junit = temporary_path("xml");
    let text = stdout(&verify(&manifest, &base(proxy), &["--junit", junit.to_str().expect("UTF-8")]));
    let json = stdout(&verify(&manifest, &base(proxy), &["--json"]));
    let xml = fs::read_to_string(&junit).expect("the file is written");
    let _ = fs::remove_file(&junit);
    for output in [&text, &json, &xml] {
        assert!(output.contains("31m"), "{output}");
        assert!(!output.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}'), "{output:?}");
    }
    assert!(serde_json::from_str::<Value>(&json).is_ok());
    assert!(xml.contains("|&lt;&amp;&quot;]]&gt;"), "{xml}");
}

/// A proxy that lets every page read.
pub(crate) struct AllowsEveryPage;

impl Alteration for AllowsEveryPage {
    fn response(&self, _: &Parts, _: &mut StatusCode, headers: &mut HeaderMap) {
        headers.insert("access-control-allow-origin", HeaderValue::from_static("*"));
    }
}

#[test]
fn the_table_has_route_page_promise_answer_and_cause() {
    let proxy = proxy::serve(serve(), Arc::new(AllowsEveryPage));
    let manifest = one_route("[\"https://app.example.com\"]");
    let output = verify(&manifest, &base(proxy), &[]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    for part in [
        "| route",
        "likely cause",
        "GET /users/{id}",
        "src/lib.rs:1",
        "Access-Control-Allow-Origin:",
        "allow-origin-wider",
        "more",
        "1 deviation, with which pages can do more than the manifest says",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    // Without a terminal there is no progress bar.
    let total = format!(" requests to {}, at most 4 at once\n", base(proxy));
    assert!(stderr(&output).ends_with(&total) && stderr(&output).lines().count() == 1, "{}", stderr(&output));
}

#[test]
fn junit_has_a_case_for_each_route() {
    let junit = temporary_path("xml");
    let path = junit.to_str().expect("UTF-8");
    let proxy = proxy::serve(serve(), Arc::new(AllowsEveryPage));
    verify(&one_route("[\"https://app.example.com\"]"), &base(proxy), &["--junit", path]);
    let failed = fs::read_to_string(&junit).expect("the file is written");
    assert!(failed.contains("<testsuites tests=\"1\" failures=\"1\" errors=\"0\">"), "{failed}");
    assert!(failed.contains("<testcase classname=\"src/lib.rs:1\" name=\"GET /users/{id}\">"), "{failed}");
    assert!(failed.contains("<failure message=\"allow-origin-wider\">"), "{failed}");
    verify(&manifest(), &base(serve()), &["--junit", path]);
    let passed = fs::read_to_string(&junit).expect("the file is written");
    let _ = fs::remove_file(&junit);
    assert!(passed.contains("<testsuites tests=\"4\" failures=\"0\" errors=\"0\">"), "{passed}");
    assert!(passed.contains("<system-out>not checked: "), "{passed}");
}

#[test]
fn the_manifest_can_come_from_the_standard_input_and_the_base_can_have_a_path() {
    let nested = axum::Router::new().nest("/api/v1", app::routes().into_router());
    let address = tests::serve::axum(nested.fallback(|| async { StatusCode::NOT_FOUND.into_response() }));
    let mut command = Command::new(env!("CARGO_BIN_EXE_cors"));
    command.args(["verify", "-", "--base", &format!("http://{address}/api/v1/")]);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.stderr(std::process::Stdio::null()).spawn().expect("the command runs");
    std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), manifest().as_bytes())
        .expect("it reads");
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(stdout(&output).contains("no deviations: "), "{}", stdout(&output));
    // Without the prefix nothing is found.
    assert_eq!(verify_json(&manifest(), &base(address), &[]).exit_code, Some(1));
}
