//! `cors export`: the policies of a manifest as the configuration of a gateway.
//!
//! A policy that a gateway cannot express is left out, and its route is closed: no page can read its responses. Nothing
//! that is exported allows more than the manifest does.

mod comment;
mod envoy;
mod framework;
mod gateway_api;
mod nginx;
mod origin;
mod path;
mod plan;
mod yaml;

use crate::manifest::{self, Manifest};
use crate::printable::printable;
pub use framework::Framework;
use std::collections::HashMap;
use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

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
    #[arg(long, value_name = "NAME", default_value = "gateway")]
    gateway: KubernetesName,
    /// The framework of the application, where the paths do not tell
    #[arg(long, value_enum)]
    framework: Option<Framework>,
    /// An environment variable that policies name; can be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    env: Vec<(String, String)>,
    /// Write the configuration although it cannot express everything
    #[arg(long)]
    allow_partial: bool,
    /// Print help
    #[arg(short, long, action = clap::ArgAction::HelpShort)]
    help: Option<bool>,
}

/// A gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Target {
    /// `HTTPRoute`s of the Kubernetes Gateway API, v1.5 or later
    GatewayApi,
    /// A static configuration of Envoy, 1.40 or later
    Envoy,
    /// A file for the block `http` of nginx
    Nginx,
}

/// The application and the gateway in front of it.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// Where the application listens.
    pub upstream: Upstream,
    /// Where the gateway listens.
    pub listen: SocketAddr,
    /// The name of the `Gateway` in Kubernetes.
    pub gateway: KubernetesName,
    /// The framework of the application, where the paths do not tell.
    pub framework: Option<Framework>,
}

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    host: String,
    port: u16,
}

/// A name as objects of Kubernetes have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubernetesName(String);

/// The configuration of a gateway.
#[derive(Debug)]
pub struct Export {
    /// The text of the configuration.
    pub configuration: String,
    /// What the configuration does not express, in the order of the manifest. These routes are closed.
    pub omissions: Vec<Omission>,
    /// What a reader has to know about the configuration.
    pub notes: Vec<String>,
}

/// A route that a configuration does not express.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Omission {
    methods: Vec<String>,
    path: String,
    location: String,
    /// Why the route is not expressed.
    pub reason: String,
}

impl Omission {
    fn new(route: &manifest::Route, reason: String) -> Self {
        Self {
            methods: route.methods.clone(),
            path: route.path.clone(),
            location: route.location.clone(),
            reason,
        }
    }

    /// The path of the route, as it is declared.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Omission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let methods = if self.methods.is_empty() { "any method".to_owned() } else { self.methods.join(", ") };
        let text = format!("{methods} {} ({}): {}", self.path, self.location, self.reason);
        f.write_str(&printable(&text))
    }
}

impl Deployment {
    /// Checks what only one target needs.
    ///
    /// # Errors
    ///
    /// Returns an error if the Gateway API cannot name the upstream.
    pub fn check(&self, target: Target) -> Result<(), String> {
        if target != Target::GatewayApi || is_kubernetes_name(&self.upstream.host, 63) {
            return Ok(());
        }
        Err(format!(
            "`--upstream {}` is not the name of a Service\nhelp: write its name and its port, as in `--upstream api:80`",
            self.upstream
        ))
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl FromStr for Upstream {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse::<u16>().ok()?)));
        let is_name = |host: &str| {
            !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
        };
        let is_address = |host: &str| {
            host.strip_prefix('[')
                .and_then(|host| host.strip_suffix(']'))
                .is_some_and(|host| host.parse::<std::net::Ipv6Addr>().is_ok())
        };
        match parts {
            Some((host, port)) if port > 0 && (is_name(host) || is_address(host)) => {
                Ok(Self { host: host.to_owned(), port })
            }
            _ => Err("write a host and a port, as in `api:3000`".to_owned()),
        }
    }
}

impl FromStr for KubernetesName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if is_kubernetes_name(text, 253) {
            return Ok(Self(text.to_owned()));
        }
        Err("names of Kubernetes have lower-case letters, digits and `-`".to_owned())
    }
}

impl fmt::Display for KubernetesName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_kubernetes_name(name: &str, length: usize) -> bool {
    !name.is_empty()
        && name.len() <= length
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write a name and a value, as in `PARTNERS=https://partner.example`".to_owned()),
    }
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
    let name = printable(&manifest.display().to_string()).into_owned();
    let read = if manifest.as_os_str() == "-" {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(&manifest)
    };
    let manifest = match read {
        Ok(text) => Manifest::from_json(&text, &environment).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let manifest = match manifest {
        Ok(manifest) => manifest,
        Err(error) => {
            let lines: Vec<_> = error.lines().map(printable).collect();
            anstream::eprintln!("error: {name} cannot be read: {}", lines.join("\n"));
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
