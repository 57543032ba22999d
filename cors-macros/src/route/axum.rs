//! The route attributes for axum, which `#[cors]` reads and removes.

use super::{Arguments, Route, method, no_method, path, refuse_options};
use crate::errors::{Errors, message};
use cors_policy::Rule;
use syn::Attribute;

/// The attributes and their methods; no methods stand for every method.
const METHODS: [(&str, &[&str]); 9] = [
    ("get", &["GET"]),
    ("head", &["HEAD"]),
    ("post", &["POST"]),
    ("put", &["PUT"]),
    ("patch", &["PATCH"]),
    ("delete", &["DELETE"]),
    ("connect", &["CONNECT"]),
    ("trace", &["TRACE"]),
    ("any", &[]),
];

/// The methods of `get(..)` in `methods!`; `None` if no attribute has this name.
pub(crate) fn methods_of(word: &str) -> Option<&'static [&'static str]> {
    METHODS.iter().find(|(name, _)| *name == word).map(|(_, methods)| *methods)
}

/// Whether this is one of the route attributes for axum.
pub(super) fn is_route(attr: &Attribute) -> bool {
    attr.path().get_ident().is_some_and(|word| {
        word == "route" || word == "options" || METHODS.iter().any(|(name, _)| word == name)
    })
}

/// Reads the route attributes, and removes them from `attrs`; `None` if there are none.
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
    let fixed = methods_of(&word);
    let arguments = Arguments::parse(attr, errors);
    let mut names: Vec<String> = Vec::new();
    for method in fixed.unwrap_or_default() {
        method::check_sendable(method, attr.path(), errors);
        names.push((*method).to_owned());
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
    let is_routable = METHODS.iter().any(|(_, methods)| methods.contains(&upper));
    (!is_routable).then_some((
        "axum",
        "its methods are `GET`, `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE`; use `#[any(\"/path\")]` for every method",
    ))
}
