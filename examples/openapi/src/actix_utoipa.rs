//! The API with actix-web, utoipa and utoipa-actix-web, whose `UtoipaApp` collects the document.

#![expect(missing_debug_implementations, reason = "no example prints a group")]

use crate::{Db, PUBLIC, User};
use actix_web::body::MessageBody;
use actix_web::dev::{AppService, HttpServiceFactory, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::web::{Data, Json};
use actix_web::{App, Error, HttpResponse, get, put};
use cors_runtime::actix::{Routes, cors, routes};
use std::future::ready;
use utoipa::OpenApi;
use utoipa::openapi::path::Paths;
use utoipa::openapi::{RefOr, Schema};
use utoipa_actix_web::{AppExt as _, OpenApiFactory};

/// Returns the user.
#[utoipa::path(responses((status = 200, body = User)))]
#[cors(origins = ["http://localhost:4100"], credentials, max_age = 7200)]
#[get("/me")]
pub async fn me(db: Data<Db>) -> Json<User> {
    Json(db.lock().expect("no handler panics").clone())
}

/// Replaces the user.
#[utoipa::path(responses((status = 204)))]
#[cors(origins = ["http://localhost:4100"], credentials, allow_headers = ["content-type"])]
#[put("/me")]
pub async fn update_me(db: Data<Db>, user: Json<User>) -> HttpResponse {
    *db.lock().expect("no handler panics") = user.into_inner();
    HttpResponse::NoContent().finish()
}

/// The document without its paths. It has the title and the version of this package.
#[derive(OpenApi)]
struct Document;

/// A group of routes, and the handlers that describe it in the document.
pub struct Documented {
    /// The annotated routes.
    pub routes: Routes,
    /// The handlers of these routes.
    pub handlers: &'static [&'static dyn OpenApiFactory],
}

impl HttpServiceFactory for Documented {
    fn register(self, config: &mut AppService) {
        self.routes.register(config);
    }
}

impl OpenApiFactory for Documented {
    fn paths(&self) -> Paths {
        let mut paths = Paths::new();
        for handler in self.handlers {
            paths.merge(handler.paths());
        }
        paths
    }

    fn schemas(&self, schemas: &mut Vec<(String, RefOr<Schema>)>) {
        for handler in self.handlers {
            handler.schemas(schemas);
        }
    }
}

/// Returns the app of the API, which also serves the document.
pub fn api(
    db: Data<Db>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(db)
        .into_utoipa_app()
        .openapi(Document::openapi())
        .service(Documented { routes: routes![me, update_me], handlers: &[&me, &update_me] })
        .openapi_service(|document| {
            let document = move || ready(Json(document.clone()));
            Routes::new().route([Method::GET], "/openapi.json", PUBLIC.clone(), document)
        })
        .into_app()
}
