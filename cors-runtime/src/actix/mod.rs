//! actix-web.

mod around;
mod check;
mod headers;
mod middleware;
mod preflight;
mod route;
mod routes;
mod wrap;

pub use crate::__actix_routes as routes;
pub use crate::policy;
pub use cors_macros::cors_actix as cors;
pub use cors_macros::origin_check_actix as origin_check;
pub use middleware::{PolicyMiddleware, PolicyService};
pub use routes::{BuiltRoutes, Routes};
pub use wrap::RouteService;

/// What the expansions of the macros use. May change at any time.
#[doc(hidden)]
#[allow(missing_docs)]
pub mod __private {
    pub use super::check::{Check, CheckFuture, OriginCheck, Rejected, fallback as check_fallback};
    pub use super::route::{Annotated, Resources, RouteSpec};
    pub use super::routes::Routes;
    pub use actix_web::dev::{AppService, HttpServiceFactory, Payload};
    pub use actix_web::guard::fn_guard;
    pub use actix_web::http::StatusCode;
    pub use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse};
    pub use cors_macros::routes_actix;

    pub fn register<R: Annotated>(handler: R, config: &mut AppService) {
        super::routes::register_handler(handler, config);
    }
}

/// A group of annotated handlers: [`Routes`].
#[doc(hidden)]
#[macro_export]
macro_rules! __actix_routes {
    ($($handlers:tt)*) => {
        $crate::actix::__private::routes_actix! { ($crate) $($handlers)* }
    };
}
