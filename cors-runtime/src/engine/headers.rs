//! The headers of a response, whatever the framework.

/// The response headers of CORS. <https://fetch.spec.whatwg.org/#http-responses>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CorsHeader {
    AllowOrigin,
    AllowCredentials,
    AllowMethods,
    AllowHeaders,
    ExposeHeaders,
    MaxAge,
}

impl CorsHeader {
    pub(crate) const ALL: [Self; 6] = [
        Self::AllowOrigin,
        Self::AllowCredentials,
        Self::AllowMethods,
        Self::AllowHeaders,
        Self::ExposeHeaders,
        Self::MaxAge,
    ];
}

/// What a response's headers say already, found in one pass over their names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Survey {
    /// The handler set CORS headers itself.
    pub(crate) has_cors_headers: bool,
    /// `Vary` names `Origin` or is `*`.
    pub(crate) varies_by_origin: bool,
}

/// The header map of a framework.
pub(crate) trait Headers {
    /// The value of one header line. Cheap to clone.
    type Value: AsRef<[u8]> + Clone + 'static;

    /// A value from text that is known to be one.
    ///
    /// # Panics
    ///
    /// If it is not.
    fn value(text: &str) -> Self::Value;

    /// The same for a text that lives for ever: cloning such a value counts no references.
    fn static_value(text: &'static str) -> Self::Value;

    /// `true`
    fn value_true() -> Self::Value;

    /// `*`
    fn value_any() -> Self::Value;

    /// `Origin`
    fn value_origin() -> Self::Value;

    /// One pass over the names.
    fn survey(&self) -> Survey;

    /// Sets a header and removes what it said before.
    fn set(&mut self, name: CorsHeader, value: Self::Value);

    /// Removes a header.
    fn remove(&mut self, name: CorsHeader);

    /// Adds a line to `Vary`.
    fn add_vary(&mut self, value: Self::Value);
}

/// Implements [`Headers`] for the `HeaderMap` of a module that has the names of `http::header`: there are several versions.
macro_rules! implement_headers {
    ($($header:ident)::+) => {
        const _: () = {
            use $($header)::+::{
                ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
                ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HeaderMap,
                HeaderName, HeaderValue, VARY,
            };
            use $crate::engine::{CorsHeader, Headers, Survey, varies_by_origin};

            impl From<CorsHeader> for HeaderName {
                fn from(name: CorsHeader) -> Self {
                    match name {
                        CorsHeader::AllowOrigin => ACCESS_CONTROL_ALLOW_ORIGIN,
                        CorsHeader::AllowCredentials => ACCESS_CONTROL_ALLOW_CREDENTIALS,
                        CorsHeader::AllowMethods => ACCESS_CONTROL_ALLOW_METHODS,
                        CorsHeader::AllowHeaders => ACCESS_CONTROL_ALLOW_HEADERS,
                        CorsHeader::ExposeHeaders => ACCESS_CONTROL_EXPOSE_HEADERS,
                        CorsHeader::MaxAge => ACCESS_CONTROL_MAX_AGE,
                    }
                }
            }

            impl Headers for HeaderMap {
                type Value = HeaderValue;

                fn value(text: &str) -> HeaderValue {
                    HeaderValue::from_str(text).expect("the rules let only header values through")
                }

                fn static_value(text: &'static str) -> HeaderValue {
                    HeaderValue::from_static(text)
                }

                #[inline]
                fn value_true() -> HeaderValue {
                    const { HeaderValue::from_static("true") }
                }

                #[inline]
                fn value_any() -> HeaderValue {
                    const { HeaderValue::from_static("*") }
                }

                #[inline]
                fn value_origin() -> HeaderValue {
                    const { HeaderValue::from_static("Origin") }
                }

                // Into `Decided::write`, the only caller that matters.
                #[inline(always)]
                fn survey(&self) -> Survey {
                    let mut survey = Survey::default();
                    for name in self.keys() {
                        if name == VARY {
                            let mut lines = self.get_all(VARY).into_iter();
                            survey.varies_by_origin = lines.any(|line| varies_by_origin(line.as_bytes()));
                        } else if name.as_str().starts_with("access-control-") {
                            survey.has_cors_headers = true;
                        }
                    }
                    survey
                }

                #[inline]
                fn set(&mut self, name: CorsHeader, value: HeaderValue) {
                    self.insert(HeaderName::from(name), value);
                }

                fn remove(&mut self, name: CorsHeader) {
                    self.remove(HeaderName::from(name));
                }

                #[inline]
                fn add_vary(&mut self, value: HeaderValue) {
                    self.append(VARY, value);
                }
            }
        };
    };
}
pub(crate) use implement_headers;

/// Whether a line of `Vary` names `Origin` or is `*`. <https://www.rfc-editor.org/rfc/rfc9110#name-vary>
pub(crate) fn varies_by_origin(vary: &[u8]) -> bool {
    vary.split(|byte| *byte == b',')
        .map(<[u8]>::trim_ascii)
        .any(|name| name == b"*" || name.eq_ignore_ascii_case(b"origin"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vary_names_origin_in_any_case_and_place() {
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
            assert_eq!(varies_by_origin(vary.as_bytes()), expected, "{vary}");
        }
    }
}
