//! Tokens out. What comes in is checked: nothing here can fail.

pub(crate) mod actix;
pub(crate) mod axum;
pub(crate) mod policy;
pub(crate) mod registration;
