//! Values of `Origin`, most of them near to what a policy lists.

use fuzz::{Result, Unstructured};

const UNLISTED: [&str; 14] = [
    "null",
    "",
    "https://evil.example",
    "https://",
    "https:///",
    "://a.example",
    "https://a.example, https://b.example",
    "*",
    "https://*.shop.example",
    "http://localhost:*",
    "file://",
    "HTTPS://a.example",
    "https://xn--bcher-kva.example",
    "http://[::1]",
];

const INSERTED: [&str; 18] = [
    ".",
    "/",
    ":",
    "@",
    "*",
    "-",
    " ",
    "#",
    "?",
    "\\",
    "%2e",
    "evil.example",
    ".evil.example",
    "evil.",
    ":8443",
    ":443",
    "\u{fc}",
    "\t",
];

/// A value near to an entry of the list, or any other one.
pub(crate) fn value(input: &mut Unstructured<'_>, list: &[String]) -> Result<Vec<u8>> {
    if list.is_empty() || input.ratio(1, 6)? {
        let text = *input.choose(&UNLISTED)?;
        return Ok(text.as_bytes().to_vec());
    }
    let entry = input.choose(list)?;
    let mut value = instance(input, entry)?.into_bytes();
    if input.ratio(2, 5)? {
        return Ok(value);
    }
    for _ in 0..input.int_in_range(1..=2)? {
        change(input, &mut value)?;
    }
    // A line of a request has no line break and no other control character.
    value.retain(|byte| *byte == b'\t' || *byte >= b' ' && *byte != 0x7f);
    Ok(value)
}

/// An origin that the entry allows, if there is one.
pub(crate) fn instance(input: &mut Unstructured<'_>, entry: &str) -> Result<String> {
    if entry == "*" {
        return Ok("https://anybody.example".to_owned());
    }
    let labels = *input.choose(&["x.", "y.x.", "", ".", "x..", "-.", "x_y.", "evil-", "a@b."])?;
    let port =
        *input.choose(&[":3000", "", ":1", ":65535", ":65536", ":0", ":080", ":80", ":443", ":", ":x"])?;
    Ok(entry.replace("*.", labels).replace(":*", port))
}

fn change(input: &mut Unstructured<'_>, value: &mut Vec<u8>) -> Result<()> {
    let at = input.int_in_range(0..=value.len())?;
    match input.int_in_range(0..=6)? {
        0 => drop(value.splice(at..at, input.choose(&INSERTED)?.bytes())),
        1 => value.extend(input.choose(&INSERTED)?.bytes()),
        2 => value.truncate(at),
        3 if at < value.len() => value[at] = input.arbitrary()?,
        4 if at < value.len() => drop(value.remove(at)),
        5 if at < value.len() => value[at] = value[at].to_ascii_uppercase(),
        // Another label in front.
        _ => {
            if let Some(host) = value.windows(3).position(|bytes| bytes == b"://") {
                let inserted = input.choose(&["evil.", "evil", "x.", ".", "a@"])?;
                value.splice(host + 3..host + 3, inserted.bytes());
            }
        }
    }
    Ok(())
}
