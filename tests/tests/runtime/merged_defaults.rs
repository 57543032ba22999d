//! axum: merged routers that share a path and have a default policy each.
//!
//! axum calls the layers of the handler for a method, and for all other methods those of the path's fallback (405). If
//! routers are merged, it keeps the fallback of the one that comes last. A layer learns neither which methods its router has
//! on the path, nor that there is another router: axum adds `Allow` outside of the layers.

use axum::Router;
use axum::routing::{delete, get};
use cors_runtime::Policy;
use cors_runtime::axum::{PolicyLayer, cors, policy, routes};
use tests::ask::{self, Answer, Ask};

const ADMIN: &str = "https://admin.example";
const STRANGER: &str = "https://stranger.example";

static ADMINS: Policy = policy!(origins = ["https://admin.example"]);
static EVERYBODY: Policy = policy!(origins = ["*"]);

fn admins() -> Router {
    Router::new().route("/m", delete(async || "deleted"))
}

fn everybody() -> Router {
    Router::new().route("/m", get(async || "read"))
}

fn default_policy(policy: &'static Policy, methods: &[&str]) -> PolicyLayer {
    PolicyLayer::new(policy).methods(methods)
}

/// Whether a browser sends a request with this method after the answer to its preflight.
fn is_allowed(answer: &Answer, origin: &str, method: &str) -> bool {
    let listed = answer.header("access-control-allow-methods").unwrap_or_default();
    answer.status == 204
        && answer.allowed().is_some_and(|allowed| allowed == "*" || allowed == origin)
        && listed.split(", ").any(|name| name == method)
}

/// The limit, which the documentation of `PolicyLayer::methods` and SECURITY.md describe.
#[test]
fn the_default_policy_of_the_router_that_is_merged_last_answers_for_all_methods_of_a_shared_path() {
    let merged = |methods_of_everybody: &[&str]| {
        let everybody = everybody().layer(default_policy(&EVERYBODY, methods_of_everybody));
        ask::axum(admins().layer(default_policy(&ADMINS, &["DELETE"])).merge(everybody))
    };
    let preflight = |origin| Ask::preflight("DELETE", "/m").origin(origin);
    // A method that is not routed in its own router opens the other router.
    let mut app = merged(&["GET", "DELETE"]);
    assert!(is_allowed(&app(&preflight(STRANGER)), STRANGER, "DELETE"));
    assert_eq!(app(&Ask::new("DELETE", "/m").origin(STRANGER)).body, "deleted");
    // With the methods of its own router it opens nothing. But the pages of the other default policy are refused as well.
    let mut app = merged(&["GET"]);
    for origin in [STRANGER, ADMIN] {
        assert!(!is_allowed(&app(&preflight(origin)), origin, "DELETE"), "{origin}");
    }
}

#[test]
fn merged_routers_with_an_annotated_path_are_not_opened_by_a_default_policy() {
    #[cors(policy = ADMINS)]
    #[delete("/m")]
    async fn delete_m() -> &'static str {
        "deleted"
    }

    let default = || default_policy(&EVERYBODY, &["GET", "DELETE"]);
    let annotated = || Router::from(routes![delete_m]);
    for app in [
        annotated().merge(everybody().layer(default())),
        everybody().layer(default()).merge(annotated()),
        annotated().merge(everybody()).layer(default()),
    ] {
        let mut app = ask::axum(app);
        let answer = app(&Ask::preflight("DELETE", "/m").origin(STRANGER));
        assert_eq!((answer.status, answer.allowed()), (403, None));
        assert!(is_allowed(&app(&Ask::preflight("DELETE", "/m").origin(ADMIN)), ADMIN, "DELETE"));
        let answer = app(&Ask::get("/m").origin(STRANGER));
        assert_eq!((answer.allowed(), &*answer.body), (Some("*"), "read"));
    }
}
