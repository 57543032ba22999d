//! Handlers in modules and functions, handlers that macros generate, and handlers that are imported with other names.

use crate::{allowed, ask};
use axum::Router;
use cors_runtime::axum::{cors, methods, routes};

mod account {
    use cors_runtime::axum::cors;

    #[cors(origins = ["https://app.example"])]
    #[get("/in-module")]
    pub(crate) async fn me() {}

    #[cors(origins = ["https://app.example"])]
    pub(in crate::places) async fn without_route() {}

    pub(super) mod deep {
        #[cors_runtime::axum::cors(origins = ["https://app.example"])]
        #[put("/deep")]
        pub(in crate::places) async fn update() {}
    }
}

mod reexports {
    pub(super) use super::account::deep::update as renamed;
    pub(super) use super::account::*;
}

#[tokio::test]
async fn handlers_in_modules_are_found_by_their_paths() {
    use account::me as other;
    let app = || Router::from(routes![account::me, self::account::deep::update]);
    assert_eq!(ask(app(), "GET", "/in-module").await, allowed(200));
    assert_eq!(ask(app(), "PUT", "/deep").await, allowed(200));
    assert_eq!(ask(routes![other], "GET", "/in-module").await, allowed(200));
    assert_eq!(ask(routes![crate::places::reexports::renamed], "PUT", "/deep").await, allowed(200));
    assert_eq!(ask(routes![reexports::me], "GET", "/in-module").await, allowed(200));
    let app = Router::new().route("/x", methods![get(account::without_route), put(account::without_route)]);
    assert_eq!(ask(app, "PUT", "/x").await, allowed(200));
}

mod named_like_its_module {
    use axum::Router;
    use cors_runtime::axum::{methods, routes};

    pub(super) mod health {
        use cors_runtime::axum::cors;

        #[cors(origins = ["https://app.example"])]
        #[get("/health")]
        pub(crate) async fn health() {}
    }

    pub(super) use health::*;

    pub(super) fn router() -> Router {
        Router::new().merge(routes![health]).route("/method", methods![get(self::health)])
    }
}

#[tokio::test]
async fn a_handler_with_the_name_of_its_module_is_found() {
    for app in [named_like_its_module::router(), routes![named_like_its_module::health].into()] {
        assert_eq!(ask(app, "GET", "/health").await, allowed(200));
    }
    assert_eq!(ask(named_like_its_module::router(), "GET", "/method").await, allowed(200));
}

#[tokio::test]
async fn handlers_behind_cfg_are_registered_only_if_it_holds() {
    let app = || {
        Router::from(routes![
            #[cfg(all())]
            account::me,
            #[cfg(any())]
            account::deep::update
        ])
    };
    assert_eq!(ask(app(), "GET", "/in-module").await, allowed(200));
    assert_eq!(ask(app(), "PUT", "/deep").await.0, 404);
}

fn app_with_a_handler_inside() -> Router {
    #[cors(origins = ["https://app.example"])]
    #[get("/in-function")]
    async fn inside() {}

    routes![inside].into()
}

#[tokio::test]
async fn handlers_in_functions_are_found() {
    assert_eq!(ask(app_with_a_handler_inside(), "GET", "/in-function").await, allowed(200));
    let app: Router = {
        #[cors(origins = ["https://app.example"])]
        #[get("/in-block")]
        async fn inside() {}

        let nested = || routes![inside];
        nested().into()
    };
    assert_eq!(ask(app, "GET", "/in-block").await, allowed(200));
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
every_fragment!(
    /// With documentation.
    pub(crate) made_too, "/made-too", "https://app.example", 0, String, { String::new() }
);

macro_rules! whole_item {
    ($item:item) => {
        #[cors(origins = ["https://app.example"])]
        #[get("/whole")]
        $item
    };
}

whole_item! {
    async fn whole() {}
}

macro_rules! whole_attribute {
    ($meta:meta, $route:meta, $($function:tt)+) => {
        #[$meta]
        #[$route]
        $($function)+
    };
}

whole_attribute!(cors(origins = ["https://app.example"]), get("/attribute"), async fn attribute() {});

macro_rules! list {
    ($($path:path),*; $($name:ident),*) => {
        routes![$($path,)* $($name),*]
    };
}

/// The name of the handler is only visible in the macro.
macro_rules! hidden_name {
    () => {{
        #[cors(origins = ["https://app.example"])]
        #[get("/hidden")]
        async fn hidden() {}

        routes![hidden]
    }};
}

#[tokio::test]
async fn handlers_that_macros_generate_are_found() {
    let app = || Router::from(list![self::made, attribute; whole]);
    assert_eq!(ask(app(), "GET", "/made").await, allowed(200));
    assert_eq!(ask(app(), "GET", "/attribute").await, allowed(200));
    assert_eq!(ask(app(), "GET", "/whole").await, allowed(200));
    assert_eq!(ask(hidden_name!(), "GET", "/hidden").await, allowed(200));
    let _: Router = routes![made_too].into();
}
