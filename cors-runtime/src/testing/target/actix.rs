//! The test services of actix-web as targets.

use super::{BODY_LIMIT, Target, TargetError, WireRequest, WireResponse};
use actix_web::{
    HttpResponse,
    body::{MessageBody, to_bytes_limited},
    dev::{Payload, Service, ServiceResponse},
    http::{
        Method, Uri,
        header::{HeaderName, HeaderValue},
    },
};

/// The marker of actix-web's services: see [`Target`].
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
            Ok(response) => from_actix(response.into_parts().1).await,
            // The server of actix-web sends the response of an error, too.
            Err(error) => from_actix(error.into().error_response()).await,
        }
    }
}

fn into_actix(request: &WireRequest) -> Result<actix_http::Request, TargetError> {
    let method = Method::from_bytes(request.method().as_bytes())
        .map_err(|error| TargetError::invalid_request(&error))?;
    let uri =
        request.path_and_query().parse::<Uri>().map_err(|error| TargetError::invalid_request(&error))?;
    let mut converted = actix_http::Request::with_payload(Payload::from(request.body().to_vec()));
    let head = converted.head_mut();
    head.method = method;
    head.uri = uri;
    for (name, value) in request.headers() {
        let name =
            HeaderName::from_bytes(name.as_bytes()).map_err(|error| TargetError::invalid_request(&error))?;
        let value = HeaderValue::from_bytes(value).map_err(|error| TargetError::invalid_request(&error))?;
        head.headers_mut().append(name, value);
    }
    Ok(converted)
}

async fn from_actix<B: MessageBody>(response: HttpResponse<B>) -> Result<WireResponse, TargetError> {
    let mut converted = WireResponse::new(response.status().as_u16());
    for (name, value) in response.headers() {
        converted.headers.push(name.as_str(), value.as_bytes());
    }
    match to_bytes_limited(response.into_body(), BODY_LIMIT).await {
        Ok(Ok(body)) => Ok(converted.with_body(body)),
        Ok(Err(error)) => Err(TargetError::from_error("the body broke off", &*error.into())),
        Err(error) => Err(TargetError::from_error("the body is too large", &error)),
    }
}
