//! Which request headers need a preflight: <https://fetch.spec.whatwg.org/#cors-safelisted-request-header>.

use super::{
    engine::Engine,
    wire::{HeaderList, trim},
};

/// A longer value is never safe.
const VALUE_LIMIT: usize = 128;
/// All safe values of one request together.
const TOTAL_LIMIT: usize = 1024;

const CLIENT_HINTS: [&str; 8] =
    ["device-memory", "downlink", "dpr", "ect", "rtt", "save-data", "viewport-width", "width"];

/// <https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names>: lower case, unique, sorted.
pub(super) fn unsafe_names(engine: Engine, headers: &HeaderList) -> Vec<String> {
    let mut names = Vec::new();
    let mut safe = Vec::new();
    let mut total = 0;
    for (name, value) in headers.iter() {
        if is_safelisted(engine, name, value) {
            safe.push(name.to_ascii_lowercase());
            total += value.len();
        } else {
            names.push(name.to_ascii_lowercase());
        }
    }
    if total > TOTAL_LIMIT {
        names.append(&mut safe);
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// `name` in lower case.
fn is_safelisted(engine: Engine, name: &str, value: &[u8]) -> bool {
    if value.len() > VALUE_LIMIT {
        return false;
    }
    match name {
        "accept" => !value.iter().any(|&byte| is_unsafe_byte(byte)),
        "accept-language" | "content-language" => {
            value.iter().all(|byte| byte.is_ascii_alphanumeric() || b" *,-.;=".contains(byte))
        }
        "content-type" => !value.iter().any(|&byte| is_unsafe_byte(byte)) && is_form_type(value),
        "range" => is_single_range(value),
        _ => engine.safelists_client_hints() && CLIENT_HINTS.contains(&name),
    }
}

/// <https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header>
pub(super) fn is_no_cors_safelisted(name: &str, value: &[u8]) -> bool {
    matches!(name, "accept" | "accept-language" | "content-language" | "content-type")
        && is_safelisted(Engine::Standard, name, value)
}

fn is_unsafe_byte(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\t') || b"\"():<>?@[\\]{}\x7f".contains(&byte)
}

/// Whether an HTML form could send it. `Essence; parameters`, as in <https://mimesniff.spec.whatwg.org/#parse-a-mime-type>.
fn is_form_type(value: &[u8]) -> bool {
    let essence = trim(value.split(|&byte| byte == b';').next().unwrap_or_default());
    [&b"application/x-www-form-urlencoded"[..], b"multipart/form-data", b"text/plain"]
        .iter()
        .any(|form| form.eq_ignore_ascii_case(essence))
}

/// `bytes=N-` or `bytes=N-M`: <https://fetch.spec.whatwg.org/#simple-range-header-value>.
fn is_single_range(value: &[u8]) -> bool {
    let Some((from, to)) = value
        .strip_prefix(b"bytes=")
        .and_then(|range| std::str::from_utf8(range).ok())
        .and_then(|range| range.split_once('-'))
    else {
        return false;
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if from.is_empty() || !digits(from) || !digits(to) {
        return false;
    }
    // Compared as text: no number is too large.
    let (from, to_number) = (from.trim_start_matches('0'), to.trim_start_matches('0'));
    to.is_empty() || (from.len(), from) <= (to_number.len(), to_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn safe(name: &str, value: &[u8]) -> bool {
        is_safelisted(Engine::Standard, name, value)
    }

    #[test]
    fn values() {
        for (name, value, expected) in [
            ("accept", "text/html;q=0.9, */*", true),
            ("accept", "", true),
            ("accept", "a\tb", true),
            ("accept", "a\u{1}b", false),
            ("accept", "a\"b", false),
            ("accept", "a(b", false),
            ("accept", "a:b", false),
            ("accept", "a{b", false),
            ("accept", "a\u{7f}b", false),
            ("accept-language", "de-AT, de;q=0.8,*", true),
            ("accept-language", "de_AT", false),
            ("content-language", "en", true),
            ("content-language", "en/us", false),
            ("content-type", "text/plain", true),
            ("content-type", "Text/PLAIN ; charset=utf-8", true),
            ("content-type", " text/plain", true),
            ("content-type", "multipart/form-data; boundary=----x", true),
            ("content-type", "application/x-www-form-urlencoded;charset=UTF-8", true),
            ("content-type", "application/json", false),
            ("content-type", "text/plain,application/json", false),
            ("content-type", "text/plain;a=\"b\"", false),
            ("content-type", "text", false),
            ("content-type", "", false),
            ("range", "bytes=0-", true),
            ("range", "bytes=5-5", true),
            ("range", "bytes=09-10", true),
            ("range", "bytes=0-99999999999999999999999999", true),
            ("range", "bytes=6-5", false),
            ("range", "bytes=-5", false),
            ("range", "bytes=-", false),
            ("range", "bytes=0-1,2-3", false),
            ("range", "bytes= 0-1", false),
            ("range", "bytes=0-1 ", false),
            ("range", "items=0-1", false),
            ("authorization", "x", false),
            ("x-requested-with", "x", false),
            ("priority", "u=1", false),
            ("if-none-match", "x", false),
            ("dpr", "2", false),
        ] {
            assert_eq!(safe(name, value.as_bytes()), expected, "{name}: {value:?}");
        }
        assert!(is_safelisted(Engine::Chromium, "dpr", b"2"));
        assert!(!is_safelisted(Engine::Firefox, "dpr", b"2"));
    }

    #[test]
    fn one_value_has_128_bytes_at_most() {
        for name in ["accept", "accept-language", "content-language"] {
            assert!(safe(name, &[b'a'; 128]));
            assert!(!safe(name, &[b'a'; 129]));
        }
        let long = format!("text/plain;a={}", "b".repeat(115));
        assert_eq!(long.len(), 128);
        assert!(safe("content-type", long.as_bytes()));
        assert!(!safe("content-type", format!("{long}b").as_bytes()));
    }

    #[test]
    fn all_values_have_1024_bytes_at_most() {
        let mut headers = HeaderList::default();
        for _ in 0..8 {
            headers.push("Accept", [b'a'; 128]);
        }
        assert!(unsafe_names(Engine::Standard, &headers).is_empty());
        headers.push("Accept-Language", "a");
        assert_eq!(unsafe_names(Engine::Standard, &headers), ["accept", "accept-language"]);
    }

    #[test]
    fn names_are_sorted_lower_case_and_unique() {
        let mut headers = HeaderList::default();
        for name in ["X-B", "Content-Type", "x-b", "X-A", "Authorization", "Accept"] {
            headers.push(name, "application/json");
        }
        assert_eq!(unsafe_names(Engine::Standard, &headers), ["authorization", "content-type", "x-a", "x-b"]);
    }

    #[test]
    fn without_cors_fewer_names_are_sent() {
        assert!(is_no_cors_safelisted("accept", b"*/*"));
        assert!(!is_no_cors_safelisted("range", b"bytes=0-1"));
        assert!(!is_no_cors_safelisted("content-type", b"application/json"));
        assert!(!is_no_cors_safelisted("x-a", b"1"));
    }
}
