//! Reads route attributes such as `#[get("/path")]`.

pub(crate) mod actix;
pub(crate) mod axum;
mod method;
mod path;

use crate::errors::{Errors, message};
use crate::tokens::{as_written, is_punct, only_string, split_at_commas, stream};
use cors_policy::Rule;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Ident, LitStr, Meta};

/// One route of a handler.
pub(crate) struct Route {
    /// The methods; empty for every method.
    pub(crate) methods: Vec<String>,
    pub(crate) path: LitStr,
    /// The name of the resource (actix-web).
    pub(crate) name: Option<LitStr>,
    /// The guards of the resource (actix-web).
    pub(crate) guards: Vec<syn::Path>,
    /// The middlewares of the resource (actix-web).
    pub(crate) wraps: Vec<TokenStream>,
}

/// The arguments of a route attribute as they are written.
struct Arguments {
    path: Option<LitStr>,
    options: Vec<RouteOption>,
}

struct RouteOption {
    key: Ident,
    /// `None` if the value could not be read. The error is reported then.
    value: Option<LitStr>,
}

impl Arguments {
    /// Reads `"/path", key = "value", ..`.
    fn parse(attr: &Attribute, errors: &mut Errors) -> Self {
        let attribute = attr.path().segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let mut this = Self { path: None, options: Vec::new() };
        let needs_path = || {
            message(
                Rule::RoutePath,
                format_args!("`#[{attribute}]` needs a path"),
                format_args!("write `#[{attribute}(\"/path\")]`"),
            )
        };
        let Meta::List(list) = &attr.meta else {
            errors.push(&attr.meta, needs_path());
            return this;
        };
        let pieces = split_at_commas(list.tokens.clone());
        let Some((first, rest)) = pieces.split_first() else {
            errors.push(&attr.meta, needs_path());
            return this;
        };
        this.path = only_string(&first.tokens);
        // `#[route(method = "GET")]`: the path is missing.
        let is_option = matches!(&*first.tokens, [TokenTree::Ident(_), equals, ..] if is_punct(equals, '='));
        if is_option {
            errors.push(attr.path(), needs_path());
        } else if this.path.is_none() {
            errors.push(
                if first.tokens.is_empty() { first.comma.to_token_stream() } else { stream(&first.tokens) },
                message(
                    Rule::RoutePath,
                    match &*first.tokens {
                        [] => "a path is missing before this comma".to_owned(),
                        tokens => format!("`{}` is not a path in quotes", as_written(tokens)),
                    },
                    format_args!("write `#[{attribute}(\"/path\")]`"),
                ),
            );
        }
        let rest = if is_option { &*pieces } else { rest };
        for piece in rest {
            match &*piece.tokens {
                [TokenTree::Ident(key), equals, value @ ..] if is_punct(equals, '=') => {
                    let text = only_string(value);
                    if text.is_none() {
                        let written = as_written(value);
                        let written = if written.is_empty() { ".." } else { &written };
                        errors.push(
                            if value.is_empty() { equals.to_token_stream() } else { stream(value) },
                            message(
                                Rule::OptionValue,
                                format_args!("`{key}` of `#[{attribute}]` takes a string"),
                                format_args!("write `{key} = \"{written}\"`"),
                            ),
                        );
                    }
                    this.options.push(RouteOption { key: key.clone(), value: text });
                }
                [] => errors.push(
                    &piece.comma,
                    message(Rule::OptionValue, "an option is missing before this comma", "remove the comma"),
                ),
                tokens if only_string(tokens).is_some() => errors.push(
                    stream(tokens),
                    message(
                        Rule::RoutePath,
                        format_args!("`#[{attribute}]` takes one path"),
                        "write one route attribute for each path",
                    ),
                ),
                tokens => {
                    let written = as_written(tokens);
                    let method = match tokens {
                        [TokenTree::Ident(word)] if attribute == "route" => Some(word),
                        _ => None,
                    };
                    errors.push(
                        stream(tokens),
                        message(
                            Rule::OptionValue,
                            format_args!("`{written}` is not an option of `#[{attribute}]`"),
                            match method {
                                Some(word) => {
                                    format!("write `method = \"{}\"`", word.to_string().to_uppercase())
                                }
                                None => "options are written `name = \"value\"`".to_owned(),
                            },
                        ),
                    );
                    // Treat the word as a method, so that the method is not also reported as missing.
                    if let Some(word) = method {
                        this.options
                            .push(RouteOption { key: Ident::new("method", word.span()), value: None });
                    }
                }
            }
        }
        this
    }

    /// Whether a method is given, valid or not.
    fn has_method(&self) -> bool {
        self.options.iter().any(|option| option.key == "method")
    }
}

/// Whether this is a route attribute of one of the frameworks.
pub(crate) fn is_route(attr: &Attribute) -> bool {
    axum::is_route(attr) || actix::is_route(attr)
}

/// The last segment of an attribute's path.
fn last_segment(attr: &Attribute) -> Option<&Ident> {
    attr.path().segments.last().map(|last| &last.ident)
}

/// Reports `#[options(..)]`.
fn refuse_options(attr: &Attribute, errors: &mut Errors) {
    errors.push(attr.path(), method::options_message("remove the attribute"));
}

fn no_method(attr: &Attribute, errors: &mut Errors) {
    let help = "write `#[route(\"/path\", method = \"GET\")]`";
    errors.push(attr.path(), message(Rule::RouteMissing, "`#[route]` names no method", help));
}
