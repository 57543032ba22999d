//! What earlier preflights have allowed: <https://fetch.spec.whatwg.org/#concept-cache>.

use std::time::Duration;

use super::{engine::Engine, method};

/// No cache of a browser is without a limit either.
const ENTRY_LIMIT: usize = 1000;

/// Whose answers are one: a page of another origin, another site's page or another query asks again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// The site of the page: <https://fetch.spec.whatwg.org/#determine-the-network-partition-key>.
    pub(super) partition: String,
    pub(super) origin: String,
    /// With the query, without the fragment.
    pub(super) url: String,
}

/// What a request needs a permission for.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    pub(super) unsafe_names: &'a [String],
    pub(super) credentials: bool,
    /// An upload listener or a stream: a safelisted method needs the permission, too.
    pub(super) always: bool,
}

/// What a preflight has allowed.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) methods: Vec<String>,
    pub(super) header_names: Vec<String>,
    pub(super) credentials: bool,
}

/// Times are those of the browser's clock.
#[derive(Debug)]
pub(super) struct PreflightCache {
    engine: Engine,
    entries: Vec<Entry>,
}

/// In the standard and in Firefox every name has an entry of its own. Chromium and Safari keep one answer for a
/// key, here also as one entry for each name, but they come and go together.
#[derive(Debug)]
struct Entry {
    key: Key,
    credentials: bool,
    name: Name,
    expires: Duration,
}

#[derive(Debug, PartialEq, Eq)]
enum Name {
    Method(String),
    Header(String),
    /// Keeps the answer that allows nothing by name: it still is an answer.
    Nothing,
}

impl PreflightCache {
    pub(super) fn new(engine: Engine) -> Self {
        Self { engine, entries: Vec::new() }
    }

    /// Whether no preflight is needed. An engine that keeps one answer drops it if it is not enough.
    pub(super) fn covers(&mut self, key: &Key, asked: &Asked<'_>, now: Duration) -> bool {
        self.entries.retain(|entry| entry.expires > now);
        let needs_method = match self.engine {
            Engine::Standard => asked.always || !method::is_safelisted(asked.method),
            Engine::Chromium | Engine::WebKit => !method::is_safelisted(asked.method),
            Engine::Firefox => !matches!(asked.method, "GET" | "POST"),
        };
        let covered = (self.engine == Engine::Standard || self.has_answer(key, asked.credentials))
            && (!needs_method || self.covers_method(key, asked.method, asked.credentials))
            && asked.unsafe_names.iter().all(|name| self.covers_header(key, name, asked.credentials));
        if !covered && self.keeps_one_answer() {
            self.clear(key);
        }
        covered
    }

    pub(super) fn store(&mut self, key: &Key, grant: &Grant, max_age: Duration, now: Duration) {
        let expires = now.saturating_add(max_age);
        if self.keeps_one_answer() {
            self.clear(key);
            self.push(key, grant.credentials, Name::Nothing, expires);
        }
        for method in &grant.methods {
            let known = |cache: &Self, entry: &Entry| {
                cache.is_usable(entry, key, grant.credentials)
                    && cache.allows_method(entry, method, grant.credentials)
            };
            self.renew_or_push(key, grant.credentials, Name::Method(method.clone()), expires, known);
        }
        for name in &grant.header_names {
            let name = name.to_ascii_lowercase();
            let known = |cache: &Self, entry: &Entry| {
                cache.is_usable(entry, key, grant.credentials)
                    && cache.allows_header(entry, &name, grant.credentials)
            };
            self.renew_or_push(key, grant.credentials, Name::Header(name.clone()), expires, known);
        }
    }

    /// <https://fetch.spec.whatwg.org/#concept-cache-clear>
    pub(super) fn clear(&mut self, key: &Key) {
        self.entries.retain(|entry| entry.key != *key);
    }

    fn renew_or_push(
        &mut self,
        key: &Key,
        credentials: bool,
        name: Name,
        expires: Duration,
        known: impl Fn(&Self, &Entry) -> bool,
    ) {
        let found: Vec<usize> =
            (0..self.entries.len()).filter(|&at| known(self, &self.entries[at])).collect();
        for &at in &found {
            self.entries[at].expires = expires;
        }
        if found.is_empty() {
            self.push(key, credentials, name, expires);
        }
    }

    fn push(&mut self, key: &Key, credentials: bool, name: Name, expires: Duration) {
        if self.entries.len() == ENTRY_LIMIT {
            self.entries.remove(0);
        }
        self.entries.push(Entry { key: key.clone(), credentials, name, expires });
    }

    fn keeps_one_answer(&self) -> bool {
        matches!(self.engine, Engine::Chromium | Engine::WebKit)
    }

    fn has_answer(&self, key: &Key, credentials: bool) -> bool {
        self.entries.iter().any(|entry| self.is_usable(entry, key, credentials))
    }

    fn covers_method(&self, key: &Key, method: &str, credentials: bool) -> bool {
        self.entries.iter().any(|entry| {
            self.is_usable(entry, key, credentials) && self.allows_method(entry, method, credentials)
        })
    }

    fn covers_header(&self, key: &Key, name: &str, credentials: bool) -> bool {
        self.entries.iter().any(|entry| {
            self.is_usable(entry, key, credentials) && self.allows_header(entry, name, credentials)
        })
    }

    /// <https://fetch.spec.whatwg.org/#concept-cache-match>. Firefox has the flag in its key.
    fn is_usable(&self, entry: &Entry, key: &Key, credentials: bool) -> bool {
        let flag = match self.engine {
            Engine::Firefox => entry.credentials == credentials,
            _ => entry.credentials || !credentials,
        };
        flag && entry.key == *key
    }

    fn allows_method(&self, entry: &Entry, method: &str, credentials: bool) -> bool {
        match &entry.name {
            Name::Method(have) => have == method || (have == "*" && self.reads_wildcard(entry, credentials)),
            _ => false,
        }
    }

    fn allows_header(&self, entry: &Entry, name: &str, credentials: bool) -> bool {
        match &entry.name {
            Name::Header(have) if have == "*" => {
                name == "*"
                    || self.reads_wildcard(entry, credentials)
                        && (name != "authorization" || self.engine.cached_wildcard_covers_authorization())
            }
            Name::Header(have) => have == name,
            _ => false,
        }
    }

    /// `*` next to credentials is a name like any other. The standard says so for the answer, not for the entry
    /// made of it; no engine makes a wildcard of it later.
    fn reads_wildcard(&self, entry: &Entry, credentials: bool) -> bool {
        self.engine != Engine::Firefox && !entry.credentials && !credentials
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1000);
    const MINUTE: Duration = Duration::from_secs(60);
    const ENGINES: [Engine; 4] = [Engine::Standard, Engine::Chromium, Engine::Firefox, Engine::WebKit];

    fn key(origin: &str, url: &str) -> Key {
        Key { partition: "https://example.com".into(), origin: origin.into(), url: url.into() }
    }

    fn grant(methods: &[&str], names: &[&str], credentials: bool) -> Grant {
        let owned = |list: &[&str]| list.iter().map(ToString::to_string).collect();
        Grant { methods: owned(methods), header_names: owned(names), credentials }
    }

    fn covers(
        cache: &mut PreflightCache,
        key: &Key,
        method: &str,
        names: &[&str],
        credentials: bool,
    ) -> bool {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        cache.covers(key, &Asked { method, unsafe_names: &names, credentials, always: false }, NOW)
    }

    #[test]
    fn the_whole_key_counts() {
        let one = key("https://a.example", "https://api.example/x?y=1");
        let elsewhere = Key { partition: "https://other.example".into(), ..one.clone() };
        for engine in ENGINES {
            let mut cache = PreflightCache::new(engine);
            cache.store(&one, &grant(&["PUT"], &[], false), MINUTE, NOW);
            for other in [
                key("https://b.example", "https://api.example/x?y=1"),
                key("https://a.example", "https://api.example/x?y=2"),
                elsewhere.clone(),
            ] {
                assert!(!covers(&mut cache, &other, "PUT", &[], false), "{engine:?}");
            }
            assert!(covers(&mut cache, &one, "PUT", &[], false), "{engine:?}");
        }
    }

    #[test]
    fn entries_expire() {
        let key = key("https://a.example", "https://api.example/");
        for engine in ENGINES {
            let mut cache = PreflightCache::new(engine);
            cache.store(&key, &grant(&["PUT"], &[], false), MINUTE, NOW);
            let mut at = |seconds| {
                let asked = Asked { method: "PUT", unsafe_names: &[], credentials: false, always: false };
                cache.covers(&key, &asked, NOW + Duration::from_secs(seconds))
            };
            assert!(at(59), "{engine:?}");
            assert!(!at(60), "{engine:?}");
        }
    }

    #[test]
    fn a_new_answer_renews_entries_and_zero_ends_them() {
        let key = key("https://a.example", "https://api.example/");
        for engine in ENGINES {
            let mut cache = PreflightCache::new(engine);
            let grant = grant(&["PUT"], &["x-a"], false);
            cache.store(&key, &grant, MINUTE, NOW);
            cache.store(&key, &grant, 2 * MINUTE, NOW);
            let names = ["x-a".to_owned()];
            let asked = Asked { method: "PUT", unsafe_names: &names, credentials: false, always: false };
            assert!(cache.covers(&key, &asked, NOW + MINUTE), "{engine:?}");
            cache.store(&key, &grant, Duration::ZERO, NOW + MINUTE);
            assert!(!cache.covers(&key, &asked, NOW + MINUTE), "{engine:?}");
        }
    }

    #[test]
    fn credentials_need_an_answer_with_credentials() {
        let key = key("https://a.example", "https://api.example/");
        for engine in ENGINES {
            let mut cache = PreflightCache::new(engine);
            cache.store(&key, &grant(&["PUT"], &["x-a"], false), MINUTE, NOW);
            assert!(!covers(&mut cache, &key, "PUT", &["x-a"], true), "{engine:?}");
            cache.store(&key, &grant(&["PUT"], &["x-a"], true), MINUTE, NOW);
            assert!(covers(&mut cache, &key, "PUT", &["x-a"], true), "{engine:?}");
        }
        for (engine, expected) in ENGINES.into_iter().zip([true, true, false, true]) {
            let mut cache = PreflightCache::new(engine);
            cache.store(&key, &grant(&["PUT"], &["x-a"], true), MINUTE, NOW);
            assert_eq!(covers(&mut cache, &key, "PUT", &["x-a"], false), expected, "{engine:?}");
        }
    }

    #[test]
    fn one_answer_is_dropped_when_it_is_not_enough() {
        let key = key("https://a.example", "https://api.example/");
        for (engine, put_again) in ENGINES.into_iter().zip([true, false, true, false]) {
            let mut cache = PreflightCache::new(engine);
            cache.store(&key, &grant(&["PUT"], &[], false), MINUTE, NOW);
            assert!(!covers(&mut cache, &key, "DELETE", &[], false), "{engine:?}");
            assert_eq!(covers(&mut cache, &key, "PUT", &[], false), put_again, "{engine:?}");
            cache.store(&key, &grant(&["DELETE"], &[], false), MINUTE, NOW);
            assert!(covers(&mut cache, &key, "DELETE", &[], false), "{engine:?}");
            assert_eq!(covers(&mut cache, &key, "PUT", &[], false), put_again, "{engine:?}");
        }
    }

    #[test]
    fn wildcards() {
        let key = key("https://a.example", "https://api.example/");
        for (engine, any, authorization) in [
            (Engine::Standard, true, false),
            (Engine::Chromium, true, false),
            (Engine::Firefox, false, false),
            (Engine::WebKit, true, true),
        ] {
            for (name, expected) in [("x-a", any), ("authorization", authorization)] {
                let mut cache = PreflightCache::new(engine);
                cache.store(&key, &grant(&["*"], &["*"], false), MINUTE, NOW);
                assert_eq!(covers(&mut cache, &key, "PUT", &[name], false), expected, "{engine:?} {name}");
            }
            let mut cache = PreflightCache::new(engine);
            cache.store(&key, &grant(&["*"], &["*"], true), MINUTE, NOW);
            assert!(!covers(&mut cache, &key, "PUT", &[], true), "{engine:?}");
        }
    }

    #[test]
    fn safelisted_methods_need_no_entry_but_head_does_in_firefox() {
        let key = key("https://a.example", "https://api.example/");
        for (engine, head) in ENGINES.into_iter().zip([true, true, false, true]) {
            let mut cache = PreflightCache::new(engine);
            cache.store(&key, &grant(&["PUT"], &["x-a"], false), MINUTE, NOW);
            for (method, expected) in [("GET", true), ("POST", true), ("HEAD", head)] {
                assert_eq!(
                    covers(&mut cache, &key, method, &["x-a"], false),
                    expected,
                    "{engine:?} {method}"
                );
            }
        }
    }

    #[test]
    fn a_listener_needs_the_method() {
        let key = key("https://a.example", "https://api.example/");
        let asked = Asked { method: "POST", unsafe_names: &[], credentials: false, always: true };
        for (engine, listed_only) in ENGINES.into_iter().zip([true, false, false, false]) {
            let mut cache = PreflightCache::new(engine);
            assert!(!cache.covers(&key, &asked, NOW), "{engine:?}");
            cache.store(&key, &grant(&["PUT"], &[], false), MINUTE, NOW);
            assert_eq!(cache.covers(&key, &asked, NOW), !listed_only, "{engine:?}");
            cache.store(&key, &grant(&["POST"], &[], false), MINUTE, NOW);
            assert!(cache.covers(&key, &asked, NOW), "{engine:?}");
        }
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let mut cache = PreflightCache::new(Engine::Standard);
        for number in 0..2 * ENTRY_LIMIT {
            let key = key("https://a.example", &format!("https://api.example/{number}"));
            cache.store(&key, &grant(&["PUT"], &[], false), MINUTE, NOW);
        }
        assert_eq!(cache.entries.len(), ENTRY_LIMIT);
    }
}
