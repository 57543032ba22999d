//! Cookies, as far as they decide who is logged in where: RFC 6265bis without its corners.

use std::time::Duration;

use url::{Host, Url};

use super::{
    cookie_date,
    engine::ThirdPartyCookies,
    origin::{PublicSuffixes, is_trustworthy},
    wire::latin1,
};

const COOKIE_LIMIT: usize = 3000;
/// Name and value together.
const SIZE_LIMIT: usize = 4096;

/// Who asks, and for what.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) url: &'a Url,
    /// The site of the page; empty if it has none.
    pub(super) page_site: &'a str,
    /// Whether page and URL are of one site.
    pub(super) same_site: bool,
    pub(super) third_party: ThirdPartyCookies,
    pub(super) lax_by_default: bool,
    /// Seconds since 1970.
    pub(super) now: Duration,
}

#[derive(Debug, Default)]
pub(super) struct CookieJar(Vec<Cookie>);

#[derive(Clone, Debug)]
struct Cookie {
    name: String,
    value: String,
    domain: String,
    host_only: bool,
    path: String,
    secure: bool,
    /// Also sent for requests of other sites' pages.
    cross_site: bool,
    /// The site of the page that got it, if it is kept for that site only.
    partition: Option<String>,
    expires: Option<Duration>,
}

impl CookieJar {
    /// The `Cookie` header: <https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#section-5.8.3>.
    pub(super) fn header(&self, context: &Context<'_>) -> Option<String> {
        let mut cookies: Vec<&Cookie> = self.0.iter().filter(|cookie| cookie.is_sent(context)).collect();
        cookies.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> =
            cookies.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Takes one `Set-Cookie` line, or leaves it.
    pub(super) fn set(&mut self, context: &Context<'_>, line: &[u8], suffixes: &PublicSuffixes) {
        let Some(cookie) = Cookie::parse(context, &latin1(line), suffixes) else { return };
        self.0.retain(|have| {
            (&have.name, &have.domain, &have.path, &have.partition)
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
    fn parse(context: &Context<'_>, line: &str, suffixes: &PublicSuffixes) -> Option<Self> {
        let mut parts = line.split(';');
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
            cross_site: !context.lax_by_default,
            partition: None,
            expires: None,
        };
        let (mut partitioned, mut same_site_named) = (false, false);
        let mut max_age = None;
        for attribute in parts {
            let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            match key.as_str() {
                "secure" => cookie.secure = true,
                "partitioned" => partitioned = true,
                "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
                "samesite" => {
                    same_site_named = true;
                    cookie.cross_site = value.eq_ignore_ascii_case("none");
                }
                "expires" => cookie.expires = cookie_date::parse(value).or(cookie.expires),
                "max-age" => max_age = value.parse::<i64>().ok().or(max_age),
                "domain" if !value.is_empty() => {
                    let domain = value.trim_start_matches('.').to_ascii_lowercase();
                    if domain != host || !suffixes.contains(host) {
                        cookie.host_only = false;
                    }
                    cookie.domain = domain;
                }
                _ => {}
            }
        }
        if let Some(seconds) = max_age {
            let age = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
            cookie.expires = Some(context.now.saturating_add(age));
        }
        if partitioned || context.third_party == ThirdPartyCookies::Partitioned && !context.same_site {
            cookie.partition = Some(context.page_site.to_owned());
        }
        let needs_secure = partitioned || same_site_named && cookie.cross_site;
        let taken = cookie.is_taken(context, suffixes)
            && (cookie.secure || !needs_secure)
            && !line.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t');
        taken.then_some(cookie)
    }

    fn is_taken(&self, context: &Context<'_>, suffixes: &PublicSuffixes) -> bool {
        let name = self.name.to_ascii_lowercase();
        !name.is_empty()
            && name.len() + self.value.len() <= SIZE_LIMIT
            && (self.host_only || self.matches_domain(context.url) && !suffixes.contains(&self.domain))
            && (!self.secure || is_trustworthy(context.url))
            && (!name.starts_with("__secure-") || self.secure)
            && (!name.starts_with("__host-") || self.secure && self.host_only && self.path == "/")
            && (context.same_site || self.cross_site)
            && self.passes_blocking(context)
    }

    fn is_sent(&self, context: &Context<'_>) -> bool {
        let domain = if self.host_only {
            context.url.host_str() == Some(&self.domain)
        } else {
            self.matches_domain(context.url)
        };
        domain
            && self.matches_path(context.url.path())
            && (!self.secure || is_trustworthy(context.url))
            && (context.same_site || self.cross_site)
            && self.partition.as_ref().is_none_or(|site| site == context.page_site)
            && self.passes_blocking(context)
            && self.expires.is_none_or(|expires| expires > context.now)
    }

    /// Blocking leaves partitioned cookies alone: they cannot follow anybody from site to site.
    fn passes_blocking(&self, context: &Context<'_>) -> bool {
        context.same_site
            || match context.third_party {
                ThirdPartyCookies::Allowed => true,
                ThirdPartyCookies::Partitioned | ThirdPartyCookies::Blocked => self.partition.is_some(),
            }
    }

    fn matches_domain(&self, url: &Url) -> bool {
        match url.host() {
            Some(Host::Domain(host)) => {
                host == self.domain
                    || host.strip_suffix(&self.domain).is_some_and(|subdomain| subdomain.ends_with('.'))
            }
            _ => url.host_str() == Some(&self.domain),
        }
    }

    fn matches_path(&self, path: &str) -> bool {
        path.strip_prefix(&self.path)
            .is_some_and(|rest| rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/'))
    }
}

fn default_path(path: &str) -> &str {
    match path.rfind('/') {
        Some(at) if at > 0 => &path[..at],
        _ => "/",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://app.example.com";

    struct Case {
        jar: CookieJar,
        third_party: ThirdPartyCookies,
        lax_by_default: bool,
        now: Duration,
    }

    impl Case {
        fn new() -> Self {
            let now = Duration::from_secs(1_800_000_000);
            Self {
                jar: CookieJar::default(),
                third_party: ThirdPartyCookies::Allowed,
                lax_by_default: true,
                now,
            }
        }

        fn in_context<T>(
            &mut self,
            page: &str,
            url: &str,
            run: impl FnOnce(&mut CookieJar, &Context<'_>) -> T,
        ) -> T {
            let suffixes = PublicSuffixes::default();
            let url = Url::parse(url).unwrap();
            let page = super::super::origin::Origin::of(&Url::parse(page).unwrap());
            let target = super::super::origin::Origin::of(&url);
            let context = Context {
                url: &url,
                page_site: &suffixes.site(&page).unwrap(),
                same_site: suffixes.is_same_site(&page, &target),
                third_party: self.third_party,
                lax_by_default: self.lax_by_default,
                now: self.now,
            };
            run(&mut self.jar, &context)
        }

        fn set(&mut self, page: &str, url: &str, line: &str) {
            self.in_context(page, url, |jar, context| {
                jar.set(context, line.as_bytes(), &PublicSuffixes::default());
            });
        }

        fn sent(&mut self, page: &str, url: &str) -> Option<String> {
            self.in_context(page, url, |jar, context| jar.header(context))
        }
    }

    #[test]
    fn same_site() {
        let cross = "https://other.test";
        for (line, lax_by_default, same, other) in [
            ("a=1", true, true, false),
            ("a=1", false, true, true),
            ("a=1; SameSite=Lax", true, true, false),
            ("a=1; SameSite=Strict; Secure", true, true, false),
            ("a=1; SameSite=None; Secure", true, true, true),
            ("a=1; samesite=none; secure", false, true, true),
            ("a=1; SameSite=None", true, false, false),
        ] {
            let mut case = Case { lax_by_default, ..Case::new() };
            case.set(PAGE, "https://api.example.com/", line);
            assert_eq!(case.sent(PAGE, "https://api.example.com/").is_some(), same, "{line}");
            assert_eq!(case.sent(cross, "https://api.example.com/").is_some(), other, "{line}");
            let mut case = Case { lax_by_default, ..Case::new() };
            case.set(cross, "https://api.example.com/", line);
            assert_eq!(
                case.sent(PAGE, "https://api.example.com/").is_some(),
                other,
                "{line} set by another site"
            );
        }
    }

    #[test]
    fn third_parties() {
        let (url, cross, line) =
            ("https://api.example.com/", "https://other.test", "a=1; SameSite=None; Secure");
        for (third_party, there, here) in [
            (ThirdPartyCookies::Allowed, true, true),
            (ThirdPartyCookies::Partitioned, true, false),
            (ThirdPartyCookies::Blocked, false, false),
        ] {
            let mut case = Case { third_party, ..Case::new() };
            case.set(cross, url, line);
            assert_eq!(case.sent(cross, url).is_some(), there, "{third_party:?}");
            assert_eq!(case.sent(PAGE, url).is_some(), here, "{third_party:?}");
        }
        let mut case = Case { third_party: ThirdPartyCookies::Blocked, ..Case::new() };
        case.set(PAGE, url, line);
        assert_eq!(case.sent(PAGE, url).as_deref(), Some("a=1"));
        assert_eq!(case.sent(cross, url), None);
        case.set(cross, url, "b=2; SameSite=None; Secure; Partitioned");
        assert_eq!(case.sent(cross, url).as_deref(), Some("b=2"));
        assert_eq!(case.sent("https://third.test", url), None);
    }

    #[test]
    fn domain_path_and_secure() {
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
            let mut case = Case::new();
            case.set(PAGE, "https://api.example.com/", line);
            assert_eq!(case.sent(PAGE, url).is_some(), expected, "{line} {url}");
        }
        let mut case = Case::new();
        case.set("http://a.test", "http://a.test/", "a=1; Secure");
        assert_eq!(case.sent("http://a.test", "http://a.test/"), None);
        case.set("http://localhost:1", "http://localhost:1/", "a=1; Secure");
        assert!(case.sent("http://localhost:1", "http://localhost:1/").is_some());
    }

    #[test]
    fn time() {
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
            let mut case = Case::new();
            case.set(PAGE, url, "a=0");
            case.set(PAGE, url, line);
            assert_eq!(case.sent(PAGE, url).is_some(), at_once, "{line}");
            case.now += Duration::from_secs(60);
            assert_eq!(case.sent(PAGE, url).is_some(), after_a_minute, "{line}");
        }
    }

    #[test]
    fn the_longest_path_comes_first() {
        let mut case = Case::new();
        for line in ["a=1; Path=/", "b=2; Path=/x", "a=3; Path=/"] {
            case.set(PAGE, "https://api.example.com/x", line);
        }
        assert_eq!(case.sent(PAGE, "https://api.example.com/x").as_deref(), Some("b=2; a=3"));
    }
}
