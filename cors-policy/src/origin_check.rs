//! Functions that decide about origins.

use crate::Origin;
use std::fmt;
use std::sync::Arc;

/// A function that decides about the origins that are not listed: see [`PolicyBuilder::origin_check`].
///
/// [`PolicyBuilder::origin_check`]: crate::PolicyBuilder::origin_check
#[derive(Clone)]
pub struct OriginCheck(Arc<dyn Fn(&Origin) -> bool + Send + Sync>);

impl OriginCheck {
    pub(crate) fn new(function: impl Fn(&Origin) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(function))
    }

    /// Calls the function with the value of an `Origin` header. It is not called for `null`, and for any text that no
    /// browser would send.
    #[doc(hidden)]
    pub fn allows(&self, origin: &[u8]) -> bool {
        str::from_utf8(origin).ok().and_then(Origin::parse).is_some_and(|origin| (self.0)(&origin))
    }

    /// The address of the function. Two checks are equal if one is a clone of the other.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).cast::<()>() as usize
    }
}

impl fmt::Debug for OriginCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OriginCheck").finish_non_exhaustive()
    }
}
