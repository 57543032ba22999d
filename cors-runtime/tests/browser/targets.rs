//! The targets that a page can fetch from.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Request,
    http::StatusCode,
    routing::{any, get, put},
};
use cors_runtime::testing::{
    Browser, Fetch, Page, Reason, Target, TargetError, TowerBody, WireRequest, WireResponse, with_body,
};
use tower::{BoxError, util::BoxCloneSyncService};

use crate::{ALLOW_METHODS, ALLOW_ORIGIN, PAGE};

fn app() -> Router {
    let allowed =
        [(ALLOW_ORIGIN, "*"), (ALLOW_METHODS, "PUT"), ("access-control-allow-headers", "content-type")];
    Router::new().route("/me", get(move || async move { (allowed, "Ada") })).route(
        "/save",
        put(move |body: Bytes| async move { (allowed, body) }).options(move || async move { (allowed, ()) }),
    )
}

/// Sends three requests: one that is allowed, one with a preflight, and one that is not allowed.
async fn check<T: Target<M>, M>(page: &Page, target: &T) {
    let response = page.fetch(target, Fetch::get("/me")).await.unwrap();
    assert_eq!((response.status(), response.text().as_ref()), (200, "Ada"));
    let response = page.fetch(target, Fetch::put("/save").json("{}")).await.unwrap();
    assert_eq!(response.bytes(), b"{}");
    let blocked = page.fetch(target, Fetch::get("/nowhere")).await.unwrap_err();
    assert_eq!((blocked.reason(), blocked.status()), (Reason::MissingAllowOrigin, Some(404)));
}

#[tokio::test]
async fn routers_and_their_services_are_targets() {
    let page = Browser::new().page(PAGE);
    let app = app();
    page.fetch(&app, Fetch::get("/me")).await.unwrap();
    check(&page, &app).await;
    check(&page, &app.clone().into_service::<TowerBody>()).await;
    let method_router = any(|request: Request| async move { request.uri().to_string() });
    let page = Browser::new().page("https://api.example.com");
    let response = page.fetch(&method_router, Fetch::get("/me?a=1")).await.unwrap();
    assert_eq!(response.text(), "/me?a=1");
}

#[tokio::test]
async fn a_tower_service_with_a_body_type_of_its_own_is_a_target() {
    let boxed: BoxCloneSyncService<Request<Body>, _, _> = BoxCloneSyncService::new(app());
    check(&Browser::new().page(PAGE), &with_body(boxed, Body::from)).await;
}

#[tokio::test]
async fn the_future_of_a_fetch_is_send() {
    let page = Browser::new().page(PAGE);
    tokio::spawn(async move { page.fetch(&app(), Fetch::get("/me")).await }).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_service_without_a_usable_response_is_an_error() {
    let failing = tower::service_fn(|_: Request<TowerBody>| async {
        Err::<axum::response::Response, BoxError>("out of order".into())
    });
    let blocked = Browser::new().page(PAGE).fetch(&failing, Fetch::get("/me")).await.unwrap_err();
    assert_eq!(
        (blocked.reason(), blocked.value()),
        (Reason::NoAnswer, Some("the service failed: out of order"))
    );

    let endless = tower::service_fn(|_: Request<TowerBody>| async {
        Ok::<_, BoxError>(axum::response::Response::new(Body::from(vec![b'a'; (16 << 20) + 1])))
    });
    let blocked = Browser::new().page(PAGE).fetch(&endless, Fetch::get("/me")).await.unwrap_err();
    assert_eq!(blocked.reason(), Reason::NoAnswer);
}

#[tokio::test]
async fn no_response_makes_the_browser_panic() {
    let page = Browser::new().page(PAGE);
    for status in [0, 99, 100, 101, 199, 204, 304, 599, 999, u16::MAX] {
        for value in ["", ",", "\u{0}", "é", "*", "null", "https://[", "://"] {
            let app = |_: WireRequest| {
                ["access-control-allow-origin", "access-control-allow-methods", "location", "set-cookie"]
                    .iter()
                    .fold(WireResponse::new(status), |response, name| response.with_header(name, value))
            };
            for fetch in [Fetch::get("/"), Fetch::put("/").credentials(), Fetch::get("/").no_cors()] {
                let _ = page.fetch(&app, fetch).await.map_err(|blocked| blocked.to_string());
            }
        }
    }
    let huge = |_: WireRequest| WireResponse::new(200).with_header("x-a", vec![b'a'; 1 << 20]);
    assert_eq!(page.fetch(&huge, Fetch::get("/")).await.unwrap_err().reason(), Reason::NoAnswer);
}

/// A target that users write.
struct Offline;

enum ViaOffline {}

impl Target<ViaOffline> for Offline {
    async fn send(&self, _: WireRequest) -> Result<WireResponse, TargetError> {
        Err(TargetError::new(StatusCode::BAD_GATEWAY))
    }
}

#[tokio::test]
async fn users_can_implement_targets() {
    let browser = Browser::new();
    let blocked = browser.page(PAGE).fetch(&Offline, Fetch::put("/me")).await.unwrap_err();
    assert!(blocked.in_preflight());
    assert_eq!(blocked.value(), Some("502 Bad Gateway"));
    assert!(browser.requests()[0].response().is_none());
}

#[cfg(feature = "actix")]
mod actix {
    use actix_web::{
        App, HttpRequest, HttpResponse,
        dev::Service,
        error::ErrorUnauthorized,
        test::init_service,
        web::{self, Bytes},
    };
    use cors_runtime::testing::{Browser, Fetch, Reason};

    use super::check;
    use crate::{ALLOW_METHODS, ALLOW_ORIGIN, PAGE};

    fn ok() -> actix_web::HttpResponseBuilder {
        let mut response = HttpResponse::Ok();
        response
            .insert_header((ALLOW_ORIGIN, "*"))
            .insert_header((ALLOW_METHODS, "PUT"))
            .insert_header(("access-control-allow-headers", "content-type"));
        response
    }

    #[tokio::test]
    async fn test_services_are_targets() {
        let app = init_service(
            App::new().route("/me", web::get().to(|| async { ok().body("Ada") })).service(
                web::resource("/save")
                    .route(web::put().to(|body: Bytes| async move { ok().body(body) }))
                    .route(web::method(actix_web::http::Method::OPTIONS).to(|| async { ok().finish() })),
            ),
        )
        .await;
        check(&Browser::new().page(PAGE), &app).await;
    }

    #[tokio::test]
    async fn the_error_of_a_middleware_is_a_response() {
        let app = init_service(
            App::new()
                .wrap_fn(|request, service| {
                    let refused = request.headers().contains_key("authorization");
                    let response = service.call(request);
                    async move {
                        let response = response.await?;
                        if refused { Err(ErrorUnauthorized("who are you?")) } else { Ok(response) }
                    }
                })
                .route("/me", web::get().to(|request: HttpRequest| async move { request.uri().to_string() })),
        )
        .await;
        let page = Browser::new().page("https://api.example.com");
        let response = page.fetch(&app, Fetch::get("/me?a").header("authorization", "x")).await.unwrap();
        assert_eq!((response.status(), response.text().as_ref()), (401, "who are you?"));
        let response = page.fetch(&app, Fetch::get("/me?a")).await.unwrap();
        assert_eq!(response.text(), "/me?a");
        let page = Browser::new().page(PAGE);
        let blocked = page.fetch(&app, Fetch::get("/me")).await.unwrap_err();
        assert_eq!(blocked.reason(), Reason::MissingAllowOrigin);
    }
}

#[cfg(feature = "testing-http")]
mod http {
    use cors_runtime::testing::{Browser, Fetch, Reason};

    use super::{app, check};
    use crate::PAGE;

    #[tokio::test]
    async fn urls_are_targets() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, app()).await });
        let page = Browser::new().page(PAGE);
        check(&page, &url).await;
        check(&page, &url.as_str()).await;
        page.fetch(url.as_str(), Fetch::get("/me")).await.unwrap();
        assert_eq!(page.browser().requests()[0].request().url(), format!("{url}/me"));
        server.abort();
        let _ = server.await;
        let blocked = page.fetch(&url, Fetch::get("/me")).await.unwrap_err();
        assert_eq!(blocked.reason(), Reason::NoAnswer, "{blocked}");
    }

    #[tokio::test]
    async fn text_that_is_not_an_http_url_is_an_error() {
        let page = Browser::new().page(PAGE);
        for text in ["", "localhost:3000", "127.0.0.1:3000", "/me", "file:///x"] {
            let blocked = page.fetch(text, Fetch::get("/me")).await.unwrap_err();
            assert_eq!(blocked.reason(), Reason::InvalidUrl, "{text}");
        }
        let blocked = page.fetch("https://localhost:1", Fetch::get("/me")).await.unwrap_err();
        assert_eq!(blocked.reason(), Reason::NoAnswer);
    }
}
