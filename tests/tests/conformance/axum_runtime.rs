//! The apps of the table in axum, with policies that are made at run time, and with default policies.

use crate::axum_app::{fails, gate, handler, headers, inner, json, own_options, status};
use crate::calls::Calls;
use crate::routes::{self, Handler, Layers, PolicySource, TableRoute, routes_for_default_policies};
use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use cors_runtime::axum::{PolicyLayer, Routes};
use std::convert::Infallible;
use tower::ServiceExt as _;

/// All routes, registered with [`Routes::route`].
pub(crate) fn routes(calls: Calls, source: PolicySource) -> Router {
    let gate = from_fn_with_state(calls.clone(), gate);
    routes::routes()
        .iter()
        .fold(Routes::new(), |routes, route| {
            let (methods, path, policy) = (&route.methods, &route.path, route.policy(source));
            let one = Routes::new();
            let one = match route.handler {
                Handler::NotesItsCall => one.route(methods, path, policy, handler),
                Handler::Status => one.route(methods, path, policy, status),
                Handler::Fails => one.route(methods, path, policy, fails),
                Handler::Json => one.route(methods, path, policy, json),
                Handler::OwnHeaders => one.route(methods, path, policy, headers),
            };
            routes.merge(match route.layers {
                Layers::None => one,
                Layers::Gate => one.layer(gate.clone()),
                Layers::GateAndInner => {
                    one.layer(from_fn_with_state(calls.clone(), inner)).layer(gate.clone())
                }
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

/// A group that has only a handler for plain `OPTIONS` requests.
fn options(path: &str) -> Routes<Calls> {
    Routes::new().options(path, own_options)
}

/// Unannotated routes, each with a default policy around it. The method of a request, or the one that a preflight asks
/// for, selects the route of a path.
pub(crate) fn default_policies(calls: &Calls) -> Router {
    let mut paths: Vec<(String, Vec<TableRoute>)> = Vec::new();
    for route in routes_for_default_policies() {
        match paths.iter_mut().find(|(path, _)| *path == route.path) {
            Some((_, routes)) => routes.push(route),
            None => paths.push((route.path.clone(), vec![route])),
        }
    }
    paths.into_iter().fold(Router::new(), |router, (path, routes)| {
        let services: Vec<(Vec<String>, MethodRouter)> = routes
            .iter()
            .map(|route| {
                let policy = route.policy(PolicySource::Builder);
                let same = routes.iter().filter(|other| other.policy(PolicySource::Json) == policy);
                let methods = same.flat_map(|other| &other.methods);
                let service = unannotated(route).layer(PolicyLayer::new(policy.clone()).methods(methods));
                (route.methods.clone(), service.with_state(calls.clone()))
            })
            .collect();
        let service = tower::service_fn(move |request: Request| {
            let method = requested_method(&request);
            let find = |method: &str| {
                services.iter().find(|(methods, _)| methods.iter().any(|other| other == method))
            };
            let head = || find("GET").filter(|_| method == "HEAD");
            let (_, service) = find(&method).or_else(head).unwrap_or(&services[0]);
            let service = service.clone();
            async move {
                Ok::<Response, Infallible>(
                    service.oneshot(request).await.unwrap_or_else(|never| match never {}),
                )
            }
        });
        router.route_service(&path, service)
    })
}

fn unannotated(route: &TableRoute) -> MethodRouter<Calls> {
    let methods = filter(route);
    match route.handler {
        Handler::NotesItsCall => on(methods, handler),
        Handler::Status => on(methods, status),
        Handler::Fails => on(methods, fails),
        Handler::Json => on(methods, json),
        Handler::OwnHeaders => on(methods, headers),
    }
}

/// The method of a request, or the one that a preflight asks for.
fn requested_method(request: &Request) -> String {
    let requested = request.headers().get("access-control-request-method");
    match requested.and_then(|method| method.to_str().ok()) {
        Some(requested) if request.method() == Method::OPTIONS => requested.to_owned(),
        _ => request.method().to_string(),
    }
}

fn filter(route: &TableRoute) -> MethodFilter {
    let methods = route.methods.iter().map(|name| {
        let method: Method = name.parse().expect("the table has valid methods");
        MethodFilter::try_from(method).expect("the table has methods of axum")
    });
    methods.reduce(MethodFilter::or).expect("every route has a method")
}
