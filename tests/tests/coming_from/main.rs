//! What `docs/coming-from.md` says: every row of its tables, the order of layers, and whole applications that have been
//! moved. A page gets the same results from the old server and from the new one, except for the differences that the
//! docs state.

mod actix_cors_rows;
mod csrf;
mod docs;
mod migrations;
mod order;
mod pages;
mod peers;
mod tower_http_rows;
