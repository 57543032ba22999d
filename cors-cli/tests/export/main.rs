//! `cors export` as a process: its exit codes, what it leaves out, hostile manifests, and what nginx and Envoy do with
//! single requests.

mod behaviour;
#[path = "../gateways/command.rs"]
mod command;
mod command_line;
mod configuration;
mod documentation;
mod hostile;
mod manifest;
mod omissions;
