//! What the attribute says of a handler.

use super::annotation::Annotation;
use super::routes::Routes;
use axum::handler::Handler;

/// Implemented by `#[cors(..)]`, on the type that stands beside the handler.
#[diagnostic::on_unimplemented(
    message = "this handler has no `#[cors(..)]` policy",
    label = "not annotated",
    note = "write `#[cors(origins = [..])]` above its route attribute, or add it to the router without `routes!`"
)]
pub trait Annotated<S>: 'static {
    /// Whether the handler may be routed for every method. If not, less is compiled.
    const EVERY_METHOD: bool = false;

    /// What the attribute says, in a `static`.
    fn annotation() -> &'static Annotation;

    /// Adds the handler to a group. With `dynamic(check)` the expansion has one of its own.
    fn register<H, T>(routes: &mut Routes<S>, places: &[RouteSpec], handler: H)
    where
        Self: Sized,
        H: Handler<T, S>,
        T: 'static,
        S: Clone + Send + Sync + 'static,
    {
        routes.push_annotated::<Self, H, T>(places, handler);
    }
}

/// Implemented by `#[cors(..)]` if there is a route attribute below it.
#[diagnostic::on_unimplemented(
    message = "this handler has no route [route-missing]",
    label = "no route attribute below its `#[cors(..)]`",
    note = "write `#[get(\"/path\")]` between `#[cors(..)]` and the function, or use `methods![get(handler)]`"
)]
pub trait Routed {
    /// The routes, in the order of the attributes.
    const ROUTES: &'static [RouteSpec];
}

/// One route attribute.
#[derive(Clone, Copy, Debug)]
pub struct RouteSpec {
    /// None for every method.
    pub methods: &'static [&'static str],
    /// The path, as axum's router takes it.
    pub path: &'static str,
}

/// What `routes!` finds in the type namespace for a handler that was never annotated.
pub mod fallback {
    /// See the module.
    #[allow(non_camel_case_types)]
    #[derive(Debug)]
    pub enum handler_without_cors {}
}

// So that such a handler gets one error, the one about its policy.
#[diagnostic::do_not_recommend]
impl Routed for fallback::handler_without_cors {
    const ROUTES: &'static [RouteSpec] = &[];
}
