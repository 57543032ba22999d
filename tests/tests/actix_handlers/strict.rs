//! Handlers of another crate, which denies most lints: `strict_actix.rs` of the library.

use crate::{allowed, ask};
use actix_web::web;
use cors_runtime::actix::routes;
use tests::strict_actix;

#[actix_web::test]
async fn handlers_of_another_crate_answer() {
    let app = || web::scope("").configure(strict_actix::app);
    assert_eq!(ask(app(), "GET", "/me").await, allowed(200));
    assert_eq!(ask(app(), "PUT", "/private/too").await, allowed(200));
    assert_eq!(ask(app(), "DELETE", "/private").await, allowed(200));
    assert_eq!(ask(strict_actix::me, "GET", "/me").await, allowed(200));
    let app = routes![strict_actix::me, strict_actix::documented];
    assert_eq!(ask(app, "PUT", "/documented").await, allowed(200));
}
