//! Two routes whose allowed origins are known only at run time: those of customers are rows of a database, and those of
//! partners are lines of a file.

pub mod actix_app;
pub mod axum_app;
pub mod customers;
pub mod partners;

/// The HTML of the page, which calls both routes and shows the results.
pub const PAGE: &str = include_str!("page.html");

/// The ports of the API, and of the page as a customer, as a partner, and as neither of them.
pub const PORTS: [u16; 4] = [3000, 4100, 4200, 4300];
