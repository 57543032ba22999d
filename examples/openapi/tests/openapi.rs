//! Tests with a simulated browser: the document describes the API, and only the listed page can call what it describes.

use cors_runtime::Manifest;
use cors_runtime::testing::{Browser, Fetch, Reason, Target};
use openapi::User;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const API: &str = "http://localhost:3000";
const PAGE: &str = "http://localhost:4100";
const OTHER_PAGE: &str = "http://localhost:4200";

fn ada() -> User {
    User { name: "Ada".to_owned() }
}

async fn the_listed_page_calls_the_api<M>(api: impl Target<M>) {
    the_listed_page_calls(&api, "/me").await;
}

async fn the_listed_page_calls<M>(api: &impl Target<M>, path: &str) {
    let page = Browser::new().api_origin(API).page(PAGE);
    let me = page.fetch(api, Fetch::get(path).credentials()).await.unwrap();
    assert_eq!(me.text(), r#"{"name":"Ada"}"#);
    let update = Fetch::put(path).credentials().json(r#"{"name":"Grace"}"#);
    assert_eq!(page.fetch(api, update).await.unwrap().status(), 204);
    let me = page.fetch(api, Fetch::get(path).credentials()).await.unwrap();
    assert_eq!(me.text(), r#"{"name":"Grace"}"#);
}

async fn other_pages_read_only_the_document<M>(api: impl Target<M>) {
    let page = Browser::new().api_origin(API).page(OTHER_PAGE);
    let update = Fetch::put("/me").credentials().json(r#"{"name":"Mallory"}"#);
    for fetch in [Fetch::get("/me").credentials(), update] {
        let blocked = page.fetch(&api, fetch).await.unwrap_err();
        assert_eq!(blocked.reason(), Reason::MissingAllowOrigin, "{blocked}");
    }
    assert_eq!(page.fetch(&api, Fetch::get("/openapi.json")).await.unwrap().status(), 200);
}

async fn the_document_describes_the_api<M>(api: impl Target<M>) {
    let page = Browser::new().api_origin(API).page(PAGE);
    let document = page.fetch(&api, Fetch::get("/openapi.json")).await.unwrap();
    let document: Value = serde_json::from_str(&document.text()).unwrap();
    assert_eq!(document["info"]["title"], "openapi");
    assert_eq!(operations(&document), operation_set([("GET", "/me"), ("PUT", "/me")]));
    let user = &json!({ "$ref": "#/components/schemas/User" });
    let me = &document["paths"]["/me"];
    assert_eq!(&me["get"]["responses"]["200"]["content"]["application/json"]["schema"], user);
    assert_eq!(&me["put"]["requestBody"]["content"]["application/json"]["schema"], user);
    assert_eq!(document["components"]["schemas"]["User"]["properties"]["name"]["type"], "string");
}

/// The operations that a document describes.
fn operations(document: &Value) -> BTreeSet<(String, String)> {
    let items = document["paths"].as_object().unwrap();
    let methods = |item: &Value| item.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    items
        .iter()
        .flat_map(|(path, item)| {
            methods(item).into_iter().map(|method| (method.to_uppercase(), path.clone()))
        })
        .collect()
}

/// The operations that annotated routes answer.
fn routed(manifest: &Manifest) -> BTreeSet<(String, String)> {
    operation_set(manifest.iter().flat_map(|route| route.methods().map(|method| (method, route.path()))))
}

fn operation_set<'a>(operations: impl IntoIterator<Item = (&'a str, &'a str)>) -> BTreeSet<(String, String)> {
    operations.into_iter().map(|(method, path)| (method.to_owned(), path.to_owned())).collect()
}

mod utoipa {
    use openapi::axum_utoipa::{Document, api, documented_routes};
    use utoipa::OpenApi;

    /// The attributes of a handler contain its path and its method twice: for axum and for the document.
    #[test]
    fn document_and_routes_agree() {
        let document = serde_json::to_value(Document::openapi()).unwrap();
        assert_eq!(super::operations(&document), super::routed(&documented_routes().manifest()));
    }

    #[tokio::test]
    async fn the_listed_page_calls_the_api() {
        super::the_listed_page_calls_the_api(api(super::ada())).await;
    }

    #[tokio::test]
    async fn other_pages_read_only_the_document() {
        super::other_pages_read_only_the_document(api(super::ada())).await;
    }

    #[tokio::test]
    async fn the_document_describes_the_api() {
        super::the_document_describes_the_api(api(super::ada())).await;
    }
}

mod utoipa_axum {
    use axum::Router;
    use openapi::Db;
    use openapi::axum_utoipa::{Document, documented_routes};
    use openapi::axum_utoipa_router::api;
    use std::sync::Arc;
    use utoipa::OpenApi;
    use utoipa_axum::router::OpenApiRouter;

    #[tokio::test]
    async fn a_group_is_merged_and_nested() {
        let group =
            OpenApiRouter::with_openapi(Document::openapi()).merge(documented_routes().into_router().into());
        let (router, document) = OpenApiRouter::new().nest("/api", group).split_for_parts();
        let document = serde_json::to_value(document).unwrap();
        assert_eq!(
            super::operations(&document),
            super::routed(&documented_routes().manifest().under("/api"))
        );
        let app: Router = router.with_state(Arc::new(Db::new(super::ada())));
        super::the_listed_page_calls(&app, "/api/me").await;
    }

    #[tokio::test]
    async fn the_listed_page_calls_the_api() {
        super::the_listed_page_calls_the_api(api(super::ada())).await;
    }

    #[tokio::test]
    async fn other_pages_read_only_the_document() {
        super::other_pages_read_only_the_document(api(super::ada())).await;
    }

    #[tokio::test]
    async fn the_document_describes_the_api() {
        super::the_document_describes_the_api(api(super::ada())).await;
    }
}

mod aide {
    use aide::axum::ApiRouter;
    use axum::Router;
    use openapi::Db;
    use openapi::axum_aide::{api, document, documented_routes};
    use std::sync::Arc;

    #[tokio::test]
    async fn a_group_is_merged_into_a_router_that_is_served() {
        let router: Router = ApiRouter::new()
            .merge(documented_routes().into_router())
            .with_state(Arc::new(Db::new(super::ada())))
            .into();
        super::the_listed_page_calls(&router, "/me").await;
    }

    /// aide needs the methods and the path a second time.
    #[test]
    fn document_and_routes_agree() {
        let document = serde_json::to_value(document()).unwrap();
        assert_eq!(super::operations(&document), super::routed(&documented_routes().manifest()));
    }

    #[tokio::test]
    async fn the_listed_page_calls_the_api() {
        super::the_listed_page_calls_the_api(api(super::ada())).await;
    }

    #[tokio::test]
    async fn other_pages_read_only_the_document() {
        super::other_pages_read_only_the_document(api(super::ada())).await;
    }

    #[tokio::test]
    async fn the_document_describes_the_api() {
        super::the_document_describes_the_api(api(super::ada())).await;
    }
}

mod utoipa_actix_web {
    use actix_web::App;
    use actix_web::test::init_service;
    use actix_web::web::Data;
    use cors_runtime::actix::routes;
    use openapi::Db;
    use openapi::actix_utoipa::{Documented, api, me, update_me};
    use utoipa_actix_web::{AppExt as _, scope};

    fn db() -> Data<Db> {
        Data::new(Db::new(super::ada()))
    }

    #[actix_web::test]
    async fn the_listed_page_calls_the_api() {
        super::the_listed_page_calls_the_api(init_service(api(db())).await).await;
    }

    #[actix_web::test]
    async fn other_pages_read_only_the_document() {
        super::other_pages_read_only_the_document(init_service(api(db())).await).await;
    }

    #[actix_web::test]
    async fn the_document_describes_the_api() {
        super::the_document_describes_the_api(init_service(api(db())).await).await;
    }

    #[actix_web::test]
    async fn single_handlers_are_registered_and_documented_without_an_adapter() {
        let app = App::new().app_data(db()).into_utoipa_app().service(me).service(update_me);
        let (app, document) = app.split_for_parts();
        let expected = super::operation_set([("GET", "/me"), ("PUT", "/me")]);
        assert_eq!(super::operations(&serde_json::to_value(document).unwrap()), expected);
        super::the_listed_page_calls_the_api(init_service(app).await).await;
    }

    #[actix_web::test]
    async fn a_group_is_in_a_scope() {
        let group = Documented { routes: routes![me, update_me], handlers: &[&me, &update_me] };
        let scope = scope("/api").service(group);
        let (app, document) = App::new().app_data(db()).into_utoipa_app().service(scope).split_for_parts();
        let expected = super::operation_set([("GET", "/api/me"), ("PUT", "/api/me")]);
        assert_eq!(super::operations(&serde_json::to_value(document).unwrap()), expected);
        super::the_listed_page_calls(&init_service(app).await, "/api/me").await;
    }
}
