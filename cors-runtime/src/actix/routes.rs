//! A group of annotated routes.

use super::around::Around;
use super::check::Check;
use super::overlap::overlaps;
use super::preflight::Preflights;
use super::route::{Annotated, ErasedResource, Resources, with_methods};
use super::wrap::{RouteService, SharedWrap, shared};
use crate::engine::{BuiltPath, BuiltRoute, Methods, OptionsEntry, RouteEntry, Routing, build_paths};
use crate::{BuildError, Manifest, SourceLocation};
use actix_web::body::MessageBody;
use actix_web::dev::{AppService, HttpServiceFactory, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderValue};
use actix_web::{Error, FromRequest, Handler, Resource, Responder, guard};
use cors_policy::Policy;
use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

/// A group of annotated routes: what `routes![..]` gives.
///
/// One real `OPTIONS` endpoint on each path answers the preflights; every response of a route gets the headers of
/// its policy.
///
/// ```
/// use actix_web::http::Method;
/// use actix_web::{App, get, web};
/// use cors_runtime::actix::{Routes, cors, policy, routes};
///
/// #[cors(origins = ["https://app.example.com"])]
/// #[get("/me")]
/// async fn me() -> &'static str {
///     "Ada"
/// }
///
/// let routes = routes![me]
///     .route(Method::PUT, "/me", policy!(origins = ["*"]), async || "saved")
///     .options("/me", async || "not a preflight")
///     .merge(Routes::new().route(Method::GET, "/version", policy!(origins = ["*"]), async || "1"));
/// assert_eq!(routes.manifest().iter().count(), 3);
///
/// let app = App::new().service(web::scope("/api").service(routes));
/// ```
#[derive(Default)]
pub struct Routes {
    routes: Vec<RouteEntry<Endpoint>>,
    options: Vec<OptionsEntry<Resource>>,
}

struct Endpoint {
    /// Where the route stands in the group. actix-web asks resources in order, and their patterns may overlap.
    number: usize,
    resource: ErasedResource,
    /// The function that decides, if one does.
    check: Option<Check>,
    /// The innermost first.
    wraps: Vec<SharedWrap>,
}

impl Routes {
    /// An empty group.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an annotated handler: what `routes!` calls.
    #[doc(hidden)]
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "only the macro calls it")]
    pub fn add<R: Annotated>(mut self, handler: R) -> Self {
        let mut resources = Resources::default();
        handler.resources(&mut resources);
        self.push_resources(resources, (R::POLICY, R::LOCATION), R::check());
        self
    }

    /// What does not depend on the type of the handler is compiled once.
    fn push_resources(
        &mut self,
        resources: Resources,
        (policy, location): (&Policy, SourceLocation),
        check: Option<Check>,
    ) {
        for (route, resource) in resources.0 {
            self.routes.push(RouteEntry {
                methods: Methods::from_names(route.methods),
                path: route.path.to_owned(),
                policy: policy.clone(),
                location,
                dynamic: check.is_some(),
                guarded: route.guarded,
                endpoint: Endpoint { number: 0, resource, check, wraps: Vec::new() },
            });
        }
    }

    /// Adds a handler without the macro: the method, the path as actix-web's router takes it, and the policy.
    #[must_use]
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "as in `actix_web::web::method`")]
    pub fn route<F, Args>(mut self, method: Method, path: &str, policy: impl Into<Policy>, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let resource = with_methods(Resource::new(path), &[method.as_str()]).to(handler);
        self.routes.push(RouteEntry {
            methods: Methods::These(vec![Cow::Owned(method.as_str().to_owned())].into()),
            path: path.to_owned(),
            policy: policy.into(),
            location: SourceLocation::caller(),
            dynamic: false,
            guarded: false,
            endpoint: Endpoint {
                number: 0,
                resource: ErasedResource::new(resource),
                check: None,
                wraps: Vec::new(),
            },
        });
        self
    }

    /// Gives the `OPTIONS` requests of a path that are not preflights to a handler. Without one the app's own routing
    /// answers them.
    #[must_use]
    #[track_caller]
    pub fn options<F, Args>(mut self, path: &str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let resource = Resource::new(path).guard(guard::Options()).to(handler);
        self.options.push(OptionsEntry {
            path: path.to_owned(),
            location: SourceLocation::caller(),
            endpoint: resource,
        });
        self
    }

    /// Puts a middleware between CORS and the routes that are in the group so far: preflights never reach it, and what
    /// it rejects, as a response or as an `Err`, still gets the headers that let the page read the error.
    ///
    /// ```
    /// use actix_web::body::MessageBody;
    /// use actix_web::dev::{ServiceRequest, ServiceResponse};
    /// use actix_web::error::ErrorUnauthorized;
    /// use actix_web::middleware::{Next, from_fn};
    /// use actix_web::{App, Error, get};
    /// use cors_runtime::actix::{cors, routes};
    ///
    /// // Nobody gets in, and the page can read that.
    /// async fn locked(_: ServiceRequest, _: Next<impl MessageBody>) -> Result<ServiceResponse, Error> {
    ///     Err(ErrorUnauthorized("log in"))
    /// }
    ///
    /// #[cors(origins = ["https://app.example.com"], credentials)]
    /// #[get("/me")]
    /// async fn me() -> &'static str {
    ///     "Ada"
    /// }
    ///
    /// let app = App::new().service(routes![me].wrap(from_fn(locked)));
    /// ```
    #[must_use]
    pub fn wrap<M, B>(mut self, middleware: M) -> Self
    where
        M: Transform<
                RouteService,
                ServiceRequest,
                Response = ServiceResponse<B>,
                Error = Error,
                InitError = (),
            > + 'static,
        B: MessageBody + 'static,
    {
        let wrap = shared(middleware);
        for route in &mut self.routes {
            route.endpoint.wraps.push(Rc::clone(&wrap));
        }
        self
    }

    /// What the group declares.
    pub fn manifest(&self) -> Manifest {
        Manifest::new(&self.routes, Routing::ByPattern(overlaps))
    }

    /// Joins two groups. They may share paths, but no method of a path.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.routes.extend(other.routes);
        self.options.extend(other.options);
        self
    }

    /// The group, ready to be registered.
    ///
    /// ```
    /// use actix_web::http::Method;
    /// use cors_runtime::actix::{Routes, policy};
    ///
    /// let everybody = policy!(origins = ["*"]);
    /// let routes = Routes::new()
    ///     .route(Method::GET, "/me", everybody.clone(), async || "Ada")
    ///     .route(Method::GET, "/me", everybody, async || "Grace");
    /// assert!(routes.try_build().unwrap_err().to_string().starts_with("`GET /me` is routed twice"));
    /// ```
    ///
    /// # Errors
    ///
    /// Everything that is wrong: a method of a path that is routed twice, an environment variable that is missing or has
    /// wrong entries, an `OriginSet` that allows what its policy does not.
    pub fn try_build(mut self) -> Result<BuiltRoutes, BuildError> {
        for (number, route) in self.routes.iter_mut().enumerate() {
            route.endpoint.number = number;
        }
        Ok(BuiltRoutes(build_paths::<HeaderMap, _, _>(
            self.routes,
            self.options,
            Routing::ByPattern(overlaps),
        )?))
    }
}

type Path = BuiltPath<Endpoint, Resource, HeaderValue>;

/// A group of routes that is ready to be registered: see [`Routes::try_build`].
///
/// ```
/// use actix_web::App;
/// use actix_web::http::Method;
/// use cors_runtime::actix::{BuiltRoutes, Routes, policy};
///
/// let routes: BuiltRoutes =
///     Routes::new().route(Method::GET, "/", policy!(origins = ["*"]), async || "Ada").try_build()?;
/// let app = App::new().service(routes);
/// # Ok::<(), cors_runtime::BuildError>(())
/// ```
pub struct BuiltRoutes(Vec<Path>);

/// With `only_own_methods` preflights that ask for another method are left to the app's routing.
fn register_paths(paths: Vec<Path>, only_own_methods: bool, config: &mut AppService) {
    let (mut routes, mut rest) = (Vec::new(), Vec::new());
    for path in paths {
        let checks = path.routes.iter().map(|route| route.endpoint.check).collect();
        let has_routes = !path.routes.is_empty();
        let preflights = Rc::new(Preflights { policies: path.policies, checks });
        routes.extend(path.routes.into_iter().map(|route| (Rc::clone(&preflights), route)));
        rest.push(((has_routes && !only_own_methods).then_some(preflights), path.options));
    }
    routes.sort_by_key(|(_, route)| route.endpoint.number);
    // First the preflights of each route, in the order of the routes: another path's pattern may cover the same
    // requests, and a preflight belongs to the route that its request would get to.
    let mut preflights = Vec::new();
    for (path, BuiltRoute { methods, policy, endpoint }) in routes {
        let Endpoint { resource, check, wraps, .. } = endpoint;
        resource.register(Around { policy, check, wraps: wraps.into() }, config);
        preflights.push((path, methods));
    }
    for (path, methods) in preflights {
        path.register(Some(methods), config);
    }
    let (others, options): (Vec<_>, Vec<_>) = rest.into_iter().unzip();
    for path in others.into_iter().flatten() {
        path.register(None, config);
    }
    for resource in options.into_iter().flatten() {
        resource.register(config);
    }
}

impl HttpServiceFactory for BuiltRoutes {
    fn register(self, config: &mut AppService) {
        register_paths(self.0, false, config);
    }
}

impl fmt::Debug for BuiltRoutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|path| &path.policies)).finish()
    }
}

impl HttpServiceFactory for Routes {
    /// # Panics
    ///
    /// If the routes cannot be built: see [`Routes::try_build`].
    fn register(self, config: &mut AppService) {
        self.try_build().unwrap_or_else(|error| panic!("{error}")).register(config);
    }
}

/// `.service(handler)`: the routes of one handler, which knows of no other.
pub(super) fn register_handler<R: Annotated>(handler: R, config: &mut AppService) {
    let routes = Routes::new().add(handler).try_build().unwrap_or_else(|error| panic!("{error}"));
    register_paths(routes.0, true, config);
}

impl fmt::Debug for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.routes.iter().map(|route| (&route.methods, &route.path, &route.policy)))
            .finish()
    }
}
