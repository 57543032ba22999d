//! Asks an app without a socket in between.

use crate::calls::Calls;
use crate::case::{Answer, Case};
use actix_web::web::ServiceConfig;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt as _;

pub(crate) fn axum(app: impl FnOnce(Calls) -> Router) -> impl FnMut(&Case) -> Answer {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime without I/O");
    let calls = Calls::default();
    let app = app(calls.clone());
    move |case| {
        let mut request = Request::builder().method(&*case.method).uri(&case.path);
        for (name, value) in &case.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(case.body.clone())).expect("the table has valid requests");
        runtime.block_on(async {
            let response = app.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
            let (parts, body) = response.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.expect("bodies are in memory");
            Answer {
                status: parts.status.as_u16(),
                headers: texts(parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))),
                body: String::from_utf8_lossy(&body).into_owned(),
                ran: calls.take(),
            }
        })
    }
}

pub(crate) fn actix(app: impl FnOnce(Calls, &mut ServiceConfig)) -> impl FnMut(&Case) -> Answer {
    use actix_web::dev::Service as _;
    use actix_web::{App, http::Method, test};

    let runtime = actix_web::rt::System::new();
    let calls = Calls::default();
    let app = runtime.block_on(test::init_service(App::new().configure(|config| app(calls.clone(), config))));
    move |case| {
        let method = Method::from_bytes(case.method.as_bytes()).expect("the table has valid requests");
        let mut request = test::TestRequest::default().method(method).uri(&case.path);
        for (name, value) in &case.headers {
            request = request.append_header((&**name, &**value));
        }
        if !case.body.is_empty() {
            request = request.set_payload(case.body.clone());
        }
        runtime.block_on(async {
            // What actix-http makes of an error.
            let response = match app.call(request.to_request()).await {
                Ok(response) => response.into_parts().1,
                Err(error) => error.error_response(),
            };
            let status = response.status().as_u16();
            let headers =
                texts(response.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes())));
            let body = actix_web::body::to_bytes(response.into_body()).await.expect("bodies are in memory");
            Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned(), ran: calls.take() }
        })
    }
}

fn texts<'a>(headers: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<(String, String)> {
    headers.map(|(name, value)| (name.to_owned(), String::from_utf8_lossy(value).into_owned())).collect()
}
