//! Handlers in functions, in nested modules, behind re-exports, among other attributes.
#![deny(warnings)]

mod in_axum {
    use axum::extract::State;
    use cors_runtime::axum::{cors, methods, routes};

    mod account {
        pub(crate) mod settings {
            use cors_runtime::axum::cors;

            #[cors(origins = ["https://a.example"])]
            #[get("/settings")]
            pub(crate) async fn show() {}
        }
    }

    pub(crate) use account::settings::show as show_settings;
    use account::settings::*;

    /// Its documentation stays.
    #[must_use]
    #[allow(clippy::unused_async)]
    #[cors(origins = ["https://a.example"])]
    #[inline]
    #[get("/answer")]
    #[post("/answer")]
    async fn answer(State(state): State<u8>) -> String {
        state.to_string()
    }

    #[cors(origins = ["https://a.example"])]
    #[get("/generic")]
    async fn generic<T: Default + ToString + Send + 'static>() -> String {
        T::default().to_string()
    }

    #[cors(origins = ["https://a.example"])]
    #[any("/any")]
    async fn any() {}

    pub(crate) fn router() -> axum::Router {
        #[cors(origins = ["https://a.example"])]
        #[get("/inner")]
        async fn inner() {}

        // Still a function.
        let _ = answer(State(1));
        {
            #[cors(origins = ["https://a.example"])]
            #[get("/innermost")]
            async fn innermost() {}
            let group = routes![inner, innermost, answer, generic::<u32>, any].merge(routes![show]);
            let _: axum::Router = routes![
                show_settings,
                #[cfg(any())]
                nowhere,
                #[cfg(all())]
                #[cfg(not(any()))]
                inner,
            ]
            .into();
            let _: axum::routing::MethodRouter = methods![#[cfg(any())] get(nowhere), #[cfg(all())] get(inner)];
            group.into_router().with_state(1)
        }
    }

    pub(crate) fn by_path() -> axum::Router {
        axum::Router::new().merge(routes![crate::in_axum::account::settings::show])
    }
}

mod in_actix {
    use actix_web::{App, HttpRequest, get, guard::GuardContext, middleware::DefaultHeaders, post};
    use cors_runtime::actix::{cors, routes};

    mod account {
        use cors_runtime::actix::cors;

        /// Its documentation stays.
        #[allow(clippy::unused_async)]
        #[cors(origins = ["https://a.example"])]
        #[actix_web::get("/settings", name = "settings")]
        pub(crate) async fn show() -> &'static str {
            "settings"
        }
    }

    pub(crate) use account::show as show_settings;

    fn is_internal(_: &GuardContext) -> bool {
        true
    }

    #[cors(origins = ["https://a.example"])]
    #[post("/guarded", guard = "is_internal", wrap = "DefaultHeaders::new()")]
    async fn guarded(request: HttpRequest) -> String {
        request.path().to_owned()
    }

    pub(crate) fn app() {
        #[cors(origins = ["https://a.example"])]
        #[get("/inner")]
        async fn inner() -> &'static str {
            "inner"
        }

        let group = routes![
            inner,
            #[cfg(any())]
            nowhere,
            #[cfg(all())]
            crate::in_actix::account::show
        ]
        .merge(routes![guarded]);
        let _ = App::new().service(group).service(show_settings).service(inner);
    }
}

fn main() {
    let _ = in_axum::router();
    let _ = in_axum::by_path();
    in_actix::app();
}
