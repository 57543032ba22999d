//! Handlers of any type, in a box.

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// The future of a response.
pub(super) type ResponseFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A handler of any type.
///
/// The compiler builds axum's generic code for each type of handler. Here it is one type, so that a route with CORS costs
/// less time to compile than a route without.
pub(super) struct BoxedHandler<S>(Arc<dyn Fn(Request, S) -> ResponseFuture + Send + Sync>);

impl<S> BoxedHandler<S> {
    pub(super) fn new<H, T>(handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        Self(Arc::new(move |request, state| boxed(handler.clone().call(request, state))))
    }

    pub(super) fn respond(&self, request: Request, state: S) -> ResponseFuture {
        (self.0)(request, state)
    }
}

impl<S> Clone for BoxedHandler<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S: 'static> Handler<(), S> for BoxedHandler<S> {
    type Future = ResponseFuture;

    fn call(self, request: Request, state: S) -> ResponseFuture {
        self.respond(request, state)
    }
}

/// Boxes a future. axum's functions return a boxed future already; it is returned unchanged.
fn boxed<F>(future: F) -> ResponseFuture
where
    F: Future<Output = Response> + Send + 'static,
{
    let mut future = Some(future);
    let boxed = (&mut future as &mut dyn Any).downcast_mut::<Option<ResponseFuture>>().and_then(Option::take);
    boxed.unwrap_or_else(|| Box::pin(future.expect("only a boxed future has been taken")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::ready;

    #[test]
    fn a_boxed_future_is_not_boxed_again() {
        let future: ResponseFuture = Box::pin(ready(Response::default()));
        let address = std::ptr::from_ref(&*future).cast::<()>();
        let future = boxed(future);
        assert_eq!(std::ptr::from_ref(&*future).cast::<()>(), address);
    }
}
