//! The applications that the cases are sent to.

use super::browser;
use super::case::{Group, HandlerResponse, PolicyMethods, Setting};
use actix_web::dev::ServiceRequest;
use actix_web::http::header;
use actix_web::middleware::{Next, from_fn};
use actix_web::web;
use actix_web::{App, HttpResponse, HttpResponseBuilder};
use axum::Router;
use axum::response::{IntoResponse as _, Response};
use cors_policy::{PolicyErrors, Rule};
use cors_runtime::actix::PolicyMiddleware;
use cors_runtime::axum::PolicyLayer;
use cors_runtime::{BuildError, Origin, Policy};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tests::ask::{self, Ask};

#[derive(Clone, Copy, Debug)]
pub(super) enum Framework {
    Axum,
    Actix,
}

/// Reads a policy. If it breaks rules, returns their names.
///
/// # Panics
///
/// If the builder and the deserialiser report different rules.
pub(super) fn policy(value: &Value, check: Option<&str>) -> Result<Policy, BTreeSet<String>> {
    if let Some(check) = check {
        return built(value, Some(origin_check(check))).map_err(|errors| names(&errors));
    }
    let read: Result<Policy, _> = serde_json::from_value(value.clone());
    let read = read.map_err(|error| names_in(&error.to_string()));
    if is_for_builder(value) {
        let built = built(value, None).map_err(|errors| names(&errors));
        assert_eq!(read, built, "the builder and the deserialiser differ: {value}");
    }
    read
}

fn names(errors: &PolicyErrors) -> BTreeSet<String> {
    errors.iter().map(|error| error.rule().name().to_owned()).collect()
}

/// The rules that a message names in brackets.
fn names_in(message: &str) -> BTreeSet<String> {
    let rules = Rule::ALL.iter().filter(|rule| message.contains(&format!("[{rule}]")));
    let names: BTreeSet<_> = rules.map(|rule| rule.name().to_owned()).collect();
    assert!(!names.is_empty(), "the message names no rule: {message}");
    names
}

/// Whether the types of the builder's methods can take all values.
fn is_for_builder(value: &Value) -> bool {
    let is_list = |value: &Value| {
        value.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_string))
    };
    value.as_object().is_some_and(|map| {
        map.iter().all(|(key, value)| match &**key {
            "origins" | "expose_headers" | "danger" => is_list(value),
            "allow_headers" => is_list(value) || value == "any",
            "credentials" | "enforce" => value == true,
            "max_age" => value.as_u64().is_some_and(|seconds| u32::try_from(seconds).is_ok()),
            _ => false,
        })
    })
}

type Check = fn(&Origin) -> bool;

/// The functions that the other suites call.
fn origin_check(name: &str) -> Check {
    match name {
        "every origin" => |_| true,
        "no origin" => |_| false,
        "origins that begin with http://foo" => |origin| origin.as_str().starts_with("http://foo"),
        "origins that end with .unknown.com" => |origin| origin.as_str().ends_with(".unknown.com"),
        "https origins" => |origin| origin.scheme() == "https",
        name => panic!("there is no function `{name}`"),
    }
}

/// Makes the same policy with the builder.
fn built(value: &Value, check: Option<Check>) -> Result<Policy, PolicyErrors> {
    let list = |value: &Value| -> Vec<String> {
        let list = value.as_array().into_iter().flatten();
        list.map(|element| element.as_str().expect("an element is text").to_owned()).collect()
    };
    let mut builder = Policy::builder();
    if let Some(check) = check {
        builder = builder.origin_check(check);
    }
    for (key, value) in value.as_object().expect("a policy is a map") {
        builder = match &**key {
            "origins" => builder.origins(list(value)),
            "credentials" => builder.credentials(),
            "enforce" => builder.enforce(),
            "allow_headers" if value == "any" => builder.allow_any_headers(),
            "allow_headers" => builder.allow_headers(list(value)),
            "expose_headers" => builder.expose_headers(list(value)),
            "max_age" => {
                let seconds = value.as_u64().and_then(|seconds| u32::try_from(seconds).ok());
                builder.max_age(seconds.expect("`max_age` is a number"))
            }
            "danger" => list(value).iter().fold(builder, |builder, danger| match &**danger {
                "insecure_origins" => builder.danger_insecure_origins(),
                "public_suffixes" => builder.danger_public_suffixes(),
                danger => panic!("{danger}"),
            }),
            key => panic!("{key}"),
        };
    }
    builder.build()
}

/// The rules that these methods of a default policy break.
///
/// # Panics
///
/// If the frameworks differ.
pub(super) fn rules_of_methods(policy: &Policy, methods: &[String]) -> BTreeSet<String> {
    let names = |errors: BuildError| -> BTreeSet<String> {
        errors.iter().filter_map(|problem| Some(problem.rule()?.name().to_owned())).collect()
    };
    let in_axum = PolicyLayer::new(policy.clone()).try_methods(methods).map(|_| ()).map_err(names);
    let in_actix = PolicyMiddleware::new(policy.clone()).try_methods(methods).map(|_| ()).map_err(names);
    assert_eq!(in_axum, in_actix);
    in_axum.err().unwrap_or_default()
}

/// An application that is ready for requests.
pub(super) struct Running {
    app: ask::App,
    handler_ran: Arc<AtomicBool>,
}

impl Running {
    pub(super) fn send(&mut self, request: &Ask) -> browser::Response {
        self.handler_ran.store(false, Ordering::Relaxed);
        let answer = (self.app)(request);
        browser::Response::new(request.clone(), answer, self.handler_ran.load(Ordering::Relaxed))
    }
}

/// Starts the application of a group.
pub(super) fn start(framework: Framework, setting: Setting, group: &Group, policy: &Policy) -> Running {
    let handler_ran = Arc::new(AtomicBool::new(false));
    let app = match framework {
        Framework::Axum => ask::axum(in_axum(setting, group, policy, &handler_ran)),
        Framework::Actix => in_actix(setting, group, policy, &handler_ran),
    };
    Running { app, handler_ran }
}

fn listed(methods: &PolicyMethods) -> &[String] {
    let PolicyMethods::Listed(methods) = methods else { panic!("a default policy lists its methods") };
    methods
}

fn in_axum(setting: Setting, group: &Group, policy: &Policy, handler_ran: &Arc<AtomicBool>) -> Router {
    let (ran, HandlerResponse { status, headers }) = (Arc::clone(handler_ran), group.handler.clone());
    let handler = async move || {
        ran.store(true, Ordering::Relaxed);
        let mut response = axum::http::StatusCode::from_u16(status.unwrap_or(200)).unwrap().into_response();
        for (name, value) in &headers {
            let name: axum::http::HeaderName = name.parse().unwrap();
            response.headers_mut().append(name, value.parse().unwrap());
        }
        response
    };
    let router: Router = match (setting, &group.methods) {
        (Setting::DefaultPolicy, methods) => {
            let layer = PolicyLayer::answering_every_preflight(policy.clone()).methods(listed(methods));
            Router::new().fallback(handler).layer(layer)
        }
        (Setting::Route, PolicyMethods::Any(_)) => {
            cors_runtime::axum::Routes::new().any("/", policy.clone(), handler).into()
        }
        (Setting::Route, PolicyMethods::Listed(methods)) => {
            cors_runtime::axum::Routes::new().route(methods, "/", policy.clone(), handler).into()
        }
    };
    let Some(vary) = group.outer_vary.clone() else { return router };
    let vary: axum::http::HeaderValue = vary.parse().unwrap();
    router.layer(axum::middleware::map_response(move |mut response: Response| {
        response.headers_mut().append("vary", vary.clone());
        std::future::ready(response)
    }))
}

fn in_actix(setting: Setting, group: &Group, policy: &Policy, handler_ran: &Arc<AtomicBool>) -> ask::App {
    let (ran, HandlerResponse { status, headers }) = (Arc::clone(handler_ran), group.handler.clone());
    let handler = move || {
        ran.store(true, Ordering::Relaxed);
        let status = actix_web::http::StatusCode::from_u16(status.unwrap_or(200)).unwrap();
        let mut response = HttpResponseBuilder::new(status);
        for (name, value) in &headers {
            response.append_header((&**name, &**value));
        }
        std::future::ready::<HttpResponse>(response.finish())
    };
    let vary = group.outer_vary.clone();
    let outer = move |request: ServiceRequest, next: Next<_>| {
        let vary = vary.clone();
        async move {
            let mut response = next.call(request).await?;
            if let Some(vary) = vary {
                response.headers_mut().append(header::VARY, vary.parse().unwrap());
            }
            Ok::<_, actix_web::Error>(response)
        }
    };
    match (setting, &group.methods) {
        (Setting::DefaultPolicy, methods) => {
            let default =
                PolicyMiddleware::answering_every_preflight(policy.clone()).methods(listed(methods));
            ask::actix_app(App::new().wrap(default).default_service(web::to(handler)).wrap(from_fn(outer)))
        }
        (Setting::Route, methods) => {
            let routes = cors_runtime::actix::Routes::new();
            let routes = match methods {
                PolicyMethods::Any(_) => routes.any("/", policy.clone(), handler),
                PolicyMethods::Listed(methods) => routes.route(methods, "/", policy.clone(), handler),
            };
            ask::actix_app(App::new().service(routes).wrap(from_fn(outer)))
        }
    }
}
