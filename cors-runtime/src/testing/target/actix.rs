//! The services of actix-web's tests.

use std::error::Error;

use super::{BODY_LIMIT, Target, TargetError, WireRequest, WireResponse};
use actix_web::{
    body::{MessageBody, to_bytes_limited},
    dev::{Payload, Service, ServiceResponse},
    http::{
        Method, Uri,
        header::{HeaderName, HeaderValue},
    },
};

/// Marks services of actix-web. Never written: see [`Target`].
#[derive(Debug)]
pub enum ViaActix {}

impl<S, B> Target<ViaActix> for S
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>>,
    S::Error: Into<actix_web::Error>,
    B: MessageBody,
{
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TargetError> {
        match self.call(into_actix(&request)?).await {
            Ok(response) => read(response.into_parts().1).await,
            // What actix-web's server does with it.
            Err(error) => read(error.into().error_response()).await,
        }
    }
}

fn into_actix(request: &WireRequest) -> Result<actix_http::Request, TargetError> {
    let invalid = |error: &dyn Error| TargetError::from_error("this is no HTTP request", error);
    let method = Method::from_bytes(request.method().as_bytes()).map_err(|error| invalid(&error))?;
    let uri = request.path_and_query().parse::<Uri>().map_err(|error| invalid(&error))?;
    let mut converted = actix_http::Request::with_payload(Payload::from(request.body().to_vec()));
    let head = converted.head_mut();
    head.method = method;
    head.uri = uri;
    for (name, value) in request.headers() {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| invalid(&error))?;
        let value = HeaderValue::from_bytes(value).map_err(|error| invalid(&error))?;
        head.headers_mut().append(name, value);
    }
    Ok(converted)
}

async fn read<B: MessageBody>(response: actix_web::HttpResponse<B>) -> Result<WireResponse, TargetError> {
    let mut answer = WireResponse::new(response.status().as_u16());
    for (name, value) in response.headers() {
        answer.headers.push(name.as_str(), value.as_bytes());
    }
    match to_bytes_limited(response.into_body(), BODY_LIMIT).await {
        Ok(Ok(body)) => Ok(answer.with_body(body)),
        Ok(Err(error)) => Err(TargetError::from_error("the body broke off", &*error.into())),
        Err(error) => Err(TargetError::from_error("the body is too large", &error)),
    }
}
