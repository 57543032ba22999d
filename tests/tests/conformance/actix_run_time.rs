//! The app of the table in actix-web, with policies that are made at run time.

use crate::actix_app::{
    gate, handler, inner, own_options, respond_error, respond_headers, respond_json, respond_status,
};
use crate::calls::Calls;
use crate::described::{Described, Group, Kind, Made, ROUTES};
use actix_web::guard::{Guard, GuardContext};
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{Resource, Route, guard};
use cors_runtime::Policy;
use cors_runtime::actix::{PolicyMiddleware, Routes};

/// Every route, through [`Routes::route`].
pub(crate) fn routes(calls: Calls, made: Made, config: &mut ServiceConfig) {
    let routes = ROUTES.iter().fold(Routes::new(), |routes, route| {
        let one = route.methods.iter().fold(Routes::new(), |one, method| {
            let (method, path, policy) = (named(method), route.path, route.policy(made));
            match route.kind {
                Kind::Plain => one.route(method, path, policy, handler),
                Kind::Status => one.route(method, path, policy, respond_status),
                Kind::Fails => one.route(method, path, policy, respond_error),
                Kind::Json => one.route(method, path, policy, respond_json),
                Kind::Headers => one.route(method, path, policy, respond_headers),
            }
        });
        routes.merge(match route.group {
            Group::Bare => one,
            Group::Gate => one.wrap(from_fn(gate)),
            Group::Twice => one.wrap(from_fn(inner)).wrap(from_fn(gate)),
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

/// A group that has nothing but a handler for plain `OPTIONS` requests.
fn options(path: &str) -> Routes {
    Routes::new().options(path, own_options)
}

/// Every route that a default policy can stand around, with one of its own: who answers is chosen by the method.
pub(crate) fn layers(calls: Calls, config: &mut ServiceConfig) {
    config.app_data(Data::new(calls));
    let routes =
        || ROUTES.iter().filter(|route| route.group == Group::Bare && !route.path.starts_with("/enforced"));
    for route in routes() {
        config.service(
            resource(route, routes()).guard(Asks(route.methods)).wrap(default_policy(route, routes())),
        );
    }
    // Methods that nobody routes.
    for route in routes() {
        config.service(resource(route, routes()).wrap(default_policy(route, routes())));
    }
}

fn default_policy<'a>(route: &Described, routes: impl Iterator<Item = &'a Described>) -> PolicyMiddleware {
    let policy: Policy = route.policy(Made::ByBuilder);
    let same = routes.filter(|other| other.path == route.path && other.policy(Made::BySerde) == policy);
    let methods: Vec<_> = same.flat_map(|other| other.methods).collect();
    PolicyMiddleware::new(policy).methods(methods)
}

/// All routes of the path, so that a method that nobody routes is answered as actix-web does.
fn resource<'a>(route: &Described, routes: impl Iterator<Item = &'a Described>) -> Resource {
    let of_path = routes.filter(|other| other.path == route.path);
    let all = of_path.flat_map(|other| other.methods.iter().map(|method| endpoint(other.kind, method)));
    all.fold(web::resource(route.path), Resource::route)
}

fn endpoint(kind: Kind, method: &str) -> Route {
    let route = web::method(named(method));
    match kind {
        Kind::Plain => route.to(handler),
        Kind::Status => route.to(respond_status),
        Kind::Fails => route.to(respond_error),
        Kind::Json => route.to(respond_json),
        Kind::Headers => route.to(respond_headers),
    }
}

fn named(method: &str) -> Method {
    method.parse().expect("the table has valid methods")
}

/// Requests with one of these methods, and preflights that ask for one.
struct Asks(&'static [&'static str]);

impl Guard for Asks {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        let requested = context.head().headers().get("access-control-request-method");
        let requested = requested.and_then(|method| method.to_str().ok());
        let asked =
            requested.filter(|_| guard::Options().check(context)).unwrap_or(context.head().method.as_str());
        self.0.contains(&asked)
    }
}
