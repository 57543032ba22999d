//! The app in axum.

use crate::app::{Attributed, Check, Decides, Kind, Plan, Route};
use crate::policies::{A, B, BOTH, EVERYBODY, FROM_SET, SHOPS};
use crate::properties::{ROUTE, Server};
use axum::Router;
use axum::handler::Handler;
use axum::http::{HeaderMap, HeaderName, Method};
use axum::response::IntoResponse;
use axum::routing::{MethodFilter, on};
use cors_runtime::Origin;
use cors_runtime::axum::{PolicyLayer, Routes, cors, origin_check, routes};
use tests::ask;
use tower::layer::util::Identity;

type Handlers = Vec<(Attributed, fn() -> Routes)>;

fn named(name: &str) -> impl IntoResponse + use<> {
    [(HeaderName::from_static(ROUTE), name.to_owned())]
}

macro_rules! handlers {
    ($($name:ident $attribute:ident $method:ident $path:tt $policy:ident;)+) => {
        $(
            #[cors(policy = $policy)]
            #[$attribute($path)]
            async fn $name() -> impl IntoResponse {
                named(stringify!($name))
            }
        )+

        fn with_policies() -> Handlers {
            vec![$({
                let (name, method) = (stringify!($name), stringify!($method));
                let decides = Decides::Policy(&$policy);
                (Attributed { name, method, path: $path, decides }, || routes![$name])
            }),+]
        }
    };
}

handlers! {
    a_get_me get GET "/users/me" A;
    b_get_me get GET "/users/me" B;
    both_post_me post POST "/users/me" BOTH;
    a_put_me put PUT "/users/me" A;
    shops_put_me put PUT "/users/me" SHOPS;
    b_delete_me delete DELETE "/users/me" B;
    both_get_user get GET "/users/{id}" BOTH;
    everybody_get_user get GET "/users/{id}" EVERYBODY;
    set_post_user post POST "/users/{id}" FROM_SET;
    b_put_user put PUT "/users/{id}" B;
    both_delete_user delete DELETE "/users/{id}" BOTH;
    a_delete_user delete DELETE "/users/{id}" A;
    set_get_notes get GET "/notes" FROM_SET;
    everybody_get_notes get GET "/notes" EVERYBODY;
    shops_post_notes post POST "/notes" SHOPS;
    a_put_notes put PUT "/notes" A;
    set_put_notes put PUT "/notes" FROM_SET;
    b_patch_notes patch PATCH "/notes" B;
    shops_head_notes head HEAD "/notes" SHOPS;
    b_get_section get GET "/{section}" B;
    everybody_put_section put PUT "/{section}" EVERYBODY;
    shops_delete_section delete DELETE "/{section}" SHOPS;
    a_any_user any any "/users/{id}" A;
    everybody_any_notes any any "/notes" EVERYBODY;
}

#[origin_check]
fn by_origin(origin: &Origin) -> bool {
    Check::ByOrigin { credentials: false }.allows(origin.as_str(), "")
}

#[origin_check]
async fn by_method(origin: &Origin, method: Method, headers: HeaderMap) -> bool {
    let requested = headers.get("access-control-request-method");
    let requested = requested.and_then(|requested| requested.to_str().ok());
    let method = requested.filter(|_| method == Method::OPTIONS).unwrap_or(method.as_str());
    Check::ByMethod { credentials: false }.allows(origin.as_str(), method)
}

macro_rules! handlers_with_functions {
    ($($name:ident $attribute:ident $method:ident $path:tt $function:ident $check:expr, ($($key:ident)?);)+) => {
        $(
            #[cors(origins = dynamic($function) $(, $key)?)]
            #[$attribute($path)]
            async fn $name() -> impl IntoResponse {
                named(stringify!($name))
            }
        )+

        fn with_functions() -> Handlers {
            vec![$({
                let (name, method) = (stringify!($name), stringify!($method));
                let decides = Decides::Function($check);
                (Attributed { name, method, path: $path, decides }, || routes![$name])
            }),+]
        }
    };
}

handlers_with_functions! {
    by_origin_get_me get GET "/users/me" by_origin Check::ByOrigin { credentials: true }, (credentials);
    by_origin_put_me put PUT "/users/me" by_origin Check::ByOrigin { credentials: true }, (credentials);
    by_origin_delete_user delete DELETE "/users/{id}" by_origin Check::ByOrigin { credentials: false }, ();
    by_method_get_notes get GET "/notes" by_method Check::ByMethod { credentials: false }, ();
    by_method_post_notes post POST "/notes" by_method Check::ByMethod { credentials: false }, ();
    by_method_put_user put PUT "/users/{id}" by_method Check::ByMethod { credentials: true }, (credentials);
}

fn all() -> Handlers {
    let mut handlers = with_policies();
    handlers.extend(with_functions());
    handlers
}

/// Every handler with an attribute.
pub(crate) fn attributed() -> Vec<Attributed> {
    all().into_iter().map(|(attributed, _)| attributed).collect()
}

pub(crate) fn serve(plan: &Plan) -> Box<Server> {
    let handlers = all();
    let mut routes = plan.routes.iter().fold(Routes::new(), |routes, route| match &route.kind {
        Kind::RunTime(policy) => routes.route(&route.methods, route.path, policy.clone(), handler(route)),
        Kind::Attribute(_, number) | Kind::Dynamic(_, number) => routes.merge(handlers[*number].1()),
    });
    if plan.layered {
        routes = routes.layer(Identity::new());
    }
    let mut app = routes.into_router();
    for (path, method) in &plan.unannotated {
        app = app.route(path, on(filter(&[method]), async || "without an annotation"));
    }
    if !plan.prefix.is_empty() {
        app = Router::new().nest(plan.prefix, app);
    }
    if let Some(default) = &plan.default {
        let layer = PolicyLayer::new(default.policy.clone()).methods(&default.methods);
        let answers_every_preflight = default.answers_every_preflight;
        app = app.layer(if answers_every_preflight { layer.answer_every_preflight() } else { layer });
    }
    ask::axum(app)
}

fn handler(route: &Route) -> impl Handler<((),), ()> {
    let name = route.name.clone();
    move || async move { named(&name) }
}

fn filter(methods: &[&str]) -> MethodFilter {
    let filters = methods.iter().map(|method| {
        let method: Method = method.parse().expect("it is a method");
        MethodFilter::try_from(method).expect("axum knows it")
    });
    filters.reduce(MethodFilter::or).expect("every route has a method")
}
