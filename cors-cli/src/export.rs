//! `cors export`: the policies of a manifest as the configuration of a gateway.
//!
//! A policy that a gateway cannot express is left out, and its route is closed: no page can read its responses. Nothing
//! that is exported allows more than the manifest does.

mod comment;
mod deployment;
mod envoy;
mod expression;
mod framework;
mod gateway_api;
mod nginx;
mod origin;
mod outcome;
mod path;
mod plan;
mod planned_path;
mod yaml;

use self::deployment::parse_kubernetes_name;
pub use self::{
    deployment::{Deployment, Target, Upstream},
    framework::Framework,
    outcome::{Export, Omission},
};
use crate::{
    command_line::{parse_assignment, read_file_or_stdin},
    manifest::Manifest,
    printable::printable_lines,
};
use std::{
    collections::HashMap,
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
};

/// The options of `cors export`.
#[derive(Clone, Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub struct ExportOptions {
    /// The gateway: the Kubernetes Gateway API from v1.5, Envoy from 1.40, or nginx
    #[arg(value_enum)]
    target: Target,
    /// The JSON of `routes.manifest()`; `-` is standard input
    manifest: PathBuf,
    /// The application; for gateway-api, its Service
    #[arg(long, value_name = "HOST:PORT", default_value = "backend:8080")]
    upstream: Upstream,
    /// Where the gateway listens
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "0.0.0.0:8000")]
    listen: SocketAddr,
    /// The Gateway to which the routes are attached
    #[arg(long, value_name = "NAME", default_value = "gateway", value_parser = parse_kubernetes_name)]
    gateway: String,
    /// The framework of the application, where the paths do not tell
    #[arg(long, value_enum)]
    framework: Option<Framework>,
    /// An environment variable that policies name; can be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_assignment)]
    env: Vec<(String, String)>,
    /// Write the configuration although it cannot express everything
    #[arg(long)]
    allow_partial: bool,
    /// Print help
    // `--help` of its own, because that of clap would have a paragraph for each value of an enum.
    #[arg(short, long, action = clap::ArgAction::HelpShort)]
    help: Option<bool>,
}

/// Exports the policies of a manifest to the configuration of a gateway.
pub fn export(manifest: &Manifest, target: Target, deployment: &Deployment) -> Export {
    match target {
        Target::GatewayApi => gateway_api::export(manifest, deployment),
        Target::Envoy => envoy::export(manifest, deployment),
        Target::Nginx => nginx::export(manifest, deployment),
    }
}

/// Runs the command.
pub fn run(options: ExportOptions) -> ExitCode {
    let ExportOptions { target, manifest, upstream, listen, gateway, framework, env, allow_partial, help: _ } =
        options;
    let deployment = Deployment { upstream, listen, gateway, framework };
    if let Err(message) = deployment.check(target) {
        anstream::eprintln!("error: {message}");
        return ExitCode::from(2);
    }
    let environment: HashMap<String, String> = env.into_iter().collect();
    let read = read_file_or_stdin(&manifest).map_err(|error| error.to_string());
    let read = read.and_then(|text| Manifest::from_json(&text, &environment));
    let manifest = match read {
        Ok(manifest) => manifest,
        Err(error) => {
            let message = format!("{} cannot be read: {error}", manifest.display());
            anstream::eprintln!("error: {}", printable_lines(&message));
            return ExitCode::from(3);
        }
    };
    let Export { configuration, omissions, notes } = export(&manifest, target, &deployment);
    for omission in &omissions {
        anstream::eprintln!("not expressed: {omission}");
    }
    for note in &notes {
        anstream::eprintln!("note: {note}");
    }
    if !omissions.is_empty() && !allow_partial {
        anstream::eprintln!(
            "error: {} of {} routes cannot be expressed, so nothing is written\n\
             help: with `--allow-partial` they are closed: no page can read their responses",
            omissions.len(),
            manifest.routes.len()
        );
        return ExitCode::from(1);
    }
    if let Err(error) = io::stdout().write_all(configuration.as_bytes()) {
        anstream::eprintln!("error: the configuration cannot be written: {error}");
        return ExitCode::from(1);
    }
    if omissions.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) }
}
