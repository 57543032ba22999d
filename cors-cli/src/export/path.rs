//! Paths of axum and actix-web, and regular expressions for them.
//!
//! The regular expressions are matched against the path as it is written in the request, before anything is decoded.

use super::expression::{PATH_END, PATH_END_OR_ENCODING, escape, is_path_character, translate};
use super::framework::Framework;
use crate::path_parameter::split_parameter;

/// The path of a route.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct PathPattern {
    parts: Vec<Part>,
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Part {
    /// This text. It is empty between two parameters without a text.
    Text(String),
    /// `{id}`: at least one character of one segment.
    Parameter,
    /// `{*rest}` of axum and `{tail}*` of actix-web. In actix-web it can be empty.
    Rest { can_be_empty: bool },
    /// `{id:regex}` of actix-web, translated.
    Expression(String),
}

/// A path that no regular expression can be written for.
#[derive(Debug)]
pub(super) struct UnsupportedPath {
    pub(super) reason: String,
    /// A pattern that matches every URL that the path matches, and more.
    pub(super) superset: PathPattern,
}

/// A segment of a path, as far as the order of routes depends on it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Segment {
    Static(String),
    Parameter,
    Rest,
}

impl PathPattern {
    /// Reads the path of a route.
    pub(super) fn parse(path: &str) -> Result<Self, UnsupportedPath> {
        // The empty path of actix-web is the root of the application.
        let path = if path.is_empty() { "/" } else { path };
        let mut parts = Vec::new();
        match parse_parts(path, &mut parts) {
            Ok(()) => Ok(Self::new(parts)),
            Err(reason) => {
                parts.push(Part::Rest { can_be_empty: true });
                Err(UnsupportedPath { reason, superset: Self::new(parts) })
            }
        }
    }

    fn new(parts: Vec<Part>) -> Self {
        let segments = segments(&parts);
        Self { parts, segments }
    }

    /// The path, if it has no parameters.
    pub(super) fn literal(&self) -> Option<&str> {
        match &*self.parts {
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether the path has a regular expression of its own.
    pub(super) fn has_expression(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Expression(_)))
    }

    /// The texts between the parameters.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// The framework whose syntax the path has, if only one framework has it.
    pub(super) fn framework(&self) -> Option<Framework> {
        for part in &self.parts {
            match part {
                Part::Rest { can_be_empty: false } => return Some(Framework::Axum),
                Part::Rest { can_be_empty: true } | Part::Expression(_) => return Some(Framework::Actix),
                Part::Text(_) | Part::Parameter => {}
            }
        }
        self.has_partial_segment().then_some(Framework::Actix)
    }

    /// Whether a parameter is only a part of its segment, which axum does not allow.
    fn has_partial_segment(&self) -> bool {
        self.parts.windows(2).any(|pair| match pair {
            [Part::Text(before), Part::Parameter] => !before.ends_with('/'),
            [Part::Parameter, Part::Text(after)] => !after.starts_with('/'),
            _ => false,
        })
    }

    /// A regular expression for the path, without anchors.
    pub(super) fn regex(&self) -> String {
        self.regex_with_parameters_until(PATH_END)
    }

    /// The same, but parameters do not match percent-encodings.
    pub(super) fn regex_without_encodings(&self) -> String {
        self.regex_with_parameters_until(PATH_END_OR_ENCODING)
    }

    fn regex_with_parameters_until(&self, end: &str) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => escape(text),
                Part::Parameter => format!("[^/{end}]+"),
                Part::Rest { can_be_empty: true } => format!("[^{end}]*"),
                Part::Rest { can_be_empty: false } => format!("[^{end}]+"),
                Part::Expression(regex) => format!("(?:{regex})"),
            })
            .collect()
    }

    /// Whether some URL can match both paths. If that is not known, it says `true`.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        if let (Some(a), Some(b)) = (self.literal(), other.literal()) {
            return a == b;
        }
        let (mine, others) = (&self.segments, &other.segments);
        for at in 0.. {
            match (mine.get(at), others.get(at)) {
                (None, None) | (Some(Segment::Rest), Some(_)) | (Some(_), Some(Segment::Rest)) => {
                    return true;
                }
                (None, Some(_)) | (Some(_), None) => return false,
                (Some(Segment::Static(a)), Some(Segment::Static(b))) if a != b => return false,
                (Some(Segment::Static(text)), Some(Segment::Parameter))
                | (Some(Segment::Parameter), Some(Segment::Static(text)))
                    if text.is_empty() =>
                {
                    return false;
                }
                _ => {}
            }
        }
        true
    }

    /// The order in which axum's router compares paths that match one URL: in the first segment that differs, a text is
    /// preferred to a parameter, and a parameter to a rest.
    pub(super) fn order_in_axum(&self) -> impl Ord {
        &self.segments
    }
}

fn segments(parts: &[Part]) -> Vec<Segment> {
    let mut segments = vec![Segment::Static(String::new())];
    for part in parts {
        let last = segments.last_mut().expect("there is a segment from the beginning");
        match part {
            Part::Rest { .. } | Part::Expression(_) => {
                *last = Segment::Rest;
                return segments;
            }
            Part::Parameter => *last = Segment::Parameter,
            Part::Text(text) => {
                let mut pieces = text.split('/');
                let first = pieces.next().unwrap_or_default();
                if let Segment::Static(last) = last {
                    last.push_str(first);
                }
                segments.extend(pieces.map(|piece| Segment::Static(piece.to_owned())));
            }
        }
    }
    segments
}

/// A regular expression for percent-encodings that a framework may decode before it chooses the route, so that it could
/// choose another one than the gateway. It is `None` if no framework does.
pub(super) fn ambiguous_encodings<'a>(
    paths: impl Iterator<Item = &'a PathPattern> + Clone,
    framework: Option<Framework>,
) -> Option<String> {
    let has_parameters = paths.clone().any(|path| path.literal().is_none());
    if framework == Some(Framework::Axum) || !has_parameters {
        return None;
    }
    if paths.clone().any(PathPattern::has_expression) {
        return Some("%".to_owned());
    }
    let mut others: Vec<char> = paths
        .flat_map(PathPattern::texts)
        .flat_map(str::chars)
        .filter(|c| !(c.is_ascii_alphanumeric() || "-._~/".contains(*c)))
        .collect();
    others.sort_unstable();
    others.dedup();
    // Letters, digits, `-`, `.`, `_` and `~`.
    let mut codes = "2[DdEe]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee]".to_owned();
    for c in others {
        let code = format!("{:02X}", u32::from(c));
        let (first, second) = code.split_at(1);
        match second.to_ascii_lowercase() {
            lower if lower == second => codes.extend(["|", first, second]),
            lower => codes.extend(["|", first, "[", second, &lower, "]"]),
        }
    }
    Some(format!("%(?:{codes})"))
}

fn parse_parts(path: &str, parts: &mut Vec<Part>) -> Result<(), String> {
    let mut rest = path;
    while !rest.is_empty() {
        let Some(from) = rest.find(['{', '}']) else {
            return match rest.strip_suffix('*') {
                Some(text) => {
                    push_text(text, parts)?;
                    Err("its path ends in `*`, which has another meaning in each framework".to_owned())
                }
                None => push_text(rest, parts),
            };
        };
        push_text(&rest[..from], parts)?;
        // `{{` is axum's escape for a brace.
        let split = split_parameter(&rest[from..]);
        let Some((parameter, after)) = split.filter(|(name, _)| !name.is_empty() && !name.starts_with('{'))
        else {
            return Err("its path has a brace that is not part of a parameter".to_owned());
        };
        rest = after;
        if let Some((_, regex)) = parameter.split_once(':') {
            parts.push(Part::Expression(translate(regex)?));
        } else if parameter.starts_with('*') {
            if !rest.is_empty() {
                return Err("its path continues after `{*..}`".to_owned());
            }
            parts.push(Part::Rest { can_be_empty: false });
        } else if rest == "*" {
            parts.push(Part::Rest { can_be_empty: true });
            return Ok(());
        } else {
            parts.push(Part::Parameter);
        }
    }
    Ok(())
}

fn push_text(text: &str, parts: &mut Vec<Part>) -> Result<(), String> {
    let end = text.find(|c| !is_path_character(c)).unwrap_or(text.len());
    parts.push(Part::Text(text[..end].to_owned()));
    match text[end..].chars().next() {
        None => Ok(()),
        Some('%') => {
            Err("its path contains a percent-encoding, which not every router reads as a text".to_owned())
        }
        Some(other) => Err(format!("its path contains `{other}`, which no URL contains unencoded")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    fn matches(pattern: &str, path: &str) -> bool {
        let pattern = PathPattern::parse(pattern).expect("a path that is supported");
        Regex::new(&format!("^{}$", pattern.regex())).expect("a valid expression").is_match(path)
    }

    #[test]
    fn paths_match_what_the_frameworks_route() {
        for (pattern, path, expected) in [
            ("", "/", true),
            ("/a.b", "/a.b", true),
            ("/a.b", "/axb", false),
            ("/a+(b)$", "/a+(b)$", true),
            ("/users/{id}", "/users/7", true),
            ("/users/{id}", "/users/", false),
            ("/users/{id}", "/users/7/", false),
            ("/files/{*rest}", "/files/a/b", true),
            ("/files/{*rest}", "/files/", false),
            ("/files/{tail}*", "/files/", true),
            ("/files/{tail:.*}", "/files/a/b", true),
            ("/v{version}/x", "/v1/x", true),
            ("/{a}-{b}.json", "/1-2.json", true),
            ("/{id:[0-9a-f]{2,3}}", "/a9", true),
            ("/{id:[0-9a-f]{2,3}}", "/a9bb", false),
            ("/{id:\\d+|me}", "/me", true),
            ("/{id:\\d+|me}", "/12", true),
            ("/{id:\\d+|me}", "/12me", false),
            ("/{id:(?:a|b)?c}", "/ac", true),
            ("/{id:[^-]+}", "/a-b", false),
            ("/{id:[^-]+}", "/a/b", true),
            ("/{id:[\\w.-]+}", "/a.b-c", true),
            ("/{id:x\\.y}", "/x.y", true),
            ("/{id:x\\.y}", "/xzy", false),
            ("/{a}{b}", "/xy", true),
            ("/{a}{b}", "/x", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn encodings_of_letters_and_of_the_texts_of_paths_are_ambiguous() {
        let patterns = ["/users/{id}", "/@me/a+b"].map(|path| PathPattern::parse(path).expect("a path"));
        let regex = ambiguous_encodings(patterns.iter(), None).expect("a path has a parameter");
        let regex = Regex::new(&format!("^{regex}$")).expect("a valid expression");
        for byte in 0..=255_u8 {
            let c = char::from(byte);
            let expected = c.is_ascii_alphanumeric() || "-._~@+".contains(c);
            for encoded in [format!("%{byte:02X}"), format!("%{byte:02x}")] {
                assert_eq!(regex.is_match(&encoded), expected, "{encoded}");
            }
        }
        assert_eq!(ambiguous_encodings(patterns.iter(), Some(Framework::Axum)), None);
        assert_eq!(ambiguous_encodings(patterns[1..].iter(), None), None);
    }

    #[test]
    fn paths_that_share_urls_are_found() {
        for (a, b, expected) in [
            ("/users/{id}", "/users/me", true),
            ("/users/{id}", "/{kind}/me", true),
            ("/users/{id}", "/users", false),
            ("/users/{id}", "/users/", false),
            ("/users/{id}", "/users/me/posts", false),
            ("/files/{*rest}", "/files/a/b", true),
            ("/files/{*rest}", "/users/a", false),
            ("/files/{x:.*}", "/files/{y:[a-z]+}", true),
            ("/{tail}*", "/", true),
            ("/a-{id}", "/a-7", true),
            ("/a", "/b", false),
        ] {
            let [first, second] = [a, b].map(|path| PathPattern::parse(path).expect("a path"));
            assert_eq!(first.overlaps(&second), expected, "{a} {b}");
            assert_eq!(second.overlaps(&first), expected, "{b} {a}");
        }
    }
}
