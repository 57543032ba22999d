//! `enforce` behind nginx: a request of the server's own page is recognised by the host that the proxy reports.

use crate::{enforce, servers};
use std::net::SocketAddr;
use tests::nginx::Nginx;

fn upstreams() -> [SocketAddr; 2] {
    [servers::axum(enforce::axum_routes().into_router()), servers::actix(enforce::actix_routes)]
}

/// Sends requests through nginx to `own.example`, with the `Origin` of each case.
fn check(name: &str, lines: &str, cases: &[(&str, u16)]) {
    for (number, upstream) in upstreams().into_iter().enumerate() {
        let Some(nginx) = Nginx::start(&format!("{name}-{number}"), upstream, "", lines) else { return };
        for (origin, expected) in cases {
            let status = servers::status(nginx.address, &["Host: own.example", &format!("Origin: {origin}")]);
            assert_eq!(status, *expected, "{name} {origin}");
        }
        // nginx passes on `Sec-Fetch-Site`, which decides alone if a browser sends it.
        let own = ["Host: own.example", "Origin: https://other.example", "Sec-Fetch-Site: same-origin"];
        assert_eq!(servers::status(nginx.address, &own), 200, "{name}");
        let other = ["Host: own.example", "Origin: https://own.example", "Sec-Fetch-Site: same-site"];
        assert_eq!(servers::status(nginx.address, &other), 403, "{name}");
    }
}

const EVIL: (&str, u16) = ("https://evil.example", 403);
const LISTED: (&str, u16) = ("https://app.example", 200);

#[test]
fn own_pages_get_in_if_nginx_passes_on_the_host() {
    let cases = [LISTED, EVIL, ("https://own.example", 200), ("http://own.example", 200)];
    check("host", "proxy_set_header Host $host;", &cases);
}

#[test]
fn own_pages_need_https_if_nginx_reports_https_in_x_forwarded_proto() {
    let lines = "proxy_set_header Host $host;\nproxy_set_header X-Forwarded-Proto https;";
    check("proto", lines, &[LISTED, EVIL, ("https://own.example", 200), ("http://own.example", 403)]);
}

#[test]
fn own_pages_get_in_if_nginx_reports_the_host_in_x_forwarded_host() {
    let lines = "proxy_set_header X-Forwarded-Host $host;\nproxy_set_header X-Forwarded-Proto https;";
    check(
        "forwarded-host",
        lines,
        &[LISTED, EVIL, ("https://own.example", 200), ("http://own.example", 403)],
    );
}

#[test]
fn own_pages_get_in_if_nginx_reports_the_host_in_forwarded() {
    let lines = "proxy_set_header Forwarded \"for=$remote_addr;host=$host;proto=https\";";
    check("forwarded", lines, &[LISTED, EVIL, ("https://own.example", 200), ("http://own.example", 403)]);
}

/// By default nginx replaces `Host` by the address of the upstream server. The policy then has to list the server's own
/// origin.
#[test]
fn own_pages_are_refused_if_nginx_reports_no_host() {
    check("hidden", "", &[LISTED, EVIL, ("https://own.example", 403)]);
}
