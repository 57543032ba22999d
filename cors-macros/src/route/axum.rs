//! Route attributes in axum: `#[cors]` reads and removes them.

use super::{Arguments, Route, has_options_error, last_segment, path};
use crate::errors::{Errors, message};
use cors_policy::Rule;
use quote::ToTokens;
use syn::{Attribute, LitStr};

/// Attributes for one method, and `any` for every method.
const METHODS: [(&str, Option<&str>); 9] = [
    ("get", Some("GET")),
    ("head", Some("HEAD")),
    ("post", Some("POST")),
    ("put", Some("PUT")),
    ("patch", Some("PATCH")),
    ("delete", Some("DELETE")),
    ("connect", Some("CONNECT")),
    ("trace", Some("TRACE")),
    ("any", None),
];

/// The method of `get(..)` in `methods!`; `None` if there is no such word, `Some(None)` for `any`.
pub(crate) fn method_of(word: &str) -> Option<Option<&'static str>> {
    METHODS.iter().find(|(name, _)| *name == word).map(|(_, method)| *method)
}

/// Takes the route attributes out of `attrs`.
pub(crate) fn take_routes(attrs: &mut Vec<Attribute>, errors: &mut Errors) -> Vec<Route> {
    let mut routes = Vec::new();
    attrs.retain(|attr| {
        let Some(word) = last_segment(attr).filter(|_| attr.path().segments.len() == 1).map(ToString::to_string) else {
            return true;
        };
        if word == "options" {
            has_options_error(
                attr,
                errors,
                "remove the attribute, and give plain `OPTIONS` requests to `Routes::options(path, handler)`",
            );
            return false;
        }
        let methods = match method_of(&word) {
            Some(method) => Some(method),
            None if word == "route" => None,
            None => return true,
        };
        let arguments = Arguments::parse(attr, errors);
        let mut names: Vec<String> = Vec::new();
        if let Some(Some(method)) = methods {
            check_sendable(method, attr.path(), errors);
            names.push(method.to_owned());
        }
        for option in &arguments.options {
            if methods.is_none() && option.key == "method" {
                method_option(&option.value, &mut names, errors);
            } else {
                errors.push(
                    &option.key,
                    message(
                        Rule::OptionUnknown,
                        format_args!("there is no option `{}` of `#[{word}]` in axum", option.key),
                        if option.key == "method" {
                            "write `#[route(\"/path\", method = \"GET\", method = \"PUT\")]` for several methods"
                        } else {
                            "remove it"
                        },
                    ),
                );
            }
        }
        if methods.is_none() && !arguments.options.iter().any(|option| option.key == "method") {
            errors.push(
                attr.path(),
                message(
                    Rule::RouteMissing,
                    "`#[route]` names no method",
                    "write `#[route(\"/path\", method = \"GET\")]`",
                ),
            );
        }
        if let Some(path) = arguments.path
            && path::check_axum(&path, errors)
        {
            routes.push(Route { methods: names, path, name: None, guards: Vec::new(), wraps: Vec::new() });
        }
        false
    });
    routes
}

/// One `method = ".."` of `#[route]`.
fn method_option(value: &LitStr, names: &mut Vec<String>, errors: &mut Errors) {
    let name = value.value();
    let upper = name.to_ascii_uppercase();
    let routable = METHODS.iter().any(|(_, method)| *method == Some(&*upper));
    if upper == "OPTIONS" {
        errors.push(
            value,
            message(
                Rule::RouteOptions,
                "the `OPTIONS` sibling of a route is generated: a handler with `#[cors]` cannot be it",
                "remove the method, and give plain `OPTIONS` requests to `Routes::options(path, handler)`",
            ),
        );
    } else if !check_sendable(&upper, value, errors) {
    } else if !routable {
        errors.push(
            value,
            message(
                Rule::MethodUnroutable,
                format_args!("axum cannot route the method `{name}`"),
                "its methods are `GET`, `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE`; use `#[any(\"/path\")]` for every method",
            ),
        );
    } else if upper != name {
        errors.push(
            value,
            message(
                Rule::MethodCase,
                format_args!("methods are upper case: `{name}`"),
                format_args!("write `\"{upper}\"`"),
            ),
        );
    } else if names.contains(&name) {
        errors.push(
            value,
            message(
                Rule::OptionDuplicate,
                format_args!("the method `{name}` is given twice"),
                "keep one of the two",
            ),
        );
    } else {
        names.push(name);
    }
}

/// Whether a script can send the method. <https://fetch.spec.whatwg.org/#forbidden-method>
pub(super) fn check_sendable(method: &str, place: impl ToTokens, errors: &mut Errors) -> bool {
    let forbidden = matches!(method, "CONNECT" | "TRACE" | "TRACK");
    if forbidden {
        errors.push(
            place,
            message(
                Rule::MethodForbidden,
                format_args!("no script can send `{method}`"),
                "remove it, or route it without `#[cors]`",
            ),
        );
    }
    !forbidden
}
