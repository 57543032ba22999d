//! The manifests of the examples and their servers.

use crate::run::{base, verify_json};

#[test]
fn the_examples_answer_as_their_manifests_promise() {
    let user = || axum_api::User { name: "Ada".to_owned() };
    let manifest = serde_json::to_string(&axum_api::manifest()).expect("a manifest is serialized");
    verify_json(&manifest, &base(tests::serve::axum(axum_api::api(user()))), &[]).assert_clean();

    let user = || actix_api::User { name: "Ada".to_owned() };
    let manifest = serde_json::to_string(&actix_api::manifest()).expect("a manifest is serialized");
    verify_json(&manifest, &base(tests::serve::actix(actix_api::api(user()))), &[]).assert_clean();
}
