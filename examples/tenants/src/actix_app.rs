//! With actix-web.

use crate::customers::Customers;
use crate::partners::PARTNERS;
use actix_web::get;
use actix_web::web::{self, Data, ServiceConfig};
use cors_runtime::Origin;
use cors_runtime::actix::{cors, origin_check, routes};

/// It takes what handlers take but bodies, and runs before middlewares and handler; for preflights, too.
#[origin_check]
async fn is_customer(origin: &Origin, customers: Data<Customers>) -> bool {
    let host = origin.host().to_owned();
    let is_https = origin.scheme() == "https";
    is_https && matches!(web::block(move || customers.has(&host)).await, Ok(Ok(true)))
}

#[cors(origins = dynamic(is_customer), credentials)]
#[get("/orders")]
async fn orders() -> &'static str {
    "your orders"
}

#[cors(origins = PARTNERS, max_age = 600)]
#[get("/stock")]
async fn stock() -> &'static str {
    "42"
}

/// Both routes.
pub fn app(customers: Customers) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        config.app_data(Data::new(customers)).service(routes![orders, stock]);
    }
}
