//! The apps of the table in actix-web, with policies that are made at run time, and with default policies.

use crate::actix_app::{
    gate, handler, inner, own_options, respond_error, respond_headers, respond_json, respond_status,
};
use crate::calls::Calls;
use crate::routes::{self, Handler, Layers, PolicySource, TableRoute, routes_for_default_policies};
use actix_web::guard::{Guard, GuardContext};
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{Resource, Route, guard};
use cors_runtime::actix::{PolicyMiddleware, Routes};

/// All routes, registered with [`Routes::route`].
pub(crate) fn routes(calls: Calls, source: PolicySource, config: &mut ServiceConfig) {
    let routes = routes::routes().iter().fold(Routes::new(), |routes, route| {
        let (methods, path, policy) = (&route.methods, &route.path, route.policy(source));
        let one = Routes::new();
        let one = match route.handler {
            Handler::NotesItsCall => one.route(methods, path, policy, handler),
            Handler::Status => one.route(methods, path, policy, respond_status),
            Handler::Fails => one.route(methods, path, policy, respond_error),
            Handler::Json => one.route(methods, path, policy, respond_json),
            Handler::OwnHeaders => one.route(methods, path, policy, respond_headers),
        };
        routes.merge(match route.layers {
            Layers::None => one,
            Layers::Gate => one.wrap(from_fn(gate)),
            Layers::GateAndInner => one.wrap(from_fn(inner)).wrap(from_fn(gate)),
        })
    });
    config
        .app_data(Data::new(calls))
        .service(
            routes
                .merge(
                    options("/layered/options").merge(options("/layered/only-options")).wrap(from_fn(gate)),
                )
                .merge(options("/layered/later-options"))
                .merge(options("/with-options"))
                .merge(options("/only-options")),
        )
        .service(web::resource("/alone").route(web::method(Method::OPTIONS).to(own_options)));
}

/// A group that has only a handler for plain `OPTIONS` requests.
fn options(path: &str) -> Routes {
    Routes::new().options(path, own_options)
}

/// Unannotated routes, each with a default policy around it. A guard selects the route of a path by the method of a
/// request, or by the one that a preflight asks for.
pub(crate) fn default_policies(calls: Calls, config: &mut ServiceConfig) {
    config.app_data(Data::new(calls));
    let routes = routes_for_default_policies();
    for route in &routes {
        let guard = RequestedMethod(route.methods.clone());
        config.service(resource(route, &routes).guard(guard).wrap(default_policy(route, &routes)));
    }
    // The first route of a path also answers for all other methods.
    for route in &routes {
        config.service(resource(route, &routes).wrap(default_policy(route, &routes)));
    }
}

fn default_policy(route: &TableRoute, routes: &[TableRoute]) -> PolicyMiddleware {
    let policy = route.policy(PolicySource::Builder);
    let same = routes.iter().filter(|other| other.path == route.path);
    let same = same.filter(|other| other.policy(PolicySource::Json) == policy);
    let methods: Vec<_> = same.flat_map(|other| &other.methods).collect();
    PolicyMiddleware::new(policy).methods(methods)
}

/// A resource with all routes of the path, which answers other methods as actix-web does.
fn resource(route: &TableRoute, routes: &[TableRoute]) -> Resource {
    let of_path = routes.iter().filter(|other| other.path == route.path);
    let all = of_path.flat_map(|other| other.methods.iter().map(|method| unannotated(other.handler, method)));
    all.fold(web::resource(&*route.path), Resource::route)
}

fn unannotated(does: Handler, method: &str) -> Route {
    let route = web::method(named(method));
    match does {
        Handler::NotesItsCall => route.to(handler),
        Handler::Status => route.to(respond_status),
        Handler::Fails => route.to(respond_error),
        Handler::Json => route.to(respond_json),
        Handler::OwnHeaders => route.to(respond_headers),
    }
}

fn named(method: &str) -> Method {
    method.parse().expect("the table has valid methods")
}

/// Matches requests with one of these methods, and preflights that ask for one.
struct RequestedMethod(Vec<String>);

impl Guard for RequestedMethod {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        let requested = context.head().headers().get("access-control-request-method");
        let requested = requested.and_then(|method| method.to_str().ok());
        let requested = requested.filter(|_| guard::Options().check(context));
        let method = requested.unwrap_or(context.head().method.as_str());
        self.0.iter().any(|other| other == method)
    }
}
