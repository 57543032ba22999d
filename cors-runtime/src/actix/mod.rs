//! The adapter for actix-web 4.
//!
//! | item | is for |
//! |---|---|
//! | [`#[cors(..)]`](macro@cors) | the policy of a handler |
//! | [`routes!`] | annotated handlers, as one group |
//! | [`Routes`] | such a group: middlewares, `OPTIONS` handlers, the manifest, routes without the macro |
//! | [`policy!`] | a policy that many handlers share |
//! | [`#[origin_check]`](macro@origin_check) | a function that decides, per request |
//! | [`PolicyMiddleware`] | a default for everything that is not annotated |
//!
//! ```
//! use actix_web::{App, get, web};
//! use cors_runtime::actix::{PolicyMiddleware, cors, policy, routes};
//!
//! #[cors(origins = ["https://app.example.com"], credentials)]
//! #[get("/me")]
//! async fn me() -> &'static str {
//!     "Ada"
//! }
//!
//! let app = App::new()
//!     .route("/health", web::get().to(|| async { "ok" }))
//!     .service(routes![me])
//!     .wrap(PolicyMiddleware::new(policy!(origins = ["*"])));
//! ```

mod app_paths;
mod cors_middleware;
mod declaration;
mod group_middleware;
mod http;
mod options;
mod origin_check;
mod pattern_overlap;
mod policy_middleware;
mod routes;

#[doc(inline)]
pub use crate::__actix_routes as routes;
#[doc(no_inline)]
pub use crate::policy;
#[doc = include_str!("../../docs/cors-actix.md")]
#[doc = include_str!("../../docs/cors-keys.md")]
#[doc(inline)]
pub use cors_macros::cors_actix as cors;
/// A function that says whether an origin may call: for `origins = dynamic(function)`. For actix-web.
///
/// The function takes `&`[`Origin`](crate::Origin) first, then any extractors, and gives `bool`. It may be `async`. It
/// stays as it is, so that tests can call it.
///
/// ```
/// use actix_web::{App, get, web};
/// use cors_runtime::Origin;
/// use cors_runtime::actix::{cors, origin_check, routes};
///
/// struct Db(Vec<&'static str>);
///
/// #[origin_check]
/// async fn tenant(origin: &Origin, db: web::Data<Db>) -> bool {
///     origin.scheme() == "https" && db.0.contains(&origin.host())
/// }
///
/// #[cors(origins = dynamic(tenant), credentials)]
/// #[get("/me")]
/// async fn me() -> &'static str {
///     "Ada"
/// }
///
/// let app = App::new().app_data(web::Data::new(Db(vec!["shop.example"]))).service(routes![me]);
/// ```
///
/// It runs for preflights, too, where there are no cookies. It gets no body: an extractor of one sees an empty one. It
/// never sees `null`, malformed or doubled origins. A rejected extractor denies, and is logged (target `cors`, reason
/// `check-rejected`).
///
/// The one option is `crate = path`, as for [`#[cors]`](macro@cors). It expands to the function, and a type of the same
/// name that stores the types of the extractors. A function that is generic, or whose first parameter is not a reference,
/// is an
/// error.
#[doc(inline)]
pub use cors_macros::origin_check_actix as origin_check;
pub use group_middleware::RouteService;
pub use policy_middleware::{PolicyFuture, PolicyMiddleware, PolicyService};
pub use routes::{BuiltRoutes, Routes};

/// What the expansions of the macros use. May change at any time.
#[doc(hidden)]
#[allow(missing_docs)]
pub mod __private {
    pub use super::declaration::{Annotated, Resources, RouteAttribute};
    pub use super::origin_check::{
        CheckFuture, DynamicCheck, DynamicCheckFn, Rejected, fallback as check_fallback,
    };
    pub use super::routes::Routes;
    pub use actix_web::dev::{AppService, HttpServiceFactory, Payload};
    pub use actix_web::guard::fn_guard;
    pub use actix_web::http::StatusCode;
    pub use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse};
    pub use cors_macros::routes_actix;

    #[track_caller]
    pub fn register<R: Annotated>(handler: R, config: &mut AppService) {
        super::routes::register_handler(handler, config);
    }
}

/// Annotated handlers as one group: gives [`Routes`](crate::actix::Routes).
///
/// Takes paths of handlers with `#[cors(..)]`.
///
/// ```
/// use actix_web::{App, web};
/// use cors_runtime::actix::routes;
///
/// mod account {
///     use actix_web::{Responder, get, put};
///     use cors_runtime::actix::cors;
///
///     #[cors(origins = ["https://app.example.com"], credentials)]
///     #[get("/me")]
///     pub async fn me() -> impl Responder {
///         "Ada"
///     }
///
///     #[cors(origins = ["https://app.example.com"], credentials)]
///     #[put("/me")]
///     pub async fn update_me() -> impl Responder {
///         ""
///     }
/// }
///
/// let app = App::new().service(web::scope("/api").service(routes![account::me, account::update_me]));
/// ```
///
/// `#[cfg(..)]` may stand before a handler.
///
/// It expands to `Routes::new()` and one call for each handler. A handler without `#[cors(..)]` is a compile error; the
/// same method twice on one path is an error when the routes are built, with both places.
#[doc(hidden)]
#[macro_export]
macro_rules! __actix_routes {
    ($($handlers:tt)*) => {
        $crate::actix::__private::routes_actix! { ($crate) $($handlers)* }
    };
}
