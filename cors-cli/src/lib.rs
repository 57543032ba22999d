//! The command `cors`: what a browser would do with a server, and what a manifest promises about it.
//!
//! Install the command with `cargo install cors-cli`. The library exists for the tests of the command.

pub mod ask;
mod command_line;
pub mod export;
mod http_client;
pub mod manifest;
mod path_parameter;
mod printable;
pub mod verify;
