//! What several subcommands read in the same way.

use cors_policy::is_token;
use reqwest::header::HeaderValue;
use std::{fs, io, path::Path};

/// Parses `NAME=VALUE`.
pub(crate) fn parse_assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE, such as `PARTNERS=https://partner.example`".to_owned()),
    }
}

/// Parses the `name: value` of a header.
pub(crate) fn parse_header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once(':')
        .ok_or("a header has a colon; write `name: value`, such as `-H 'content-type: application/json'`")?;
    let (name, value) = (name.trim(), value.trim());
    if !is_token(name) {
        return Err(format!("`{name}` is no name of a header"));
    }
    if HeaderValue::from_bytes(value.as_bytes()).is_err() {
        return Err("the value of a header has no line breaks and no other control characters".to_owned());
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// Reads a file, or the standard input if the path is `-`.
pub(crate) fn read_file_or_stdin(path: &Path) -> io::Result<String> {
    if path == Path::new("-") { io::read_to_string(io::stdin()) } else { fs::read_to_string(path) }
}
