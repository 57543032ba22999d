//! A deployment without deviations, with and without a proxy.

use crate::apps::{PARTNERS, in_actix, in_axum, with_partners};
use crate::proxy::{self, Honest};
use crate::run::{base, verify_json};
use std::net::SocketAddr;
use std::sync::Arc;

/// Both applications, each with its manifest.
fn deployments() -> [(SocketAddr, String); 2] {
    [
        (tests::serve::axum(in_axum::app()), in_axum::manifest()),
        (tests::serve::actix(in_actix::app), in_actix::manifest()),
    ]
}

#[test]
fn there_are_no_deviations() {
    with_partners(|| {
        for (address, manifest) in deployments() {
            verify_json(&manifest, &base(address), &[]).assert_clean();
        }
    });
}

/// The environment, origins that the manifest does not list, and requests with side effects.
#[test]
fn there_are_none_with_everything_that_the_command_line_can_add() {
    let env = format!("{}={}", PARTNERS.0, PARTNERS.1);
    with_partners(|| {
        for (address, manifest) in deployments() {
            let options = [
                "--env",
                &env,
                "--send",
                "POST,PUT,PATCH,DELETE",
                "--refused-origin",
                "https://refused.example",
                "--param",
                "id=a b",
                "--header",
                "x-token: 1",
                "--at-once",
                "8",
            ];
            verify_json(&manifest, &base(address), &options).assert_clean();
        }
    });
}

#[test]
fn an_honest_proxy_adds_none() {
    let env = format!("{}={}", PARTNERS.0, PARTNERS.1);
    with_partners(|| {
        for (address, manifest) in deployments() {
            let proxy = proxy::serve(address, Arc::new(Honest));
            verify_json(&manifest, &base(proxy), &["--env", &env]).assert_clean();
        }
    });
}
