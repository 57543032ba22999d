//! An actix-web application of three modules, each with its own `configure` function. The modules share paths.

use super::steps::{Step, check_after, check_before, differs, same};
use actix_cors::Cors;
use actix_web::test::init_service;
use actix_web::{App, web};
use cors_runtime::actix::{PolicyMiddleware, policy};
use cors_runtime::testing::Fetch;

const APP: &str = "https://app.example";
const ADMIN: &str = "https://admin.example";
const EVIL: &str = "https://evil.example";

/// The handlers as they were, with one `Cors` around the application.
mod old {
    pub(super) mod reading {
        use actix_web::web::{Path, ServiceConfig};
        use actix_web::{HttpResponse, get};

        #[get("/orders")]
        async fn list() -> HttpResponse {
            HttpResponse::Ok().insert_header(("x-total-count", "2")).body("list")
        }

        #[get("/orders/{id}")]
        async fn show(id: Path<u32>) -> String {
            format!("show {id}")
        }

        pub(crate) fn configure(config: &mut ServiceConfig) {
            config.service(list).service(show);
        }
    }

    pub(super) mod writing {
        use actix_web::web::{Path, ServiceConfig};
        use actix_web::{post, put};

        #[post("/orders")]
        async fn create() -> &'static str {
            "create"
        }

        #[put("/orders/{id}")]
        async fn change(id: Path<u32>) -> String {
            format!("change {id}")
        }

        pub(crate) fn configure(config: &mut ServiceConfig) {
            config.service(create).service(change);
        }
    }

    pub(super) mod admin {
        use actix_web::delete;
        use actix_web::web::{Path, ServiceConfig};

        #[delete("/orders/{id}")]
        async fn remove(id: Path<u32>) -> String {
            format!("remove {id}")
        }

        pub(crate) fn configure(config: &mut ServiceConfig) {
            config.service(remove);
        }
    }
}

/// The annotated handlers, in one group for each module.
mod new {
    pub(super) mod reading {
        use actix_web::web::{Path, ServiceConfig};
        use actix_web::{HttpResponse, get};
        use cors_runtime::Policy;
        use cors_runtime::actix::{cors, policy, routes};

        static PAGES: Policy = policy!(
            origins = ["https://app.example", "https://admin.example"],
            allow_headers = ["content-type"],
            expose_headers = ["x-total-count"],
            max_age = 600,
        );

        #[cors(policy = PAGES)]
        #[get("/orders")]
        async fn list() -> HttpResponse {
            HttpResponse::Ok().insert_header(("x-total-count", "2")).body("list")
        }

        #[cors(policy = PAGES)]
        #[get("/orders/{id}")]
        async fn show(id: Path<u32>) -> String {
            format!("show {id}")
        }

        pub(crate) fn configure(config: &mut ServiceConfig) {
            config.service(routes![list, show]);
        }
    }

    pub(super) mod writing {
        use actix_web::web::{Path, ServiceConfig};
        use actix_web::{post, put};
        use cors_runtime::Policy;
        use cors_runtime::actix::{cors, policy, routes};

        static PAGES: Policy = policy!(
            origins = ["https://app.example", "https://admin.example"],
            allow_headers = ["content-type"],
            max_age = 600,
        );

        #[cors(policy = PAGES)]
        #[post("/orders")]
        async fn create() -> &'static str {
            "create"
        }

        #[cors(policy = PAGES)]
        #[put("/orders/{id}")]
        async fn change(id: Path<u32>) -> String {
            format!("change {id}")
        }

        pub(crate) fn configure(config: &mut ServiceConfig) {
            config.service(routes![create, change]);
        }
    }

    pub(super) mod admin {
        use actix_web::delete;
        use actix_web::web::{Path, ServiceConfig};
        use cors_runtime::actix::{cors, routes};

        #[cors(origins = ["https://admin.example"], max_age = 600)]
        #[delete("/orders/{id}")]
        async fn remove(id: Path<u32>) -> String {
            format!("remove {id}")
        }

        pub(crate) fn configure(config: &mut ServiceConfig) {
            config.service(routes![remove]);
        }
    }
}

fn cors() -> Cors {
    Cors::default()
        .allowed_origin(APP)
        .allowed_origin(ADMIN)
        .allowed_methods(["GET", "POST", "PUT", "DELETE"])
        .allowed_header("content-type")
        .expose_headers(["x-total-count"])
        .max_age(600)
}

fn steps(prefix: &str) -> Vec<Step> {
    let orders = || format!("{prefix}/orders");
    let order = || format!("{prefix}/orders/1");
    let other = || format!("{prefix}/orders/2");
    let put = |url: String| Fetch::put(url).json("{}");
    vec![
        same(APP, Fetch::get(orders()), "200 list x-total-count: 2"),
        same(APP, Fetch::get(order()), "200 show 1"),
        same(APP, Fetch::post(orders()).json("{}"), "preflight, 200 create"),
        same(APP, put(order()), "preflight, 200 change 1"),
        same(APP, put(order()), "200 change 1"),
        same(ADMIN, Fetch::get(order()), "200 show 1"),
        same(ADMIN, Fetch::delete(order()), "preflight, 200 remove 1"),
        same(ADMIN, Fetch::delete(order()), "200 remove 1"),
        // The annotation allows only the pages of the administrators to delete.
        differs(APP, Fetch::delete(other()), "preflight, 200 remove 2", "preflight, blocked"),
        // The old answer for `DELETE` lists all methods of the application. The new one was refused.
        differs(APP, put(other()), "200 change 2", "preflight, 200 change 2"),
        // No module routes the method.
        same(APP, Fetch::patch(order()), "preflight, blocked"),
        same(APP, Fetch::get(order()).header("x-other", "1"), "preflight, blocked"),
        same(EVIL, Fetch::get(order()), "blocked"),
        same(EVIL, put(order()), "preflight, blocked"),
        same(EVIL, Fetch::delete(order()), "preflight, blocked"),
        same("", Fetch::delete(order()), "preflight, blocked"),
    ]
}

#[actix_web::test]
async fn modules_of_an_application_share_paths() {
    let before = App::new()
        .configure(old::reading::configure)
        .configure(old::writing::configure)
        .configure(old::admin::configure)
        .wrap(cors());
    check_before(&init_service(before).await, &steps("")).await;
    let after = App::new()
        .configure(new::reading::configure)
        .configure(new::writing::configure)
        .configure(new::admin::configure);
    check_after(&init_service(after).await, &steps("")).await;
}

#[actix_web::test]
async fn modules_of_a_scope_share_paths() {
    let before = web::scope("/api")
        .configure(old::reading::configure)
        .configure(old::writing::configure)
        .configure(old::admin::configure)
        .wrap(cors());
    check_before(&init_service(App::new().service(before)).await, &steps("/api")).await;
    let after = web::scope("/api")
        .configure(new::reading::configure)
        .configure(new::writing::configure)
        .configure(new::admin::configure);
    check_after(&init_service(App::new().service(after)).await, &steps("/api")).await;
}

/// The second step of the guide: a default policy stays around the modules that have no annotations yet.
#[actix_web::test]
async fn modules_can_be_moved_one_after_the_other() {
    let default = PolicyMiddleware::new(policy!(
        origins = ["https://app.example", "https://admin.example"],
        allow_headers = ["content-type"],
        expose_headers = ["x-total-count"],
        max_age = 600,
    ));
    let after = App::new()
        .configure(old::reading::configure)
        .configure(old::writing::configure)
        .configure(new::admin::configure)
        .wrap(default.methods(["GET", "POST", "PUT", "DELETE"]));
    check_after(&init_service(after).await, &steps("")).await;
}
