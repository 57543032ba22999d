//! The subtests of [web-platform-tests](https://github.com/web-platform-tests/wpt) as data, and a server for them. The
//! simulated browser runs them, and so do real ones.

pub mod data;
pub mod server;
