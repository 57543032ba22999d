//! Tower services as targets, and with them axum's routers.

use std::{
    convert::Infallible,
    error::Error,
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full, Limited};
use tower_service::Service;

use super::{BODY_LIMIT, Target, TargetError, WireRequest, WireResponse};

/// The body of the requests that tower services get: all bytes in one frame.
///
/// ```
/// use axum::Router;
/// use cors_runtime::testing::TowerBody;
///
/// // A tower service whose type names the body. The router itself is a target, too.
/// let service = Router::<()>::new().into_service::<TowerBody>();
/// ```
#[derive(Clone, Debug, Default)]
pub struct TowerBody(Full<Bytes>);

impl Body for TowerBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Pin::new(&mut self.0).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

/// The marker of tower services: see [`Target`].
#[derive(Debug)]
pub enum ViaTower {}

/// The marker of tower services with a body type of their own: see [`Target`].
#[derive(Debug)]
pub enum ViaTowerBody {}

type BoxError = Box<dyn Error + Send + Sync>;

impl<S, B> Target<ViaTower> for S
where
    S: Service<http::Request<TowerBody>, Response = http::Response<B>> + Clone,
    S::Error: Into<BoxError>,
    B: Body,
    B::Error: Into<BoxError>,
{
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TargetError> {
        let body = |bytes| TowerBody(Full::new(Bytes::from(bytes)));
        call(self.clone(), into_http(request)?.map(body)).await
    }
}

/// A tower service that takes requests with one body type alone, and a function that makes such a body. Made by
/// [`with_body`].
#[derive(Clone)]
pub struct WithBody<S, F> {
    service: S,
    body: F,
}

/// Makes a target of a tower service that takes requests with one body type alone, as boxed services do:
/// `with_body(service, axum::body::Body::from)`. `body` makes a body of that type from the bytes of a request.
///
/// ```
/// use cors_runtime::testing::{Browser, Fetch, Reason, with_body};
/// use http::{Request, Response};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let service = tower::service_fn(async |request: Request<String>| {
///     Ok::<_, std::convert::Infallible>(Response::new(request.into_body()))
/// });
/// let text = |bytes| String::from_utf8(bytes).unwrap();
/// let page = Browser::new().page("https://app.example.com");
/// let blocked = page.fetch(&with_body(service, text), Fetch::get("/me")).await.unwrap_err();
/// assert_eq!(blocked.reason(), Reason::MissingAllowOrigin);
/// # }
/// ```
pub fn with_body<S, F, B>(service: S, body: F) -> WithBody<S, F>
where
    F: Fn(Vec<u8>) -> B,
{
    WithBody { service, body }
}

impl<S, F> fmt::Debug for WithBody<S, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithBody").finish_non_exhaustive()
    }
}

impl<S, F, Q, B> Target<ViaTowerBody> for WithBody<S, F>
where
    F: Fn(Vec<u8>) -> Q,
    S: Service<http::Request<Q>, Response = http::Response<B>> + Clone,
    S::Error: Into<BoxError>,
    B: Body,
    B::Error: Into<BoxError>,
{
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TargetError> {
        call(self.service.clone(), into_http(request)?.map(&self.body)).await
    }
}

async fn call<S, Q, B>(mut service: S, request: http::Request<Q>) -> Result<WireResponse, TargetError>
where
    S: Service<http::Request<Q>, Response = http::Response<B>>,
    S::Error: Into<BoxError>,
    B: Body,
    B::Error: Into<BoxError>,
{
    let failed = |error: S::Error| TargetError::from_error("the service failed", &*error.into());
    poll_fn(|context| service.poll_ready(context)).await.map_err(failed)?;
    from_http(service.call(request).await.map_err(failed)?).await
}

/// Converts a request to the form that a server reads from HTTP/1: the URI has no host, which is in `Host`.
pub(super) fn into_http(request: WireRequest) -> Result<http::Request<Vec<u8>>, TargetError> {
    let mut builder = http::Request::builder().method(request.method()).uri(request.path_and_query());
    for (name, value) in request.headers() {
        builder = builder.header(name, value);
    }
    builder.body(request.body).map_err(|error| TargetError::invalid_request(&error))
}

pub(super) async fn from_http<B>(response: http::Response<B>) -> Result<WireResponse, TargetError>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    let (head, body) = response.into_parts();
    let mut converted = WireResponse::new(head.status.as_u16());
    for (name, value) in &head.headers {
        converted.headers.push(name.as_str(), value.as_bytes());
    }
    let body = Limited::new(body, BODY_LIMIT)
        .collect()
        .await
        .map_err(|error| TargetError::from_error("the body broke off", &*error))?;
    Ok(converted.with_body(body.to_bytes()))
}
