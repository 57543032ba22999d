//! The command `cors`: what a browser would do with a server, and what a manifest promises about it.
//!
//! Install the command with `cargo install cors-cli`. The library exists for the tests of the command.

pub mod export;
pub mod manifest;
