//! Functions as targets, for tests of what a browser does with a response.

use super::{Target, TargetError, WireRequest, WireResponse};

/// The marker of functions from a request to a response: see [`Target`].
#[derive(Debug)]
pub enum ViaFunction {}

impl<F> Target<ViaFunction> for F
where
    F: Fn(WireRequest) -> WireResponse,
{
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TargetError> {
        Ok(self(request))
    }
}
