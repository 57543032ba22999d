//! The same routes in both frameworks, with policies of every form.

use cors_runtime::OriginSet;

/// The partners that the environment names.
pub(crate) const PARTNERS: (&str, &str) =
    ("VERIFY_PARTNERS", "https://partner.example, https://*.partner.example");

static TENANTS: OriginSet = OriginSet::new();

/// Runs a test with the variable, which actix-web's workers read when they start.
pub(crate) fn with_partners(test: impl FnOnce()) {
    temp_env::with_var(PARTNERS.0, Some(PARTNERS.1), test);
}

/// The handlers that are the same in both frameworks.
macro_rules! handlers {
    () => {
        #[cors(
                                    origins = ["https://app.example.com", "https://admin.example.com"],
                                    credentials,
                                    expose_headers = ["etag", "x-total"],
                                    max_age = 600
                                )]
        #[get("/me")]
        async fn me() -> Reply {
            reply(200)
        }

        #[cors(
                                    origins = ["https://app.example.com", "https://admin.example.com"],
                                    credentials,
                                    allow_headers = ["content-type", "x-csrf"],
                                    max_age = 600
                                )]
        #[route("/me", method = "PUT", method = "PATCH")]
        async fn update_me() -> Reply {
            reply(204)
        }

        #[cors(origins = ["https://admin.example.com"], max_age = 60)]
        #[delete("/me")]
        async fn delete_me() -> Reply {
            reply(204)
        }

        #[cors(origins = ["https://app.example.com"], max_age = 600)]
        #[get("/split")]
        async fn split() -> Reply {
            reply(200)
        }

        #[cors(origins = ["https://admin.example.com"], max_age = 600)]
        #[put("/split")]
        async fn update_split() -> Reply {
            reply(200)
        }

        #[cors(origins = ["https://*.shop.example.com", "http://localhost:*"], max_age = 0)]
        #[get("/shops/{id}")]
        async fn missing() -> Reply {
            reply(404)
        }

        #[cors(origins = ["https://app.example.com:8443", "http://[::1]:3000"])]
        #[head("/head")]
        async fn only_head() -> Reply {
            reply(500)
        }

        #[cors(origins = ["*"])]
        #[get("/public")]
        async fn public() -> Reply {
            reply(302)
        }

        #[cors(origins = ["*"], allow_headers = ["*", "authorization"], expose_headers = ["*"])]
        #[post("/public")]
        async fn submit() -> Reply {
            reply(200)
        }

        #[cors(origins = [TENANTS])]
        #[get("/set")]
        async fn tenants_of_set() -> Reply {
            reply(200)
        }

        #[origin_check]
        fn is_tenant(origin: &Origin) -> bool {
            origin.is_subdomain_of("tenants.example")
        }

        #[cors(origins = dynamic(is_tenant), credentials, max_age = 600)]
        #[route("/tenant", method = "GET", method = "PUT")]
        async fn tenant() -> Reply {
            reply(200)
        }

        #[cors(origins = ["https://app.example.com"], max_age = 600)]
        #[post("/tenant")]
        async fn create_tenant() -> Reply {
            reply(200)
        }

        #[cors(origins = ["https://app.example.com"], enforce)]
        #[route("/protected", method = "GET", method = "POST")]
        async fn protected() -> Reply {
            reply(200)
        }

        #[cors(origins = ["https://app.example.com"], enforce(navigations, hosts = ["127.0.0.1:*"]))]
        #[get("/hosts")]
        async fn hosts() -> Reply {
            reply(200)
        }

        #[cors(origins = dynamic(is_tenant), enforce)]
        #[get("/protected-tenant")]
        async fn protected_tenant() -> Reply {
            reply(200)
        }

        #[cors(origins = ["https://app.example.com"])]
        #[get("/items/{id}")]
        async fn item() -> Reply {
            reply(200)
        }

        #[cors(origins = ["https://admin.example.com"], max_age = 600)]
        #[get("/items/1")]
        async fn first_item() -> Reply {
            reply(200)
        }

        fn common() -> Routes {
            routes![
                me,
                update_me,
                delete_me,
                split,
                update_split,
                missing,
                only_head,
                public,
                submit,
                tenants_of_set,
                tenant,
                create_tenant,
                protected,
                hosts,
                protected_tenant,
                item,
                first_item
            ]
        }
    };
}

pub(crate) mod in_axum {
    use super::TENANTS;
    use axum::http::StatusCode;
    use axum::http::header::{HeaderName, LOCATION};
    use axum::routing::get;
    use cors_runtime::Origin;
    use cors_runtime::axum::{Routes, cors, origin_check, routes};

    type Reply = (StatusCode, [(HeaderName, &'static str); 2]);

    fn reply(status: u16) -> Reply {
        let headers = [(LOCATION, "/elsewhere"), (HeaderName::from_static("x-total"), "3")];
        (StatusCode::from_u16(status).expect("a status"), headers)
    }

    handlers! {}

    #[cors(origins = [env("VERIFY_PARTNERS")], allow_headers = any)]
    #[get("/partners/{*tail}")]
    async fn axum_partners() -> Reply {
        reply(200)
    }

    #[cors(origins = ["https://app.example.com"], allow_headers = any, max_age = 600)]
    #[any("/any")]
    async fn anything() -> Reply {
        reply(200)
    }

    #[cors(origins = ["https://admin.example.com"])]
    #[put("/any")]
    async fn update_anything() -> Reply {
        reply(200)
    }

    fn all() -> Routes {
        common().merge(routes![axum_partners, anything, update_anything])
    }

    pub(crate) fn manifest() -> String {
        serde_json::to_string(&all().manifest()).expect("a manifest is serialized")
    }

    pub(crate) fn app() -> axum::Router {
        TENANTS.replace(["https://set.example"]).expect("an origin");
        all().into_router().route("/unannotated", get(|| async { "hello" }))
    }
}

pub(crate) mod in_actix {
    use super::TENANTS;
    use actix_web::http::StatusCode;
    use actix_web::{HttpResponse, delete, get, head, post, put, route, web};
    use cors_runtime::Origin;
    use cors_runtime::actix::{Routes, cors, origin_check, routes};

    type Reply = HttpResponse;

    fn reply(status: u16) -> Reply {
        HttpResponse::build(StatusCode::from_u16(status).expect("a status"))
            .insert_header(("location", "/elsewhere"))
            .insert_header(("x-total", "3"))
            .finish()
    }

    handlers! {}

    #[cors(origins = [env("VERIFY_PARTNERS")], allow_headers = any)]
    #[get("/partners/{tail:.*}")]
    async fn partners() -> Reply {
        reply(200)
    }

    fn all() -> Routes {
        common().merge(routes![partners])
    }

    pub(crate) fn manifest() -> String {
        serde_json::to_string(&all().manifest()).expect("a manifest is serialized")
    }

    pub(crate) fn app(config: &mut web::ServiceConfig) {
        TENANTS.replace(["https://set.example"]).expect("an origin");
        config.service(all());
        config.route("/unannotated", web::get().to(|| async { "hello" }));
    }
}
