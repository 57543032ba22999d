//! The app of the table in axum, with policies that are made at run time.

use crate::axum_app::{fails, gate, handler, headers, inner, json, own_options, status};
use crate::calls::Calls;
use crate::described::{Described, Group, Kind, Made, ROUTES};
use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use cors_runtime::axum::{PolicyLayer, Routes};
use std::convert::Infallible;
use tower::ServiceExt as _;

/// Every route, through [`Routes::route`].
pub(crate) fn routes(calls: Calls, made: Made) -> Router {
    let gate = from_fn_with_state(calls.clone(), gate);
    ROUTES
        .iter()
        .fold(Routes::new(), |routes, route| {
            let (methods, path, policy) = (filter(route), route.path, route.policy(made));
            let one = Routes::new();
            let one = match route.kind {
                Kind::Plain => one.route(methods, path, policy, handler),
                Kind::Status => one.route(methods, path, policy, status),
                Kind::Fails => one.route(methods, path, policy, fails),
                Kind::Json => one.route(methods, path, policy, json),
                Kind::Headers => one.route(methods, path, policy, headers),
            };
            routes.merge(match route.group {
                Group::Bare => one,
                Group::Gate => one.layer(gate.clone()),
                Group::Twice => one.layer(from_fn_with_state(calls.clone(), inner)).layer(gate.clone()),
            })
        })
        .merge(options("/layered/options").layer(gate.clone()))
        .merge(options("/layered/only-options").layer(gate))
        .merge(options("/layered/later-options"))
        .merge(options("/with-options"))
        .merge(options("/only-options"))
        .into_router()
        .with_state(calls)
}

/// A group that has nothing but a handler for plain `OPTIONS` requests.
fn options(path: &str) -> Routes<Calls> {
    Routes::new().options(path, own_options)
}

/// Every route that a default policy can stand around, with one of its own: who answers is chosen by the method.
pub(crate) fn layers(calls: &Calls) -> Router {
    let mut paths: Vec<(&str, Vec<&Described>)> = Vec::new();
    for route in
        ROUTES.iter().filter(|route| route.group == Group::Bare && !route.path.starts_with("/enforced"))
    {
        match paths.iter_mut().find(|(path, _)| *path == route.path) {
            Some((_, routes)) => routes.push(route),
            None => paths.push((route.path, vec![route])),
        }
    }
    paths.into_iter().fold(Router::new(), |router, (path, routes)| {
        let services: Vec<(_, MethodRouter)> = routes
            .iter()
            .map(|route| {
                let policy = route.policy(Made::ByBuilder);
                let same = routes.iter().filter(|other| other.policy(Made::BySerde) == policy);
                let methods = same.flat_map(|other| other.methods);
                let service = plain(route).layer(PolicyLayer::new(policy.clone()).methods(methods));
                (route.methods, service.with_state(calls.clone()))
            })
            .collect();
        let service = tower::service_fn(move |request: Request| {
            let wanted = asked_method(&request);
            let fits = |methods: &[&str]| methods.contains(&&*wanted);
            let head = |methods: &[&str]| wanted == "HEAD" && methods.contains(&"GET");
            let service = (services.iter().find(|(methods, _)| fits(methods)))
                .or_else(|| services.iter().find(|(methods, _)| head(methods)))
                .unwrap_or(&services[0]);
            let service = service.1.clone();
            async move {
                Ok::<Response, Infallible>(
                    service.oneshot(request).await.unwrap_or_else(|never| match never {}),
                )
            }
        });
        router.route_service(path, service)
    })
}

fn plain(route: &Described) -> MethodRouter<Calls> {
    let methods = filter(route);
    match route.kind {
        Kind::Plain => on(methods, handler),
        Kind::Status => on(methods, status),
        Kind::Fails => on(methods, fails),
        Kind::Json => on(methods, json),
        Kind::Headers => on(methods, headers),
    }
}

/// The method, or the one that a preflight asks for.
fn asked_method(request: &Request) -> String {
    let requested = request.headers().get("access-control-request-method");
    match requested.and_then(|method| method.to_str().ok()) {
        Some(requested) if request.method() == Method::OPTIONS => requested.to_owned(),
        _ => request.method().to_string(),
    }
}

fn filter(route: &Described) -> MethodFilter {
    route
        .methods
        .iter()
        .map(|name| match *name {
            "GET" => MethodFilter::GET,
            "HEAD" => MethodFilter::HEAD,
            "POST" => MethodFilter::POST,
            "PUT" => MethodFilter::PUT,
            "PATCH" => MethodFilter::PATCH,
            "DELETE" => MethodFilter::DELETE,
            name => panic!("the table has no {name}"),
        })
        .reduce(MethodFilter::or)
        .expect("every route has a method")
}
