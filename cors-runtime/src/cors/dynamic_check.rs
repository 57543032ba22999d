//! The functions of `origins = dynamic(..)`.

use std::any::TypeId;

/// An `#[origin_check]` function. `F` is the type of a pointer to it, which differs between the frameworks.
#[derive(Clone, Copy, Debug)]
pub struct CheckFunction<F> {
    pub(crate) function: F,
    pub(crate) identity: CheckIdentity,
}

/// Which `#[origin_check]` function decides for a route.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CheckIdentity {
    /// The type that the attribute defines beside the function.
    pub(crate) function: TypeId,
    /// The function has parameters besides the origin, so that it may answer differently for another request.
    pub(crate) uses_extractors: bool,
}

/// An extractor of an origin check rejected the request.
#[derive(Debug)]
pub struct Rejected;
