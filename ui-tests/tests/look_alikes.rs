//! Policies that look like mistakes but are valid compile without a warning, in both frameworks.

mod support;

use std::fmt::Write as _;
use support::project::Workspace;

/// The options of a valid `#[cors(..)]` attribute each.
#[rustfmt::skip]
const VALID: &[&str] = &[
    // Ports.
    r#"origins = ["https://app.example.com:1"]"#,
    r#"origins = ["https://app.example.com:65535"]"#,
    r#"origins = ["http://app.example.com:443"]"#,
    r#"origins = ["https://app.example.com:80"]"#,
    r#"origins = ["https://app.example.com:8443"]"#,
    r#"origins = ["https://app.example.com:*"]"#,
    r#"origins = ["http://*.example.com:8080"]"#,
    r#"origins = ["https://a.example", "https://a.example:8443", "http://a.example"]"#,
    // Host names.
    r#"origins = ["https://xn--bcher-kva.example"]"#,
    r#"origins = ["https://*.xn--bcher-kva.example"]"#,
    r#"origins = ["https://a_b.example"]"#,
    r#"origins = ["https://_dmarc.example"]"#,
    r#"origins = ["https://a.example."]"#,
    r#"origins = ["https://a.example", "https://a.example."]"#,
    r#"origins = ["https://a.b.c.d.e.f.g.h.i.j.k.l.m.example.com"]"#,
    r#"origins = ["https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example"]"#,
    r#"origins = ["https://1.example"]"#,
    r#"origins = ["https://123.456.example"]"#,
    r#"origins = ["https://0x7f.example"]"#,
    r#"origins = ["https://a--b.example"]"#,
    r#"origins = ["https://null.example"]"#,
    r#"origins = ["https://intranet"]"#,
    r#"origins = ["http://printer.corp"]"#,
    r#"origins = ["https://com"]"#,
    r#"origins = ["https://co.uk"]"#,
    r#"origins = ["https://github.io"]"#,
    // Addresses.
    r#"origins = ["http://127.0.0.1:8080"]"#,
    r#"origins = ["https://[2001:db8::1]"]"#,
    r#"origins = ["https://[2001:db8::1]:8443"]"#,
    r#"origins = ["http://[::1]:*"]"#,
    r#"origins = ["https://[::ffff:7f00:1]"]"#,
    r#"origins = ["https://192.168.0.1"]"#,
    r#"origins = ["http://0.0.0.0:3000"]"#,
    // Patterns.
    r#"origins = ["https://*.example.com"]"#,
    r#"origins = ["https://*.example.com", "https://example.com"]"#,
    r#"origins = ["https://*.acme.github.io"]"#,
    r#"origins = ["https://*.example.co.uk"]"#,
    r#"origins = ["http://*.corp"]"#,
    r#"origins = ["http://*.localhost:*"], credentials"#,
    r#"origins = ["http://localhost:*", "http://*.localhost:*", "http://127.0.0.1:*"], credentials"#,
    r#"origins = ["http://localhost:*", "https://localhost:3000"]"#,
    r#"origins = ["https://*.example.com", "https://*.example.com:8443"]"#,
    r#"origins = ["https://*.com"], danger(public_suffixes)"#,
    r#"origins = ["*"]"#,
    r#"origins = [env("ORIGINS", or_any)]"#,
    r#"origins = [env("ORIGINS", or_any)], allow_headers = ["*"], expose_headers = ["*"]"#,
    r#"origins = ["https://a.example"], dev_origins = [env("ORIGINS", or_any)]"#,
    // Schemes.
    r#"origins = ["capacitor://localhost", "ionic://localhost", "tauri://localhost"], credentials"#,
    r#"origins = ["chrome-extension://abcdefghijklmnopabcdefghijklmnop"], credentials"#,
    r#"origins = ["moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc"]"#,
    r#"origins = ["app://MyHost"]"#,
    r#"origins = ["web+app.v2://localhost"]"#,
    // Plain `http`.
    r#"origins = ["http://app.example.com"]"#,
    r#"origins = ["http://localhost"], credentials"#,
    r#"origins = ["http://app.localhost"], credentials"#,
    r#"origins = ["http://127.8.9.1:3000"], credentials"#,
    r#"origins = ["http://app.example.com"], credentials, danger(insecure_origins)"#,
    r#"origins = ["http://localhost:3000"], dev_origins = ["http://localhost:*"]"#,
    r#"origins = ["https://a.example"], dev_origins = ["http://localhost:3000"], credentials"#,
    // Header names that only begin like a forbidden one.
    r#"origins = ["*"], allow_headers = ["secret", "sec", "security-token"]"#,
    r#"origins = ["*"], allow_headers = ["proxied-by", "proxy", "x-proxy-id"]"#,
    r#"origins = ["*"], allow_headers = ["cookies", "x-cookie", "hostname", "dated", "origin-id", "teapot"]"#,
    r#"origins = ["*"], allow_headers = ["access-control", "access-controls", "varying", "server-timing"]"#,
    r#"origins = ["*"], allow_headers = ["Content-Type", "ACCEPT", "Range", "user-agent"]"#,
    r#"origins = ["*"], allow_headers = ["*", "Authorization"]"#,
    r#"origins = ["https://a.example"], credentials, allow_headers = any"#,
    r#"origins = ["*"], allow_headers = ["any", "null"], expose_headers = []"#,
    r#"origins = ["*"], expose_headers = ["*"]"#,
    r#"origins = ["*"], expose_headers = ["set-cookies", "date", "server", "vary", "www-authenticate", "via"]"#,
    r#"origins = ["*"], allow_headers = ["a!#$%&'+.^_`|~"]"#,
    // Hosts of `enforce`.
    r#"origins = ["https://a.example"], enforce(navigations)"#,
    r#"origins = ["https://a.example"], enforce(r#hosts = ["api.a.example", "localhost:*", "127.0.0.1:3000", "[::1]:*"], navigations,),"#,
    r#"origins = ["https://a.example"], enforce(hosts = ["intranet", "my_app.example:8080", "http:8443", "xn--bcher-kva.example"])"#,
    r#"origins = ["https://a.example"], enforce(hosts = ["localhost", "localhost:3000", "localhost:3001"])"#,
    // Numbers, flags, and other ways to write a literal or a key.
    r#"origins = ["*"], max_age = 0"#,
    r#"origins = ["*"], max_age = 86400"#,
    r#"origins = ["*"], max_age = 0x1_51_80u32"#,
    r##"origins = [r"https://a.example", r#"https://b.example"#, "https://\x63.example"],"##,
    r#"r#origins = ["https://a.example",], r#enforce, r#credentials,"#,
    r#"enforce, max_age = 600, origins = ["https://*.a.example"], dev_origins = ["*"]"#,
];

/// Route attributes that are valid in both frameworks, except for the last one.
#[rustfmt::skip]
const ROUTES: &[&str] = &[
    r#"#[get("/")]"#, r#"#[put("/users/{id}")]"#, r#"#[head("/files/{a}/{b}")]"#,
    r#"#[route("/route", method = "GET", method = "PATCH")]"#, r#"#[delete("/a_b-c.d~e/%20/{{")]"#,
];

#[test]
fn valid_policies_that_look_like_mistakes_compile_without_a_warning() {
    assert!(VALID.len() >= 70, "{}", VALID.len());
    // Only axum has `{{` as an escaped brace: actix-web gets the list without the last path.
    let axum = source("axum", ROUTES, "axum::Router::<()>::new().merge(routes![handler])");
    let actix = source("actix", &ROUTES[..4], "actix_web::App::new().service(routes![handler])");
    let mut workspace = Workspace::new("look-alikes");
    workspace.package("look-alikes", "cors-runtime", &[("in_axum", &axum), ("in_actix", &actix)]);
    let found: Vec<_> = workspace.check().into_iter().map(|diagnostic| diagnostic.rendered).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn source(framework: &str, routes: &[&str], register: &str) -> String {
    let mut source =
        "#![warn(missing_docs, unused_qualifications, unused_lifetimes)]\n//! Valid policies.\n\n".to_owned();
    for (number, options) in VALID.iter().enumerate() {
        let route = routes[number % routes.len()];
        let word = route.trim_start_matches("#[").split('(').next().unwrap_or_default();
        let import = if framework == "actix" { format!("use actix_web::{word};\n") } else { String::new() };
        write!(
            source,
            "mod valid_{number} {{\n{import}use cors_runtime::{framework}::{{cors, routes}};\n\n\
             #[cors({options})]\n{route}\nasync fn handler() -> &'static str {{\n    \"hello\"\n}}\n\n\
             pub(crate) fn register() {{\n    let _ = {register};\n}}\n}}\n\n"
        )
        .expect("writing to a string cannot fail");
    }
    source.push_str("fn main() {\n");
    for number in 0..VALID.len() {
        writeln!(source, "    valid_{number}::register();").expect("writing to a string cannot fail");
    }
    source.push_str("}\n");
    source
}
