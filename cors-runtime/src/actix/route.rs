//! What the attribute says of a handler.

use crate::SourceLocation;
use actix_web::body::MessageBody;
use actix_web::dev::{AppService, HttpServiceFactory, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::guard::{self, AnyGuard};
use actix_web::http::Method;
use actix_web::{Error, Resource};
use cors_policy::Policy;
use std::fmt;

use super::around::Around;
use super::check::Check;

/// Implemented by `#[cors(..)]`, on the type that it makes of the handler.
#[diagnostic::on_unimplemented(
    message = "this handler has no `#[cors(..)]` policy",
    label = "not annotated",
    note = "write `#[cors(origins = [..])]` above its route attribute, or register it without `routes!`"
)]
pub trait Annotated {
    /// The policy.
    const POLICY: &'static Policy;
    /// Where the attribute stands.
    const LOCATION: SourceLocation;

    /// The function that decides, if one does.
    fn check() -> Option<Check> {
        None
    }

    /// Adds a resource for each route attribute.
    fn resources(self, routes: &mut Resources);
}

/// The methods and the path of one route attribute.
#[derive(Clone, Copy, Debug)]
pub struct RouteSpec {
    /// Upper case, at least one.
    pub methods: &'static [&'static str],
    /// The path, as actix-web's router takes it.
    pub path: &'static str,
    /// Whether the attribute has guards.
    pub guarded: bool,
}

impl RouteSpec {
    /// The resource that actix-web's own attribute would have made.
    pub fn resource(&self, name: &str) -> Resource {
        with_methods(Resource::new(self.path).name(name), self.methods)
    }
}

/// Only requests with one of these methods get there.
pub(super) fn with_methods(resource: Resource, methods: &[impl AsRef<str>]) -> Resource {
    let mut guards = methods.iter().map(|name| {
        guard::Method(
            Method::from_bytes(name.as_ref().as_bytes()).expect("the rules let only tokens through"),
        )
    });
    match (guards.next(), guards.next()) {
        (None, _) => resource,
        (Some(only), None) => resource.guard(only),
        (Some(first), Some(second)) => {
            resource.guard(guards.fold(guard::Any(first).or(second), AnyGuard::or))
        }
    }
}

/// The resources of one handler.
#[derive(Debug, Default)]
pub struct Resources(pub(super) Vec<(RouteSpec, ErasedResource)>);

impl Resources {
    /// Adds the resource of one route attribute, with the guards and middlewares of that attribute.
    pub fn push<T, B>(&mut self, route: RouteSpec, resource: Resource<T>)
    where
        T: ServiceFactory<
                ServiceRequest,
                Config = (),
                Response = ServiceResponse<B>,
                Error = Error,
                InitError = (),
            > + 'static,
        B: MessageBody + 'static,
    {
        self.0.push((route, ErasedResource::new(resource)));
    }
}

/// A resource, whatever is wrapped around it.
pub(super) struct ErasedResource(Register);

type Register = Box<dyn FnOnce(Around, &mut AppService)>;

impl ErasedResource {
    pub(super) fn new<T, B>(resource: Resource<T>) -> Self
    where
        T: ServiceFactory<
                ServiceRequest,
                Config = (),
                Response = ServiceResponse<B>,
                Error = Error,
                InitError = (),
            > + 'static,
        B: MessageBody + 'static,
    {
        Self(Box::new(|around, config| resource.wrap(around).register(config)))
    }

    /// Registers it, with CORS around everything.
    pub(super) fn register(self, around: Around, config: &mut AppService) {
        (self.0)(around, config);
    }
}

impl fmt::Debug for ErasedResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ErasedResource")
    }
}
