//! The same application with axum and with actix-web. The tests in `tests/` check what a page can do with it.

/// The application with axum.
pub mod with_axum {
    use axum::Router;
    use cors_runtime::axum::{cors, routes};

    #[cors(origins = ["https://app.example.com"], credentials, expose_headers = ["x-total-count"])]
    #[get("/orders")]
    async fn orders() -> ([(&'static str, &'static str); 2], &'static str) {
        ([("x-total-count", "3"), ("x-internal", "7")], "[1, 2, 3]")
    }

    #[cors(origins = ["https://app.example.com"], credentials, allow_headers = ["content-type"])]
    #[post("/orders")]
    async fn add_order() {}

    /// Returns the router of the application.
    pub fn app() -> Router {
        routes![orders, add_order].into()
    }
}

/// The application with actix-web.
pub mod with_actix {
    use actix_web::web::ServiceConfig;
    use actix_web::{HttpResponse, get, post};
    use cors_runtime::actix::{cors, routes};

    #[cors(origins = ["https://app.example.com"], credentials, expose_headers = ["x-total-count"])]
    #[get("/orders")]
    async fn orders() -> HttpResponse {
        HttpResponse::Ok()
            .insert_header(("x-total-count", "3"))
            .insert_header(("x-internal", "7"))
            .body("[1, 2, 3]")
    }

    #[cors(origins = ["https://app.example.com"], credentials, allow_headers = ["content-type"])]
    #[post("/orders")]
    async fn add_order() -> HttpResponse {
        HttpResponse::Ok().finish()
    }

    /// Configures the application.
    pub fn app(config: &mut ServiceConfig) {
        config.service(routes![orders, add_order]);
    }
}
