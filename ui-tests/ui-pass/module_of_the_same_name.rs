//! Handlers that have the name of their module.
#![deny(warnings)]

mod in_axum {
    use axum::Router;
    use cors_runtime::axum::{methods, routes};

    mod health {
        use cors_runtime::axum::cors;

        #[cors(origins = ["https://a.example"])]
        #[get("/health")]
        pub(crate) async fn health() {}

        pub(crate) mod deep {
            use cors_runtime::axum::cors;

            #[cors(origins = ["https://a.example"])]
            #[get("/deep")]
            pub(crate) async fn deep() {}
        }

        pub(crate) use deep::*;
    }

    mod generic {
        use cors_runtime::axum::cors;

        #[cors(origins = ["https://a.example"])]
        #[get("/generic")]
        pub(crate) async fn generic<T: Default + ToString + Send + 'static>() -> String {
            T::default().to_string()
        }
    }

    use health::*;

    pub(crate) fn router() -> Router {
        Router::new()
            .merge(routes![health])
            .merge(routes![crate::in_axum::health::deep, generic::generic::<u32>])
            .route("/again", methods![get(self::health)])
            .route("/once-more", methods![get(health::health)])
    }
}

mod in_actix {
    use actix_web::App;
    use cors_runtime::actix::routes;

    mod health {
        use actix_web::get;
        use cors_runtime::actix::cors;

        #[cors(origins = ["https://a.example"])]
        #[get("/health")]
        pub(crate) async fn health() -> &'static str {
            "up"
        }
    }

    use health::*;

    pub(crate) fn app() {
        let _ = App::new().service(routes![health]).service(health);
    }
}

fn main() {
    let _ = in_axum::router();
    in_actix::app();
}
