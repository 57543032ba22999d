//! Route attributes in actix-web: `#[cors]` reads them, and builds what they would have built.

use super::{Arguments, Route, has_options_error, last_segment, path};
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

/// What the route attributes say, and the attributes themselves: they must stay used.
#[derive(Default)]
pub(crate) struct Taken {
    pub(crate) routes: Vec<Route>,
    pub(crate) attributes: Vec<syn::Path>,
}

/// Takes the route attributes out of `attrs`.
pub(crate) fn take_routes(attrs: &mut Vec<Attribute>, errors: &mut Errors) -> Taken {
    let mut taken = Taken::default();
    attrs.retain(|attr| {
        if !is_actix_attribute(attr) {
            return true;
        }
        let Some(word) = last_segment(attr).map(ToString::to_string) else { return true };
        if word == "options" {
            has_options_error(
                attr,
                errors,
                "remove the attribute, and give plain `OPTIONS` requests to `Routes::options(path, handler)`",
            );
            return false;
        }
        let method = METHODS.iter().find(|(name, _)| *name == word).map(|(_, method)| *method);
        match (method, &*word) {
            (Some(_), _) | (None, "route") => {}
            (None, "routes") => {
                taken.attributes.push(attr.path().clone());
                return false;
            }
            _ => return true,
        }
        taken.attributes.push(attr.path().clone());
        let arguments = Arguments::parse(attr, errors);
        let mut route = Route {
            methods: Vec::new(),
            path: LitStr::new("", proc_macro2::Span::call_site()),
            name: None,
            guards: Vec::new(),
            wraps: Vec::new(),
        };
        if let Some(method) = method {
            check_sendable(method, attr.path(), errors);
            route.methods.push(method.to_owned());
        }
        for option in arguments.options {
            let value = option.value;
            match &*option.key.to_string() {
                "name" => route.name = Some(value),
                "guard" => match value.parse_with(syn::Path::parse_mod_style) {
                    Ok(path) => route.guards.push(path),
                    Err(_) => errors.push(&value, not_code(&value, "guard", "the path of a function", "is_internal")),
                },
                "wrap" => match value.parse() {
                    Ok(tokens) => route.wraps.push(tokens),
                    Err(_) => errors.push(&value, not_code(&value, "wrap", "an expression", "Compress::default()")),
                },
                "method" if method.is_none() => method_option(&value, &mut route.methods, errors),
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
        if route.methods.is_empty() && errors.is_empty() {
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
            && path::check_actix(&path, errors)
        {
            route.path = path;
            taken.routes.push(route);
        }
        false
    });
    taken
}

/// `#[get]` or `#[actix_web::get]`; `#[other::get]` is somebody else's.
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

/// One `method = ".."` of `#[route]`.
fn method_option(value: &LitStr, names: &mut Vec<String>, errors: &mut Errors) {
    let name = value.value();
    let upper = name.to_ascii_uppercase();
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
    } else if names.contains(&name) {
        errors.push(
            value,
            message(
                Rule::OptionDuplicate,
                format_args!("the method `{name}` is given twice"),
                "keep one of the two",
            ),
        );
    } else if name.is_empty() || !name.chars().all(|letter| letter.is_ascii_alphabetic()) {
        errors.push(
            value,
            message(
                Rule::MethodUnroutable,
                format_args!("actix-web cannot route the method `{name}`"),
                "write a method of upper-case letters, such as `GET` or `PROPFIND`",
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
    } else {
        names.push(name);
    }
}

/// Whether a script can send the method. <https://fetch.spec.whatwg.org/#forbidden-method>
fn check_sendable(method: &str, place: impl quote::ToTokens, errors: &mut Errors) -> bool {
    super::axum::check_sendable(method, place, errors)
}
