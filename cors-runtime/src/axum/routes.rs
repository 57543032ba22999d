//! A group of annotated routes.

use super::annotation::{AnnotatedHandler, Annotation};
use super::around::{Around, AroundHandler, AroundLayer};
use super::check::{Check, DynamicEndpoint, DynamicHandler, DynamicRoute, LayeredHandler};
use super::methods::{filter, method_router, names};
use super::preflight::{OptionsHandler, Preflights, allow};
use super::route::{Annotated, RouteSpec, Routed};
use crate::engine::{BuiltPath, BuiltRoute, Methods, OptionsEntry, RouteEntry, Routing, build_paths};
use crate::{BuildError, Manifest, SourceLocation};
use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::{MethodFilter, MethodRouter, Route, any, on};
use cors_policy::Policy;
use http::header::{HeaderMap, HeaderValue};
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use tower_layer::Layer;
use tower_service::Service;

/// A group of annotated routes: what `routes![..]` gives.
///
/// One real `OPTIONS` endpoint on each path answers the preflights; every response of a route gets the headers of
/// its policy.
///
/// ```
/// use axum::Router;
/// use axum::routing::{MethodFilter, get};
/// use cors_runtime::axum::{Routes, cors, policy, routes};
///
/// #[cors(origins = ["https://app.example.com"])]
/// #[get("/me")]
/// async fn me() {}
///
/// let routes = routes![me]
///     .route(MethodFilter::PUT, "/me", policy!(origins = ["*"]), async || "saved")
///     .options("/me", async || "not a preflight")
///     .merge(Routes::new().route(MethodFilter::GET, "/version", policy!(origins = ["*"]), async || "1"));
/// assert_eq!(routes.manifest().iter().count(), 3);
///
/// let app: Router = Router::new().route("/health", get(async || "ok")).merge(routes);
/// ```
pub struct Routes<S = ()> {
    routes: Vec<RouteEntry<Endpoint<S>>>,
    options: Vec<OptionsEntry<BuildOptions<S>>>,
}

enum Endpoint<S> {
    /// The handler finds its policy by itself.
    Annotated(MethodRouter<S>, &'static Annotation),
    Handler(Build<S>),
    /// With what stands above an annotated handler.
    Layered(MethodRouter<S>, Option<&'static Annotation>),
    Dynamic(Box<dyn DynamicEndpoint<S>>),
    DynamicLayered(MethodRouter, Check<S>),
}

/// Builds a method router with CORS around the handler, or, for a layer to come in between, without.
type Build<S> = Box<dyn FnOnce(Option<Around>) -> MethodRouter<S> + Send>;

/// Builds the `OPTIONS` endpoint of a path.
type BuildOptions<S> = Box<dyn FnOnce(Preflights<S>) -> MethodRouter<S> + Send>;

impl<S> Routes<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// An empty group.
    pub fn new() -> Self {
        Self { routes: Vec::new(), options: Vec::new() }
    }

    /// Adds an annotated handler: what `routes!` calls.
    #[doc(hidden)]
    pub fn add<R, H, T>(&mut self, handler: H)
    where
        R: Annotated<S> + Routed,
        H: Handler<T, S>,
        T: 'static,
    {
        R::register(self, R::ROUTES, handler);
    }

    /// Adds a handler without the macro: the methods, the path as axum's router takes it, and the policy.
    #[must_use]
    #[track_caller]
    pub fn route<H, T>(self, methods: MethodFilter, path: &str, policy: impl Into<Policy>, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let methods = Methods::These(names(methods).into());
        self.push(methods, path.to_owned(), policy.into(), SourceLocation::caller(), handler)
    }

    /// Whatever depends on the handler is compiled for each of them: as little as can be.
    pub(super) fn push_annotated<R, H, T>(&mut self, places: &[RouteSpec], handler: H)
    where
        R: Annotated<S>,
        H: Handler<T, S>,
        T: 'static,
    {
        let handler = AnnotatedHandler::<R, H> { handler, marker: PhantomData };
        self.push_places(places, &Routable { handler, marker: PhantomData });
    }

    fn push_places(&mut self, places: &[RouteSpec], handler: &dyn ToRouter<S>) {
        let annotation = handler.annotation();
        for place in places {
            let methods = Methods::from_names(place.methods);
            let router = match filter(&methods) {
                Some(filter) => handler.on(filter, MethodRouter::new()),
                None => handler.any(),
            };
            self.routes.push(RouteEntry {
                methods,
                path: place.path.to_owned(),
                policy: annotation.policy().clone(),
                location: annotation.location(),
                guarded: false,
                dynamic: false,
                endpoint: Endpoint::Annotated(router, annotation),
            });
        }
    }

    fn push<H, T>(
        mut self,
        methods: Methods,
        path: String,
        policy: Policy,
        location: SourceLocation,
        handler: H,
    ) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let own = methods.clone();
        let build: Build<S> = Box::new(move |around| method_router(&own, AroundHandler { around, handler }));
        let endpoint = Endpoint::Handler(build);
        self.routes.push(RouteEntry {
            methods,
            path,
            policy,
            location,
            dynamic: false,
            guarded: false,
            endpoint,
        });
        self
    }

    /// Adds a handler for which a function decides.
    #[doc(hidden)]
    #[expect(clippy::needless_pass_by_value, reason = "as `register` takes it")]
    pub fn push_dynamic<H, T>(
        &mut self,
        places: &[RouteSpec],
        annotation: &Annotation,
        check: Check<S>,
        handler: H,
    ) where
        H: Handler<T, S>,
        T: 'static,
    {
        for place in places {
            let methods = Methods::from_names(place.methods);
            let handler = handler.clone();
            let route = DynamicRoute { methods: methods.clone(), handler, check, marker: PhantomData };
            self.routes.push(RouteEntry {
                methods,
                path: place.path.to_owned(),
                policy: annotation.policy().clone(),
                location: annotation.location(),
                dynamic: true,
                guarded: false,
                endpoint: Endpoint::Dynamic(Box::new(route)),
            });
        }
    }

    /// Gives the `OPTIONS` requests of a path that are not preflights to a handler. Without one they are answered with
    /// 204 and `Allow`.
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
            endpoint: Box::new(move |preflights| {
                on(MethodFilter::OPTIONS, OptionsHandler::new(preflights, handler))
            }),
        });
        self
    }

    /// Puts a layer between CORS and the handlers that are in the group so far: preflights never reach it, and what it
    /// rejects still gets the headers that let the page read the error.
    ///
    /// As with [`MethodRouter::route_layer`], a 405 does not pass it.
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
    /// // Nobody gets in, and the page can read that.
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
        for route in &mut self.routes {
            let nothing = Endpoint::Layered(MethodRouter::new(), None);
            let endpoint = std::mem::replace(&mut route.endpoint, nothing);
            route.endpoint = match endpoint {
                Endpoint::Annotated(router, annotation) => {
                    annotation.cover();
                    Endpoint::Layered(layered(router, &route.methods, layer.clone()), Some(annotation))
                }
                Endpoint::Handler(build) => {
                    Endpoint::Layered(layered(build(None), &route.methods, layer.clone()), None)
                }
                Endpoint::Layered(router, annotation) => {
                    Endpoint::Layered(layered(router, &route.methods, layer.clone()), annotation)
                }
                Endpoint::Dynamic(endpoint) => {
                    let check = endpoint.check();
                    let router = layered(endpoint.stateless(), &route.methods, layer.clone());
                    Endpoint::DynamicLayered(router, check)
                }
                Endpoint::DynamicLayered(router, check) => {
                    Endpoint::DynamicLayered(layered(router, &route.methods, layer.clone()), check)
                }
            };
        }
        self
    }

    /// What the group declares.
    pub fn manifest(&self) -> Manifest {
        Manifest::new(&self.routes, Routing::ByPath)
    }

    /// Joins two groups. They may share paths, but no method of a path.
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
    pub fn into_router(self) -> Router<S> {
        self.try_into_router().unwrap_or_else(|error| panic!("{error}"))
    }

    /// The group as a router.
    ///
    /// ```
    /// use axum::routing::MethodFilter;
    /// use cors_runtime::axum::{Routes, policy};
    ///
    /// let everybody = policy!(origins = ["*"]);
    /// let routes: Routes = Routes::new()
    ///     .route(MethodFilter::GET, "/me", everybody.clone(), async || "Ada")
    ///     .route(MethodFilter::GET, "/me", everybody, async || "Grace");
    /// assert!(routes.try_into_router().unwrap_err().to_string().starts_with("`GET /me` is routed twice"));
    /// ```
    ///
    /// # Errors
    ///
    /// Everything that is wrong: a method of a path that is routed twice, an environment variable that is missing or has
    /// wrong entries, an `OriginSet` that allows what its policy does not.
    ///
    /// # Panics
    ///
    /// If axum refuses a path, as [`Router::route`] does.
    pub fn try_into_router(self) -> Result<Router<S>, BuildError> {
        let mut router = Router::new();
        for path in build_paths::<HeaderMap, _, _>(self.routes, self.options, Routing::ByPath)? {
            let policies = Arc::clone(&path.policies);
            router = router.route(policies.path(), build_path(path));
        }
        Ok(router)
    }

    /// The group as one method router, whatever its paths.
    pub(super) fn into_method_router(self) -> MethodRouter<S> {
        build_paths::<HeaderMap, _, _>(self.routes, self.options, Routing::ByPath)
            .unwrap_or_else(|error| panic!("{error}"))
            .into_iter()
            .map(build_path)
            .reduce(MethodRouter::merge)
            .unwrap_or_default()
    }
}

/// An annotated handler, as [`Routes::push_places`] needs it. No closures: they have more functions in their vtables.
trait ToRouter<S> {
    fn annotation(&self) -> &'static Annotation;
    fn on(&self, filter: MethodFilter, router: MethodRouter<S>) -> MethodRouter<S>;
    fn any(&self) -> MethodRouter<S>;
}

struct Routable<R, H, T> {
    handler: AnnotatedHandler<R, H>,
    marker: PhantomData<fn() -> T>,
}

impl<R, H, T, S> ToRouter<S> for Routable<R, H, T>
where
    R: Annotated<S>,
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    fn annotation(&self) -> &'static Annotation {
        R::annotation()
    }

    fn on(&self, filter: MethodFilter, router: MethodRouter<S>) -> MethodRouter<S> {
        router.on(filter, self.handler.clone())
    }

    fn any(&self) -> MethodRouter<S> {
        if R::EVERY_METHOD {
            any(self.handler.clone())
        } else {
            unreachable!("its routes name their methods")
        }
    }
}

/// Puts a layer around a handler.
fn layered<S, L>(router: MethodRouter<S>, methods: &Methods, layer: L) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
    L: Layer<Route> + Clone + Send + Sync + 'static,
    L::Service: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request>>::Response: IntoResponse + 'static,
    <L::Service as Service<Request>>::Future: Send + 'static,
{
    // The handler of an `any` route is the method router's fallback, which `route_layer` leaves alone.
    match methods {
        Methods::Any => router.layer(layer),
        Methods::These(_) => router.route_layer(layer),
    }
}

/// Everything of one path.
fn build_path<S>(path: BuiltPath<Endpoint<S>, BuildOptions<S>, HeaderValue>) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    let allow_list = allow_list(path.routes.iter().map(|route| &route.methods));
    let mut checks = Vec::new();
    let mut router = MethodRouter::new();
    let mut any_route = None;
    for BuiltRoute { methods, policy: around, endpoint } in path.routes {
        let check = match &endpoint {
            Endpoint::Annotated(..) | Endpoint::Handler(_) | Endpoint::Layered(..) => None,
            Endpoint::Dynamic(endpoint) => Some(endpoint.check()),
            Endpoint::DynamicLayered(_, check) => Some(*check),
        };
        let route = match endpoint {
            Endpoint::Annotated(router, annotation) if annotation.keep(&around) => router,
            Endpoint::Annotated(router, annotation) => {
                layered(router, &methods, AroundLayer { around, annotation: Some(annotation) })
            }
            Endpoint::Handler(build) => build(Some(around)),
            Endpoint::Layered(router, annotation) => {
                layered(router, &methods, AroundLayer { around, annotation })
            }
            Endpoint::Dynamic(endpoint) => endpoint.build(around),
            Endpoint::DynamicLayered(router, check) => {
                method_router(&methods, DynamicHandler { around, check, inner: LayeredHandler(router) })
            }
        };
        checks.push(check);
        if methods == Methods::Any {
            any_route = Some(route.clone());
        }
        router = router.merge(route);
    }
    let preflights = Preflights::new(path.policies, checks);
    match (path.options, any_route) {
        (Some(build), _) => router.merge(build(preflights)),
        (None, Some(route)) => {
            // Plain `OPTIONS` requests are the route's own.
            router.on(MethodFilter::OPTIONS, OptionsHandler::new(preflights, route))
        }
        (None, None) => router.on(MethodFilter::OPTIONS, OptionsHandler::new(preflights, allow(&allow_list))),
    }
}

/// The value of `Allow`, as axum writes it: `HEAD` follows `GET`, and `OPTIONS` is ours.
fn allow_list<'a>(routes: impl Iterator<Item = &'a Methods>) -> String {
    let mut list: Vec<&str> = Vec::new();
    for name in routes.flat_map(Methods::names) {
        let head = (name == "GET").then_some("HEAD");
        for name in std::iter::once(name).chain(head) {
            if !list.contains(&name) {
                list.push(name);
            }
        }
    }
    list.push("OPTIONS");
    list.join(",")
}

impl<S> From<Routes<S>> for Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// # Panics
    ///
    /// As [`Routes::into_router`].
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
        f.debug_list()
            .entries(self.routes.iter().map(|route| (&route.methods, &route.path, &route.policy)))
            .finish()
    }
}
