//! The adapter for axum 0.8.
//!
//! | item | is for |
//! |---|---|
//! | [`#[cors(..)]`](macro@cors) | the policy of a handler |
//! | [`routes!`] | annotated handlers, as one group |
//! | [`methods!`] | the same for handlers without a route attribute, as axum's `MethodRouter` |
//! | [`Routes`] | such a group: layers, `OPTIONS` handlers, the manifest, routes without the macro |
//! | [`policy!`] | a policy that many handlers share |
//! | [`#[origin_check]`](macro@origin_check) | a function that decides, per request |
//! | [`PolicyLayer`] | a default for everything that is not annotated |
//!
//! ```
//! use axum::{Router, routing::get};
//! use cors_runtime::axum::{PolicyLayer, cors, policy, routes};
//!
//! #[cors(origins = ["https://app.example.com"], credentials)]
//! #[get("/me")]
//! async fn me() -> &'static str {
//!     "Ada"
//! }
//!
//! let app: Router = Router::new()
//!     .route("/health", get(|| async { "ok" }))
//!     .merge(routes![me])
//!     .layer(PolicyLayer::new(policy!(origins = ["*"])));
//! ```

mod boxed_handler;
mod cors_handler;
mod declaration;
mod group_layers;
mod http;
mod method_filter;
mod options;
mod origin_check;
mod policy_layer;
mod route_handler;
mod routes;

#[doc(inline)]
pub use crate::__axum_methods as methods;
#[doc(inline)]
pub use crate::__axum_routes as routes;
#[doc(no_inline)]
pub use crate::policy;
#[doc = include_str!("../../docs/cors-axum.md")]
#[doc = include_str!("../../docs/cors-keys.md")]
#[doc(inline)]
pub use cors_macros::cors_axum as cors;
/// A function that says whether an origin may call: for `origins = dynamic(function)`. For axum.
///
/// The function takes `&`[`Origin`](crate::Origin) first, then any extractors of parts of a request, and gives `bool`.
/// It may be `async`. It stays as it is, so that tests can call it.
///
/// ```
/// use axum::Router;
/// use axum::extract::State;
/// use cors_runtime::Origin;
/// use cors_runtime::axum::{cors, origin_check, routes};
/// use std::sync::Arc;
///
/// type Db = Arc<Vec<&'static str>>;
///
/// #[origin_check]
/// async fn tenant(origin: &Origin, State(db): State<Db>) -> bool {
///     origin.scheme() == "https" && db.contains(&origin.host())
/// }
///
/// #[cors(origins = dynamic(tenant), credentials)]
/// #[get("/me")]
/// async fn me() {}
///
/// let app: Router = Router::new().merge(routes![me]).with_state(Arc::new(vec!["shop.example"]));
/// ```
///
/// It runs for preflights, too, where there are no cookies. It never sees `null`, malformed or doubled origins. A
/// rejected extractor denies, and is logged (target `cors`, reason `check-rejected`).
///
/// The one option is `crate = path`, as for [`#[cors]`](macro@cors). It expands to the function, and a type of the same
/// name that stores the types of the extractors, so `dynamic(tenant)` needs no types. A function that is generic, or
/// whose first
/// parameter is not a reference, is an error.
#[doc(inline)]
pub use cors_macros::origin_check_axum as origin_check;
pub use policy_layer::{PolicyFuture, PolicyLayer, PolicyService};
pub use routes::Routes;

/// What the expansions of the macros use. May change at any time.
#[doc(hidden)]
#[allow(missing_docs)]
pub mod __private {
    pub use super::declaration::{
        Annotated, Declaration, Dynamic, HasRoutes, Listed, RouteAttribute, WithRoutes, WithoutRoutes,
        fallback,
    };
    pub use super::origin_check::{CheckFuture, DynamicCheck, Rejected, fallback as check_fallback};
    pub use super::routes::Routes;
    pub use ::axum::extract::FromRequestParts;
    pub use ::axum::handler::Handler;
    pub use ::http::request::Parts;
    pub use cors_macros::{methods_axum, routes_axum};
}

/// Annotated handlers as one group: gives [`Routes`](crate::axum::Routes).
///
/// Takes paths of handlers with `#[cors(..)]` and a route attribute; type arguments may follow.
///
/// ```
/// use axum::Router;
/// use cors_runtime::axum::{cors, routes};
///
/// mod account {
///     use cors_runtime::axum::cors;
///
///     #[cors(origins = ["https://app.example.com"], credentials)]
///     #[put("/me")]
///     pub async fn update_me() {}
/// }
///
/// #[cors(origins = ["https://app.example.com"], credentials)]
/// #[get("/version")]
/// async fn version<T: Default + ToString + Send + 'static>() -> String {
///     T::default().to_string()
/// }
///
/// let app: Router = Router::new()
///     .merge(routes![account::update_me])
///     .nest("/api", routes![version::<u8>].into_router());
/// ```
///
/// `#[cfg(..)]` may stand before a handler. `Router::nest` and `axum::serve` take a `Router`: write
/// [`routes![..].into_router()`](crate::axum::Routes::into_router).
///
/// It expands to `Routes::new()` and one call for each handler, which finds policy and path in the type beside the
/// function. A handler without `#[cors(..)]` or without a route attribute is a compile error; the same method twice on
/// one path is an error when the routes are built, with both places.
///
/// All methods of a path belong in one group, because the group answers `OPTIONS` for the path. If a router gets two groups
/// on one path, axum panics:
///
/// ```text
/// Overlapping method route. Handler for `OPTIONS /me` already exists
/// ```
///
/// Write the handlers in one `routes!`, or join the groups with [`Routes::merge`](crate::axum::Routes::merge) before they
/// become a
/// router: `.merge(account::routes().merge(profile::routes()))` instead of
/// `.merge(account::routes()).merge(profile::routes())`.
#[doc(hidden)]
#[macro_export]
macro_rules! __axum_routes {
    ($($handlers:tt)*) => {
        $crate::axum::__private::routes_axum! { ($crate) $($handlers)* }
    };
}

/// Annotated handlers without a route attribute, as a [`MethodRouter`](https://docs.rs/axum/0.8/axum/routing/struct.MethodRouter.html): for
/// [`Router::route`](https://docs.rs/axum/0.8/axum/struct.Router.html#method.route).
///
/// Takes `get(handler)`, `head`, `post`, `put`, `patch`, `delete`, or `any`, also behind `#[cfg(..)]`. If the handler has a
/// route attribute, its path is ignored, and another method than its own is a compile error.
///
/// ```
/// use axum::Router;
/// use cors_runtime::axum::{cors, methods};
///
/// #[cors(origins = ["https://app.example.com"], credentials)]
/// async fn me() {}
///
/// #[cors(origins = ["https://app.example.com"], credentials, allow_headers = ["content-type"])]
/// async fn update_me() {}
///
/// let app: Router = Router::new().route("/me", methods![get(me), put(update_me)]);
/// ```
///
/// Layers of the router, and of the `MethodRouter`, are outside of CORS. A login there would reject preflights: it belongs in
/// [`Routes::layer`](crate::axum::Routes::layer), so register such handlers with [`routes!`](crate::axum::routes).
///
/// All methods of a path belong in one `methods!`, because it answers `OPTIONS` for the path. If a path gets two of them,
/// or one
/// and a group of `routes!`, axum panics with the first of these lines, and [`MethodRouter::merge`] with the second one:
///
/// ```text
/// Overlapping method route. Handler for `OPTIONS /me` already exists
/// Overlapping method route. Cannot merge two method routes that both define `OPTIONS`
/// ```
///
/// [`MethodRouter::merge`]: https://docs.rs/axum/0.8/axum/routing/struct.MethodRouter.html#method.merge
///
/// # Panics
///
/// If a method is there twice, or an `env(..)` of a policy is missing or wrong.
#[doc(hidden)]
#[macro_export]
macro_rules! __axum_methods {
    ($($handlers:tt)*) => {
        $crate::axum::__private::methods_axum! { ($crate) $($handlers)* }
    };
}
