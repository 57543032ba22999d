//! The question before a request: <https://fetch.spec.whatwg.org/#cors-preflight-fetch-0>.

use super::{
    blocked::{Blocked, Details, Reason},
    fetch::Credentials,
    fetching::{Fetching, is_redirect},
    list_header, max_age, method,
    preflight_cache::{Asked, Grant},
    safelist,
    target::Target,
    wire::{WireResponse, latin1},
};

const ALLOW_METHODS: &str = "access-control-allow-methods";
const ALLOW_HEADERS: &str = "access-control-allow-headers";

impl Fetching<'_> {
    /// Asks, unless an earlier answer is enough.
    pub(super) async fn preflight<T, M>(&self, target: &T, unsafe_names: &[String]) -> Result<(), Blocked>
    where
        T: Target<M> + ?Sized,
    {
        let asked = Asked {
            method: &self.method,
            unsafe_names,
            credentials: self.credentials == Credentials::Include,
            always: self.always_preflight,
        };
        if !(self.reload && self.engine.reload_skips_preflight_cache()) {
            let mut state = self.state();
            let (key, now) = (self.cache_key(&state), state.now);
            if state.cache.covers(&key, &asked, now) {
                return Ok(());
            }
        }
        let answer = self.send(target, self.preflight_request(unsafe_names)).await?;
        let grant = self.check_preflight(&answer, &asked)?;
        if let Some(max_age) = max_age::of(self.engine, &answer.headers) {
            let mut state = self.state();
            let (key, now) = (self.cache_key(&state), state.now);
            state.cache.store(&key, &grant, max_age, now);
        }
        Ok(())
    }

    /// The names to ask for.
    pub(super) fn unsafe_names(&self) -> Vec<String> {
        let mut names = safelist::unsafe_names(self.engine, &self.headers);
        if self.engine.asks_for_removed_headers() {
            names.extend(self.asked_names.iter().flatten().cloned());
            names.sort_unstable();
            names.dedup();
        }
        names
    }

    /// Steps 7 and on. To the standard every failure is one and the same.
    fn check_preflight(&self, answer: &WireResponse, asked: &Asked<'_>) -> Result<Grant, Blocked> {
        let fail = |reason, list: Option<&str>| Details {
            in_preflight: true,
            status: Some(answer.status),
            value: list.and_then(|name| answer.headers.joined(name)).map(|value| latin1(&value)),
            ..self.details(reason)
        };
        // Browsers do not look at the headers of a redirect, and say so.
        if is_redirect(answer.status) {
            return Err(Blocked::new(fail(Reason::PreflightRedirect, Some("location"))));
        }
        self.cors_check(answer, true)?;
        if !matches!(answer.status, 200..=299) {
            return Err(Blocked::new(fail(Reason::PreflightStatus, None)));
        }
        let methods = list_header::names(&answer.headers, ALLOW_METHODS)
            .map_err(|_| Blocked::new(fail(Reason::InvalidAllowMethods, Some(ALLOW_METHODS))))?;
        let header_names = list_header::names(&answer.headers, ALLOW_HEADERS)
            .map_err(|_| Blocked::new(fail(Reason::InvalidAllowHeaders, Some(ALLOW_HEADERS))))?
            .unwrap_or_default();
        let methods =
            methods.unwrap_or_else(|| if asked.always { vec![asked.method.to_owned()] } else { Vec::new() });

        let wildcard = |list: &[String]| !asked.credentials && list.iter().any(|name| name == "*");
        if !methods.iter().any(|name| name == asked.method)
            && !method::is_safelisted(asked.method)
            && !wildcard(&methods)
        {
            return Err(Blocked::new(fail(Reason::MethodNotAllowed, Some(ALLOW_METHODS))));
        }
        let refused = asked.unsafe_names.iter().find(|name| {
            let by_name = header_names.iter().any(|have| have.eq_ignore_ascii_case(name));
            let by_wildcard = wildcard(&header_names)
                && (*name != "authorization" || self.engine.wildcard_covers_authorization());
            !by_name && !by_wildcard
        });
        if let Some(name) = refused {
            let header_name = Some(name.clone());
            return Err(Blocked::new(Details {
                header_name,
                ..fail(Reason::HeaderNotAllowed, Some(ALLOW_HEADERS))
            }));
        }
        Ok(Grant { methods, header_names, credentials: asked.credentials })
    }
}
