//! The CORS-preflight cache: <https://fetch.spec.whatwg.org/#concept-cache>.

use std::time::Duration;

use super::{method, quirks::Engine};

/// The largest number of entries, as a limit for memory. The oldest entry is removed first.
const ENTRY_LIMIT: usize = 1000;

/// The parts of a cache entry that must be equal to those of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CacheKey {
    /// The site of the page: <https://fetch.spec.whatwg.org/#determine-the-network-partition-key>.
    pub(super) partition: String,
    /// The value of `Origin`.
    pub(super) origin: String,
    /// With the query, without the fragment.
    pub(super) url: String,
}

/// The parts of a request that a preflight has to allow.
#[derive(Debug)]
pub(super) struct PreflightedRequest<'a> {
    pub(super) method: &'a str,
    /// The [CORS-unsafe request-header names](https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names).
    pub(super) unsafe_header_names: &'a [String],
    /// Whether the credentials mode is `include`.
    pub(super) credentials: bool,
    /// The [use-CORS-preflight flag](https://fetch.spec.whatwg.org/#use-cors-preflight-flag).
    pub(super) use_cors_preflight: bool,
}

/// The methods and the header names that the response to a preflight allows.
#[derive(Clone, Debug)]
pub(super) struct PreflightResult {
    pub(super) methods: Vec<String>,
    pub(super) header_names: Vec<String>,
    /// Whether the credentials mode of the request was `include`.
    pub(super) credentials: bool,
}

/// The cache of one browser. All times are those of the browser's clock.
#[derive(Debug)]
pub(super) struct PreflightCache {
    engine: Engine,
    entries: Vec<Entry>,
}

/// A [cache entry](https://fetch.spec.whatwg.org/#cache-entry). It allows a method, or a header name in lower case.
///
/// An engine that [caches one result](Engine::caches_one_result) also has an entry that allows neither. It tells a result
/// without methods and header names from no result.
#[derive(Debug)]
struct Entry {
    key: CacheKey,
    credentials: bool,
    method: Option<String>,
    header_name: Option<String>,
    expires: Duration,
}

impl PreflightCache {
    pub(super) fn new(engine: Engine) -> Self {
        Self { engine, entries: Vec::new() }
    }

    /// Returns whether the request can be sent without a preflight.
    pub(super) fn allows(&mut self, key: &CacheKey, request: &PreflightedRequest<'_>, now: Duration) -> bool {
        self.entries.retain(|entry| entry.expires > now);
        let (engine, credentials) = (self.engine, request.credentials);
        let entries: Vec<&Entry> =
            self.entries.iter().filter(|entry| entry.matches(engine, key, credentials)).collect();
        let needs_method = !method::is_safelisted(request.method)
            || engine.looks_up_safelisted_method(request.method, request.use_cors_preflight);
        let allowed = !entries.is_empty()
            && (!needs_method
                || entries.iter().any(|entry| entry.allows_method(engine, request.method, credentials)))
            && request
                .unsafe_header_names
                .iter()
                .all(|name| entries.iter().any(|entry| entry.allows_header_name(engine, name, credentials)));
        if !allowed && engine.caches_one_result() {
            self.clear(key);
        }
        allowed
    }

    /// Stores a result: the last steps of <https://fetch.spec.whatwg.org/#cors-preflight-fetch-0>.
    pub(super) fn store(
        &mut self,
        key: &CacheKey,
        result: &PreflightResult,
        max_age: Duration,
        now: Duration,
    ) {
        let (engine, credentials) = (self.engine, result.credentials);
        let expires = now.saturating_add(max_age);
        let entry = |method: Option<&str>, header_name: Option<&str>| Entry {
            key: key.clone(),
            credentials,
            method: method.map(str::to_owned),
            header_name: header_name.map(str::to_owned),
            expires,
        };
        if engine.caches_one_result() {
            self.clear(key);
            self.push(entry(None, None));
        }
        for method in &result.methods {
            let renewed = self.renew(expires, |entry| {
                entry.matches(engine, key, credentials) && entry.allows_method(engine, method, credentials)
            });
            if !renewed {
                self.push(entry(Some(method), None));
            }
        }
        for name in &result.header_names {
            let name = name.to_ascii_lowercase();
            let renewed = self.renew(expires, |entry| {
                entry.matches(engine, key, credentials)
                    && entry.allows_header_name(engine, &name, credentials)
            });
            if !renewed {
                self.push(entry(None, Some(&name)));
            }
        }
    }

    /// Removes all entries with this key: <https://fetch.spec.whatwg.org/#concept-cache-clear>.
    pub(super) fn clear(&mut self, key: &CacheKey) {
        self.entries.retain(|entry| entry.key != *key);
    }

    /// Sets the expiry of all entries for which `is_match` is true, and returns whether there is one.
    fn renew(&mut self, expires: Duration, is_match: impl Fn(&Entry) -> bool) -> bool {
        let mut renewed = false;
        for entry in self.entries.iter_mut().filter(|entry| is_match(entry)) {
            entry.expires = expires;
            renewed = true;
        }
        renewed
    }

    fn push(&mut self, entry: Entry) {
        if self.entries.len() == ENTRY_LIMIT {
            self.entries.remove(0);
        }
        self.entries.push(entry);
    }
}

impl Entry {
    /// Returns whether there is a [cache entry match](https://fetch.spec.whatwg.org/#concept-cache-match) with a request,
    /// whose credentials mode is `include` if `credentials` is true.
    fn matches(&self, engine: Engine, key: &CacheKey, credentials: bool) -> bool {
        let credentials_match = if engine.shares_cached_credentials() {
            self.credentials || !credentials
        } else {
            self.credentials == credentials
        };
        credentials_match && self.key == *key
    }

    /// Returns whether an entry that [matches](Self::matches) allows a method:
    /// <https://fetch.spec.whatwg.org/#concept-cache-match-method>.
    fn allows_method(&self, engine: Engine, method: &str, credentials: bool) -> bool {
        self.method.as_deref().is_some_and(|allowed| {
            allowed == method || allowed == "*" && self.reads_wildcard(engine, credentials)
        })
    }

    /// Returns whether an entry that [matches](Self::matches) allows a header name in lower case:
    /// <https://fetch.spec.whatwg.org/#concept-cache-match-header>.
    fn allows_header_name(&self, engine: Engine, name: &str, credentials: bool) -> bool {
        self.header_name.as_deref().is_some_and(|allowed| {
            allowed == name
                || allowed == "*"
                    && self.reads_wildcard(engine, credentials)
                    && (name != "authorization" || engine.cached_wildcard_allows_authorization())
        })
    }

    /// Returns whether a `*` in this entry is a wildcard. With credentials it is a method or a header name like any other.
    /// In the standard this is a rule for the response to the preflight; engines also apply it to the entry.
    fn reads_wildcard(&self, engine: Engine, credentials: bool) -> bool {
        engine.reads_cached_wildcards() && !self.credentials && !credentials
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1000);
    const MINUTE: Duration = Duration::from_secs(60);
    const ENGINES: [Engine; 4] = [Engine::Standard, Engine::Chromium, Engine::Firefox, Engine::WebKit];
    const PUT: PreflightedRequest<'_> = PreflightedRequest {
        method: "PUT",
        unsafe_header_names: &[],
        credentials: false,
        use_cors_preflight: false,
    };

    fn key(origin: &str, url: &str) -> CacheKey {
        CacheKey { partition: "https://example.com".into(), origin: origin.into(), url: url.into() }
    }

    fn result(methods: &[&str], header_names: &[&str], credentials: bool) -> PreflightResult {
        let owned = |list: &[&str]| list.iter().map(ToString::to_string).collect();
        PreflightResult { methods: owned(methods), header_names: owned(header_names), credentials }
    }

    fn allows(
        cache: &mut PreflightCache,
        key: &CacheKey,
        method: &str,
        names: &[&str],
        credentials: bool,
    ) -> bool {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let request = PreflightedRequest { method, unsafe_header_names: &names, credentials, ..PUT };
        cache.allows(key, &request, NOW)
    }

    #[test]
    fn partition_origin_and_url_must_all_match() {
        let one = key("https://a.example", "https://api.example/x?y=1");
        let elsewhere = CacheKey { partition: "https://other.example".into(), ..one.clone() };
        for engine in ENGINES {
            let mut cache = PreflightCache::new(engine);
            cache.store(&one, &result(&["PUT"], &[], false), MINUTE, NOW);
            for other in [
                key("https://b.example", "https://api.example/x?y=1"),
                key("https://a.example", "https://api.example/x?y=2"),
                elsewhere.clone(),
            ] {
                assert!(!allows(&mut cache, &other, "PUT", &[], false), "{engine:?}");
            }
            assert!(allows(&mut cache, &one, "PUT", &[], false), "{engine:?}");
        }
    }

    #[test]
    fn entries_expire_after_max_age() {
        let key = key("https://a.example", "https://api.example/");
        for engine in ENGINES {
            let mut cache = PreflightCache::new(engine);
            cache.store(&key, &result(&["PUT"], &[], false), MINUTE, NOW);
            assert!(cache.allows(&key, &PUT, NOW + Duration::from_secs(59)), "{engine:?}");
            assert!(!cache.allows(&key, &PUT, NOW + Duration::from_secs(60)), "{engine:?}");
        }
    }

    #[test]
    fn another_preflight_renews_entries_and_zero_ends_them() {
        let key = key("https://a.example", "https://api.example/");
        for engine in ENGINES {
            let mut cache = PreflightCache::new(engine);
            let result = result(&["PUT"], &["x-a"], false);
            cache.store(&key, &result, MINUTE, NOW);
            cache.store(&key, &result, 2 * MINUTE, NOW);
            let names = ["x-a".to_owned()];
            let request = PreflightedRequest { unsafe_header_names: &names, ..PUT };
            assert!(cache.allows(&key, &request, NOW + MINUTE), "{engine:?}");
            cache.store(&key, &result, Duration::ZERO, NOW + MINUTE);
            assert!(!cache.allows(&key, &request, NOW + MINUTE), "{engine:?}");
        }
    }

    #[test]
    fn a_request_with_credentials_needs_a_preflight_with_credentials() {
        let key = key("https://a.example", "https://api.example/");
        for engine in ENGINES {
            let mut cache = PreflightCache::new(engine);
            cache.store(&key, &result(&["PUT"], &["x-a"], false), MINUTE, NOW);
            assert!(!allows(&mut cache, &key, "PUT", &["x-a"], true), "{engine:?}");
            cache.store(&key, &result(&["PUT"], &["x-a"], true), MINUTE, NOW);
            assert!(allows(&mut cache, &key, "PUT", &["x-a"], true), "{engine:?}");
        }
        for (engine, expected) in ENGINES.into_iter().zip([true, true, false, true]) {
            let mut cache = PreflightCache::new(engine);
            cache.store(&key, &result(&["PUT"], &["x-a"], true), MINUTE, NOW);
            assert_eq!(allows(&mut cache, &key, "PUT", &["x-a"], false), expected, "{engine:?}");
        }
    }

    #[test]
    fn chromium_and_webkit_drop_a_result_that_does_not_allow_the_request() {
        let key = key("https://a.example", "https://api.example/");
        for (engine, put_again) in ENGINES.into_iter().zip([true, false, true, false]) {
            let mut cache = PreflightCache::new(engine);
            cache.store(&key, &result(&["PUT"], &[], false), MINUTE, NOW);
            assert!(!allows(&mut cache, &key, "DELETE", &[], false), "{engine:?}");
            assert_eq!(allows(&mut cache, &key, "PUT", &[], false), put_again, "{engine:?}");
            cache.store(&key, &result(&["DELETE"], &[], false), MINUTE, NOW);
            assert!(allows(&mut cache, &key, "DELETE", &[], false), "{engine:?}");
            assert_eq!(allows(&mut cache, &key, "PUT", &[], false), put_again, "{engine:?}");
        }
    }

    #[test]
    fn a_cached_wildcard_is_read_by_all_but_firefox_and_for_authorization_by_webkit_alone() {
        let key = key("https://a.example", "https://api.example/");
        for (engine, any, authorization) in [
            (Engine::Standard, true, false),
            (Engine::Chromium, true, false),
            (Engine::Firefox, false, false),
            (Engine::WebKit, true, true),
        ] {
            for (name, expected) in [("x-a", any), ("authorization", authorization)] {
                let mut cache = PreflightCache::new(engine);
                cache.store(&key, &result(&["*"], &["*"], false), MINUTE, NOW);
                assert_eq!(allows(&mut cache, &key, "PUT", &[name], false), expected, "{engine:?} {name}");
            }
            let mut cache = PreflightCache::new(engine);
            cache.store(&key, &result(&["*"], &["*"], true), MINUTE, NOW);
            assert!(!allows(&mut cache, &key, "PUT", &[], true), "{engine:?}");
        }
    }

    #[test]
    fn safelisted_methods_need_no_entry_but_head_does_in_firefox() {
        let key = key("https://a.example", "https://api.example/");
        for (engine, head) in ENGINES.into_iter().zip([true, true, false, true]) {
            let mut cache = PreflightCache::new(engine);
            cache.store(&key, &result(&["PUT"], &["x-a"], false), MINUTE, NOW);
            for (method, expected) in [("GET", true), ("POST", true), ("HEAD", head)] {
                assert_eq!(
                    allows(&mut cache, &key, method, &["x-a"], false),
                    expected,
                    "{engine:?} {method}"
                );
            }
        }
    }

    #[test]
    fn an_upload_listener_needs_the_method_in_the_standard_alone() {
        let key = key("https://a.example", "https://api.example/");
        let request = PreflightedRequest { method: "POST", use_cors_preflight: true, ..PUT };
        for (engine, listed_only) in ENGINES.into_iter().zip([true, false, false, false]) {
            let mut cache = PreflightCache::new(engine);
            assert!(!cache.allows(&key, &request, NOW), "{engine:?}");
            cache.store(&key, &result(&["PUT"], &[], false), MINUTE, NOW);
            assert_eq!(cache.allows(&key, &request, NOW), !listed_only, "{engine:?}");
            cache.store(&key, &result(&["POST"], &[], false), MINUTE, NOW);
            assert!(cache.allows(&key, &request, NOW), "{engine:?}");
        }
    }

    #[test]
    fn the_number_of_entries_is_limited() {
        let mut cache = PreflightCache::new(Engine::Standard);
        for number in 0..2 * ENTRY_LIMIT {
            let key = key("https://a.example", &format!("https://api.example/{number}"));
            cache.store(&key, &result(&["PUT"], &[], false), MINUTE, NOW);
        }
        assert_eq!(cache.entries.len(), ENTRY_LIMIT);
    }
}
