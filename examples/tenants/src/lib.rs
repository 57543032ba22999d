//! Who may call is only known at run time: customers, who are rows of a database, and partners, who are lines of a file.

pub mod actix_app;
pub mod axum_app;
pub mod customers;
pub mod partners;

/// The page: it asks for both, and says what it got.
pub const PAGE: &str = include_str!("page.html");

/// The server, and the page for a customer, a partner, and somebody else.
pub const PORTS: [u16; 4] = [3000, 4100, 4200, 4300];
