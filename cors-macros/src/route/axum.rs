//! Route attributes in axum: `#[cors]` reads and removes them.

use super::{Arguments, Route, method, no_method, path, refuse_options};
use crate::errors::{Errors, message};
use cors_policy::Rule;
use syn::Attribute;

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

/// Whether this is one of the attributes that `#[cors]` takes.
pub(super) fn is_route(attr: &Attribute) -> bool {
    attr.path().get_ident().is_some_and(|word| {
        word == "route" || word == "options" || METHODS.iter().any(|(name, _)| word == name)
    })
}

/// Takes the route attributes out of `attrs`; `None` if there is none, right or wrong.
pub(crate) fn take_routes(attrs: &mut Vec<Attribute>, errors: &mut Errors) -> Option<Vec<Route>> {
    let mut routes = None;
    attrs.retain(|attr| {
        if !is_route(attr) {
            return true;
        }
        let routes = routes.get_or_insert_with(Vec::new);
        if attr.path().is_ident("options") {
            refuse_options(attr, errors);
        } else {
            routes.extend(route(attr, errors));
        }
        false
    });
    routes
}

fn route(attr: &Attribute, errors: &mut Errors) -> Option<Route> {
    let word = attr.path().get_ident()?.to_string();
    let fixed = method_of(&word);
    let arguments = Arguments::parse(attr, errors);
    let mut names: Vec<String> = Vec::new();
    if let Some(Some(method)) = fixed {
        method::check_sendable(method, attr.path(), errors);
        names.push(method.to_owned());
    }
    for option in &arguments.options {
        if fixed.is_none() && option.key == "method" {
            if let Some(value) = &option.value {
                method::read(value, &mut names, unroutable, errors);
            }
        } else if option.value.is_some() {
            errors.push(
                &option.key,
                message(
                    Rule::OptionUnknown,
                    format_args!("there is no option `{}` of `#[{word}]` in axum", option.key),
                    if option.key == "method" {
                        "write `#[route(\"/path\", method = \"GET\", method = \"PUT\")]` for several methods"
                    } else {
                        "remove it: a route has a path, and `#[route]` its methods"
                    },
                ),
            );
        }
    }
    if fixed.is_none() && !arguments.has_method() {
        no_method(attr, errors);
    }
    let path = arguments.path.filter(|path| path::check_axum(path, errors))?;
    Some(Route { methods: names, path, name: None, guards: Vec::new(), wraps: Vec::new() })
}

fn unroutable(upper: &str) -> Option<(&'static str, &'static str)> {
    let is_routable = METHODS.iter().any(|(_, method)| *method == Some(upper));
    (!is_routable).then_some((
        "axum",
        "its methods are `GET`, `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE`; use `#[any(\"/path\")]` for every method",
    ))
}
