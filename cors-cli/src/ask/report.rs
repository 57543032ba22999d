//! What the output in every format is made of.

use super::{network::Exchange, notes::Note, options::AskOptions, verdict::Outcome};
use crate::printable::printable_value;

/// Headers whose values are secrets.
const SECRET_HEADERS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];

/// Everything that is known at the end.
pub(super) struct Report<'a> {
    pub(super) options: &'a AskOptions,
    pub(super) outcomes: &'a [Outcome],
    pub(super) exchanges: &'a [Exchange],
    pub(super) notes: &'a [Note],
    pub(super) exit_code: u8,
}

pub(super) fn bytes(count: usize) -> String {
    if count == 1 { "1 byte".to_owned() } else { format!("{count} bytes") }
}

/// Returns the value of a header, or what may be shown of a secret.
pub(super) fn shown_value(name: &str, value: &[u8]) -> String {
    if SECRET_HEADERS.contains(&name) {
        return format!("({}, not shown)", bytes(value.len()));
    }
    if name != "set-cookie" {
        return printable_value(value);
    }
    let end = value.iter().position(|&byte| byte == b';').unwrap_or(value.len());
    let (pair, attributes) = value.split_at(end);
    let cookie = pair.split(|&byte| byte == b'=').next().unwrap_or_default();
    format!("{}=..{}", printable_value(cookie), printable_value(attributes))
}
