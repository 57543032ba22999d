//! Proxies with a mistake: `docs/cli.md` has a row for each, with the kinds of deviations that are found and the likely cause.

use crate::docs::assert_recorded;
use crate::proxy::{self, Alteration};
use crate::run::{base, verify_json};
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::{env, fs};

mod app {
    use axum::http::StatusCode;
    use cors_runtime::axum::{Routes, cors, routes};

    #[cors(
        origins = ["https://app.example.com"],
        credentials,
        expose_headers = ["etag"],
        max_age = 600
    )]
    #[get("/me")]
    async fn me() {}

    #[cors(
        origins = ["https://app.example.com"],
        credentials,
        allow_headers = ["content-type"],
        max_age = 600
    )]
    #[put("/me")]
    async fn update_me() {}

    #[cors(origins = ["https://app.example.com"])]
    #[get("/split")]
    async fn split() {}

    #[cors(origins = ["https://admin.example.com"], max_age = 600)]
    #[put("/split")]
    async fn update_split() {}

    #[cors(origins = ["https://app.example.com"])]
    #[get("/items/{id}")]
    async fn item() -> StatusCode {
        StatusCode::NOT_FOUND
    }

    #[cors(origins = ["https://app.example.com"], enforce)]
    #[get("/protected")]
    async fn protected() {}

    #[cors(origins = ["https://app.example.com"], enforce(navigations, hosts = ["127.0.0.1:*"]))]
    #[get("/hosts")]
    async fn hosts() {}

    pub(super) fn routes() -> Routes {
        routes![me, update_me, split, update_split, item, protected, hosts]
    }
}

type AlterRequest = Box<dyn Fn(&mut Parts) -> Option<Response> + Send + Sync>;
type AlterResponse = Box<dyn Fn(&Parts, &mut StatusCode, &mut HeaderMap) + Send + Sync>;

/// A mistake of a proxy.
struct Planted {
    /// The first cell of its row in the docs.
    name: &'static str,
    request: Option<AlterRequest>,
    response: Option<AlterResponse>,
}

impl Alteration for Planted {
    fn request(&self, head: &mut Parts) -> Option<Response> {
        self.request.as_ref().and_then(|alter| alter(head))
    }

    fn response(&self, head: &Parts, status: &mut StatusCode, headers: &mut HeaderMap) {
        if let Some(alter) = &self.response {
            alter(head, status, headers);
        }
    }
}

const ALLOW_ORIGIN: &str = "access-control-allow-origin";
const LISTED: &str = "https://app.example.com";
/// The header in which a proxy keeps the `Origin` that it has replaced.
const REPLACED_ORIGIN: &str = "x-replaced-origin";

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn is_preflight(head: &Parts) -> bool {
    head.method == Method::OPTIONS && head.headers.contains_key("access-control-request-method")
}

/// Alters responses.
fn response(
    name: &'static str,
    alter: impl Fn(&Parts, &mut StatusCode, &mut HeaderMap) + Send + Sync + 'static,
) -> Planted {
    Planted { name, request: None, response: Some(Box::new(alter)) }
}

/// Alters the headers of responses.
fn headers(name: &'static str, alter: impl Fn(&mut HeaderMap) + Send + Sync + 'static) -> Planted {
    response(name, move |_, _, headers| alter(headers))
}

/// Alters the headers of answers that allow a page.
fn allowing(name: &'static str, alter: impl Fn(&mut HeaderMap) + Send + Sync + 'static) -> Planted {
    headers(name, move |headers| {
        if headers.contains_key(ALLOW_ORIGIN) {
            alter(headers);
        }
    })
}

/// Alters the headers of requests.
fn request(name: &'static str, alter: impl Fn(&mut HeaderMap) + Send + Sync + 'static) -> Planted {
    let alter = move |head: &mut Parts| {
        alter(&mut head.headers);
        None
    };
    Planted { name, request: Some(Box::new(alter)), response: None }
}

/// Answers preflights with a status and headers.
fn preflights(name: &'static str, status: u16, headers: &'static [(&'static str, &'static str)]) -> Planted {
    let answer = move |head: &mut Parts| is_preflight(head).then(|| respond(status, headers));
    Planted { name, request: Some(Box::new(answer)), response: None }
}

fn respond(status: u16, headers: &[(&'static str, &'static str)]) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    for (name, value) in headers {
        response.headers_mut().insert(*name, HeaderValue::from_static(value));
    }
    response
}

/// Decides about origins in place of the application: those for which `allows` is true are the listed one to it.
fn matching(name: &'static str, allows: impl Fn(&str) -> bool + Send + Sync + 'static) -> Planted {
    let replace = move |head: &mut Parts| {
        let origin = head.headers.get("origin").cloned()?;
        if origin.to_str().is_ok_and(&allows) {
            head.headers.insert(REPLACED_ORIGIN, origin);
            head.headers.insert("origin", HeaderValue::from_static(LISTED));
        }
        None
    };
    let restore = |head: &Parts, _: &mut StatusCode, headers: &mut HeaderMap| {
        if let Some(origin) = head.headers.get(REPLACED_ORIGIN)
            && headers.contains_key(ALLOW_ORIGIN)
        {
            headers.insert(ALLOW_ORIGIN, origin.clone());
        }
    };
    Planted { name, request: Some(Box::new(replace)), response: Some(Box::new(restore)) }
}

fn set(name: &'static str, value: &'static str) -> impl Fn(&mut HeaderMap) {
    move |headers| {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

fn remove(name: &'static str) -> impl Fn(&mut HeaderMap) {
    move |headers| {
        headers.remove(name);
    }
}

fn remove_cors(headers: &mut HeaderMap) {
    for name in [ALLOW_ORIGIN, "access-control-allow-credentials", "access-control-expose-headers"] {
        headers.remove(name);
    }
}

/// Stores the first answer to a `GET` for each URL.
fn cache(name: &'static str) -> Planted {
    type Stored = Arc<Mutex<HashMap<String, (StatusCode, HeaderMap)>>>;
    let stored = Stored::default();
    let reader = Arc::clone(&stored);
    let serve = move |head: &mut Parts| {
        let stored = reader.lock().expect("no test panics");
        let (status, headers) = stored.get(&head.uri.to_string()).filter(|_| head.method == Method::GET)?;
        let mut response = Response::new(Body::empty());
        *response.status_mut() = *status;
        *response.headers_mut() = headers.clone();
        response.headers_mut().insert(header::AGE, HeaderValue::from_static("7"));
        Some(response)
    };
    let store = move |head: &Parts, status: &mut StatusCode, headers: &mut HeaderMap| {
        if head.method == Method::GET {
            stored.lock().expect("no test panics").insert(head.uri.to_string(), (*status, headers.clone()));
        }
    };
    Planted { name, request: Some(Box::new(serve)), response: Some(Box::new(store)) }
}

fn planted() -> impl Iterator<Item = Planted> {
    about_origins().into_iter().chain(about_the_policy()).chain(about_requests())
}

/// Which page may read.
fn about_origins() -> Vec<Planted> {
    vec![
        headers("removes `Vary`", remove("vary")),
        headers("writes `Vary: Accept-Encoding` in place of `Vary`", set("vary", "Accept-Encoding")),
        cache("stores one answer for each URL"),
        preflights(
            "answers preflights by itself, with `*`",
            204,
            &[
                (ALLOW_ORIGIN, "*"),
                ("access-control-allow-methods", "GET, PUT"),
                ("access-control-allow-headers", "content-type"),
            ],
        ),
        headers("adds `Access-Control-Allow-Origin: *`", |headers| {
            headers.append(ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }),
        headers("sets `Access-Control-Allow-Origin: *`", set(ALLOW_ORIGIN, "*")),
        headers("sets one origin for all pages", set(ALLOW_ORIGIN, LISTED)),
        allowing("adds a slash to the origin", |headers| {
            let value = format!("{}/", text(headers, ALLOW_ORIGIN));
            headers.insert(ALLOW_ORIGIN, HeaderValue::from_str(&value).expect("a value"));
        }),
        response("allows every page", |head, status, headers| {
            if let Some(origin) = head.headers.get("origin") {
                headers.insert(ALLOW_ORIGIN, origin.clone());
                *status = if is_preflight(head) { StatusCode::NO_CONTENT } else { *status };
            }
        }),
        matching("compares only the beginning of origins", |origin| origin.starts_with(LISTED)),
        matching("compares only the end of origins", |origin| origin.ends_with("app.example.com")),
        matching("compares origins without case", |origin| origin.eq_ignore_ascii_case(LISTED)),
        matching("compares origins without the scheme", |origin| origin == "http://app.example.com"),
        matching("compares origins without the port", |origin| {
            origin.starts_with(LISTED) && origin[LISTED.len()..].starts_with(':')
        }),
        matching("compares with a regular expression whose `.` is not escaped", |origin| {
            origin == "https://appxexample.com"
        }),
        matching("allows subdomains of listed origins", |origin| origin.ends_with(".app.example.com")),
        matching("allows every subdomain of the parent domain", |origin| {
            origin.starts_with("https://") && origin.ends_with(".example.com") && !origin.contains("admin")
        }),
        matching("allows the parent domain", |origin| origin == "https://example.com"),
        matching("allows a dot behind the host", |origin| origin == "https://app.example.com."),
        matching("allows `null`", |origin| origin == "null"),
    ]
}

/// What a page that is allowed may do.
fn about_the_policy() -> Vec<Planted> {
    vec![
        headers("removes `Access-Control-Allow-Credentials`", remove("access-control-allow-credentials")),
        allowing("adds `Access-Control-Allow-Credentials`", set("access-control-allow-credentials", "true")),
        response("sets `Access-Control-Max-Age: 86400`", |head, _, headers| {
            if is_preflight(head) {
                set("access-control-max-age", "86400")(headers);
            }
        }),
        headers("removes `Access-Control-Max-Age`", remove("access-control-max-age")),
        headers("shortens `Access-Control-Max-Age`", |headers| {
            if text(headers, "access-control-max-age") == "600" {
                set("access-control-max-age", "60")(headers);
            }
        }),
        headers("removes `Access-Control-Expose-Headers`", remove("access-control-expose-headers")),
        response("exposes every header", |head, _, headers| {
            if !is_preflight(head) && headers.contains_key(ALLOW_ORIGIN) {
                set("access-control-expose-headers", "etag, x-secret")(headers);
            }
        }),
        response("sets its own `Access-Control-Allow-Methods`", |head, _, headers| {
            if is_preflight(head) && headers.contains_key(ALLOW_ORIGIN) {
                set("access-control-allow-methods", "GET, POST, PUT, DELETE, CORS-VERIFY")(headers);
            }
        }),
        headers("removes `Access-Control-Allow-Methods`", remove("access-control-allow-methods")),
        response("allows every request header", |head, _, headers| {
            if let Some(requested) = head.headers.get("access-control-request-headers")
                && headers.contains_key(ALLOW_ORIGIN)
            {
                headers.insert("access-control-allow-headers", requested.clone());
            }
        }),
        headers("removes `Access-Control-Allow-Headers`", remove("access-control-allow-headers")),
    ]
}

/// Which requests reach the route, and which answers come back from it.
fn about_requests() -> Vec<Planted> {
    vec![
        response("removes CORS headers from errors", |head, status, headers| {
            if !is_preflight(head) && status.as_u16() >= 400 {
                remove_cors(headers);
            }
        }),
        response("removes CORS headers from all responses", |head, _, headers| {
            if !is_preflight(head) {
                remove_cors(headers);
            }
        }),
        response("removes CORS headers and `Vary` from all responses", |head, _, headers| {
            if !is_preflight(head) {
                remove_cors(headers);
                headers.remove(header::VARY);
            }
        }),
        request("removes `Origin` from requests", remove("origin")),
        Planted {
            name: "redirects `GET` to a login",
            request: Some(Box::new(|head| {
                (head.method == Method::GET).then(|| respond(302, &[("location", "/login")]))
            })),
            response: None,
        },
        preflights("asks preflights for a login", 401, &[("www-authenticate", "Bearer")]),
        preflights("redirects preflights", 308, &[("location", "https://www.example.com/")]),
        preflights("answers preflights with 404", 404, &[("server", "gateway")]),
        preflights("answers preflights with 405", 405, &[("allow", "GET")]),
        preflights("answers preflights with 403", 403, &[]),
        preflights("answers preflights with a page", 200, &[("content-type", "text/html; charset=utf-8")]),
        preflights("answers preflights with 200 without CORS headers", 200, &[("allow", "GET, OPTIONS")]),
        Planted {
            name: "limits the number of requests",
            request: Some(Box::new(|_| Some(respond(429, &[])))),
            response: None,
        },
        Planted {
            name: "does not reach the application",
            request: Some(Box::new(|_| Some(respond(502, &[("server", "gateway")])))),
            response: None,
        },
        Planted {
            name: "has another prefix of paths",
            request: Some(Box::new(|_| Some(respond(404, &[])))),
            response: None,
        },
        request("removes `Sec-Fetch-Site` from requests", remove("sec-fetch-site")),
        Planted {
            name: "answers in place of the route, with every `Origin`",
            request: Some(Box::new(|head| {
                let origin = head.headers.get("origin").cloned().filter(|_| head.method == Method::GET);
                let mut response = respond(200, &[("vary", "Origin, Sec-Fetch-Site")]);
                response.headers_mut().insert(ALLOW_ORIGIN, origin?);
                Some(response)
            })),
            response: None,
        },
        request("replaces every `Host` by a listed one", set("host", "127.0.0.1:80")),
        response("refuses links of other sites", |head, status, _| {
            if text(&head.headers, "sec-fetch-mode") == "navigate" {
                *status = StatusCode::FORBIDDEN;
            }
        }),
        headers("removes `Cache-Control`", remove("cache-control")),
    ]
}

/// The table of the docs has for each proxy the kinds of deviations, and the cause that most of them have. `deviations.txt`
/// has every cause with the number of deviations of each kind. `BLESS=1` writes both.
#[test]
fn every_planted_deviation_is_found_and_named() {
    let application = tests::serve::axum(app::routes().into_router());
    let manifest = serde_json::to_string(&app::routes().manifest()).expect("a manifest is serialized");
    verify_json(&manifest, &base(application), &[]).assert_clean();

    let mut all = String::new();
    let mut table = "| a proxy that .. | kinds | likely cause |\n|---|---|---|\n".to_owned();
    for planted in planted() {
        let name = planted.name;
        let proxy = proxy::serve(application, Arc::new(planted));
        let result = verify_json(&manifest, &base(proxy), &[]);
        assert_eq!(result.exit_code, Some(1), "{name}: {:#}", result.value);
        let mut kinds = BTreeSet::new();
        let mut causes: BTreeMap<String, usize> = BTreeMap::new();
        let mut numbers: BTreeMap<(String, String), usize> = BTreeMap::new();
        for deviation in result.deviations() {
            let [kind, cause] =
                ["kind", "cause"].map(|key| deviation[key].as_str().expect("a text").to_owned());
            kinds.insert(format!("`{kind}`"));
            *causes.entry(cause.clone()).or_default() += 1;
            *numbers.entry((kind, cause)).or_default() += 1;
        }
        let _ = writeln!(all, "{name}");
        for ((kind, cause), number) in numbers {
            let _ = writeln!(all, "    {number} {kind}: {cause}");
        }
        let kinds: Vec<String> = kinds.into_iter().collect();
        // Of equally frequent causes this is the first one.
        let (cause, _) = causes.iter().rev().max_by_key(|(_, count)| **count).expect("there is a deviation");
        let _ = writeln!(table, "| {name} | {} | {cause} |", kinds.join(", "));
    }
    assert_recorded("deviations", |_| table.clone());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify/deviations.txt");
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &all).expect("the file can be written");
    }
    let recorded = fs::read_to_string(&path).expect("the recorded deviations");
    assert!(recorded == all, "{} is not what is found:\n{all}", path.display());
}
