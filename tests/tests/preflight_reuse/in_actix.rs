//! The app in actix-web.

use crate::app::{Attributed, Check, Decides, Kind, Plan, Registration, Route};
use crate::policies::{A, B, BOTH, EVERYBODY, FROM_SET, SHOPS};
use crate::properties::{ROUTE, Server};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, Error, HttpRequest, HttpResponse, delete, get, head, patch, post, put};
use cors_runtime::actix::{PolicyMiddleware, Routes, cors, origin_check, routes};
use cors_runtime::{Origin, Policy};
use tests::ask;

/// A handler with an attribute.
struct Annotated {
    attributed: Attributed,
    group: fn() -> Routes,
    /// Without a group.
    register: fn(&mut ServiceConfig),
}

fn named(name: &str) -> HttpResponse {
    HttpResponse::Ok().insert_header((ROUTE, name)).finish()
}

macro_rules! annotated {
    ($name:ident $method:ident $path:tt $decides:expr) => {{
        let (name, method) = (stringify!($name), stringify!($method));
        Annotated {
            attributed: Attributed { name, method, path: $path, decides: $decides },
            group: || routes![$name],
            register: |config| {
                config.service($name);
            },
        }
    }};
}

macro_rules! handlers {
    ($($name:ident $attribute:ident $method:ident $path:tt $policy:ident;)+) => {
        $(
            #[cors(policy = $policy)]
            #[$attribute($path)]
            async fn $name() -> HttpResponse {
                named(stringify!($name))
            }
        )+

        fn with_policies() -> Vec<Annotated> {
            vec![$(annotated!($name $method $path Decides::Policy(&$policy))),+]
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
}

#[origin_check]
fn by_origin(origin: &Origin) -> bool {
    Check::ByOrigin { credentials: false }.allows(origin.as_str(), "")
}

#[origin_check]
async fn by_method(origin: &Origin, request: HttpRequest) -> bool {
    let requested = request.headers().get("access-control-request-method");
    let requested = requested.and_then(|requested| requested.to_str().ok());
    let is_options = request.method() == Method::OPTIONS;
    let method = requested.filter(|_| is_options).unwrap_or(request.method().as_str());
    Check::ByMethod { credentials: false }.allows(origin.as_str(), method)
}

macro_rules! handlers_with_functions {
    ($($name:ident $attribute:ident $method:ident $path:tt $function:ident $check:expr, ($($key:ident)?);)+) => {
        $(
            #[cors(origins = dynamic($function) $(, $key)?)]
            #[$attribute($path)]
            async fn $name() -> HttpResponse {
                named(stringify!($name))
            }
        )+

        fn with_functions() -> Vec<Annotated> {
            vec![$(annotated!($name $method $path Decides::Function($check))),+]
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

fn all() -> Vec<Annotated> {
    let mut handlers = with_policies();
    handlers.extend(with_functions());
    handlers
}

/// Every handler with an attribute.
pub(crate) fn attributed() -> Vec<Attributed> {
    all().into_iter().map(|handler| handler.attributed).collect()
}

pub(crate) fn serve(plan: &Plan) -> Box<Server> {
    let app = App::new().configure(|config| {
        if plan.prefix.is_empty() {
            register(plan, config);
        } else {
            config.service(web::scope(plan.prefix).configure(|config| register(plan, config)));
        }
    });
    let Some(default) = &plan.default else { return ask::actix_app(app) };
    let middleware = PolicyMiddleware::new(default.policy.clone()).methods(&default.methods);
    let answers_every_preflight = default.answers_every_preflight;
    ask::actix_app(app.wrap(if answers_every_preflight {
        middleware.answer_every_preflight()
    } else {
        middleware
    }))
}

fn register(plan: &Plan, config: &mut ServiceConfig) {
    if plan.unannotated_first {
        register_unannotated(plan, config);
    }
    let handlers = all();
    if plan.registration == Registration::Actix {
        let group = plan.routes.iter().fold(Routes::new(), |group, route| {
            group.merge(match &route.kind {
                Kind::RunTime(policy) => at_runtime(route, policy),
                Kind::Attribute(_, number) | Kind::Dynamic(_, number) => (handlers[*number].group)(),
            })
        });
        config.service(if plan.layered { group.wrap(from_fn(passes)) } else { group });
    } else {
        for route in &plan.routes {
            match &route.kind {
                Kind::RunTime(policy) => {
                    config.service(at_runtime(route, policy));
                }
                Kind::Attribute(_, number) | Kind::Dynamic(_, number) => {
                    (handlers[*number].register)(config);
                }
            }
        }
    }
    if !plan.unannotated_first {
        register_unannotated(plan, config);
    }
}

async fn passes<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    next.call(request).await
}

fn register_unannotated(plan: &Plan, config: &mut ServiceConfig) {
    for (path, method) in &plan.unannotated {
        let route = web::method(parsed(method)).to(|| async { "without an annotation" });
        if plan.takes_all {
            config.service(web::resource(*path).route(route));
        } else {
            config.route(path, route);
        }
    }
}

fn at_runtime(route: &Route, policy: &Policy) -> Routes {
    let name = route.name.clone();
    let handler = move || {
        let response = named(&name);
        async move { response }
    };
    Routes::new().route(&route.methods, route.path, policy.clone(), handler)
}

fn parsed(method: &str) -> Method {
    method.parse().expect("it is a method")
}
