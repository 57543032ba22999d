//! Tests of both routes with both frameworks.

use actix_web::test as actix_test;
use axum::body::Body;
use axum::http::{Method, Request};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};
use tenants::customers::Customers;
use tenants::partners::{PARTNERS, load, watch};
use tenants::{actix_app, axum_app};
use tower::ServiceExt as _;

fn customers() -> Customers {
    let customers = Customers::new().unwrap();
    customers.add("https://customer.example").unwrap();
    customers
}

/// The status and the `Access-Control-Allow-Origin` of the response to a request, and of the response to its preflight.
type Answers = [(u16, Option<String>); 2];

fn axum(path: &str, origin: &str) -> Answers {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    [Method::GET, Method::OPTIONS].map(|method| {
        let request = Request::builder().method(method).uri(path).header("origin", origin);
        let request = request.header("access-control-request-method", "GET").body(Body::empty()).unwrap();
        let response = runtime.block_on(axum_app::app(customers()).oneshot(request)).unwrap();
        let allowed = response.headers().get("access-control-allow-origin");
        (response.status().as_u16(), allowed.map(|value| value.to_str().unwrap().to_owned()))
    })
}

fn actix(path: &str, origin: &str) -> Answers {
    use actix_web::http::Method;

    actix_web::rt::System::new().block_on(async {
        let app = actix_web::App::new().configure(actix_app::app(customers()));
        let app = actix_test::init_service(app).await;
        let mut answers = Vec::new();
        for method in [Method::GET, Method::OPTIONS] {
            let request = actix_test::TestRequest::default().method(method).uri(path);
            let request = request
                .insert_header(("origin", origin))
                .insert_header(("access-control-request-method", "GET"));
            let response = actix_test::call_service(&app, request.to_request()).await;
            let allowed = response.headers().get("access-control-allow-origin");
            answers
                .push((response.status().as_u16(), allowed.map(|value| value.to_str().unwrap().to_owned())));
        }
        answers.try_into().unwrap()
    })
}

fn check(path: &str, origin: &str, allowed: bool) {
    let expected = allowed.then(|| origin.to_owned());
    let expected = [(200, expected.clone()), (if allowed { 204 } else { 403 }, expected)];
    assert_eq!(axum(path, origin), expected, "axum {path} {origin}");
    assert_eq!(actix(path, origin), expected, "actix {path} {origin}");
}

#[test]
fn customers_are_rows() {
    check("/orders", "https://customer.example", true);
    check("/orders", "http://customer.example", false);
    check("/orders", "https://other.example", false);
    check("/orders", "https://customer.example.evil.example", false);
    check("/orders", "null", false);
}

/// This is a single test, because the set of partners is a `static`.
#[test]
fn partners_are_lines_of_a_file_that_may_change() {
    let directory = env::temp_dir().join(format!("cors-tenants-{}", process::id()));
    fs::create_dir_all(&directory).unwrap();
    let file: PathBuf = directory.join("partners.txt");

    fs::write(&file, "# partners\n\nhttps://one.example\n").unwrap();
    let watcher = watch(&file).unwrap();
    check("/stock", "https://one.example", true);
    check("/stock", "https://two.example", false);

    fs::write(&file, "https://two.example\nhttps://*.three.example\n").unwrap();
    wait_for("https://two.example");
    check("/stock", "https://two.example", true);
    check("/stock", "https://a.three.example", true);
    check("/stock", "https://one.example", false);

    // Some editors write a new file and rename it.
    let other = directory.join("partners.new");
    fs::write(&other, "https://four.example\n").unwrap();
    fs::rename(&other, &file).unwrap();
    wait_for("https://four.example");
    check("/stock", "https://two.example", false);

    drop(watcher);
    fs::write(&file, "https://five.example\nhttps://six.example/\n*\n").unwrap();
    let error = load(&file).unwrap_err().to_string();
    assert!(error.contains("[origin-trailing-slash]") && error.contains("[origin-shadowed]"), "{error}");
    check("/stock", "https://four.example", true);
    check("/stock", "https://five.example", false);
    fs::remove_dir_all(directory).unwrap();
}

fn wait_for(origin: &str) {
    let start = Instant::now();
    while !PARTNERS.contains(origin) {
        assert!(start.elapsed() < Duration::from_secs(60), "the watcher did not notice the change");
        thread::sleep(Duration::from_millis(10));
    }
}
