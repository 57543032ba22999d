//! Policies that are only known at run time, and default policies, in both frameworks.

mod ask;
mod defaults;
mod defaults_actix;
mod defaults_axum;
mod dynamic;
mod dynamic_actix;
mod dynamic_axum;
mod environment;
mod events;
mod sets;
