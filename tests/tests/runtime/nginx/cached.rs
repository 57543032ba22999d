//! `proxy_cache`: a shared cache stores one answer for each origin, because every answer has `Vary: Origin`.

use crate::servers;
use std::net::SocketAddr;
use tests::nginx::Nginx;

mod in_axum {
    use axum::http::header::CACHE_CONTROL;
    use cors_runtime::axum::{Routes, cors, routes};

    #[cors(origins = ["https://a.example", "https://b.example"], credentials)]
    #[get("/")]
    async fn root() -> ([(axum::http::HeaderName, &'static str); 1], &'static str) {
        ([(CACHE_CONTROL, "public, max-age=60")], "news")
    }

    pub(super) fn app() -> Routes {
        routes![root]
    }
}

mod in_actix {
    use actix_web::{HttpResponse, get};
    use cors_runtime::actix::{Routes, cors, routes};

    #[cors(origins = ["https://a.example", "https://b.example"], credentials)]
    #[get("/")]
    async fn root() -> HttpResponse {
        HttpResponse::Ok().insert_header(("cache-control", "public, max-age=60")).body("news")
    }

    pub(super) fn app() -> Routes {
        routes![root]
    }
}

const CACHE: &str = "proxy_cache_path cache keys_zone=answers:1m;";
const CACHED: &str = "proxy_cache answers;\nproxy_cache_key $request_uri;\n\
                      add_header X-Cache $upstream_cache_status;";

/// Sends a request through nginx. Returns `Access-Control-Allow-Origin` of the answer, and whether nginx had it in its
/// cache.
fn ask(address: SocketAddr, origin: &str) -> (String, String) {
    let origin = format!("Origin: {origin}");
    let lines = if origin.len() > "Origin: ".len() { vec!["Host: a", &*origin] } else { vec!["Host: a"] };
    let answer = servers::answer(address, "GET", &lines);
    let value = |name: &str| {
        let mut lines = answer.lines().filter_map(|line| line.split_once(": "));
        lines.find(|line| line.0.eq_ignore_ascii_case(name)).map(|line| line.1.to_owned()).unwrap_or_default()
    };
    assert!(answer.ends_with("news"), "{answer}");
    (value("access-control-allow-origin"), value("x-cache"))
}

fn answers(name: &str, upstream: SocketAddr, lines: &str, origins: &[&str]) -> Option<Vec<(String, String)>> {
    let nginx = Nginx::start(name, upstream, CACHE, &format!("{CACHED}\n{lines}"))?;
    Some(origins.iter().map(|origin| ask(nginx.address, origin)).collect())
}

const A: &str = "https://a.example";
const B: &str = "https://b.example";
const EVIL: &str = "https://evil.example";

#[test]
fn the_cache_of_nginx_stores_an_answer_for_each_origin() {
    let upstreams = [servers::axum(in_axum::app().into_router()), servers::actix(in_actix::app)];
    for (number, upstream) in upstreams.into_iter().enumerate() {
        let name = format!("cached-{number}");
        // The request without `Origin` comes first, because a server often forgets `Vary` in its answer.
        let Some(answers) = answers(&name, upstream, "", &["", A, B, A, B, EVIL, EVIL, ""]) else { return };
        let expected = [
            ("", "MISS"),
            (A, "MISS"),
            (B, "MISS"),
            (A, "HIT"),
            (B, "HIT"),
            ("", "MISS"),
            ("", "HIT"),
            ("", "HIT"),
        ];
        assert_eq!(answers, expected.map(|(origin, cache)| (origin.to_owned(), cache.to_owned())), "{name}");
    }
}

/// The configuration makes nginx ignore `Vary`, to show what the other test prevents.
#[test]
fn without_vary_nginx_gives_one_origin_the_answer_of_another() {
    let upstream = servers::axum(in_axum::app().into_router());
    let lines = "proxy_ignore_headers Vary;";
    let Some(answers) = answers("cached-without-vary", upstream, lines, &[A, B]) else { return };
    assert_eq!(answers, [(A, "MISS"), (A, "HIT")].map(|(a, b)| (a.to_owned(), b.to_owned())));
}
