//! What the attribute says of a handler.

use crate::SourceLocation;
use cors_policy::Policy;

/// Implemented by `#[cors(..)]`, on the type that stands beside the handler.
#[diagnostic::on_unimplemented(
    message = "this handler has no `#[cors(..)]` policy",
    label = "not annotated",
    note = "write `#[cors(origins = [..])]` above its route attribute, or add it to the router without `routes!`"
)]
pub trait Annotated<S> {
    /// The policy.
    const POLICY: &'static Policy;
    /// Where the attribute stands.
    const LOCATION: SourceLocation;
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
    #[allow(non_camel_case_types)]
    #[derive(Debug)]
    pub enum handler_without_cors {}
}

// So that such a handler gets one error, the one about its policy.
impl Routed for fallback::handler_without_cors {
    const ROUTES: &'static [RouteSpec] = &[];
}
