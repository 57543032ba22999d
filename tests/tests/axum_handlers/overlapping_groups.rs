//! Two groups on one path: axum's own panic, which the documentation quotes, and its cure.

use crate::{allowed, ask, preflight};
use axum::Router;
use axum::routing::{MethodRouter, options};
use cors_runtime::axum::{cors, methods, routes};
use std::panic::{UnwindSafe, catch_unwind};

/// What axum says about two routers that both have a group with the path.
const SAME_PATH: &str = "Overlapping method route. Handler for `OPTIONS /me` already exists";

/// What axum says about two method routers.
const SAME_METHOD_ROUTER: &str =
    "Overlapping method route. Cannot merge two method routes that both define `OPTIONS`";

#[cors(origins = ["https://app.example"])]
#[get("/me")]
async fn me() {}

#[cors(origins = ["https://app.example"])]
#[put("/me")]
async fn update_me() {}

#[cors(origins = ["https://app.example"])]
async fn read() {}

#[cors(origins = ["https://app.example"])]
async fn write() {}

fn panic_of<T>(build: impl FnOnce() -> T + UnwindSafe) -> String {
    let Err(payload) = catch_unwind(build) else { panic!("axum accepts two groups on one path") };
    let text = payload.downcast_ref::<String>().cloned();
    text.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

#[test]
fn axum_panics_with_the_text_that_the_documentation_quotes() {
    assert_eq!(panic_of(|| Router::<()>::new().merge(routes![me]).merge(routes![update_me])), SAME_PATH);
    let routed_twice = || {
        let first: MethodRouter = methods![get(read)];
        Router::new().route("/me", first).route("/me", methods![put(write)])
    };
    assert_eq!(panic_of(routed_twice), SAME_PATH);
    let own_handler = || Router::<()>::new().merge(routes![me]).route("/me", options(async || ""));
    assert_eq!(panic_of(own_handler), SAME_PATH);
    let merged = || {
        let first: MethodRouter = methods![get(read)];
        first.merge(methods![put(write)])
    };
    assert_eq!(panic_of(merged), SAME_METHOD_ROUTER);
    for (path, text) in [
        // `routes!` and `methods!`
        ("cors-runtime/src/axum/mod.rs", SAME_PATH),
        ("cors-runtime/src/axum/mod.rs", SAME_METHOD_ROUTER),
        // `Routes::merge`
        ("cors-runtime/src/axum/routes.rs", SAME_PATH),
        ("cors-runtime/docs/debugging.md", SAME_PATH),
        ("cors-runtime/docs/debugging.md", SAME_METHOD_ROUTER),
        ("docs/coming-from.md", SAME_PATH),
    ] {
        let file = std::fs::read_to_string(format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        assert!(file.contains(text), "{path} does not quote: {text}");
    }
}

#[tokio::test]
async fn one_group_one_merge_of_groups_or_one_methods_is_the_cure() {
    let together: Router = routes![me, update_me].into();
    let merged: Router = routes![me].merge(routes![update_me]).into();
    let by_hand: Router = Router::new().route("/me", methods![get(read), put(write)]);
    for app in [together, merged, by_hand] {
        for method in ["GET", "PUT"] {
            assert_eq!(preflight(app.clone(), method, "/me").await, allowed(204));
            assert_eq!(ask(app.clone(), method, "/me").await, allowed(200));
        }
    }
}
