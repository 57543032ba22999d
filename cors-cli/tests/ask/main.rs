//! `cors ask` as a process, against servers on loopback.

mod connections;
mod console;
mod docs;
mod mistakes;
mod output;
mod peers;
mod process;
mod requests;
mod server;
