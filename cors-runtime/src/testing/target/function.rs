//! Functions: for tests of what a browser does with an answer.

use super::{Target, TargetError, WireRequest, WireResponse};

/// Marks functions from a request to a response. Never written: see [`Target`].
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
