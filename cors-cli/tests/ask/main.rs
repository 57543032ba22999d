//! `cors ask` as a process, against servers on loopback.

mod connections;
mod docs;
mod mistakes;
mod output;
mod process;
mod requests;
mod server;
