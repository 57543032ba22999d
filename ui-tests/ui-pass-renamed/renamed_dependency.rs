//! The dependency has another name: the macros that are called find it, the attributes are told where it is.
#![deny(warnings)]

mod in_axum {
    use my_cors::axum::{cors, methods, routes};
    use my_cors::{Policy, policy};

    static PARTNERS: Policy = policy!(origins = ["https://a.example"]);

    #[cors(crate = ::my_cors, policy = PARTNERS, max_age = 600)]
    #[get("/")]
    async fn one() {}

    #[cors(origins = ["https://a.example"], crate = crate::reexported)]
    async fn two() {}

    pub(crate) fn router() -> axum::Router {
        axum::Router::new().route("/two", methods![get(two)]).merge(routes![one])
    }
}

mod in_actix {
    use actix_web::{App, get};
    use my_cors::actix::{cors, routes};

    #[cors(origins = ["https://a.example"], crate = my_cors)]
    #[get("/")]
    async fn one() -> &'static str {
        "one"
    }

    pub(crate) fn app() {
        let _ = App::new().service(routes![one]).service(one);
    }
}

mod reexported {
    pub(crate) use my_cors::*;
}

fn main() {
    let _ = in_axum::router();
    in_actix::app();
}
