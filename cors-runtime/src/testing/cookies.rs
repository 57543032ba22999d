//! The cookies of a browser, as far as they decide which requests are logged in:
//! <https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html>.

use std::time::Duration;

use url::{Host, Url};

use super::{
    cookie_date, header_list::latin1, origin::is_trustworthy, quirks::ThirdPartyCookies, site::PublicSuffixes,
};

const COOKIE_LIMIT: usize = 3000;
/// The largest size of name and value together.
const SIZE_LIMIT: usize = 4096;

/// The request for which cookies are sent or stored, and the settings of the browser.
#[derive(Debug)]
pub(super) struct CookieContext<'a> {
    pub(super) url: &'a Url,
    /// The site of the page, or an empty string if it has none.
    pub(super) page_site: &'a str,
    /// Whether page and URL are of the same site.
    pub(super) same_site: bool,
    pub(super) third_party_cookies: ThirdPartyCookies,
    pub(super) same_site_defaults_to_lax: bool,
    /// The time since 1970.
    pub(super) now: Duration,
}

#[derive(Debug, Default)]
pub(super) struct CookieJar(Vec<Cookie>);

#[derive(Clone, Debug)]
struct Cookie {
    name: String,
    value: String,
    domain: String,
    /// Whether the cookie has no `Domain` attribute, and belongs to one host alone.
    host_only: bool,
    path: String,
    secure: bool,
    /// Whether the cookie is sent with requests of other sites' pages: `SameSite=None`.
    cross_site: bool,
    /// The site of the pages that have this cookie, if the cookie is partitioned.
    partition: Option<String>,
    expires: Option<Duration>,
}

impl CookieJar {
    /// Returns the value of the `Cookie` header: <https://www.rfc-editor.org/rfc/rfc6265#section-5.4>.
    pub(super) fn header(&self, context: &CookieContext<'_>) -> Option<String> {
        let mut cookies: Vec<&Cookie> = self.0.iter().filter(|cookie| cookie.is_sent(context)).collect();
        cookies.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> =
            cookies.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Stores the cookie of a `Set-Cookie` line, unless a rule forbids it:
    /// <https://www.rfc-editor.org/rfc/rfc6265#section-5.3>. It replaces the cookie with the same name, domain, path and
    /// partition, which is how a server removes a cookie, too.
    pub(super) fn store(
        &mut self,
        context: &CookieContext<'_>,
        set_cookie: &[u8],
        suffixes: &PublicSuffixes,
    ) {
        let Some(cookie) = Cookie::parse(context, &latin1(set_cookie), suffixes) else { return };
        self.0.retain(|stored| {
            (&stored.name, &stored.domain, &stored.path, &stored.partition)
                != (&cookie.name, &cookie.domain, &cookie.path, &cookie.partition)
        });
        if cookie.expires.is_none_or(|expires| expires > context.now) {
            if self.0.len() == COOKIE_LIMIT {
                self.0.remove(0);
            }
            self.0.push(cookie);
        }
    }
}

impl Cookie {
    /// Reads a `Set-Cookie` line. `None` if the cookie cannot be read, or if the browser does not accept it.
    fn parse(context: &CookieContext<'_>, set_cookie: &str, suffixes: &PublicSuffixes) -> Option<Self> {
        let mut parts = set_cookie.split(';');
        let (name, value) = parts.next()?.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let host = context.url.host_str()?;
        let mut cookie = Self {
            name: name.to_owned(),
            value: value.to_owned(),
            domain: host.to_owned(),
            host_only: true,
            path: default_path(context.url.path()).to_owned(),
            secure: false,
            cross_site: !context.same_site_defaults_to_lax,
            partition: None,
            expires: None,
        };
        let (mut partitioned, mut has_same_site) = (false, false);
        let mut max_age = None;
        for attribute in parts {
            let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            match key.as_str() {
                "secure" => cookie.secure = true,
                "partitioned" => partitioned = true,
                "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
                "samesite" => {
                    has_same_site = true;
                    cookie.cross_site = value.eq_ignore_ascii_case("none");
                }
                "expires" => cookie.expires = cookie_date::parse(value).or(cookie.expires),
                "max-age" => max_age = value.parse::<i64>().ok().or(max_age),
                "domain" if !value.is_empty() => {
                    let domain = value.trim_start_matches('.').to_ascii_lowercase();
                    // A host that is a public suffix can set cookies for itself alone.
                    if domain != host || !suffixes.contains(host) {
                        cookie.host_only = false;
                    }
                    cookie.domain = domain;
                }
                _ => {}
            }
        }
        // `Max-Age` overrides `Expires`.
        if let Some(seconds) = max_age {
            let max_age = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
            cookie.expires = Some(context.now.saturating_add(max_age));
        }
        if partitioned || context.third_party_cookies == ThirdPartyCookies::Partitioned && !context.same_site
        {
            cookie.partition = Some(context.page_site.to_owned());
        }
        let needs_secure = partitioned || has_same_site && cookie.cross_site;
        let accepted = cookie.is_accepted(context, suffixes)
            && (cookie.secure || !needs_secure)
            && !set_cookie.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t');
        accepted.then_some(cookie)
    }

    fn is_accepted(&self, context: &CookieContext<'_>, suffixes: &PublicSuffixes) -> bool {
        let name = self.name.to_ascii_lowercase();
        !name.is_empty()
            && name.len() + self.value.len() <= SIZE_LIMIT
            && (self.host_only || self.matches_domain(context.url) && !suffixes.contains(&self.domain))
            && (!self.secure || is_trustworthy(context.url))
            && (!name.starts_with("__secure-") || self.secure)
            && (!name.starts_with("__host-") || self.secure && self.host_only && self.path == "/")
            && (context.same_site || self.cross_site)
            && self.is_allowed_by_browser(context)
    }

    fn is_sent(&self, context: &CookieContext<'_>) -> bool {
        let matches_host = if self.host_only {
            context.url.host_str() == Some(&self.domain)
        } else {
            self.matches_domain(context.url)
        };
        matches_host
            && self.matches_path(context.url.path())
            && (!self.secure || is_trustworthy(context.url))
            && (context.same_site || self.cross_site)
            && self.partition.as_ref().is_none_or(|site| site == context.page_site)
            && self.is_allowed_by_browser(context)
            && self.expires.is_none_or(|expires| expires > context.now)
    }

    /// Returns whether the browser's setting for third-party cookies allows the cookie. A partitioned cookie cannot track a
    /// user from site to site, so it is always allowed.
    fn is_allowed_by_browser(&self, context: &CookieContext<'_>) -> bool {
        context.same_site
            || match context.third_party_cookies {
                ThirdPartyCookies::Allowed => true,
                ThirdPartyCookies::Partitioned | ThirdPartyCookies::Blocked => self.partition.is_some(),
            }
    }

    /// Returns whether the host of the URL [matches the domain](https://www.rfc-editor.org/rfc/rfc6265#section-5.1.3).
    fn matches_domain(&self, url: &Url) -> bool {
        match url.host() {
            Some(Host::Domain(host)) => {
                host == self.domain
                    || host.strip_suffix(&self.domain).is_some_and(|subdomain| subdomain.ends_with('.'))
            }
            _ => url.host_str() == Some(&self.domain),
        }
    }

    /// Returns whether the path of a URL [matches the path](https://www.rfc-editor.org/rfc/rfc6265#section-5.1.4).
    fn matches_path(&self, path: &str) -> bool {
        path.strip_prefix(&self.path)
            .is_some_and(|rest| rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/'))
    }
}

/// Returns the path of a cookie without a `Path` attribute: <https://www.rfc-editor.org/rfc/rfc6265#section-5.1.4>.
fn default_path(path: &str) -> &str {
    match path.rfind('/') {
        Some(at) if at > 0 => &path[..at],
        _ => "/",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::origin::Origin;

    const PAGE: &str = "https://app.example.com";

    /// A cookie jar with the settings of a browser.
    struct TestBrowser {
        jar: CookieJar,
        third_party_cookies: ThirdPartyCookies,
        same_site_defaults_to_lax: bool,
        now: Duration,
    }

    impl TestBrowser {
        fn new() -> Self {
            Self {
                jar: CookieJar::default(),
                third_party_cookies: ThirdPartyCookies::Allowed,
                same_site_defaults_to_lax: true,
                now: Duration::from_secs(1_800_000_000),
            }
        }

        fn in_context<T>(
            &mut self,
            page: &str,
            url: &str,
            run: impl FnOnce(&mut CookieJar, &CookieContext<'_>) -> T,
        ) -> T {
            let suffixes = PublicSuffixes::default();
            let url = Url::parse(url).unwrap();
            let page = Origin::of(&Url::parse(page).unwrap());
            let context = CookieContext {
                url: &url,
                page_site: &suffixes.site(&page).unwrap(),
                same_site: suffixes.is_same_site(&page, &Origin::of(&url)),
                third_party_cookies: self.third_party_cookies,
                same_site_defaults_to_lax: self.same_site_defaults_to_lax,
                now: self.now,
            };
            run(&mut self.jar, &context)
        }

        /// Stores a `Set-Cookie` line of the response to a request of `page` to `url`.
        fn store(&mut self, page: &str, url: &str, set_cookie: &str) {
            self.in_context(page, url, |jar, context| {
                jar.store(context, set_cookie.as_bytes(), &PublicSuffixes::default());
            });
        }

        fn sent(&mut self, page: &str, url: &str) -> Option<String> {
            self.in_context(page, url, |jar, context| jar.header(context))
        }
    }

    #[test]
    fn same_site_decides_for_requests_of_other_sites() {
        let cross = "https://other.test";
        for (line, same_site_defaults_to_lax, same, other) in [
            ("a=1", true, true, false),
            ("a=1", false, true, true),
            ("a=1; SameSite=Lax", true, true, false),
            ("a=1; SameSite=Strict; Secure", true, true, false),
            ("a=1; SameSite=None; Secure", true, true, true),
            ("a=1; samesite=none; secure", false, true, true),
            ("a=1; SameSite=None", true, false, false),
        ] {
            let mut browser = TestBrowser { same_site_defaults_to_lax, ..TestBrowser::new() };
            browser.store(PAGE, "https://api.example.com/", line);
            assert_eq!(browser.sent(PAGE, "https://api.example.com/").is_some(), same, "{line}");
            assert_eq!(browser.sent(cross, "https://api.example.com/").is_some(), other, "{line}");
            let mut browser = TestBrowser { same_site_defaults_to_lax, ..TestBrowser::new() };
            browser.store(cross, "https://api.example.com/", line);
            assert_eq!(
                browser.sent(PAGE, "https://api.example.com/").is_some(),
                other,
                "{line} set by another site"
            );
        }
    }

    #[test]
    fn third_party_cookies_are_allowed_partitioned_or_blocked() {
        let (url, cross, line) =
            ("https://api.example.com/", "https://other.test", "a=1; SameSite=None; Secure");
        for (third_party_cookies, on_other_site, on_own_site) in [
            (ThirdPartyCookies::Allowed, true, true),
            (ThirdPartyCookies::Partitioned, true, false),
            (ThirdPartyCookies::Blocked, false, false),
        ] {
            let mut browser = TestBrowser { third_party_cookies, ..TestBrowser::new() };
            browser.store(cross, url, line);
            assert_eq!(browser.sent(cross, url).is_some(), on_other_site, "{third_party_cookies:?}");
            assert_eq!(browser.sent(PAGE, url).is_some(), on_own_site, "{third_party_cookies:?}");
        }
        let mut browser =
            TestBrowser { third_party_cookies: ThirdPartyCookies::Blocked, ..TestBrowser::new() };
        browser.store(PAGE, url, line);
        assert_eq!(browser.sent(PAGE, url).as_deref(), Some("a=1"));
        assert_eq!(browser.sent(cross, url), None);
        browser.store(cross, url, "b=2; SameSite=None; Secure; Partitioned");
        assert_eq!(browser.sent(cross, url).as_deref(), Some("b=2"));
        assert_eq!(browser.sent("https://third.test", url), None);
    }

    #[test]
    fn domain_path_and_secure_decide_where_a_cookie_is_sent() {
        for (line, url, expected) in [
            ("a=1", "https://api.example.com/x", true),
            ("a=1", "https://www.api.example.com/", false),
            ("a=1", "http://api.example.com:81/", false),
            ("a=1; Domain=.Example.com", "https://www.example.com/", true),
            ("a=1; Domain=example.com", "https://evilexample.com/", false),
            ("a=1; Domain=other.test", "https://api.example.com/", false),
            ("a=1; Domain=com", "https://api.example.com/", false),
            ("a=1; Path=/x", "https://api.example.com/x", true),
            ("a=1; Path=/x", "https://api.example.com/x/y", true),
            ("a=1; Path=/x", "https://api.example.com/xy", false),
            ("a=1; Path=x", "https://api.example.com/y", true),
            ("__Host-a=1; Secure; Path=/", "https://api.example.com/", true),
            ("__Host-a=1; Secure; Path=/x", "https://api.example.com/x", false),
            ("__Secure-a=1", "https://api.example.com/", false),
            ("noequals", "https://api.example.com/", false),
            ("a=\u{1}", "https://api.example.com/", false),
        ] {
            let mut browser = TestBrowser::new();
            browser.store(PAGE, "https://api.example.com/", line);
            assert_eq!(browser.sent(PAGE, url).is_some(), expected, "{line} {url}");
        }
        let mut browser = TestBrowser::new();
        browser.store("http://a.test", "http://a.test/", "a=1; Secure");
        assert_eq!(browser.sent("http://a.test", "http://a.test/"), None);
        browser.store("http://localhost:1", "http://localhost:1/", "a=1; Secure");
        assert!(browser.sent("http://localhost:1", "http://localhost:1/").is_some());
    }

    #[test]
    fn max_age_and_expires_end_a_cookie() {
        let url = "https://api.example.com/";
        for (line, at_once, after_a_minute) in [
            ("a=1; Max-Age=60", true, false),
            ("a=1; Max-Age=61", true, true),
            ("a=1; Max-Age=0", false, false),
            ("a=1; Max-Age=-5", false, false),
            ("a=1; Max-Age=x", true, true),
            ("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", false, false),
            ("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60", true, false),
            ("a=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT", true, true),
            ("a=1; Expires=soon", true, true),
        ] {
            let mut browser = TestBrowser::new();
            browser.store(PAGE, url, "a=0");
            browser.store(PAGE, url, line);
            assert_eq!(browser.sent(PAGE, url).is_some(), at_once, "{line}");
            browser.now += Duration::from_secs(60);
            assert_eq!(browser.sent(PAGE, url).is_some(), after_a_minute, "{line}");
        }
    }

    #[test]
    fn the_longest_path_comes_first() {
        let mut browser = TestBrowser::new();
        for line in ["a=1; Path=/", "b=2; Path=/x", "a=3; Path=/"] {
            browser.store(PAGE, "https://api.example.com/x", line);
        }
        assert_eq!(browser.sent(PAGE, "https://api.example.com/x").as_deref(), Some("b=2; a=3"));
    }
}
