//! Origins that a function decides, a set holds, or the environment names.
#![deny(warnings, missing_debug_implementations, unreachable_pub, unused_qualifications)]
#![allow(dead_code, non_camel_case_types)]

mod in_axum {
    use axum::extract::{FromRef, State};
    use cors_runtime::axum::{cors, origin_check, routes};
    use cors_runtime::{Origin, OriginSet};

    /// A state with a name that expansions like.
    #[derive(Clone, Debug)]
    pub(crate) struct S {
        hosts: Vec<String>,
    }

    #[derive(Clone, Debug)]
    struct H(Vec<String>);

    impl FromRef<S> for H {
        fn from_ref(state: &S) -> Self {
            Self(state.hosts.clone())
        }
    }

    type T = u8;

    static TENANTS: OriginSet = OriginSet::new();

    #[origin_check]
    async fn origin(origin: &Origin, State(H(hosts)): State<H>) -> bool {
        hosts.iter().any(|host| host == origin.host())
    }

    mod checks {
        use cors_runtime::Origin;
        use cors_runtime::axum::origin_check;

        #[origin_check]
        pub(crate) fn parts(_: &Origin) -> bool {
            true
        }
    }

    use checks::parts as state;

    #[cors(origins = dynamic(origin), credentials)]
    #[get("/origin")]
    async fn by_origin() {}

    #[cors(origins = dynamic(self::checks::parts), max_age = 600)]
    #[get("/parts")]
    async fn by_parts() {}

    #[cors(origins = dynamic(state))]
    #[get("/state")]
    async fn check() {}

    #[cors(origins = ["https://a.example", env("ALLOWED_ORIGINS"), env("MORE_ORIGINS", optional), TENANTS])]
    #[get("/sources")]
    async fn sources() {}

    pub(crate) fn router() -> axum::Router<S> {
        #[origin_check]
        fn inner(_: &Origin) -> bool {
            let _: T = 1;
            false
        }

        #[cors(origins = dynamic(inner))]
        #[get("/inner")]
        async fn by_inner() {}

        axum::Router::new().merge(routes![by_origin, by_parts, check, sources, by_inner])
    }
}

mod in_actix {
    use actix_web::{App, get, web};
    use cors_runtime::actix::{cors, origin_check, routes};
    use cors_runtime::{Origin, OriginSet};

    static TENANTS: OriginSet = OriginSet::new();

    #[origin_check]
    async fn origin(origin: &Origin, hosts: web::Data<Vec<String>>) -> bool {
        hosts.iter().any(|host| host == origin.host())
    }

    #[origin_check]
    fn request(_: &Origin) -> bool {
        true
    }

    #[cors(origins = dynamic(origin), credentials)]
    #[get("/origin")]
    async fn by_origin() -> &'static str {
        "origin"
    }

    #[cors(origins = dynamic(request))]
    #[get("/request")]
    async fn check() -> &'static str {
        "request"
    }

    #[cors(origins = ["https://a.example", env("ALLOWED_ORIGINS"), TENANTS])]
    #[get("/sources")]
    async fn sources() -> &'static str {
        "sources"
    }

    pub(crate) fn app() {
        #[origin_check]
        fn inner(_: &Origin) -> bool {
            false
        }

        #[cors(origins = dynamic(inner))]
        #[get("/inner")]
        async fn by_inner() -> &'static str {
            "inner"
        }

        let _ = App::new().service(routes![by_origin, check, sources]).service(by_inner);
    }
}

fn main() {
    let _ = in_axum::router;
    let _ = in_actix::app;
}
