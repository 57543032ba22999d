//! Who may call is only known at run time: customers, who are rows of a database, and partners, who are lines of a file.

pub mod actix_app;
pub mod axum_app;
pub mod customers;
pub mod partners;
