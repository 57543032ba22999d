//! Handlers, options and paths with `r#`.
#![deny(warnings)]
#![allow(non_upper_case_globals)]

mod in_axum {
    use cors_runtime::axum::{cors, methods, routes};

    mod r#type {
        use cors_runtime::axum::cors;
        use cors_runtime::{Policy, policy};

        pub(super) static r#static: Policy = policy!(r#origins = ["https://a.example"]);

        #[cors(r#policy = r#static, r#credentials)]
        #[get("/")]
        pub(super) async fn r#move() {}
    }

    #[cors(origins = ["https://a.example"])]
    async fn r#match() {}

    pub(crate) fn router() -> axum::Router {
        axum::Router::new().route("/match", methods![get(r#match)]).merge(routes![r#type::r#move])
    }
}

mod in_actix {
    use actix_web::{App, get};
    use cors_runtime::actix::{cors, routes};

    #[cors(r#origins = ["https://a.example"])]
    #[get("/")]
    async fn r#match() -> &'static str {
        "match"
    }

    pub(crate) fn app() {
        let _ = App::new().service(routes![r#match]).service(r#match);
    }
}

fn main() {
    let _ = in_axum::router();
    in_actix::app();
}
