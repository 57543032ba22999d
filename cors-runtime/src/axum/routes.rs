//! A group of annotated routes.

use super::boxed_handler::BoxedHandler;
use super::declaration::{Annotated, HasRoutes, RouteAttribute, SameHandler};
use super::group_layers::SharedLayer;
use super::method_filter::has_filter;
use super::options::{OptionsHandler, allow};
use super::origin_check::DynamicCheckFn;
use super::route_handler::RouteHandler;
use crate::cors::{
    BuiltPath, BuiltRoute, DeclaredPolicy, Methods, OptionsEntry, RouteEntry, Routing, build_paths,
};
use crate::error::or_panic;
use crate::{BuildError, Manifest, SourceLocation};
use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::{MethodFilter, MethodRouter, Route, on};
use cors_policy::Policy;
use http::header::HeaderValue;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use tower_layer::Layer;
use tower_service::Service;

/// In axum a URL has one path, a route for `GET` takes `HEAD`, and `/` under `/api` is `/api`.
const ROUTING: Routing = Routing {
    can_route: has_filter,
    head_follows_get: true,
    patterns_overlap: |_, _| false,
    nests_root_as_prefix: true,
};

/// A group of annotated routes: what `routes![..]` gives.
///
/// One real `OPTIONS` endpoint on each path answers the preflights; every response of a route gets the headers of
/// its policy.
///
/// ```
/// use axum::Router;
/// use axum::http::Method;
/// use axum::routing::get;
/// use cors_runtime::axum::{Routes, cors, policy, routes};
///
/// #[cors(origins = ["https://app.example.com"])]
/// #[get("/me")]
/// async fn me() {}
///
/// let routes = routes![me]
///     .route([Method::PUT], "/me", policy!(origins = ["*"]), async || "saved")
///     .options("/me", async || "not a preflight")
///     .merge(Routes::new().route([Method::GET], "/version", policy!(origins = ["*"]), async || "1"));
/// assert_eq!(routes.manifest().iter().count(), 3);
///
/// let app: Router = Router::new().route("/health", get(async || "ok")).merge(routes);
/// ```
pub struct Routes<S = ()> {
    routes: Vec<RouteEntry<RouteHandler<S>>>,
    options: Vec<OptionsEntry<RouteHandler<S>>>,
}

impl<S> Routes<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// An empty group.
    pub fn new() -> Self {
        Self { routes: Vec::new(), options: Vec::new() }
    }

    /// Adds an annotated handler: what `routes!` calls. `_declared` is the function that was found together with the
    /// declaration.
    #[doc(hidden)]
    pub fn add<D, H, T>(&mut self, handler: H, _declared: impl SameHandler<H>, declaration: &'static D)
    where
        D: Annotated<S, H> + HasRoutes,
        H: Handler<T, S>,
        T: 'static,
    {
        self.push_declared(
            declaration.routes(),
            &declaration.policy_and_check(),
            &BoxedHandler::new(handler),
        );
    }

    /// Adds an annotated handler without a route attribute: what `methods!` calls. An empty list of methods stands for
    /// every method.
    #[doc(hidden)]
    pub fn add_method<D, H, T>(
        &mut self,
        methods: &'static [&'static str],
        handler: H,
        _declared: impl SameHandler<H>,
        declaration: &'static D,
    ) where
        D: Annotated<S, H>,
        H: Handler<T, S>,
        T: 'static,
    {
        let route = RouteAttribute { methods, path: "" };
        self.push_declared(&[route], &declaration.policy_and_check(), &BoxedHandler::new(handler));
    }

    fn push_declared(
        &mut self,
        routes: &[RouteAttribute],
        (declared, check): &(DeclaredPolicy, Option<DynamicCheckFn<S>>),
        handler: &BoxedHandler<S>,
    ) {
        for route in routes {
            let endpoint = RouteHandler::new(handler.clone(), *check);
            self.push(Methods::of_attribute(route.methods), route.path, declared.clone(), endpoint);
        }
    }

    /// Adds a handler without the macro: the methods, the path as axum's router takes it, and the policy.
    ///
    /// ```
    /// use axum::http::Method;
    /// use cors_runtime::axum::{Routes, policy};
    ///
    /// let everybody = policy!(origins = ["*"]);
    /// let routes: Routes = Routes::new()
    ///     .route([Method::GET, Method::PUT], "/me", everybody.clone(), async || "Ada")
    ///     .any("/echo", everybody, async || "every method");
    /// assert_eq!(routes.manifest().iter().map(|route| route.methods().count()).collect::<Vec<_>>(), [2, 0]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn route<H, T>(
        mut self,
        methods: impl IntoIterator<Item: AsRef<str>>,
        path: &str,
        policy: impl Into<Policy>,
        handler: H,
    ) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let policy = DeclaredPolicy::new(policy.into(), SourceLocation::caller());
        let endpoint = RouteHandler::new(BoxedHandler::new(handler), None);
        self.push(Methods::named(methods), path, policy, endpoint);
        self
    }

    /// Adds a handler for every method without the macro: see [`route`](Self::route). Routes that name a method come first.
    #[must_use]
    #[track_caller]
    pub fn any<H, T>(mut self, path: &str, policy: impl Into<Policy>, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let policy = DeclaredPolicy::new(policy.into(), SourceLocation::caller());
        let endpoint = RouteHandler::new(BoxedHandler::new(handler), None);
        self.push(Methods::Any, path, policy, endpoint);
        self
    }

    fn push(&mut self, methods: Methods, path: &str, declared: DeclaredPolicy, endpoint: RouteHandler<S>) {
        let path = path.to_owned();
        self.routes.push(RouteEntry { methods, path, declared, is_guarded: false, endpoint });
    }

    /// Gives the `OPTIONS` requests of a path that are not preflights to a handler. Without one, a
    /// route for every method of the path takes them, or else they are answered with 204 and `Allow`.
    ///
    /// The handler has no policy: it is for requests that no script of another origin sends, such as those of monitoring
    /// or of
    /// `WebDAV` clients. Its responses have no CORS headers, and no route allows preflights for `OPTIONS`, except for
    /// routes for every method. Only a default policy
    /// around the group that names `OPTIONS` in [`PolicyLayer::methods`](super::PolicyLayer::methods) opens it to scripts.
    #[must_use]
    #[track_caller]
    pub fn options<H, T>(mut self, path: &str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.options.push(OptionsEntry {
            path: path.to_owned(),
            location: SourceLocation::caller(),
            endpoint: RouteHandler::new(BoxedHandler::new(handler), None),
        });
        self
    }

    /// Puts a layer between CORS and the handlers that are in the group so far: preflights never reach it, and what it
    /// rejects still gets the headers that let the page read the error.
    ///
    /// It is also around the handlers of [`options`](Self::options). As with [`MethodRouter::route_layer`], a 405 does not
    /// pass it.
    ///
    /// ```
    /// use axum::Router;
    /// use axum::http::StatusCode;
    /// use axum::middleware::from_fn;
    /// use cors_runtime::axum::{cors, routes};
    ///
    /// #[cors(origins = ["https://app.example.com"], credentials)]
    /// #[get("/me")]
    /// async fn me() {}
    ///
    /// #[cors(origins = ["https://app.example.com"])]
    /// #[get("/version")]
    /// async fn version() {}
    ///
    /// // Rejects every request; the page can still read the 401.
    /// let locked = from_fn(async |_: axum::extract::Request, _| StatusCode::UNAUTHORIZED);
    /// let app: Router = Router::new().merge(routes![me].layer(locked).merge(routes![version]));
    /// ```
    #[must_use]
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        let layer: SharedLayer<S> = Arc::new(layer);
        for route in &mut self.routes {
            route.endpoint.add_layer(&layer);
        }
        for options in &mut self.options {
            options.endpoint.add_layer(&layer);
        }
        self
    }

    /// The routes of the group with their policies.
    pub fn manifest(&self) -> Manifest {
        Manifest::new(&self.routes, ROUTING)
    }

    /// Joins two groups. They may share paths, but no method of a path.
    ///
    /// Groups that share a path have to be joined before they become a router. [`Router::merge`] panics about the `OPTIONS`
    /// endpoints of the two groups:
    ///
    /// ```text
    /// Overlapping method route. Handler for `OPTIONS /me` already exists
    /// ```
    ///
    /// ```
    /// use axum::Router;
    /// use cors_runtime::axum::{cors, routes};
    ///
    /// #[cors(origins = ["https://app.example.com"])]
    /// #[get("/me")]
    /// async fn me() {}
    ///
    /// #[cors(origins = ["https://app.example.com"])]
    /// #[put("/me")]
    /// async fn update_me() {}
    ///
    /// // Not `.merge(routes![me]).merge(routes![update_me])`.
    /// let app: Router = Router::new().merge(routes![me].merge(routes![update_me]));
    /// ```
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.routes.extend(other.routes);
        self.options.extend(other.options);
        self
    }

    /// The group as a router.
    ///
    /// # Panics
    ///
    /// If the routes cannot be built: see [`try_into_router`](Self::try_into_router).
    #[track_caller]
    pub fn into_router(self) -> Router<S> {
        or_panic(self.try_into_router())
    }

    /// The group as a router.
    ///
    /// ```
    /// use axum::http::Method;
    /// use cors_runtime::axum::{Routes, policy};
    ///
    /// let everybody = policy!(origins = ["*"]);
    /// let routes: Routes = Routes::new()
    ///     .route([Method::GET], "/me", everybody.clone(), async || "Ada")
    ///     .route([Method::GET], "/me", everybody, async || "Grace");
    /// assert!(routes.try_into_router().unwrap_err().to_string().starts_with("`GET /me` is routed twice"));
    /// ```
    ///
    /// # Errors
    ///
    /// Everything that is wrong: a method of a path that is routed twice, a route for `OPTIONS` or for a method that no
    /// script can
    /// send, an environment variable that is missing or has wrong entries, an `OriginSet` that allows what its policy
    /// does not.
    ///
    /// # Panics
    ///
    /// If axum refuses a path, as [`Router::route`] does.
    pub fn try_into_router(self) -> Result<Router<S>, BuildError> {
        let mut router = Router::new();
        for path in build_paths(self.routes, self.options, ROUTING)? {
            let policies = Arc::clone(&path.policies);
            router = router.route(policies.path(), build_path(path));
        }
        Ok(router)
    }

    /// The group as a router with its state, as [`Router::with_state`].
    ///
    /// ```
    /// use axum::Router;
    /// use axum::extract::State;
    /// use cors_runtime::axum::{cors, routes};
    ///
    /// #[cors(origins = ["https://app.example.com"])]
    /// #[get("/me")]
    /// async fn me(State(name): State<&'static str>) -> &'static str {
    ///     name
    /// }
    ///
    /// let app: Router = routes![me].with_state("Ada");
    /// ```
    ///
    /// # Panics
    ///
    /// If the routes cannot be built: see [`try_into_router`](Self::try_into_router).
    #[track_caller]
    pub fn with_state<S2>(self, state: S) -> Router<S2> {
        self.into_router().with_state(state)
    }

    /// The group as one method router: what `methods!` gives. The routes have no paths.
    ///
    /// # Panics
    ///
    /// If the routes cannot be built: see [`try_into_router`](Self::try_into_router).
    #[doc(hidden)]
    #[track_caller]
    pub fn into_method_router(self) -> MethodRouter<S> {
        // All routes have the same path, which is empty.
        or_panic(build_paths(self.routes, self.options, ROUTING)).pop().map(build_path).unwrap_or_default()
    }
}

/// A router for one path, with its `OPTIONS` endpoint.
fn build_path<S>(path: BuiltPath<RouteHandler<S>, RouteHandler<S>, HeaderValue>) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    let allow_header = allow_header(path.routes.iter().map(|route| &route.methods));
    let mut checks = Vec::new();
    let mut router = MethodRouter::new();
    let mut any_handler = None;
    for BuiltRoute { methods, policy, endpoint } in path.routes {
        checks.push(endpoint.check);
        if methods == Methods::Any && path.options.is_none() {
            any_handler = Some(endpoint.build_for_options_with_cors(Arc::clone(&policy)));
        }
        router = router.merge(endpoint.build(&methods, policy));
    }
    let other = match (path.options, any_handler) {
        (Some(options), _) => options.build_for_options(),
        // The route takes every method, also the other `OPTIONS` requests.
        (None, Some(handler)) => handler,
        (None, None) => BoxedHandler::new(allow(&allow_header)),
    };
    router.merge(on(MethodFilter::OPTIONS, OptionsHandler::new(path.policies, checks, other)))
}

/// The value of `Allow`, as axum writes it. It also names `HEAD` beside `GET`, and `OPTIONS`.
fn allow_header<'a>(routes: impl Iterator<Item = &'a Methods>) -> String {
    let with_head = |name| if name == "GET" { vec!["GET", "HEAD"] } else { vec![name] };
    let names = routes.flat_map(Methods::names).flat_map(with_head);
    Methods::named(names.chain(["OPTIONS"])).names().collect::<Vec<_>>().join(",")
}

impl<S> From<Routes<S>> for Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// # Panics
    ///
    /// If the routes cannot be built: see [`Routes::try_into_router`].
    #[track_caller]
    fn from(routes: Routes<S>) -> Self {
        routes.into_router()
    }
}

impl<S> Default for Routes<S>
where
    S: Clone + Send + Sync + 'static,
{
    fn default() -> Self {
        Self::new()
    }
}

impl<S> fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Manifest::new(&self.routes, ROUTING), f)
    }
}
