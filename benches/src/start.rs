//! The time at start-up: large sets of origins, and many routes.

use axum::Router;
use axum::http::Method;
use axum::routing::get;
use cors_runtime::axum::Routes;
use cors_runtime::{OriginSet, Policy};
use std::time::{Duration, Instant};

const ROUTES: usize = 10_000;

/// Builds an app with many routes, for profilers.
pub fn build_routes() {
    build(&paths(), &policy());
}

fn build(paths: &[String], policy: &Policy) {
    let routes = paths
        .iter()
        .fold(Routes::new(), |routes, path| routes.route([Method::GET], path, policy.clone(), items));
    drop::<Router>(routes.into_router());
}

fn paths() -> Vec<String> {
    (0..ROUTES).map(|number| format!("/path{number}")).collect()
}

fn policy() -> Policy {
    let policy = Policy::builder().origins(["https://app.example.com"]).credentials().build();
    policy.expect("the policy is valid")
}

/// Measures and prints the times.
///
/// # Panics
///
/// Panics if an origin of a set is not valid, which does not happen.
pub fn print() {
    println!("\n| once | median of 5 |\n|---|--:|");
    let paths = paths();
    let bare = median(|| {
        let router = paths.iter().fold(Router::<()>::new(), |router, path| router.route(path, get(items)));
        drop(router);
    });
    let policy = policy();
    let ours = median(|| build(&paths, &policy));
    println!("| {ROUTES} axum routes, bare | {bare:.1?} |");
    println!("| {ROUTES} axum routes, ours | {ours:.1?} |");
    for count in [10_000, 100_000, 1_000_000] {
        let origins: Vec<_> = (0..count).map(|n| format!("https://tenant{n}.example.com")).collect();
        let set = OriginSet::new();
        let time = median(|| set.replace(&origins).expect("they are origins"));
        println!("| an `OriginSet` of {count} origins | {time:.1?} |");
    }
}

async fn items() -> &'static str {
    "items"
}

fn median(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<_> = (0..5)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[2]
}
