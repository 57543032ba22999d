//! A deployment without deviations, with and without a proxy.

use crate::apps::{PARTNERS, in_actix, in_axum};
use crate::proxy::{self, Honest};
use crate::run::{base, verify_json};
use std::sync::Arc;

fn env() -> String {
    format!("{}={}", PARTNERS.0, PARTNERS.1)
}

#[test]
fn axum_has_no_deviation() {
    let address = tests::serve::axum(in_axum::app());
    let manifest = in_axum::manifest();
    verify_json(&manifest, &base(address), &[]).assert_clean();
    verify_json(&manifest, &base(address), &["--env", &env()]).assert_clean();
    verify_json(&manifest, &base(address), &["--send", "POST,PUT,PATCH,DELETE"]).assert_clean();
}

#[test]
fn actix_web_has_no_deviation() {
    let address = tests::serve::actix(in_actix::app);
    let manifest = in_actix::manifest();
    verify_json(&manifest, &base(address), &[]).assert_clean();
    verify_json(&manifest, &base(address), &["--env", &env()]).assert_clean();
    verify_json(&manifest, &base(address), &["--send", "POST,PUT,PATCH,DELETE"]).assert_clean();
}

#[test]
fn an_honest_proxy_has_no_deviation() {
    for (address, manifest) in [
        (tests::serve::axum(in_axum::app()), in_axum::manifest()),
        (tests::serve::actix(in_actix::app), in_actix::manifest()),
    ] {
        let proxy = proxy::serve(address, Arc::new(Honest));
        verify_json(&manifest, &base(proxy), &["--env", &env()]).assert_clean();
    }
}
