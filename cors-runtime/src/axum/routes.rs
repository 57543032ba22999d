//! A group of annotated routes.

use super::around::{Around, AroundHandler, AroundLayer};
use super::preflight::{OptionsHandler, allow};
use super::route::{Annotated, Routed};
use crate::engine::{BuiltPath, BuiltRoute, Methods, OptionsEntry, PathPolicies, RouteEntry, build_paths};
use crate::{BuildError, SourceLocation};
use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::{MethodFilter, MethodRouter, Route, any, on};
use cors_policy::Policy;
use http::header::{HeaderMap, HeaderValue};
use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use tower_layer::Layer;
use tower_service::Service;

/// A group of annotated routes: what `routes![..]` gives.
///
/// One real `OPTIONS` endpoint on each path answers the preflights; every response of a route gets the headers of
/// its policy.
pub struct Routes<S = ()> {
    routes: Vec<RouteEntry<Endpoint<S>>>,
    options: Vec<OptionsEntry<BuildOptions<S>>>,
}

enum Endpoint<S> {
    Handler(Build<S>),
    Layered(MethodRouter<S>),
}

/// Builds a method router with CORS around the handler, or, for a layer to come in between, without.
type Build<S> = Box<dyn FnOnce(Option<Around>) -> MethodRouter<S> + Send>;

/// Builds the `OPTIONS` endpoint of a path.
type BuildOptions<S> = Box<dyn FnOnce(Arc<PathPolicies<HeaderValue>>) -> MethodRouter<S> + Send>;

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
    #[must_use]
    pub fn add<R, H, T>(self, handler: H) -> Self
    where
        R: Annotated<S> + Routed,
        H: Handler<T, S>,
        T: 'static,
    {
        R::ROUTES.iter().fold(self, |routes, route| {
            let methods = Methods::from_names(route.methods);
            routes.push(methods, route.path.to_owned(), R::POLICY.clone(), R::LOCATION, handler.clone())
        })
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

    pub(super) fn push<H, T>(
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
        let filter = filter(&methods);
        let build: Build<S> = Box::new(move |around| {
            let handler = AroundHandler { around, handler };
            match filter {
                Some(filter) => on(filter, handler),
                None => any(handler),
            }
        });
        self.routes.push(RouteEntry { methods, path, policy, location, endpoint: Endpoint::Handler(build) });
        self
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
            endpoint: Box::new(move |path| {
                on(MethodFilter::OPTIONS, OptionsHandler { path, other: handler })
            }),
        });
        self
    }

    /// Puts a layer between CORS and the handlers that are in the group so far: preflights never reach it, and what it
    /// rejects still gets the headers that let the page read the error.
    ///
    /// As with [`MethodRouter::route_layer`], a 405 does not pass it.
    #[must_use]
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        for route in &mut self.routes {
            let endpoint = std::mem::replace(&mut route.endpoint, Endpoint::Layered(MethodRouter::new()));
            let router = match endpoint {
                Endpoint::Handler(build) => build(None),
                Endpoint::Layered(router) => router,
            };
            // The handler of an `any` route is the method router's fallback, which `route_layer` leaves alone.
            route.endpoint = Endpoint::Layered(match route.methods {
                Methods::Any => router.layer(layer.clone()),
                Methods::These(_) => router.route_layer(layer.clone()),
            });
        }
        self
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
    /// # Errors
    ///
    /// If a method of a path is routed twice.
    ///
    /// # Panics
    ///
    /// If axum refuses a path, as [`Router::route`] does.
    pub fn try_into_router(self) -> Result<Router<S>, BuildError> {
        let mut router = Router::new();
        for path in build_paths::<HeaderMap, _, _>(self.routes, self.options, true)? {
            let policies = Arc::clone(&path.policies);
            router = router.route(policies.path(), method_router(path));
        }
        Ok(router)
    }

    /// The group as one method router, whatever its paths.
    pub(super) fn into_method_router(self) -> MethodRouter<S> {
        build_paths::<HeaderMap, _, _>(self.routes, self.options, true)
            .unwrap_or_else(|error| panic!("{error}"))
            .into_iter()
            .map(method_router)
            .reduce(MethodRouter::merge)
            .unwrap_or_default()
    }
}

/// Everything of one path.
fn method_router<S>(path: BuiltPath<Endpoint<S>, BuildOptions<S>, HeaderValue>) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    let allow_list = allow_list(path.routes.iter().map(|route| &route.methods));
    let has_any = path.routes.iter().any(|route| route.methods == Methods::Any);
    let policies = path.policies;
    let mut router = MethodRouter::new();
    for BuiltRoute { methods, policy, endpoint } in path.routes {
        let answers_preflights = methods == Methods::Any;
        let around = Around { policy, path: Arc::clone(&policies), answers_preflights };
        router = router.merge(match endpoint {
            Endpoint::Handler(build) => build(Some(around)),
            Endpoint::Layered(router) if answers_preflights => router.layer(AroundLayer(around)),
            Endpoint::Layered(router) => router.route_layer(AroundLayer(around)),
        });
    }
    if let Some(build) = path.options {
        router.merge(build(policies))
    } else if has_any {
        router
    } else {
        router.on(MethodFilter::OPTIONS, OptionsHandler { path: policies, other: allow(&allow_list) })
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

/// Every method that axum can route, but for `OPTIONS`, whose endpoint is ours.
const FILTERS: [(&str, MethodFilter); 8] = [
    ("GET", MethodFilter::GET),
    ("HEAD", MethodFilter::HEAD),
    ("POST", MethodFilter::POST),
    ("PUT", MethodFilter::PUT),
    ("PATCH", MethodFilter::PATCH),
    ("DELETE", MethodFilter::DELETE),
    ("CONNECT", MethodFilter::CONNECT),
    ("TRACE", MethodFilter::TRACE),
];

/// `None` for every method.
fn filter(methods: &Methods) -> Option<MethodFilter> {
    FILTERS
        .iter()
        .filter(|(name, _)| *methods != Methods::Any && methods.contains(name))
        .map(|(_, filter)| *filter)
        .reduce(MethodFilter::or)
}

fn names(filter: MethodFilter) -> Vec<Cow<'static, str>> {
    FILTERS
        .iter()
        .filter(|(_, one)| filter.or(*one) == filter)
        .map(|(name, _)| Cow::Borrowed(*name))
        .collect()
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
