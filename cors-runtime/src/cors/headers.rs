//! The headers of a response, whatever the framework.

/// The response headers that a policy sets. <https://fetch.spec.whatwg.org/#http-responses>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CorsHeader {
    AllowOrigin,
    AllowCredentials,
    AllowMethods,
    AllowHeaders,
    ExposeHeaders,
    MaxAge,
}

/// The value of one header line in a framework's version of `http`. It is cheap to clone.
pub(crate) trait HeaderValue: AsRef<[u8]> + Clone + 'static {
    /// `*`.
    const ANY: Self;

    /// `true`.
    const TRUE: Self;

    /// `0`.
    const ZERO: Self;

    /// `Origin`.
    const ORIGIN: Self;

    /// `Vary` of every answer to a preflight.
    const PREFLIGHT_VARY: Self;

    /// Makes a value of a text that is known to be valid, such as a list of header names.
    ///
    /// # Panics
    ///
    /// If the text has characters that a header cannot have.
    fn from_valid(text: &str) -> Self;

    /// Makes a value of a constant.
    ///
    /// # Panics
    ///
    /// If the text has characters that a header cannot have.
    fn from_static(text: &'static str) -> Self;
}

/// What the headers of a response say before a policy writes its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ExistingHeaders {
    /// A header whose name begins with `access-control-` is there.
    pub(crate) has_cors: bool,
    /// `Vary` is there.
    pub(crate) has_vary: bool,
}

/// The header map of a framework.
pub(crate) trait ResponseHeaders {
    /// The value of one header line.
    type Value: HeaderValue;

    /// Looks at each name once.
    fn existing(&self) -> ExistingHeaders;

    /// Sets a header, if there is a value, and removes the values that it had before.
    fn set(&mut self, name: CorsHeader, value: impl Into<Option<Self::Value>>);

    /// Whether `Vary` lists the name of a request header, or is `*`.
    fn varies_by(&self, name: &str) -> bool;

    /// Adds a line to `Vary`.
    fn add_vary(&mut self, value: Self::Value);

    /// Sets `Cache-Control: no-store`.
    fn forbid_storing(&mut self);

    /// Removes every header whose name begins with `access-control-`.
    fn remove_cors(&mut self);
}

/// The head of a framework's response.
pub(crate) trait ResponseHead {
    /// The header map.
    type Headers: ResponseHeaders;

    /// The headers.
    fn headers_mut(&mut self) -> &mut Self::Headers;

    /// Marks the response as that of an annotated route, for a default policy whose [`OutcomeCell`](super::OutcomeCell)
    /// did not reach the route.
    fn mark_as_annotated(&mut self);

    /// Whether an annotated route has marked the response.
    fn is_marked_as_annotated(&self) -> bool;
}

/// The mark of [`ResponseHead::mark_as_annotated`], in the extensions of a response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AnnotatedRouteMark;

/// Implements [`HeaderValue`] and [`ResponseHeaders`] for the types in a module that has the names of `http::header`:
/// axum and actix-web use different versions of `http`.
macro_rules! implement_headers {
    ($($header:ident)::+) => {
        const _: () = {
            use $($header)::+ as header;
            use header::{HeaderMap, HeaderName};
            use $crate::cors::{CorsHeader, ExistingHeaders, HeaderValue, ResponseHeaders, vary_lists};

            impl HeaderValue for header::HeaderValue {
                const ANY: Self = Self::from_static("*");
                const TRUE: Self = Self::from_static("true");
                const ZERO: Self = Self::from_static("0");
                const ORIGIN: Self = Self::from_static("Origin");
                const PREFLIGHT_VARY: Self =
                    Self::from_static("Origin, Access-Control-Request-Method, Access-Control-Request-Headers");

                fn from_valid(text: &str) -> Self {
                    Self::from_str(text).expect("the rules let only valid header values through")
                }

                fn from_static(text: &'static str) -> Self {
                    Self::from_static(text)
                }
            }

            impl From<CorsHeader> for HeaderName {
                fn from(name: CorsHeader) -> Self {
                    match name {
                        CorsHeader::AllowOrigin => header::ACCESS_CONTROL_ALLOW_ORIGIN,
                        CorsHeader::AllowCredentials => header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
                        CorsHeader::AllowMethods => header::ACCESS_CONTROL_ALLOW_METHODS,
                        CorsHeader::AllowHeaders => header::ACCESS_CONTROL_ALLOW_HEADERS,
                        CorsHeader::ExposeHeaders => header::ACCESS_CONTROL_EXPOSE_HEADERS,
                        CorsHeader::MaxAge => header::ACCESS_CONTROL_MAX_AGE,
                    }
                }
            }

            impl ResponseHeaders for HeaderMap {
                type Value = header::HeaderValue;

                #[inline]
                fn existing(&self) -> ExistingHeaders {
                    let mut existing = ExistingHeaders::default();
                    for name in self.keys() {
                        if name == header::VARY {
                            existing.has_vary = true;
                        } else if name.as_str().starts_with("access-control-") {
                            existing.has_cors = true;
                        }
                    }
                    existing
                }

                #[inline]
                fn set(&mut self, name: CorsHeader, value: impl Into<Option<header::HeaderValue>>) {
                    if let Some(value) = value.into() {
                        self.insert(HeaderName::from(name), value);
                    }
                }

                fn varies_by(&self, name: &str) -> bool {
                    self.get_all(header::VARY).into_iter().any(|line| vary_lists(line.as_bytes(), name))
                }

                #[inline]
                fn add_vary(&mut self, value: header::HeaderValue) {
                    self.append(header::VARY, value);
                }

                fn forbid_storing(&mut self) {
                    self.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
                }

                fn remove_cors(&mut self) {
                    let is_cors = |name: &&HeaderName| name.as_str().starts_with("access-control-");
                    let names: Vec<HeaderName> = self.keys().filter(is_cors).cloned().collect();
                    for name in names {
                        self.remove(name);
                    }
                }
            }
        };
    };
}
pub(crate) use implement_headers;

/// Whether a line of `Vary` lists the name of a request header, or is `*`.
/// <https://www.rfc-editor.org/rfc/rfc9110#name-vary>
pub(crate) fn vary_lists(vary: &[u8], name: &str) -> bool {
    vary.split(|byte| *byte == b',')
        .map(<[u8]>::trim_ascii)
        .any(|listed| listed == b"*" || listed.eq_ignore_ascii_case(name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vary_lists_a_name_in_any_case_and_place() {
        for (vary, expected) in [
            ("Origin", true),
            ("accept, ORIGIN", true),
            ("accept ,origin , x", true),
            ("*", true),
            ("accept,*", true),
            ("original", false),
            ("x-origin, accept", false),
            ("", false),
        ] {
            assert_eq!(vary_lists(vary.as_bytes(), "Origin"), expected, "{vary}");
        }
    }
}
