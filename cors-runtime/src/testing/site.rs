//! Sites: <https://html.spec.whatwg.org/#site>.

use url::{Host, Url};

use super::origin::Origin;

/// The built-in suffixes of more than one label. The [public suffix list](https://publicsuffix.org) has thousands;
/// [`PublicSuffixes::add`] adds others.
const SUFFIXES: [&str; 16] = [
    "ac.uk",
    "co.jp",
    "co.nz",
    "co.uk",
    "com.au",
    "com.br",
    "fly.dev",
    "github.io",
    "gov.uk",
    "herokuapp.com",
    "netlify.app",
    "onrender.com",
    "org.uk",
    "pages.dev",
    "vercel.app",
    "web.app",
];

/// The public suffixes of one browser: [`SUFFIXES`], those that a test added, and every name of a single label.
#[derive(Clone, Debug, Default)]
pub(super) struct PublicSuffixes(Vec<String>);

impl PublicSuffixes {
    pub(super) fn add(&mut self, suffix: &str) {
        self.0.push(suffix.trim_matches('.').to_ascii_lowercase());
    }

    pub(super) fn contains(&self, host: &str) -> bool {
        !host.contains('.') || SUFFIXES.contains(&host) || self.0.iter().any(|suffix| suffix == host)
    }

    /// Returns the scheme and the registrable domain: <https://html.spec.whatwg.org/#obtain-a-site>. An opaque origin
    /// has no site.
    pub(super) fn site(&self, origin: &Origin) -> Option<String> {
        let Origin::Tuple(text) = origin else { return None };
        let Ok(url) = Url::parse(text) else { return Some(text.clone()) };
        match url.host() {
            Some(Host::Domain(host)) => Some(format!("{}://{}", url.scheme(), self.registrable_domain(host))),
            Some(host) => Some(format!("{}://{host}", url.scheme())),
            None => Some(text.clone()),
        }
    }

    /// Returns the [registrable domain](https://url.spec.whatwg.org/#host-registrable-domain), or the host itself if it is
    /// a public suffix.
    fn registrable_domain<'a>(&self, host: &'a str) -> &'a str {
        let mut domain = host;
        // Removes one label at a time, until the rest behind the label is a suffix.
        while let Some((_, parent)) = domain.split_once('.') {
            if self.contains(domain) || self.contains(parent) {
                break;
            }
            domain = parent;
        }
        domain
    }

    /// Returns whether both are the [same site](https://html.spec.whatwg.org/#same-site).
    pub(super) fn is_same_site(&self, one: &Origin, other: &Origin) -> bool {
        matches!((self.site(one), self.site(other)), (Some(one), Some(other)) if one == other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_sites_share_the_scheme_and_the_registrable_domain() {
        let mut suffixes = PublicSuffixes::default();
        suffixes.add("hosting.test");
        suffixes.add("a.b.zone.test");
        let origin = |text: &str| Origin::of(&Url::parse(text).unwrap());
        for (one, other, expected) in [
            ("https://app.example.com", "https://api.example.com:8443", true),
            ("https://example.com", "https://a.b.example.com", true),
            ("http://example.com", "https://example.com", false),
            ("https://a.co.uk", "https://b.co.uk", false),
            ("https://x.a.co.uk", "https://a.co.uk", true),
            ("https://a.github.io", "https://b.github.io", false),
            ("https://a.hosting.test", "https://b.hosting.test", false),
            ("https://a.b.zone.test", "https://zone.test", false),
            ("http://localhost:3000", "http://localhost:4000", true),
            ("http://localhost", "http://127.0.0.1", false),
            ("http://127.0.0.1:1", "http://127.0.0.1:2", true),
            ("http://1.0.0.1", "http://2.0.0.1", false),
        ] {
            assert_eq!(suffixes.is_same_site(&origin(one), &origin(other)), expected, "{one} {other}");
        }
        assert!(!suffixes.is_same_site(&Origin::Opaque, &Origin::Opaque));
    }
}
