//! The route attributes of actix-web. `#[cors]` reads and removes them, and builds the resources that they would build.

use super::{Arguments, Route, last_segment, method, no_method, path, refuse_options};
use crate::errors::{Errors, message};
use cors_policy::Rule;
use syn::{Attribute, LitStr};

/// actix-web's attributes for one method.
const METHODS: [(&str, &str); 9] = [
    ("get", "GET"),
    ("head", "HEAD"),
    ("post", "POST"),
    ("put", "PUT"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
    ("query", "QUERY"),
    ("connect", "CONNECT"),
    ("trace", "TRACE"),
];

/// The route attributes of a handler.
#[derive(Default)]
pub(crate) struct RouteAttributes {
    pub(crate) routes: Vec<Route>,
    /// The paths of the attributes. The expansion uses them, so that their imports are not reported as unused.
    pub(crate) paths: Vec<syn::Path>,
}

/// Whether this is one of actix-web's route attributes.
pub(crate) fn is_route(attr: &Attribute) -> bool {
    is_actix_attribute(attr)
        && last_segment(attr).is_some_and(|word| {
            ["route", "routes", "options"].iter().any(|name| word == name)
                || METHODS.iter().any(|(name, _)| word == name)
        })
}

/// Reads the route attributes, and removes them from `attrs`.
pub(crate) fn take_routes(attrs: &mut Vec<Attribute>, errors: &mut Errors) -> RouteAttributes {
    let mut found = RouteAttributes::default();
    let mut container = None;
    attrs.retain(|attr| {
        if !is_route(attr) {
            return true;
        }
        found.paths.push(attr.path().clone());
        if last_segment(attr).is_some_and(|word| word == "routes") {
            container = Some(attr.path().clone());
        } else if last_segment(attr).is_some_and(|word| word == "options") {
            refuse_options(attr, errors);
        } else {
            found.routes.extend(route(attr, errors));
        }
        false
    });
    if let ([_], Some(routes)) = (&*found.paths, container) {
        let help = "write `#[get(\"/path\")]` or another route attribute below it";
        errors.push(routes, message(Rule::RouteMissing, "there is no route below `#[routes]`", help));
    }
    found
}

fn route(attr: &Attribute, errors: &mut Errors) -> Option<Route> {
    let word = last_segment(attr)?.to_string();
    let method = METHODS.iter().find(|(name, _)| *name == word).map(|(_, method)| *method);
    let arguments = Arguments::parse(attr, errors);
    let (mut methods, mut name, mut guards, mut wraps) = (Vec::new(), None, Vec::new(), Vec::new());
    if let Some(method) = method {
        method::check_sendable(method, attr.path(), errors);
        methods.push(method.to_owned());
    }
    if method.is_none() && !arguments.has_method() {
        no_method(attr, errors);
    }
    for option in arguments.options {
        let Some(value) = option.value else { continue };
        match &*option.key.to_string() {
            "name" => name = Some(value),
            "guard" => match value.parse_with(syn::Path::parse_mod_style) {
                Ok(path) => guards.push(path),
                Err(_) => {
                    errors.push(&value, not_code(&value, "guard", "the path of a function", "is_internal"));
                }
            },
            "wrap" => match value.parse() {
                Ok(tokens) => wraps.push(tokens),
                Err(_) => {
                    errors.push(&value, not_code(&value, "wrap", "an expression", "Compress::default()"));
                }
            },
            "method" if method.is_none() => method::read(&value, &mut methods, unroutable, errors),
            key => errors.push(
                &option.key,
                message(
                    Rule::OptionUnknown,
                    format_args!("there is no option `{key}` of `#[{word}]` in actix-web"),
                    if key == "method" {
                        "write `#[route(\"/path\", method = \"GET\", method = \"PUT\")]` for several methods"
                    } else {
                        "the options are `name`, `guard` and `wrap`"
                    },
                ),
            ),
        }
    }
    let path = arguments.path.filter(|path| path::check_actix(path, errors))?;
    Some(Route { methods, path, name, guards, wraps })
}

fn unroutable(upper: &str) -> Option<(&'static str, &'static str)> {
    let is_routable = !upper.is_empty() && upper.bytes().all(|byte| byte.is_ascii_alphabetic());
    (!is_routable)
        .then_some(("actix-web", "write a method of upper-case letters, such as `\"GET\"` or `\"PROPFIND\"`"))
}

/// Whether the path may name an attribute of actix-web: `#[get]` or `#[actix_web::get]`, and not `#[other::get]`.
fn is_actix_attribute(attr: &Attribute) -> bool {
    let segments = &attr.path().segments;
    match segments.len() {
        1 => true,
        2 => segments
            .first()
            .is_some_and(|first| first.ident == "actix_web" || first.ident == "actix_web_codegen"),
        _ => false,
    }
}

fn not_code(value: &LitStr, key: &str, expected: &str, example: &str) -> String {
    message(
        Rule::OptionValue,
        format_args!("`{key}` takes {expected} in quotes, and `{}` is none", value.value()),
        format_args!("write it as in `{key} = \"{example}\"`"),
    )
}
