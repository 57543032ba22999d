//! Checks the names of headers and methods.

use crate::messages;
use crate::{Finding, Key, Rule, is_forbidden_request_header, is_token, method_rule};

const ONLY_IN_RESPONSES: [&str; 4] = ["www-authenticate", "vary", "server", "strict-transport-security"];
const ONLY_IN_REQUESTS: [&str; 4] = ["origin", "host", "cookie", "user-agent"];

/// What is wrong with one element of `allow_headers` or `expose_headers` that is not `*`.
pub(crate) fn check_header(text: &str, key: Key) -> Option<Finding> {
    if !is_token(text) {
        return Some(malformed_header(text, key));
    }
    if text.contains('*') {
        return Some(messages::header_pattern(text));
    }
    let name = text.to_ascii_lowercase();
    let is = |names: &[&str]| names.contains(&name.as_str());
    let own = name.starts_with("access-control-");
    if key == Key::AllowHeaders {
        if is_forbidden_request_header(&name) {
            return Some(messages::header_forbidden(text));
        }
        if own {
            return Some(messages::own_header(text, key));
        }
        return is(&ONLY_IN_RESPONSES).then(|| messages::response_header(text));
    }
    if is(&["set-cookie", "set-cookie2"]) {
        return Some(messages::not_exposable(text));
    }
    if own {
        return Some(messages::own_header(text, key));
    }
    is(&ONLY_IN_REQUESTS).then(|| messages::request_header(text))
}

/// What is wrong with a text that is not one name. The message offers the names in the text, if all of them are
/// accepted.
fn malformed_header(text: &str, key: Key) -> Finding {
    // `x-a: 1` is a name and a value.
    let text_of_names = text.split_once(':').map_or(text, |(name, _value)| name);
    let parts: Vec<_> = parts(text_of_names).take(9).collect();
    if let [part] = parts[..] {
        // If the name is refused, the colon behind it does not matter.
        if let Some(problem) = is_token(part).then(|| check_header(part, key)).flatten() {
            return problem;
        }
    }
    let valid = |part: &&str| is_token(part) && check_header(part, key).is_none();
    if let Some((name, _value)) = text.split_once(':')
        && valid(&name.trim())
    {
        return messages::header_name(text, &[name.trim()]);
    }
    // `x request id` is meant as one name, unless a word has a hyphen.
    if parts.len() < 9 && text.split(' ').all(|word| valid(&word) && !word.contains('-')) {
        return messages::header_with_blanks(text, &parts.join("-").to_ascii_lowercase());
    }
    let names = if parts.len() < 9 && parts.iter().all(valid) { &parts[..] } else { &[] };
    messages::header_name(text, names)
}

/// What is wrong with a method. Methods that are in no standard are accepted.
pub fn check_method(name: &str) -> Option<Finding> {
    if !is_token(name) {
        let parts: Vec<_> = parts(name).take(9).map(str::to_ascii_uppercase).collect();
        let valid =
            parts.len() < 9 && parts.iter().all(|part| is_token(part) && check_method(part).is_none());
        return Some(messages::method_name(name, if valid { &parts } else { &[] }));
    }
    Some(match method_rule(name)? {
        Rule::MethodForbidden => messages::method_forbidden(name),
        Rule::MethodCase => messages::method_case(name),
        _ => messages::method_wildcard(),
    })
}

/// The parts of a text that is not one name.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '"'))
        .filter(|part| !part.is_empty())
}
