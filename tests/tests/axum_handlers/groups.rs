//! Conflicts between routes, and the types that a group can be converted to.

use crate::{allowed, ask, preflight};
use axum::Router;
use axum::http::Method;
use cors_runtime::axum::{Routes, cors, methods, policy, routes};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tower::Layer;
use tower::layer::util::Identity;

const FIRST: u32 = line!() + 2;

#[cors(origins = ["https://app.example"])]
#[route("/same", method = "GET", method = "PUT")]
async fn first() {}

const SECOND: u32 = line!() + 2;

#[cors(origins = ["https://other.example"])]
#[put("/same")]
async fn second() {}

#[cors(origins = ["https://app.example"])]
#[any("/same")]
async fn every_method() {}

fn here(line: u32) -> String {
    format!("{}:{line}", file!())
}

#[test]
fn two_routes_with_one_method_are_an_error_that_names_both_places() {
    let error = routes![first, second].try_into_router().map(|_: Router| ()).unwrap_err().to_string();
    let expected = format!("`PUT /same` is routed twice: at {} and at {}", here(FIRST), here(SECOND));
    assert!(error.starts_with(&expected), "{error}");
}

#[test]
fn two_merged_groups_with_one_method_are_an_error_that_names_both_places() {
    let merged: Routes = routes![second].merge(routes![first]);
    let error = merged.try_into_router().unwrap_err().to_string();
    assert!(error.contains(&here(FIRST)) && error.contains(&here(SECOND)), "{error}");
}

#[test]
#[should_panic(expected = "`PUT /same` is routed twice")]
fn a_conversion_into_a_router_panics_with_the_error() {
    let _: Router = routes![first, second].into();
}

#[test]
fn one_handler_twice_is_an_error() {
    let error = routes![second, second].try_into_router().map(|_: Router| ()).unwrap_err().to_string();
    assert_eq!(error.matches(&here(SECOND)).count(), 2, "{error}");
}

#[test]
fn two_any_routes_are_an_error_but_one_beside_a_named_method_is_not() {
    assert!(routes![every_method, every_method].try_into_router().map(|_: Router| ()).is_err());
    assert!(routes![every_method, first].try_into_router().map(|_: Router| ()).is_ok());
}

#[test]
fn the_place_of_a_route_without_the_macro_is_the_call() {
    let line = line!() + 1;
    let by_hand = routes![second].route([Method::PUT], "/same", policy!(origins = ["*"]), || async {});
    let error = by_hand.try_into_router().map(|_: Router| ()).unwrap_err().to_string();
    assert!(error.contains(&here(SECOND)) && error.contains(&here(line)), "{error}");
}

#[test]
fn two_handlers_for_options_are_an_error() {
    let routes = routes![second].options("/same", || async {}).options("/same", || async {});
    let error = routes.try_into_router().map(|_: Router| ()).unwrap_err().to_string();
    assert!(error.starts_with("`OPTIONS /same` is routed twice"), "{error}");
}

#[cors(origins = ["https://app.example"])]
async fn plain() {}

#[test]
#[should_panic(expected = "`GET` is routed twice")]
fn one_method_twice_in_methods_is_an_error() {
    let _: axum::routing::MethodRouter = methods![get(plain), get(plain)];
}

#[tokio::test]
async fn every_conversion_into_a_router_keeps_the_policies() {
    let merged = Router::new().merge(routes![first]);
    assert_eq!(ask(merged, "GET", "/same").await, allowed(200));
    assert_eq!(ask(routes![first].into_router(), "GET", "/same").await, allowed(200));
    let tried: Router = routes![first].try_into_router().unwrap();
    assert_eq!(preflight(tried, "GET", "/same").await, allowed(204));
    let empty: Router = routes![].into();
    assert_eq!(ask(empty, "GET", "/same").await, (404, None));
}

#[test]
fn a_route_for_options_is_an_error() {
    for (methods, layered) in [
        (&[Method::OPTIONS][..], false),
        (&[Method::OPTIONS], true),
        (&[Method::GET, Method::OPTIONS], false),
    ] {
        let line = line!() + 1;
        let routes: Routes = Routes::new().route(methods, "/x", policy!(origins = ["*"]), || async {});
        let routes = if layered { routes.layer(Identity::new()) } else { routes };
        let error = routes.try_into_router().unwrap_err().to_string();
        assert!(
            error.starts_with("`OPTIONS /x` cannot have a policy") && error.contains(&here(line)),
            "{error}"
        );
        assert!(error.contains("scripts of other origins cannot call it"), "{error}");
    }
}

#[test]
fn a_route_for_a_method_that_no_script_can_send_is_an_error() {
    for (methods, names) in [
        (&[Method::TRACE][..], &["TRACE"][..]),
        (&[Method::CONNECT], &["CONNECT"]),
        (&[Method::GET, Method::TRACE], &["TRACE"]),
        (&[Method::CONNECT, Method::PUT, Method::TRACE], &["CONNECT", "TRACE"]),
    ] {
        for layered in [false, true] {
            let line = line!() + 1;
            let routes: Routes = Routes::new().route(methods, "/x", policy!(origins = ["*"]), || async {});
            let routes = if layered { routes.layer(Identity::new()) } else { routes };
            let error = routes.try_into_router().unwrap_err().to_string();
            for name in names {
                assert!(error.contains(&format!("`{name}` cannot be routed at `/x`")), "{error}");
            }
            assert_eq!(error.matches("[method-forbidden]\n").count(), names.len(), "{error}");
            assert_eq!(error.matches(&here(line)).count(), names.len(), "{error}");
        }
    }
}

/// axum's fallback for a wrong method must not replace the `OPTIONS` endpoint of a group.
#[tokio::test]
async fn the_fallback_for_a_wrong_method_does_not_answer_preflights() {
    let app = Router::new().merge(routes![first]).method_not_allowed_fallback(|| async { "fallback" });
    assert_eq!(preflight(app.clone(), "PUT", "/same").await, allowed(204));
    assert_eq!(ask(app, "DELETE", "/same").await, (200, None));
}

/// The function itself has no policy, as the documentation says, and the advice of the simulated browser names
/// `routes!`.
#[tokio::test]
async fn a_handler_that_is_registered_without_its_group_has_no_policy() {
    use cors_runtime::testing::{Browser, Fetch};

    #[cors(origins = ["https://app.example"])]
    #[get("/me")]
    async fn me() {}

    let page = Browser::new().page("https://app.example");
    let grouped: Router = routes![me].into();
    page.fetch(&grouped, Fetch::get("/me")).await.unwrap();
    let bare: Router = Router::new().route("/me", axum::routing::get(me));
    let blocked = page.fetch(&bare, Fetch::get("/me")).await.unwrap_err();
    assert!(
        blocked.advice().ends_with("if it is there, register the handler with `routes![..]`"),
        "{blocked}"
    );
}

/// Counts how many services it has built.
#[derive(Clone, Default)]
struct CountingLayer(Arc<AtomicUsize>);

impl<S> Layer<S> for CountingLayer {
    type Service = S;

    fn layer(&self, inner: S) -> S {
        self.0.fetch_add(1, Ordering::Relaxed);
        inner
    }
}

/// Otherwise a layer that limits the requests in flight, for example, would limit nothing.
#[tokio::test]
async fn requests_do_not_build_the_layers_of_a_group() {
    #[cors(origins = ["https://app.example"])]
    #[put("/elsewhere")]
    async fn elsewhere() {}

    #[cors(origins = dynamic(every_origin))]
    #[any("/checked")]
    async fn checked() {}

    #[cors_runtime::axum::origin_check]
    fn every_origin(_: &cors_runtime::Origin) -> bool {
        true
    }

    let layer = CountingLayer::default();
    let group: Routes = routes![every_method, checked, elsewhere].options("/elsewhere", async || "");
    // As `axum::serve` does it, so that axum does not build the services anew for each request.
    let app: Router = group.layer(layer.clone()).into_router().with_state(());
    let built = layer.0.load(Ordering::Relaxed);
    for path in ["/same", "/checked", "/elsewhere"] {
        assert_eq!(ask(app.clone(), "PUT", path).await, allowed(200));
        assert_eq!(preflight(app.clone(), "PUT", path).await, allowed(204));
        assert_eq!(ask(app.clone(), "OPTIONS", path).await.0, 200);
        assert_eq!(layer.0.load(Ordering::Relaxed), built, "{path}");
    }
}
