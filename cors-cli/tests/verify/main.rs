//! `cors verify` as a process, against applications of both frameworks and against proxies that alter their answers.

mod apps;
mod clean;
#[path = "../gateways/command.rs"]
mod command;
mod command_line;
mod docs;
mod examples;
mod exported;
mod planted;
mod proxy;
mod run;
