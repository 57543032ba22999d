//! What `#[cors(..)]` says about a handler.

use super::cors_middleware::CorsMiddleware;
use super::group_middleware::GroupMiddleware;
use super::origin_check::DynamicCheckFn;
use crate::SourceLocation;
use crate::cors::{Methods, PreflightRequest};
use actix_web::body::MessageBody;
use actix_web::dev::{AppService, HttpServiceFactory, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::{Error, Resource, guard};
use cors_policy::Policy;
use std::fmt;

/// Implemented by `#[cors(..)]`, on the type that has the handler's name.
#[diagnostic::on_unimplemented(
    message = "this handler has no `#[cors(..)]` policy",
    label = "not annotated",
    note = "write `#[cors(origins = [..])]` above its route attribute, or register it without `routes!`",
    note = "if it has `#[cors(..)]`, import `cors_runtime::actix::cors`, and not the attribute for axum"
)]
pub trait Annotated {
    /// The policy.
    const POLICY: &'static Policy;
    /// Where the policy is declared.
    const LOCATION: SourceLocation;

    /// The origin check, if the policy has `origins = dynamic(..)`.
    fn check() -> Option<DynamicCheckFn> {
        None
    }

    /// Adds a resource for each route attribute.
    fn resources(self, resources: &mut Resources);
}

/// One route attribute.
#[derive(Clone, Copy, Debug)]
pub struct RouteAttribute {
    /// The methods: at least one, in upper case.
    pub methods: &'static [&'static str],
    /// The path, as actix-web's router takes it.
    pub path: &'static str,
    /// Whether the attribute has guards.
    pub is_guarded: bool,
}

impl RouteAttribute {
    /// The resource that actix-web's own attribute would have made.
    pub fn resource(&self, name: &str) -> Resource {
        with_methods(Resource::new(self.path).name(name), Methods::of_attribute(self.methods))
    }
}

/// Lets only requests with one of these methods reach a resource. Preflights are left to the endpoint of the path.
pub(super) fn with_methods(resource: Resource, methods: Methods) -> Resource {
    resource.guard(guard::fn_guard(move |context| {
        let head = context.head();
        methods.contains(head.method.as_str().as_bytes()) && PreflightRequest::read(head).is_none()
    }))
}

/// The resources of one handler.
#[derive(Default)]
pub struct Resources(pub(super) Vec<(RouteAttribute, RegisterResource)>);

impl Resources {
    /// Adds the resource of one route attribute, with the guards and middlewares of that attribute.
    pub fn push<T, B>(&mut self, route: RouteAttribute, resource: Resource<T>)
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
        self.0.push((route, register_resource(resource)));
    }
}

impl fmt::Debug for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(route, _)| route)).finish()
    }
}

/// Registers a resource, with the middlewares of its group around it and CORS outside of everything.
pub(super) type RegisterResource = Box<dyn FnOnce(CorsMiddleware, GroupMiddleware, &mut AppService)>;

/// Boxes a resource of any type until its policy is prepared.
pub(super) fn register_resource<T, B>(resource: Resource<T>) -> RegisterResource
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
    Box::new(|cors, group, config| {
        if group.0.is_empty() {
            resource.wrap(cors).register(config);
        } else {
            resource.wrap(group).wrap(cors).register(config);
        }
    })
}
