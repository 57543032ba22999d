//! Writes the expansions. Their input is checked, so that nothing here can fail.

pub(crate) mod actix;
pub(crate) mod axum;
pub(crate) mod policy;
pub(crate) mod registration;
