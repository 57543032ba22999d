//! Every row of `docs/coming-from.md`: a page gets the same results from the old server and from the new one, except
//! for the differences that the row states.

mod actix_cors_rows;
mod docs;
mod order;
mod pages;
mod tower_http_rows;
