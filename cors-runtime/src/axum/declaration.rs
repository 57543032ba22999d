//! What `#[cors(..)]` says about a handler.

use super::origin_check::{DynamicCheck, DynamicCheckFn};
use crate::SourceLocation;
use crate::cors::DeclaredPolicy;
use cors_policy::{Policy, const_eq};
use std::marker::PhantomData;

/// What `#[cors(..)]` says about a handler: a constant of the type that has the handler's name.
///
/// `O` says where the origins come from: [`Listed`] or [`Dynamic`]. `R` says whether there is a route attribute:
/// [`WithRoutes`] or [`WithoutRoutes`].
#[derive(Debug)]
pub struct Declaration<O, R> {
    pub(super) policy: Policy,
    pub(super) location: SourceLocation,
    pub(super) routes: &'static [RouteAttribute],
    marker: PhantomData<fn() -> (O, R)>,
}

/// The policy lists its origins.
#[derive(Debug)]
pub struct Listed;

/// An origin check decides: `origins = dynamic(..)`.
#[derive(Debug)]
pub struct Dynamic<C>(PhantomData<C>);

/// The handler has a route attribute.
#[derive(Debug)]
pub struct WithRoutes;

/// The handler has no route attribute: it is for `methods!`.
#[derive(Debug)]
pub struct WithoutRoutes;

/// One route attribute.
#[derive(Clone, Copy, Debug)]
pub struct RouteAttribute {
    /// The methods. An empty list stands for every method.
    pub methods: &'static [&'static str],
    /// The path, as axum's router takes it.
    pub path: &'static str,
}

impl<O> Declaration<O, WithRoutes> {
    /// The declaration of a handler with route attributes.
    pub const fn with_routes(
        policy: Policy,
        location: SourceLocation,
        routes: &'static [RouteAttribute],
    ) -> Self {
        Self { policy, location, routes, marker: PhantomData }
    }
}

impl<O> Declaration<O, WithoutRoutes> {
    /// The declaration of a handler for `methods!`.
    pub const fn without_routes(policy: Policy, location: SourceLocation) -> Self {
        Self { policy, location, routes: &[], marker: PhantomData }
    }
}

impl<O, R> Declaration<O, R> {
    /// Whether `methods!` may register the handler for these methods: one of its route attributes has all of them, or it
    /// has no route attribute. No methods stand for every method.
    pub const fn may_be_routed_for(&self, methods: &[&str]) -> bool {
        let mut is_routed = self.routes.is_empty();
        let mut number = 0;
        while number < self.routes.len() {
            let routed = self.routes[number].methods;
            is_routed |= routed.is_empty() || !methods.is_empty() && contains_all(routed, methods);
            number += 1;
        }
        is_routed
    }
}

/// Whether every text is in the list.
const fn contains_all(list: &[&str], texts: &[&str]) -> bool {
    let (mut number, mut found) = (0, 0);
    while number < texts.len() {
        let mut other = 0;
        while other < list.len() {
            if const_eq(list[other].as_bytes(), texts[number].as_bytes()) {
                found += 1;
                break;
            }
            other += 1;
        }
        number += 1;
    }
    found == texts.len()
}

/// A declaration that can be used with the state `S` and the handler `H`.
///
/// Every declaration fits every handler. The trait has the parameter so that the compiler adds no error about a handler
/// that it does not find.
#[diagnostic::on_unimplemented(
    message = "this handler has no `#[cors(..)]` policy",
    label = "not annotated",
    note = "write `#[cors(origins = [..])]` above its route attribute, or add it to the router without `routes!`"
)]
pub trait Annotated<S, H> {
    /// The policy, and the function of its origin check.
    fn policy_and_check(&self) -> (DeclaredPolicy, Option<DynamicCheckFn<S>>);
}

impl<S, H, R> Annotated<S, H> for Declaration<Listed, R>
where
    S: Clone + Send + Sync + 'static,
{
    fn policy_and_check(&self) -> (DeclaredPolicy, Option<DynamicCheckFn<S>>) {
        (DeclaredPolicy::new(self.policy.clone(), self.location), None)
    }
}

impl<S, H, R, C> Annotated<S, H> for Declaration<Dynamic<C>, R>
where
    S: Clone + Send + Sync + 'static,
    C: DynamicCheck<S>,
{
    fn policy_and_check(&self) -> (DeclaredPolicy, Option<DynamicCheckFn<S>>) {
        let function = C::function();
        let check = Some(function.identity);
        (DeclaredPolicy { policy: self.policy.clone(), location: self.location, check }, Some(function))
    }
}

/// The handler that was found together with its declaration. It is another one if a module that hides the handler has an
/// annotated handler of the same name.
#[diagnostic::on_unimplemented(
    message = "this names a function, and a module with another handler",
    label = "two handlers",
    note = "write the whole path of the handler, as in `health::health`"
)]
pub trait SameHandler<H> {}

impl<H> SameHandler<H> for H {}

/// A declaration with a route attribute.
#[diagnostic::on_unimplemented(
    message = "this handler has no route [route-missing]",
    label = "no route attribute below its `#[cors(..)]`",
    note = "write `#[get(\"/path\")]` between `#[cors(..)]` and the function, or use `methods![get(handler)]`"
)]
pub trait HasRoutes {
    /// The routes, in the order of the attributes.
    fn routes(&self) -> &'static [RouteAttribute];
}

// Keeps rustc from suggesting this implementation: the note above says what to write.
#[diagnostic::do_not_recommend]
impl<O> HasRoutes for Declaration<O, WithRoutes> {
    fn routes(&self) -> &'static [RouteAttribute] {
        self.routes
    }
}

/// What `routes!` finds in place of the declaration of a handler that was never annotated.
pub mod fallback {
    /// Has the constant that the type of an annotated handler would have.
    #[allow(non_camel_case_types)]
    #[derive(Debug)]
    pub enum handler_without_cors {}

    /// Takes the place of a handler that does not exist, which is an error already.
    pub fn handler_without_cors() {}

    /// Takes the place of a declaration.
    #[derive(Debug)]
    pub struct NotAnnotated;

    impl NotAnnotated {
        /// There is another error already.
        pub const fn may_be_routed_for(&self, _: &[&str]) -> bool {
            true
        }
    }

    impl handler_without_cors {
        /// Has no policy, so that `routes!` does not compile.
        #[allow(non_upper_case_globals)]
        pub const cors_is_off_because_this_handler_is_in_no_routes: &'static NotAnnotated = &NotAnnotated;
    }
}

// A handler without an annotation gets one error: the one about its policy.
#[diagnostic::do_not_recommend]
impl HasRoutes for fallback::NotAnnotated {
    fn routes(&self) -> &'static [RouteAttribute] {
        &[]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cors_policy::Declared;

    const fn attribute(methods: &'static [&'static str]) -> RouteAttribute {
        RouteAttribute { methods, path: "/" }
    }

    #[test]
    fn methods_may_register_a_handler_for_all_methods_of_one_route_attribute() {
        const POLICY: Policy = Policy::from_declared(Declared::EMPTY);
        const TWO: &[RouteAttribute] = &[attribute(&["GET", "PUT"]), attribute(&["DELETE"])];
        const EVERY_METHOD: &[RouteAttribute] = &[attribute(&["GET"]), attribute(&[])];

        let location = SourceLocation::caller();
        let two = Declaration::<Listed, _>::with_routes(POLICY, location, TWO);
        let every_method = Declaration::<Listed, _>::with_routes(POLICY, location, EVERY_METHOD);
        let without = Declaration::<Listed, _>::without_routes(POLICY, location);
        for (methods, is_routed) in [
            (&["GET"][..], true),
            (&["PUT"], true),
            (&["PUT", "GET"], true),
            (&["DELETE"], true),
            (&["GET", "DELETE"], false),
            (&["POST"], false),
            (&[], false),
        ] {
            assert_eq!(two.may_be_routed_for(methods), is_routed, "{methods:?}");
            assert!(every_method.may_be_routed_for(methods), "{methods:?}");
            assert!(without.may_be_routed_for(methods), "{methods:?}");
        }
    }
}
