//! A group of annotated routes.

use super::app_paths::AppPaths;
use super::cors_middleware::CorsMiddleware;
use super::declaration::{Annotated, RegisterResource, Resources, register_resource, with_methods};
use super::group_middleware::{GroupMiddleware, RouteService, SharedMiddleware, share_middleware};
use super::options::{PreflightEndpoint, RequestedMethods};
use super::origin_check::DynamicCheckFn;
use super::pattern_overlap::patterns_overlap;
use crate::cors::{
    BuiltPath, BuiltRoute, DeclaredPolicy, Methods, OptionsEntry, PreflightRequest, RouteEntry, Routing,
    build_paths,
};
use crate::error::or_panic;
use crate::{BuildError, Manifest, SourceLocation};
use actix_web::body::MessageBody;
use actix_web::dev::{AppService, HttpServiceFactory, ServiceRequest, ServiceResponse, Transform};
use actix_web::guard::{GuardContext, fn_guard};
use actix_web::http::Method;
use actix_web::http::header::HeaderValue;
use actix_web::{Error, FromRequest, Handler, Resource, Responder};
use cors_policy::Policy;
use std::fmt;
use std::rc::Rc;

/// In actix-web the first route whose pattern, method and guards fit gets the request. A route for `GET` does not take
/// `HEAD`.
const ROUTING: Routing =
    Routing { can_route: |_| true, head_follows_get: false, patterns_overlap, nests_root_as_prefix: false };

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
///     .route([Method::PUT], "/me", policy!(origins = ["*"]), async || "saved")
///     .options("/me", async || "not a preflight")
///     .merge(Routes::new().route([Method::GET], "/version", policy!(origins = ["*"]), async || "1"));
/// assert_eq!(routes.manifest().iter().count(), 3);
///
/// let app = App::new().service(web::scope("/api").service(routes));
/// ```
#[derive(Default)]
pub struct Routes {
    routes: Vec<RouteEntry<RouteResource>>,
    options: Vec<OptionsEntry<OptionsResource>>,
}

/// The resource of a route with the middlewares of its group.
struct RouteResource {
    /// The position of the route in the group, which is the order of registration.
    number: usize,
    resource: RegisterResource,
    check: Option<DynamicCheckFn>,
    /// The innermost middleware comes first.
    middlewares: Vec<SharedMiddleware>,
}

impl RouteResource {
    fn new(resource: RegisterResource, check: Option<DynamicCheckFn>) -> Self {
        Self { number: 0, resource, check, middlewares: Vec::new() }
    }
}

fn is_options(context: &GuardContext<'_>) -> bool {
    context.head().method == Method::OPTIONS
}

/// Whether a request is `OPTIONS` and not a preflight.
fn is_other_options(context: &GuardContext<'_>) -> bool {
    is_options(context) && PreflightRequest::read(context.head()).is_none()
}

/// The resource of `Routes::options` with the middlewares of its group.
struct OptionsResource {
    resource: Resource,
    /// The innermost middleware comes first.
    middlewares: Vec<SharedMiddleware>,
}

impl OptionsResource {
    fn register(self, guard: fn(&GuardContext<'_>) -> bool, config: &mut AppService) {
        self.resource.guard(fn_guard(guard)).wrap(GroupMiddleware(self.middlewares)).register(config);
    }
}

impl Routes {
    /// An empty group.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an annotated handler: what `routes!` calls.
    #[doc(hidden)]
    pub fn add<R: Annotated>(&mut self, handler: R) {
        let mut resources = Resources::default();
        handler.resources(&mut resources);
        let check = R::check();
        let mut declared = DeclaredPolicy::new(R::POLICY.clone(), R::LOCATION);
        declared.check = check.map(|check| check.identity);
        self.push_resources(resources, &declared, check);
    }

    // It is not generic over the handler, so that it is compiled once.
    fn push_resources(
        &mut self,
        resources: Resources,
        declared: &DeclaredPolicy,
        check: Option<DynamicCheckFn>,
    ) {
        for (route, resource) in resources.0 {
            self.routes.push(RouteEntry {
                methods: Methods::of_attribute(route.methods),
                path: route.path.to_owned(),
                declared: declared.clone(),
                is_guarded: route.is_guarded,
                endpoint: RouteResource::new(resource, check),
            });
        }
    }

    /// Adds a handler without the macro: the methods, the path as actix-web's router takes it, and the policy.
    ///
    /// ```
    /// use actix_web::http::Method;
    /// use cors_runtime::actix::{Routes, policy};
    ///
    /// let everybody = policy!(origins = ["*"]);
    /// let routes = Routes::new()
    ///     .route([Method::GET, Method::PUT], "/me", everybody.clone(), async || "Ada")
    ///     .any("/echo", everybody, async || "every method");
    /// assert_eq!(routes.manifest().iter().map(|route| route.methods().count()).collect::<Vec<_>>(), [2, 0]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn route<F, Args>(
        mut self,
        methods: impl IntoIterator<Item: AsRef<str>>,
        path: &str,
        policy: impl Into<Policy>,
        handler: F,
    ) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let policy = DeclaredPolicy::new(policy.into(), SourceLocation::caller());
        self.push(Methods::named(methods), path, policy, handler);
        self
    }

    /// Adds a handler for every method without the macro: see [`route`](Self::route).
    ///
    /// The routes of the group that name a method come first, in whatever order they are added. The handler also receives the
    /// `OPTIONS` requests that are not preflights, unless the path has a handler for them: see [`options`](Self::options).
    #[must_use]
    #[track_caller]
    pub fn any<F, Args>(mut self, path: &str, policy: impl Into<Policy>, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let policy = DeclaredPolicy::new(policy.into(), SourceLocation::caller());
        self.push(Methods::Any, path, policy, handler);
        self
    }

    fn push<F, Args>(&mut self, methods: Methods, path: &str, declared: DeclaredPolicy, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let resource = with_methods(Resource::new(path), methods.clone()).to(handler);
        self.routes.push(RouteEntry {
            methods,
            path: path.to_owned(),
            declared,
            is_guarded: false,
            endpoint: RouteResource::new(register_resource(resource), None),
        });
    }

    /// Gives the `OPTIONS` requests of a path that are not preflights to a handler. Without one the app's own routing
    /// answers them.
    ///
    /// The handler has no policy: it is for requests that no script of another origin sends, such as those of monitoring
    /// or of
    /// `WebDAV` clients. Its responses have no CORS headers, and no route allows preflights for `OPTIONS`, except for
    /// routes for every method. Only a default policy
    /// around the group that names `OPTIONS` in [`PolicyMiddleware::methods`](super::PolicyMiddleware::methods) opens it
    /// to scripts.
    #[must_use]
    #[track_caller]
    pub fn options<F, Args>(mut self, path: &str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let resource = Resource::new(path).to(handler);
        self.options.push(OptionsEntry {
            path: path.to_owned(),
            location: SourceLocation::caller(),
            endpoint: OptionsResource { resource, middlewares: Vec::new() },
        });
        self
    }

    /// Puts a middleware between CORS and the routes that are in the group so far: preflights never reach it, and what
    /// it rejects, as a response or as an `Err`, still gets the headers that let the page read the error.
    ///
    /// It is also around the handlers of [`options`](Self::options).
    ///
    /// ```
    /// use actix_web::body::MessageBody;
    /// use actix_web::dev::{ServiceRequest, ServiceResponse};
    /// use actix_web::error::ErrorUnauthorized;
    /// use actix_web::middleware::{Next, from_fn};
    /// use actix_web::{App, Error, get};
    /// use cors_runtime::actix::{cors, routes};
    ///
    /// // Rejects every request; the page can still read the 401.
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
        let middleware = share_middleware(middleware);
        for route in &mut self.routes {
            route.endpoint.middlewares.push(Rc::clone(&middleware));
        }
        for options in &mut self.options {
            options.endpoint.middlewares.push(Rc::clone(&middleware));
        }
        self
    }

    /// The routes of the group with their policies.
    pub fn manifest(&self) -> Manifest {
        Manifest::new(&self.routes, ROUTING)
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
    ///     .route([Method::GET], "/me", everybody.clone(), async || "Ada")
    ///     .route([Method::GET], "/me", everybody, async || "Grace");
    /// assert!(routes.try_build().unwrap_err().to_string().starts_with("`GET /me` is routed twice"));
    /// ```
    ///
    /// # Errors
    ///
    /// Everything that is wrong: a method of a path that is routed twice, a route for `OPTIONS` or for a method that no
    /// script can
    /// send, an environment variable that is missing or has wrong entries, an `OriginSet` that allows what its policy
    /// does not.
    pub fn try_build(mut self) -> Result<BuiltRoutes, BuildError> {
        for (number, route) in self.routes.iter_mut().enumerate() {
            route.endpoint.number = number;
        }
        Ok(BuiltRoutes(build_paths(self.routes, self.options, ROUTING)?))
    }
}

/// A group of routes that is ready to be registered: see [`Routes::try_build`].
///
/// ```
/// use actix_web::App;
/// use actix_web::http::Method;
/// use cors_runtime::actix::{BuiltRoutes, Routes, policy};
///
/// let routes: BuiltRoutes =
///     Routes::new().route([Method::GET], "/", policy!(origins = ["*"]), async || "Ada").try_build()?;
/// let app = App::new().service(routes);
/// # Ok::<(), cors_runtime::BuildError>(())
/// ```
pub struct BuiltRoutes(Vec<BuiltPath<RouteResource, OptionsResource, HeaderValue>>);

impl BuiltRoutes {
    /// Registers everything with actix-web, which asks services in the order of their registration.
    ///
    /// If `answers_unrouted_methods` is `false`, preflights for a method that the group does not route are left to the
    /// routing of the app.
    fn register_all(self, answers_unrouted_methods: bool, config: &mut AppService) {
        let app_paths = AppPaths::of(config);
        app_paths.add(self.0.iter().map(|path| &path.policies), config);
        let (mut routes, mut only_options) = (Vec::new(), Vec::new());
        let mut preflight_endpoints = Vec::new();
        for path in self.0 {
            match path.options {
                // Before the routes, since a route for every method takes `OPTIONS` as well.
                Some(options) if !path.routes.is_empty() => options.register(is_other_options, config),
                // Preflights of other paths of the group are answered first.
                Some(options) => only_options.push(options),
                None => {}
            }
            let preflight_endpoint = Rc::new(PreflightEndpoint {
                policies: path.policies,
                app_paths: Rc::clone(&app_paths),
                checks: path.routes.iter().map(|route| route.endpoint.check).collect(),
            });
            if !path.routes.is_empty() {
                preflight_endpoints.push(Rc::clone(&preflight_endpoint));
            }
            routes.extend(path.routes.into_iter().map(|route| (Rc::clone(&preflight_endpoint), route)));
        }
        routes.sort_by_key(|(_, route)| (route.methods == Methods::Any, route.endpoint.number));
        let mut requested_methods = Vec::new();
        for (preflight_endpoint, BuiltRoute { methods, policy, endpoint }) in routes {
            let RouteResource { resource, check, middlewares, .. } = endpoint;
            resource(CorsMiddleware { policy, check }, GroupMiddleware(middlewares), config);
            requested_methods.push((preflight_endpoint, methods));
        }
        // Preflight endpoints are registered in the order of their routes, so overlapping patterns choose the same route as
        // the actual request.
        for (endpoint, methods) in requested_methods {
            endpoint.register(RequestedMethods::Listed(methods), config);
        }
        if answers_unrouted_methods {
            for endpoint in preflight_endpoints {
                endpoint.register(RequestedMethods::NotAnnotated, config);
            }
        }
        for options in only_options {
            options.register(is_options, config);
        }
    }
}

impl HttpServiceFactory for BuiltRoutes {
    fn register(self, config: &mut AppService) {
        self.register_all(true, config);
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
    #[track_caller]
    fn register(self, config: &mut AppService) {
        or_panic(self.try_build()).register(config);
    }
}

/// Registers the routes of one handler: `.service(handler)`.
#[track_caller]
pub(super) fn register_handler<R: Annotated>(handler: R, config: &mut AppService) {
    let mut routes = Routes::new();
    routes.add(handler);
    // Other handlers may route other methods of the path.
    or_panic(routes.try_build()).register_all(false, config);
}

impl fmt::Debug for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.manifest(), f)
    }
}
