//! The paths of a manifest: a URL for each of them, and which other paths match that URL.

use crate::path_parameter::split_parameter;
use std::collections::HashMap;
use std::fmt::Write as _;

/// The value of a parameter for which none was given.
const PLACEHOLDER: &str = "1";

/// Regular expressions that [`PLACEHOLDER`] matches. `actix-web` has them in parameters: `{id:\d+}`.
const MATCH_PLACEHOLDER: [&str; 12] = [
    ".*",
    ".+",
    "[^/]+",
    "[^/]*",
    r"\d+",
    r"\d*",
    r"\w+",
    "[0-9]+",
    "[a-z0-9]+",
    "[A-Za-z0-9]+",
    "[a-zA-Z0-9]+",
    "[[:digit:]]+",
];

/// A path with its parameters, as axum and actix-web write them.
#[derive(Clone, Debug)]
pub(super) struct PathTemplate(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Parameter {
        name: String,
        regex: Option<String>,
        /// Whether the value may contain slashes.
        takes_slashes: bool,
    },
}

impl PathTemplate {
    /// Reads `/users/{id}`, `/files/{*path}`, `/users/{id:\d+}` and `/files/{path}*`. Doubled braces stand for braces.
    pub(super) fn parse(path: &str) -> Self {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = path;
        while let Some(next) = rest.chars().next() {
            if let Some(after) = rest.strip_prefix("{{").or_else(|| rest.strip_prefix("}}")) {
                literal.push(next);
                rest = after;
            } else if let Some((inner, after)) = split_parameter(rest) {
                if !literal.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut literal)));
                }
                let is_tail = after.starts_with('*');
                parts.push(Part::parameter(inner, is_tail));
                rest = after.strip_prefix('*').unwrap_or(after);
            } else {
                literal.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Self(parts)
    }

    /// Returns the path with values for its parameters. The error is the name of a parameter whose value cannot be guessed.
    pub(super) fn with_values(&self, values: &HashMap<String, String>) -> Result<String, String> {
        let mut path = String::new();
        for part in &self.0 {
            match part {
                Part::Literal(text) => path.push_str(text),
                Part::Parameter { name, regex, takes_slashes } => match values.get(name) {
                    Some(value) => path.push_str(&encode(value, *takes_slashes)),
                    None if regex.as_deref().is_none_or(|regex| MATCH_PLACEHOLDER.contains(&regex)) => {
                        path.push_str(PLACEHOLDER);
                    }
                    None => return Err(name.clone()),
                },
            }
        }
        Ok(path)
    }

    /// Whether the pattern matches a path. Regular expressions count as matching.
    pub(super) fn matches(&self, path: &str) -> bool {
        matches(&self.0, path)
    }
}

impl Part {
    /// Reads what is between the braces.
    fn parameter(inner: &str, is_tail: bool) -> Self {
        let (name, regex) = match inner.split_once(':') {
            Some((name, regex)) => (name, Some(regex.trim().to_owned())),
            None => (inner, None),
        };
        let is_wildcard = name.starts_with('*');
        let takes_slashes =
            is_tail || is_wildcard || regex.as_deref().is_some_and(|regex| regex.contains('.'));
        Self::Parameter { name: name.trim_start_matches('*').trim().to_owned(), regex, takes_slashes }
    }
}

/// Escapes everything but the unreserved characters of URLs.
fn encode(value: &str, keeps_slashes: bool) -> String {
    let mut encoded = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || byte == b'/' && keeps_slashes {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn matches(parts: &[Part], path: &str) -> bool {
    match parts {
        [] => path.is_empty(),
        [Part::Literal(text), rest @ ..] => {
            path.strip_prefix(text.as_str()).is_some_and(|path| matches(rest, path))
        }
        [Part::Parameter { takes_slashes, .. }, rest @ ..] => {
            let longest = if *takes_slashes { path.len() } else { path.find('/').unwrap_or(path.len()) };
            let shortest = usize::from(!takes_slashes);
            (shortest..=longest)
                .filter(|end| path.is_char_boundary(*end))
                .any(|end| matches(rest, &path[end..]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str, values: &[(&str, &str)]) -> Result<String, String> {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        PathTemplate::parse(path).with_values(&values)
    }

    #[test]
    fn a_parameter_gets_its_value_or_a_placeholder() {
        for (path, expected) in [
            ("", ""),
            ("/", "/"),
            ("/users/{id}", "/users/1"),
            ("/users/{id}/{name}.json", "/users/1/1.json"),
            ("/files/{*path}", "/files/1"),
            ("/files/{path}*", "/files/1"),
            (r"/users/{id:\d+}", "/users/1"),
            ("/{{literal}}", "/{literal}"),
            ("/open{", "/open{"),
        ] {
            assert_eq!(url(path, &[]).as_deref(), Ok(expected), "{path}");
        }
        let values = [("id", "a b/c"), ("path", "a/b?c")];
        assert_eq!(url("/users/{id}", &values).unwrap(), "/users/a%20b%2Fc");
        assert_eq!(url("/files/{*path}", &values).unwrap(), "/files/a/b%3Fc");
    }

    #[test]
    fn a_regular_expression_that_a_placeholder_may_not_match_needs_a_value() {
        assert_eq!(url(r"/days/{day:\d{4}-\d{2}}", &[]), Err("day".to_owned()));
        assert_eq!(url(r"/days/{day:\d{4}-\d{2}}", &[("day", "2026-11")]).unwrap(), "/days/2026-11");
    }

    #[test]
    fn a_pattern_matches_the_paths_of_its_framework() {
        for (pattern, path, expected) in [
            ("/users/{id}", "/users/me", true),
            ("/users/{id}", "/users/", false),
            ("/users/{id}", "/users/me/posts", false),
            ("/users/{id}/posts", "/users/me/posts", true),
            ("/files/{*path}", "/files/a/b", true),
            (r"/files/{path:.*}", "/files/a/b", true),
            ("/me", "/me", true),
            ("/me", "/you", false),
        ] {
            assert_eq!(PathTemplate::parse(pattern).matches(path), expected, "{pattern} {path}");
        }
    }
}
