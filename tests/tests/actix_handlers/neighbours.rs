//! Functions that have other attributes beside `#[cors]`, and handlers in modules, macros and functions.

#![deny(unfulfilled_lint_expectations)]

use crate::{allowed, ask, preflight};
use actix_web::{HttpResponse, get, web};
use cors_runtime::actix::{cors, routes};

/// Documentation above.
#[cors(origins = ["https://app.example"])]
/// Documentation between the attributes.
#[get("/documented")]
#[doc = "Documentation below both."]
#[must_use]
pub(crate) async fn documented() -> &'static str {
    ""
}

#[cors(origins = ["https://app.example"])]
#[get("/instrument")]
#[tracing::instrument(skip_all, err(Debug))]
async fn instrumented(_body: web::Bytes) -> Result<&'static str, actix_web::Error> {
    Err(actix_web::error::ErrorConflict("no"))
}

#[cors(origins = ["https://app.example"])]
#[get("/lints")]
#[expect(unused_variables, reason = "one expectation, fulfilled once")]
#[allow(clippy::unused_async)]
async fn lints(unused: web::Bytes) -> &'static str {
    ""
}

#[cors(origins = ["https://app.example"])]
#[cfg_attr(all(), get("/cfg-attr"))]
#[cfg_attr(any(), get("/never"))]
async fn behind_cfg_attr() -> &'static str {
    ""
}

#[cfg(any())]
#[cors(origins = ["https://app.example"])]
#[get("/never")]
async fn off_above(_: NoSuchType) {}

#[cors(origins = ["https://app.example"])]
#[cfg(any())]
#[get("/never")]
async fn off_below(_: NoSuchType) {}

#[cors(origins = ["https://app.example"])]
#[cfg(not(any()))]
#[get("/off-below")]
async fn off_below() -> &'static str {
    ""
}

#[actix_web::scope("/scoped")]
mod scoped {
    use actix_web::{get, web};
    use cors_runtime::actix::cors;

    #[cors(origins = ["https://app.example"])]
    #[get("/{id}")]
    pub(super) async fn item(id: web::Path<u8>) -> String {
        id.to_string()
    }

    pub(super) mod deep {
        #[cors_runtime::actix::cors(origins = ["https://app.example"])]
        #[actix_web::put("/deep")]
        pub(in crate::neighbours) async fn update() -> &'static str {
            ""
        }
    }
}

macro_rules! every_fragment {
    ($(#[$meta:meta])* $vis:vis $name:ident, $path:literal, $origin:expr, $age:literal, $output:ty, $body:block) => {
        $(#[$meta])*
        #[cors(origins = [$origin], max_age = $age)]
        #[get($path)]
        $vis async fn $name() -> $output $body
    };
}

every_fragment!(made, "/made", "https://app.example", 60, &'static str, { "made" });

macro_rules! whole_item {
    ($item:item) => {
        #[cors(origins = ["https://app.example"])]
        #[get("/whole")]
        $item
    };
}

whole_item! {
    async fn whole() -> HttpResponse {
        HttpResponse::Ok().finish()
    }
}

#[actix_web::test]
async fn handlers_with_other_attributes_answer_requests_and_preflights() {
    #[cors(origins = ["https://app.example"])]
    #[get("/inside")]
    async fn inside() -> &'static str {
        ""
    }

    use scoped::deep::update as other;
    let app = || {
        routes![documented, instrumented, lints, behind_cfg_attr, off_below, made, whole, inside]
            .merge(routes![scoped::item, other])
    };
    for (method, path, status) in [
        ("GET", "/documented", 200),
        ("GET", "/instrument", 409),
        ("GET", "/lints", 200),
        ("GET", "/cfg-attr", 200),
        ("GET", "/off-below", 200),
        ("GET", "/made", 200),
        ("GET", "/whole", 200),
        ("GET", "/inside", 200),
        ("GET", "/scoped/7", 200),
        ("PUT", "/deep", 200),
    ] {
        assert_eq!(ask(app(), method, path).await, allowed(status), "{method} {path}");
        assert_eq!(preflight(app(), method, path).await, allowed(204), "{method} {path}");
    }
}
