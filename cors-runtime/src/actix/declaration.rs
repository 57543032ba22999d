//! What `#[cors(..)]` says about a handler.

use super::handler::CorsMiddleware;
use super::options::RouteGuard;
use super::origin_check::Check;
use crate::SourceLocation;
use actix_web::body::MessageBody;
use actix_web::dev::{AppService, HttpServiceFactory, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::{Error, Resource};
use cors_policy::Policy;
use std::fmt;

/// Implemented by `#[cors(..)]`, on the type that has the handler's name.
#[diagnostic::on_unimplemented(
    message = "this handler has no `#[cors(..)]` policy",
    label = "not annotated",
    note = "write `#[cors(origins = [..])]` above its route attribute, or register it without `routes!`"
)]
pub trait Annotated {
    /// The policy.
    const POLICY: &'static Policy;
    /// Where the policy is declared.
    const LOCATION: SourceLocation;

    /// The origin check, if the policy has `origins = dynamic(..)`.
    fn check() -> Option<Check> {
        None
    }

    /// Adds a resource for each route attribute.
    fn resources(self, resources: &mut Resources);
}

/// One route attribute.
#[derive(Clone, Copy, Debug)]
pub struct RouteSpec {
    /// The methods: at least one, in upper case.
    pub methods: &'static [&'static str],
    /// The path, as actix-web's router takes it.
    pub path: &'static str,
    /// The name of the resource.
    pub name: &'static str,
    /// Whether the attribute has guards.
    pub is_guarded: bool,
}

/// The resources of one handler.
#[derive(Debug, Default)]
pub struct Resources(pub(super) Vec<(RouteSpec, ErasedResource)>);

impl Resources {
    /// Adds the resource of one route attribute. `finish` adds the guards, the middlewares and the handler to it.
    pub fn push<F, T, B>(&mut self, route: RouteSpec, finish: F)
    where
        F: FnOnce(Resource) -> Resource<T> + 'static,
        T: ServiceFactory<
                ServiceRequest,
                Config = (),
                Response = ServiceResponse<B>,
                Error = Error,
                InitError = (),
            > + 'static,
        B: MessageBody + 'static,
    {
        self.0.push((route, ErasedResource::new(move |resource| finish(resource.name(route.name)))));
    }
}

/// A resource, whatever its type, until the policy is prepared that goes around it.
pub(super) struct ErasedResource(Box<dyn FnOnce(Resource, CorsMiddleware, &mut AppService)>);

impl ErasedResource {
    pub(super) fn new<F, T, B>(finish: F) -> Self
    where
        F: FnOnce(Resource) -> Resource<T> + 'static,
        T: ServiceFactory<
                ServiceRequest,
                Config = (),
                Response = ServiceResponse<B>,
                Error = Error,
                InitError = (),
            > + 'static,
        B: MessageBody + 'static,
    {
        Self(Box::new(|resource, cors, config| finish(resource).wrap(cors).register(config)))
    }

    /// Registers the resource for the requests that the guard lets through, with CORS outside of everything.
    pub(super) fn register(
        self,
        path: &str,
        guard: RouteGuard,
        cors: CorsMiddleware,
        config: &mut AppService,
    ) {
        (self.0)(Resource::new(path).guard(guard), cors, config);
    }
}

impl fmt::Debug for ErasedResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErasedResource").finish_non_exhaustive()
    }
}
