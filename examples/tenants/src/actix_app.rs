//! The API and the page with actix-web.

use crate::PAGE;
use crate::customers::Customers;
use crate::partners::PARTNERS;
use actix_web::get;
use actix_web::web::{self, Data, Html, ServiceConfig};
use cors_runtime::Origin;
use cors_runtime::actix::{cors, origin_check, routes};

/// Decides whether an origin belongs to a customer. Such a function can have the same extractors as a handler, except those
/// that read the body. It runs before the middlewares and the handler, and also for preflights.
#[origin_check]
async fn is_customer(origin: &Origin, customers: Data<Customers>) -> bool {
    let origin = origin.to_string();
    matches!(web::block(move || customers.has(&origin)).await, Ok(Ok(true)))
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

/// Returns the configuration of the API.
pub fn app(customers: Customers) -> impl Fn(&mut ServiceConfig) + Clone {
    let customers = Data::new(customers);
    move |config| {
        config.app_data(customers.clone()).service(routes![orders, stock]);
    }
}

/// Configures the server of the page.
pub fn page(config: &mut ServiceConfig) {
    config.route("/", web::get().to(|| async { Html::new(PAGE) }));
}
