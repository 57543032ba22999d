//! Rules about two keys, where one of them comes from a shared policy: checked in constant evaluation, since only there
//! both are known.

use crate::{AllowHeaders, Declared, Source};

impl Declared {
    /// `wildcard-credentials`: browsers reject `*` on credentialed requests.
    pub const fn breaks_wildcard_credentials(&self) -> bool {
        self.credentials && (self.has_wildcard_origin() || any(self.dev_origins, Check::Is("*")))
    }

    /// `wildcard-headers-credentials`: `*` is read as a name then.
    pub const fn breaks_wildcard_headers_credentials(&self) -> bool {
        self.credentials
            && match self.allow_headers {
                AllowHeaders::Names(names) => has_wildcard(names),
                AllowHeaders::None | AllowHeaders::Any => false,
            }
    }

    /// `wildcard-expose-credentials`: `*` is read as a name then.
    pub const fn breaks_wildcard_expose_credentials(&self) -> bool {
        self.credentials && has_wildcard(self.expose_headers)
    }

    /// `wildcard-enforce`: there is nothing to enforce.
    pub const fn breaks_wildcard_enforce(&self) -> bool {
        self.enforce && self.has_wildcard_origin()
    }

    /// `origin-insecure`: a network attacker can be a plain `http` origin.
    pub const fn breaks_origin_insecure(&self) -> bool {
        self.credentials
            && !self.insecure_origins
            && (any(self.origins, Check::Insecure) || any(self.dev_origins, Check::Insecure))
    }

    /// `origin-shadowed`: `*` covers everything beside it.
    pub const fn breaks_origin_shadowed(&self) -> bool {
        self.has_wildcard_origin() && self.origins.len() + self.dev_origins.len() > 1
    }

    /// `origin-duplicate`: an origin in both lists.
    pub const fn breaks_origin_duplicate(&self) -> bool {
        let mut a = 0;
        while a < self.origins.len() {
            if let Source::Origin(text) = self.origins[a]
                && any(self.dev_origins, Check::Is(text))
            {
                return true;
            }
            a += 1;
        }
        false
    }

    const fn has_wildcard_origin(&self) -> bool {
        any(self.origins, Check::Is("*"))
    }
}

/// What to look for in a list.
#[derive(Clone, Copy)]
enum Check<'a> {
    Is(&'a str),
    Insecure,
}

const fn any(sources: &[Source<'static>], check: Check<'_>) -> bool {
    let mut number = 0;
    while number < sources.len() {
        if let Source::Origin(text) = sources[number] {
            let found = match check {
                Check::Is(other) => text.len() == other.len() && starts_with(text, other),
                Check::Insecure => starts_with(text, "http://") && !is_loopback(text),
            };
            if found {
                return true;
            }
        }
        number += 1;
    }
    false
}

/// Whether `*` is among joined names. Checked names have no `*` in them.
const fn has_wildcard(names: &str) -> bool {
    let mut at = 0;
    while at < names.len() {
        if names.as_bytes()[at] == b'*' {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether the host of a checked `http://` element is loopback: `localhost`, names below it, `127.0.0.0/8`, `[::1]`.
const fn is_loopback(text: &str) -> bool {
    const START: usize = "http://".len();
    let bytes = text.as_bytes();
    let mut end = START;
    while end < bytes.len() && (bytes[end] != b':' || bytes[START] == b'[' && bytes[end - 1] != b']') {
        end += 1;
    }
    // One trailing dot is part of a name.
    if end > START && bytes[end - 1] == b'.' {
        end -= 1;
    }
    is(bytes, START, end, b"localhost")
        || is(bytes, START, end, b"[::1]")
        || end - START > b".localhost".len() && is(bytes, end - b".localhost".len(), end, b".localhost")
        // A checked host of nothing but digits and dots is an IPv4 address.
        || starts_with(text, "http://127.") && has_only_digits_and_dots(bytes, START, end)
}

const fn has_only_digits_and_dots(bytes: &[u8], start: usize, end: usize) -> bool {
    let mut at = start;
    while at < end {
        if !bytes[at].is_ascii_digit() && bytes[at] != b'.' {
            return false;
        }
        at += 1;
    }
    true
}

const fn is(bytes: &[u8], start: usize, end: usize, expected: &[u8]) -> bool {
    if end - start != expected.len() {
        return false;
    }
    let mut at = 0;
    while at < expected.len() {
        if bytes[start + at] != expected[at] {
            return false;
        }
        at += 1;
    }
    true
}

const fn starts_with(text: &str, start: &str) -> bool {
    text.len() >= start.len() && is(text.as_bytes(), 0, start.len(), start.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_insecure_but_for_loopback() {
        for (text, expected) in [
            ("http://a.example", true),
            ("http://a.example:3000", true),
            ("http://*.a.example", true),
            ("http://localhost.example", true),
            ("http://notlocalhost", true),
            ("http://[::2]:3000", true),
            ("http://128.0.0.1", true),
            ("http://127.0.0.1.example", true),
            ("http://127.partner.host1", true),
            ("http://127.partner.host1:3000", true),
            ("http://*.127.partner.host1", true),
            ("https://a.example", false),
            ("http://localhost", false),
            ("http://localhost.", false),
            ("http://localhost:3000", false),
            ("http://localhost:*", false),
            ("http://*.localhost:*", false),
            ("http://app.localhost", false),
            ("http://127.0.0.1", false),
            ("http://127.8.9.1:3000", false),
            ("http://[::1]", false),
            ("http://[::1]:3000", false),
            ("capacitor://localhost", false),
        ] {
            let origins = vec![Source::Origin(text)].leak();
            let declared = Declared { origins, credentials: true, ..Declared::EMPTY };
            assert_eq!(declared.breaks_origin_insecure(), expected, "{text}");
            assert!(!Declared { insecure_origins: true, ..declared }.breaks_origin_insecure(), "{text}");
            assert!(!Declared { credentials: false, ..declared }.breaks_origin_insecure(), "{text}");
        }
    }

    #[test]
    fn wildcards_exclude_credentials_enforce_and_neighbours() {
        const ANY: Declared = Declared { origins: &[Source::Origin("*")], ..Declared::EMPTY };
        const CREDENTIALS: Declared = Declared { credentials: true, ..ANY };
        assert!(CREDENTIALS.breaks_wildcard_credentials() && !ANY.breaks_wildcard_credentials());
        let only_in_development =
            Declared { origins: &[], dev_origins: &[Source::Origin("*")], ..CREDENTIALS };
        assert!(only_in_development.breaks_wildcard_credentials());
        assert!(
            Declared { enforce: true, ..ANY }.breaks_wildcard_enforce() && !ANY.breaks_wildcard_enforce()
        );
        let beside = Declared { dev_origins: &[Source::Origin("http://localhost:*")], ..ANY };
        assert!(beside.breaks_origin_shadowed() && !ANY.breaks_origin_shadowed());
        for (headers, expected) in [
            ("*", true),
            ("*, authorization", true),
            ("authorization, *", true),
            ("authorization", false),
            ("", false),
        ] {
            let declared = Declared {
                allow_headers: AllowHeaders::Names(headers),
                expose_headers: headers,
                ..CREDENTIALS
            };
            assert_eq!(declared.breaks_wildcard_headers_credentials(), expected, "{headers}");
            assert_eq!(declared.breaks_wildcard_expose_credentials(), expected, "{headers}");
        }
    }

    #[test]
    fn an_origin_in_both_lists_is_a_duplicate() {
        const LIST: &[Source<'static>] =
            &[Source::Origin("http://localhost:1"), Source::Origin("https://a.example")];
        let declared = Declared { origins: LIST, dev_origins: &LIST[1..], ..Declared::EMPTY };
        assert!(declared.breaks_origin_duplicate());
        assert!(
            !Declared { dev_origins: &[Source::Origin("https://a.examples")], ..declared }
                .breaks_origin_duplicate()
        );
    }
}
