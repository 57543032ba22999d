//! Attributes, options, handlers and registrations that `macro_rules!` make, and those behind `cfg_attr` and `cfg`.
#![deny(warnings)]

mod in_axum {
    use cors_runtime::axum::{cors, routes};
    use cors_runtime::{Policy, policy};

    macro_rules! handler {
        ($(#[$attribute:meta])* $visibility:vis $name:ident($path:literal) for $origin:expr, $($options:tt)*) => {
            $(#[$attribute])*
            #[cors(origins = [$origin], $($options)*)]
            #[get($path)]
            $visibility async fn $name() {}
        };
    }

    macro_rules! shared {
        ($name:ident = $($origin:literal),* ; $age:literal) => {
            static $name: Policy = policy!(origins = [$($origin),*], max_age = $age);
        };
    }

    macro_rules! group {
        ($($handler:path),*) => { routes![$($handler),*] };
    }

    shared!(PARTNERS = "https://a.example", "https://b.example"; 600);

    handler!(/** Documented. */ pub(crate) one("/one") for "https://a.example", credentials, max_age = 5);
    handler!(two("/two") for "https://a.example", allow_headers = any);

    #[cfg_attr(all(), cors(policy = PARTNERS))]
    #[cfg_attr(all(), get("/three"))]
    async fn three() {}

    #[cfg(any())]
    #[cors(policy = NOWHERE)]
    #[get("/four")]
    async fn four() -> Nothing {}

    #[cors(policy = PARTNERS)]
    #[cfg(any())]
    #[get("/five")]
    async fn five() -> Nothing {}

    #[cfg_attr(any(), cors(orgins))]
    async fn six() {}

    pub(crate) fn router() -> axum::Router {
        axum::Router::new().route("/six", axum::routing::get(six)).merge(group![one, two, self::three])
    }
}

mod in_actix {
    use actix_web::{App, get};
    use cors_runtime::actix::{cors, routes};

    macro_rules! handler {
        ($name:ident($path:literal) for $($origin:literal),*) => {
            #[cors(origins = [$($origin),*])]
            #[get($path)]
            async fn $name() -> &'static str {
                stringify!($name)
            }
        };
    }

    handler!(one("/one") for "https://a.example");
    handler!(two("/two") for "https://a.example", "https://b.example");

    #[cfg_attr(all(), cors(origins = ["https://a.example"]))]
    #[cfg_attr(all(), get("/three"))]
    async fn three() -> &'static str {
        "three"
    }

    #[cors(origins = ["https://a.example"])]
    #[cfg(any())]
    #[get("/four")]
    async fn four() -> Nothing {}

    pub(crate) fn app() {
        let _ = App::new().service(routes![one, two]).service(three);
    }
}

fn main() {
    let _ = in_axum::router();
    in_actix::app();
}
