//! Diagnoses of redirects.

use super::blocked_request::{BlockedRequest, Diagnosis};
use crate::ask::cause::Cause;
use crate::ask::changes::{self, Change};
use crate::printable::printable;
use reqwest::Url;

impl BlockedRequest<'_> {
    pub(super) fn preflight_redirected(&self, location: &str) -> Diagnosis {
        let status = self.blocked.status().unwrap_or_default();
        let from = Url::parse(self.blocked.url()).ok();
        let to = from.as_ref().and_then(|from| from.join(self.blocked.value()?).ok());
        let (why, target) = match (&from, &to) {
            (Some(from), Some(to)) => (redirect_purpose(from, to), printable(to.as_str()).into_owned()),
            _ => ("", location.to_owned()),
        };
        Diagnosis::new(
            Cause::PreflightRedirected,
            format!(
                "The preflight is redirected to {target} with {status}{why}. Browsers do not follow redirects of \
                 preflights."
            ),
            changes::preflight_redirected(&target, why == PURPOSE_LOGIN),
        )
    }
}

pub(super) fn redirect_invalid(explanation: String) -> Diagnosis {
    Diagnosis::new(
        Cause::RedirectInvalid,
        explanation,
        Change::general(
            "Correct `Location`, or answer without a redirect, or let the script ask for the final URL.",
        ),
    )
}

/// Returns whether a URL or a path looks like that of a login: one of its segments begins with a word for it.
pub(super) fn leads_to_login(location: &str) -> bool {
    let location = location.to_ascii_lowercase();
    let path = location.split(['?', '#']).next().unwrap_or_default();
    path.split('/').any(|segment| {
        ["login", "signin", "sign-in", "sign_in", "auth", "sso", "oauth"]
            .iter()
            .any(|word| segment.starts_with(word))
    })
}

const PURPOSE_LOGIN: &str = ", probably to a login";

/// Guesses why a server redirects, for the middle of a sentence.
fn redirect_purpose(from: &Url, to: &Url) -> &'static str {
    let host = |url: &Url| url.host_str().unwrap_or_default().to_owned();
    let (from_host, to_host) = (host(from), host(to));
    if from_host == to_host && from.scheme() == "http" && to.scheme() == "https" {
        ", from `http` to `https`"
    } else if from_host == to_host && from.path().trim_end_matches('/') == to.path().trim_end_matches('/') {
        if from.path() == to.path() { "" } else { ", because of the slash at the end of the path" }
    } else if leads_to_login(to.path()) && !leads_to_login(from.path()) {
        PURPOSE_LOGIN
    } else if from_host.trim_start_matches("www.") == to_host.trim_start_matches("www.")
        && from_host != to_host
    {
        ", because of `www.`"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_purpose_of_a_redirect_is_guessed() {
        for (from, to, expected) in [
            ("http://api.example.com/me", "https://api.example.com/me", "`http` to `https`"),
            ("https://api.example.com/me", "https://api.example.com/me/", "slash"),
            ("https://api.example.com/me/", "https://api.example.com/me", "slash"),
            ("https://api.example.com/me", "https://api.example.com/login?next=/me", "login"),
            ("https://api.example.com/me", "https://id.example.com/oauth2/authorize", "login"),
            ("https://example.com/me", "https://www.example.com/me", "www"),
        ] {
            let purpose = redirect_purpose(&from.parse().unwrap(), &to.parse().unwrap());
            assert!(purpose.contains(expected), "{from} {to}: {purpose}");
        }
        let other = redirect_purpose(
            &"https://a.example/me".parse().unwrap(),
            &"https://b.example/you".parse().unwrap(),
        );
        assert_eq!(other, "");
    }

    #[test]
    fn a_login_is_recognized_by_the_beginning_of_a_segment() {
        for (location, expected) in [
            ("/login?next=/me", true),
            ("/account/Sign-In", true),
            ("https://id.example.com/oauth2/authorize", true),
            ("https://login.example.com/", true),
            ("/assignments", false),
            ("/designs/7", false),
            ("/welcome?from=/login", false),
        ] {
            assert_eq!(leads_to_login(location), expected, "{location}");
        }
    }
}
