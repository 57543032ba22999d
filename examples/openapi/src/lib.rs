//! The same API four times, each time with an OpenAPI document that describes it.

use cors_runtime::{Policy, policy};
use serde::{Deserialize, Serialize};
use std::sync::Mutex;

pub mod actix_utoipa;
pub mod axum_aide;
pub mod axum_utoipa;
pub mod axum_utoipa_router;

/// The ports of the API, of its page, and of the same page on an origin that is not listed.
pub const PORTS: [u16; 3] = [3000, 4100, 4200];

/// The HTML of the page.
pub const PAGE: &str = include_str!("page.html");

/// The policy of the document: pages of every origin may read it, for example those of documentation tools.
pub static PUBLIC: Policy = policy!(origins = ["*"]);

/// The data of the API, which every allowed page can read and replace.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema, utoipa::ToSchema)]
pub struct User {
    /// The name for the greeting.
    pub name: String,
}

/// The state of the API.
pub type Db = Mutex<User>;
