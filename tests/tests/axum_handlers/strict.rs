//! Handlers of another crate, which denies most lints: `strict_axum.rs` of the library.

use crate::{allowed, ask};
use tests::strict_axum;

#[tokio::test]
async fn handlers_of_another_crate_answer() {
    assert_eq!(ask(strict_axum::app(), "GET", "/me").await, allowed(200));
    let app = cors_runtime::axum::routes![strict_axum::me, strict_axum::documented];
    assert_eq!(ask(app, "PUT", "/documented").await, allowed(200));
    assert_eq!(strict_axum::me().await, "Ada");
}
