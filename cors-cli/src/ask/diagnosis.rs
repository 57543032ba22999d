//! Finds the cause of a blocked request: the reason of the browser, and what the responses show beside it.

mod allow_origin;
mod blocked_request;
mod near_miss;
mod preflight;
mod redirect;

use cors_runtime::testing::Reason;

pub(super) use self::blocked_request::{BlockedRequest, Diagnosis};
use self::{preflight::invalid_list, redirect::redirect_invalid};
use super::{
    cause::Cause,
    changes::{self, Change},
};
use crate::printable::{printable, printable_value};

impl BlockedRequest<'_> {
    /// Finds the cause.
    pub(super) fn diagnose(&self) -> Diagnosis {
        let value = printable_value(self.blocked.value().unwrap_or_default().as_bytes());
        let blocked = self.blocked;
        match blocked.reason() {
            Reason::MissingAllowOrigin => self.missing_allow_origin(),
            Reason::AllowOriginMismatch | Reason::InvalidAllowOrigin => self.other_allow_origin(&value),
            Reason::SeveralAllowOrigins => self.several_allow_origins(&value),
            Reason::WildcardWithCredentials => Diagnosis::new(
                Cause::WildcardWithCredentials,
                format!(
                    "{} has `Access-Control-Allow-Origin: *`. The wildcard covers requests without credentials only, \
                     and the script asks for credentials.",
                    self.response_name()
                ),
                changes::allow_credentials(blocked.origin(), true),
            ),
            Reason::MissingAllowCredentials => Diagnosis::new(
                Cause::CredentialsNotAllowed,
                format!(
                    "{} allows the origin, but it does not have `Access-Control-Allow-Credentials: true`. The script \
                     asks for credentials.",
                    self.response_name()
                ),
                changes::allow_credentials(blocked.origin(), false),
            ),
            Reason::InvalidAllowCredentials => Diagnosis::new(
                Cause::CredentialsNotAllowed,
                format!(
                    "{} has `Access-Control-Allow-Credentials: {value}`. The only value that browsers accept is \
                     `true`, in lower case and sent once.",
                    self.response_name()
                ),
                changes::allow_credentials(blocked.origin(), false),
            ),
            Reason::PreflightRedirect => self.preflight_redirected(&value),
            Reason::PreflightStatus => self.preflight_status(),
            Reason::InvalidAllowMethods => invalid_list("Methods", &value),
            Reason::InvalidAllowHeaders => invalid_list("Headers", &value),
            Reason::MethodNotAllowed => self.method_not_allowed(&value),
            Reason::HeaderNotAllowed => self.header_not_allowed(),
            Reason::InvalidRedirect => redirect_invalid(format!("`Location: {value}` is not one URL.")),
            Reason::RedirectScheme => {
                redirect_invalid(format!("`Location: {value}` is neither an `http:` nor an `https:` URL."))
            }
            Reason::RedirectWithUserinfo => {
                redirect_invalid("`Location` contains a user name or a password.".to_owned())
            }
            Reason::TooManyRedirects => {
                redirect_invalid("The redirects do not end: browsers stop after 20 of them.".to_owned())
            }
            Reason::MixedContent => Diagnosis::new(
                Cause::MixedContent,
                format!(
                    "The page was loaded over `https:`, and {} is an `http:` URL. Browsers do not send such a request.",
                    printable(blocked.url())
                ),
                Change::general("Serve the URL over `https:`, and write `https:` in the script."),
            ),
            _ => Diagnosis::new(
                Cause::ScriptMistake,
                "The browser refuses the arguments of `fetch()` and sends nothing.".to_owned(),
                Change::general("Change the script: no header of the server allows this request."),
            ),
        }
    }
}
