//! Reads the methods of `#[route("/path", method = "GET", method = "PUT")]`.

use crate::errors::{Errors, message};
use cors_policy::{Rule, check_method};
use quote::ToTokens;
use syn::LitStr;

/// Checks whether a framework can route a method. If not, the result is the name of the framework and the help.
pub(super) type Unroutable = fn(&str) -> Option<(&'static str, &'static str)>;

/// Reads one `method = ".."`.
pub(super) fn read(value: &LitStr, names: &mut Vec<String>, unroutable: Unroutable, errors: &mut Errors) {
    let name = value.value();
    let upper = name.to_ascii_uppercase();
    if upper == "OPTIONS" {
        return errors.push(value, options_message("remove the method"));
    }
    if !check_sendable(&upper, value, errors) {
        return;
    }
    if let Some((framework, help)) = unroutable(&upper) {
        let several: Vec<_> = upper.split([',', ' ', '|', ';']).filter(|part| !part.is_empty()).collect();
        let (what, help) = if several.len() > 1 && several.iter().all(|part| unroutable(part).is_none()) {
            let each: Vec<_> = several.iter().map(|part| format!("method = \"{part}\"")).collect();
            (format!("several methods in one: `{name}`"), format!("write `{}`", each.join(", ")))
        } else if name.is_empty() {
            ("a method cannot be empty".to_owned(), help.to_owned())
        } else {
            (format!("{framework} cannot route the method `{name}`"), help.to_owned())
        };
        return errors.push(value, message(Rule::MethodUnroutable, what, help));
    }
    if let Some(finding) = check_method(&name) {
        return errors.push(value, finding);
    }
    if names.contains(&name) {
        let what = format!("the method `{name}` is given twice");
        return errors.push(value, message(Rule::OptionDuplicate, what, "keep one of the two"));
    }
    names.push(name);
}

/// Whether a script can send the method. <https://fetch.spec.whatwg.org/#forbidden-method>
pub(super) fn check_sendable(method: &str, place: impl ToTokens, errors: &mut Errors) -> bool {
    let finding = check_method(method).filter(|finding| finding.rule == Rule::MethodForbidden);
    let is_sendable = finding.is_none();
    if let Some(mut finding) = finding {
        finding.help = Some("remove it, or route it without `#[cors]`".to_owned());
        errors.push(place, finding);
    }
    is_sendable
}

/// The error about `OPTIONS`, as an attribute or as a method.
pub(super) fn options_message(help: &str) -> String {
    message(
        Rule::RouteOptions,
        "`#[cors]` answers `OPTIONS` itself: its handler cannot be the one for `OPTIONS`",
        format_args!(
            "{help}; `Routes::options(path, handler)` takes the `OPTIONS` requests that are no preflights\n\
             note: that handler has no policy, so scripts of other origins cannot call it"
        ),
    )
}
