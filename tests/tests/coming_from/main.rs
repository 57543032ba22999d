//! Every row of `docs/coming-from.md`: the old way and the new one give pages the same answers, or the difference that
//! the row states.

mod actix_cors_rows;
mod docs;
mod order;
mod pages;
mod tower_http_rows;
