//! The rules about two keys of which one comes from a shared policy (`policy = ..`): checked in constant evaluation,
//! since the macros know only the keys that are written at the handler. The same rules for keys that are written
//! together are in `check.rs`.

use crate::{Declared, OriginList};

impl Declared {
    /// `wildcard-credentials`: browsers reject `*` in answers to requests with credentials.
    pub const fn breaks_wildcard_credentials(&self) -> bool {
        self.credentials && (self.origins.allows_any || self.dev_origins.allows_any)
    }

    /// `wildcard-headers-credentials`: with credentials, browsers read `*` as the name of a header.
    pub const fn breaks_wildcard_headers_credentials(&self) -> bool {
        self.credentials && self.allow_headers.has_wildcard
    }

    /// `wildcard-expose-credentials`: with credentials, browsers read `*` as the name of a header.
    pub const fn breaks_wildcard_expose_credentials(&self) -> bool {
        self.credentials && self.expose_headers.has_wildcard
    }

    /// `wildcard-enforce`: no origin is left to refuse.
    pub const fn breaks_wildcard_enforce(&self) -> bool {
        self.enforce && self.origins.allows_any
    }

    /// `origin-insecure`: a network attacker can be a plain `http` origin.
    pub const fn breaks_origin_insecure(&self) -> bool {
        self.credentials
            && !self.insecure_origins
            && (self.origins.has_insecure || self.dev_origins.has_insecure)
    }

    /// `origin-shadowed`: `*` covers every other element, and so may `env(.., or_any)`.
    pub const fn breaks_origin_shadowed(&self) -> bool {
        self.origins.allows_any && self.origins.list.len() + self.dev_origins.list.len() > 1
    }

    /// `origin-duplicate`: an origin in both lists.
    pub const fn breaks_origin_duplicate(&self) -> bool {
        let mut number = 0;
        while number < self.origins.list.len() {
            if let Some(text) = self.origins.list.text(number)
                && contains(self.dev_origins.list, text)
            {
                return true;
            }
            number += 1;
        }
        false
    }
}

/// Whether a list has an element with this text.
const fn contains(list: OriginList<'static>, text: &str) -> bool {
    let mut number = 0;
    while number < list.len() {
        if let Some(other) = list.text(number)
            && const_eq(text.as_bytes(), other.as_bytes())
        {
            return true;
        }
        number += 1;
    }
    false
}

/// `a == b`, which is not constant yet.
#[doc(hidden)]
pub const fn const_eq(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DeclaredNames, DeclaredOrigins, IfEmpty, OriginSource};
    use std::borrow::Cow;

    const ANY: DeclaredOrigins = DeclaredOrigins::texts(&["*"]).with_any();
    const INSECURE: DeclaredOrigins = DeclaredOrigins::texts(&["http://a.example"]).with_insecure();

    #[test]
    fn a_wildcard_origin_excludes_credentials_enforce_and_other_origins() {
        let any = Declared { origins: ANY, ..Declared::EMPTY };
        let any_in_development = Declared { dev_origins: ANY, ..Declared::EMPTY };
        assert!(!any.breaks_wildcard_credentials());
        assert!(Declared { credentials: true, ..any }.breaks_wildcard_credentials());
        assert!(Declared { credentials: true, ..any_in_development }.breaks_wildcard_credentials());
        assert!(!any.breaks_wildcard_enforce());
        assert!(Declared { enforce: true, ..any }.breaks_wildcard_enforce());
        assert!(!Declared { enforce: true, ..any_in_development }.breaks_wildcard_enforce());
        assert!(!any.breaks_origin_shadowed());
        assert!(Declared { dev_origins: INSECURE, ..any }.breaks_origin_shadowed());
        assert!(!Declared { origins: INSECURE, ..any_in_development }.breaks_origin_shadowed());
    }

    #[test]
    fn wildcard_names_exclude_credentials() {
        let names = DeclaredNames::new("authorization, *").with_wildcard();
        for credentials in [false, true] {
            let allowed = Declared { credentials, allow_headers: names, ..Declared::EMPTY };
            let exposed = Declared { credentials, expose_headers: names, ..Declared::EMPTY };
            assert_eq!(allowed.breaks_wildcard_headers_credentials(), credentials);
            assert_eq!(exposed.breaks_wildcard_expose_credentials(), credentials);
            assert!(!allowed.breaks_wildcard_expose_credentials());
            assert!(!exposed.breaks_wildcard_headers_credentials());
        }
    }

    #[test]
    fn insecure_origins_exclude_credentials_without_an_opt_out() {
        for (origins, dev_origins) in [(INSECURE, DeclaredOrigins::EMPTY), (DeclaredOrigins::EMPTY, INSECURE)]
        {
            let declared = Declared { origins, dev_origins, ..Declared::EMPTY };
            assert!(!declared.breaks_origin_insecure());
            let with_credentials = Declared { credentials: true, ..declared };
            assert!(with_credentials.breaks_origin_insecure());
            assert!(!Declared { insecure_origins: true, ..with_credentials }.breaks_origin_insecure());
        }
    }

    #[test]
    fn an_origin_in_both_lists_is_a_duplicate() {
        const SOURCES: &[OriginSource<'static>] = &[
            OriginSource::Env { name: Cow::Borrowed("https://b.example"), if_empty: IfEmpty::Error },
            OriginSource::Origin(Cow::Borrowed("https://a.example")),
        ];
        let texts = DeclaredOrigins::texts(&["http://localhost:1", "https://a.example"]);
        let sources = DeclaredOrigins::sources(SOURCES);
        for (origins, dev_origins, expected) in [
            (texts, texts, true),
            (texts, sources, true),
            (sources, texts, true),
            (sources, sources, true),
            (texts, DeclaredOrigins::texts(&["https://a.examples"]), false),
            (sources, DeclaredOrigins::texts(&["https://b.example"]), false),
            (texts, DeclaredOrigins::EMPTY, false),
        ] {
            let declared = Declared { origins, dev_origins, ..Declared::EMPTY };
            assert_eq!(declared.breaks_origin_duplicate(), expected, "{declared:?}");
        }
    }
}
