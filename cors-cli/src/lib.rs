//! The command `cors`: what a browser would do with a server, and what a manifest promises about it.
//!
//! Install the command with `cargo install cors-cli`. The library exists for the tests of the command.

pub mod ask;
pub mod http_client;
pub mod manifest;
pub mod page_origin;
pub mod printable;
pub mod verify;
