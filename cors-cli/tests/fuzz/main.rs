//! A fuzz target: random manifests are exported, the configurations are read back by interpreters of their own, and
//! compared with an oracle that knows only the manifest.

mod check;
mod envoy;
#[path = "../gateways/expression.rs"]
mod expression;
mod gateway_api;
#[path = "../gateways/http_route_schema.rs"]
mod http_route_schema;
#[path = "../gateways/interpreter.rs"]
#[allow(dead_code, reason = "the application sends no headers that a gateway could change")]
mod interpreter;
mod manifest;
mod nginx;
#[path = "../../../fuzz/tests/targets/oracle.rs"]
#[allow(dead_code, reason = "only the origins are compared here")]
mod oracle;
#[path = "../../../fuzz/tests/targets/origins.rs"]
mod origins;
mod request;
mod yaml;

use check::check;
use cors_cli::export::{Deployment, Target, export};
use cors_cli::manifest::Manifest;
use expression::expression;
use fuzz::Explanation;
use interpreter::IMPLEMENTATIONS;
use manifest::{NARROW, PlannedManifest, Vocabulary, WIDE};
use regex::Regex;
use request::{Asked, Gateway};

/// An expression of PCRE or RE2 as one of Rust, which reads `[` in a class as the beginning of another class.
fn regex(text: &str) -> Regex {
    expression(&text.replace("[[]", "\\[").replace("[]]", "\\]"))
}

const TARGETS: [Target; 3] = [Target::GatewayApi, Target::Envoy, Target::Nginx];

/// The gateways that do what an exported configuration says. Panics if the configuration is not well formed.
fn gateways(target: Target, configuration: &str) -> Vec<Box<dyn Gateway>> {
    match target {
        Target::GatewayApi => {
            let documents = gateway_api::documents(configuration);
            let gateways = IMPLEMENTATIONS.map(|one| gateway_api::GatewayApi::new(&documents, one));
            gateways.into_iter().map(|one| Box::new(one) as Box<dyn Gateway>).collect()
        }
        Target::Envoy => vec![Box::new(envoy::Envoy::read(configuration))],
        Target::Nginx => vec![Box::new(nginx::Nginx::read(configuration))],
    }
}

fn run(name: &str, vocabulary: &'static Vocabulary) {
    fuzz::run(name, |input| {
        let planned = PlannedManifest::new(input, vocabulary)?;
        let json = planned.json().to_string();
        let Ok(manifest) = Manifest::from_json(&json, &planned.environment) else { return Ok(()) };
        let deployment = Deployment {
            upstream: "backend:8080".parse().expect("an upstream"),
            listen: "127.0.0.1:8000".parse().expect("an address"),
            gateway: "gateway".parse().expect("a name"),
            framework: planned.given_framework,
        };
        let mut asked = Vec::new();
        for _ in 0..input.int_in_range(1..=12)? {
            asked.push(Asked::new(input, &planned)?);
        }
        for target in TARGETS {
            let exported = export(&manifest, target, &deployment);
            let explanation =
                || format!("{target:?} {:?}\n{json}\n{}", planned.given_framework, exported.configuration);
            let _explanation = Explanation(explanation);
            if target != Target::Nginx {
                assert_eq!(yaml::ambiguous_scalars(&exported.configuration), Vec::<&str>::new());
            }
            for gateway in gateways(target, &exported.configuration) {
                for one in &asked {
                    let _explanation = Explanation(|| format!("{target:?}: {one:?}"));
                    check(&planned, &*gateway, one, exported.omissions.is_empty());
                }
            }
        }
        Ok(())
    });
}

#[test]
fn manifest_to_gateway_configuration_and_back() {
    run("gateways", &WIDE);
}

#[test]
fn routes_that_share_urls_to_gateway_configuration_and_back() {
    run("gateways_shared_urls", &NARROW);
}
