//! CORS-preflight fetch: <https://fetch.spec.whatwg.org/#cors-preflight-fetch-0>.

use super::{
    blocked::{Blocked, Reason},
    browser::State,
    header_list::latin1,
    main_fetch::is_redirect,
    max_age::max_age,
    method,
    preflight_cache::{CacheKey, PreflightResult, PreflightedRequest},
    request::Request,
    request_header,
    target::Target,
    wire::WireResponse,
};

const ALLOW_METHODS: &str = "access-control-allow-methods";
const ALLOW_HEADERS: &str = "access-control-allow-headers";

impl Request<'_> {
    /// Sends a preflight, unless the cache allows the request, and stores its result in the cache.
    pub(super) async fn preflight_fetch<T, M>(&mut self, target: &T) -> Result<(), Blocked>
    where
        T: Target<M> + ?Sized,
    {
        let unsafe_header_names = self.unsafe_header_names();
        let preflighted = PreflightedRequest {
            method: &self.method,
            unsafe_header_names: &unsafe_header_names,
            credentials: self.needs_allow_credentials(),
            use_cors_preflight: self.use_cors_preflight,
        };
        if !self.is_allowed_by_cache(&preflighted) {
            let response = self.send(target, self.preflight_request(&unsafe_header_names)).await?;
            let result = self.check_preflight(&response, &preflighted)?;
            if let Some(max_age) = max_age(self.engine, &response.headers) {
                let mut state = self.state();
                let (key, now) = (self.cache_key(&state), state.now);
                state.preflight_cache.store(&key, &result, max_age, now);
            }
        }
        self.preflighted_names = Some(unsafe_header_names);
        Ok(())
    }

    fn is_allowed_by_cache(&self, preflighted: &PreflightedRequest<'_>) -> bool {
        if self.reload && self.engine.reload_bypasses_preflight_cache() {
            return false;
        }
        let mut state = self.state();
        let (key, now) = (self.cache_key(&state), state.now);
        state.preflight_cache.allows(&key, preflighted, now)
    }

    pub(super) fn cache_key(&self, state: &State) -> CacheKey {
        CacheKey {
            partition: state.suffixes.site(self.page.parsed_origin()).unwrap_or_default(),
            origin: self.preflight_origin(),
            url: self.current_url.to_string(),
        }
    }

    /// Returns the value of `Origin` in the preflight.
    pub(super) fn preflight_origin(&self) -> String {
        if self.engine.preflights_with_page_origin() { self.page.origin() } else { self.serialized_origin() }
    }

    /// Returns the names for `Access-Control-Request-Headers` in the preflight.
    fn unsafe_header_names(&self) -> Vec<String> {
        let mut names = request_header::unsafe_names(self.engine, &self.headers);
        if self.engine.preflights_removed_headers() {
            names.extend(self.preflighted_names.iter().flatten().cloned());
            names.sort_unstable();
            names.dedup();
        }
        names
    }

    /// Checks the response to the preflight: step 7. In the standard all failures are equal. The order of the checks and
    /// their reasons are the same as in Chromium.
    fn check_preflight(
        &self,
        response: &WireResponse,
        preflighted: &PreflightedRequest<'_>,
    ) -> Result<PreflightResult, Blocked> {
        let blocked = |reason| self.blocked(reason).at_preflight().with_status(response.status);
        let value = |name| response.headers.get(name).map(|value| latin1(&value));
        if is_redirect(response.status) {
            return Err(blocked(Reason::PreflightRedirect).with_value(value("location")));
        }
        self.check_cors(response, &self.preflight_origin()).map_err(Blocked::at_preflight)?;
        if !matches!(response.status, 200..=299) {
            return Err(blocked(Reason::PreflightStatus));
        }
        let methods = response
            .headers
            .tokens(ALLOW_METHODS)
            .map_err(|_| blocked(Reason::InvalidAllowMethods).with_value(value(ALLOW_METHODS)))?;
        let header_names = response
            .headers
            .tokens(ALLOW_HEADERS)
            .map_err(|_| blocked(Reason::InvalidAllowHeaders).with_value(value(ALLOW_HEADERS)))?
            .unwrap_or_default();
        let methods = methods.unwrap_or_else(|| {
            // The method is listed so that the result of the preflight for an upload listener is cached.
            if preflighted.use_cors_preflight { vec![preflighted.method.to_owned()] } else { Vec::new() }
        });

        let has_wildcard =
            |list: &[String]| !preflighted.credentials && list.iter().any(|element| element == "*");
        if !methods.iter().any(|method| method == preflighted.method)
            && !method::is_safelisted(preflighted.method)
            && !has_wildcard(&methods)
        {
            return Err(blocked(Reason::MethodNotAllowed).with_value(value(ALLOW_METHODS)));
        }
        let refused_name = preflighted.unsafe_header_names.iter().find(|name| {
            let by_name = header_names.iter().any(|allowed| allowed.eq_ignore_ascii_case(name));
            let by_wildcard = has_wildcard(&header_names)
                && (*name != "authorization" || self.engine.wildcard_allows_authorization());
            !by_name && !by_wildcard
        });
        if let Some(name) = refused_name {
            let blocked = blocked(Reason::HeaderNotAllowed).with_header_name(name);
            return Err(blocked.with_value(value(ALLOW_HEADERS)));
        }
        Ok(PreflightResult { methods, header_names, credentials: preflighted.credentials })
    }
}
