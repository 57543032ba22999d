//! Behaviour at run time in both frameworks: default policies, origins from functions, sets and the environment,
//! `enforce`, events and manifests.

mod attacks;
mod build_errors;
mod default_methods;
mod defaults;
mod defaults_actix;
mod defaults_answering_first;
mod defaults_axum;
mod denials;
mod dev_origins;
mod dropped_extensions;
mod dynamic;
mod dynamic_actix;
mod dynamic_axum;
mod enforce;
mod enforce_options;
mod environment;
mod events;
mod http2;
mod lost_max_age;
mod manifest;
mod merged_defaults;
mod nginx;
mod origin_functions;
mod preflight_reuse;
mod protection;
mod routes_without_macros;
mod servers;
mod sets;
