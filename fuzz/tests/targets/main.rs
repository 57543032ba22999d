//! Targets with an oracle each, written from the Fetch standard and the text of a policy alone.

mod app;
mod browser;
mod oracle;
mod origins;
mod policies;
mod policy_text;
mod preflight;
mod request;
