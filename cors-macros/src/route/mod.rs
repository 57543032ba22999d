//! Route attributes: `#[get("/path")]` and its like.

pub(crate) mod actix;
pub(crate) mod axum;
mod path;

use crate::errors::{Errors, message};
use crate::tokens::{as_written, is_punct, only_string, split_at_commas, stream};
use cors_policy::Rule;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Ident, LitStr, Meta};

/// One route of a handler.
pub(crate) struct Route {
    /// None for every method.
    pub(crate) methods: Vec<String>,
    pub(crate) path: LitStr,
    /// actix-web: the resource's name, its guards and its middlewares.
    pub(crate) name: Option<LitStr>,
    pub(crate) guards: Vec<syn::Path>,
    pub(crate) wraps: Vec<TokenStream>,
}

/// The arguments of a route attribute, as they are written.
struct Arguments {
    path: Option<LitStr>,
    options: Vec<RouteOption>,
}

struct RouteOption {
    key: Ident,
    value: LitStr,
}

impl Arguments {
    /// Reads `"/path", key = "value", ..`.
    fn parse(attr: &Attribute, errors: &mut Errors) -> Self {
        let attribute = attr.path().segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let mut this = Self { path: None, options: Vec::new() };
        let Meta::List(list) = &attr.meta else {
            errors.push(
                &attr.meta,
                message(
                    Rule::RoutePath,
                    format_args!("`#[{attribute}]` needs a path"),
                    format_args!("write `#[{attribute}(\"/path\")]`"),
                ),
            );
            return this;
        };
        let pieces = split_at_commas(list.tokens.clone());
        let Some((first, rest)) = pieces.split_first() else {
            errors.push(
                &attr.meta,
                message(
                    Rule::RoutePath,
                    format_args!("`#[{attribute}]` needs a path"),
                    format_args!("write `#[{attribute}(\"/path\")]`"),
                ),
            );
            return this;
        };
        this.path = only_string(&first.tokens);
        if this.path.is_none() {
            errors.push(
                stream(&first.tokens),
                message(
                    Rule::RoutePath,
                    format_args!("`{}` is not a path in quotes", as_written(&first.tokens)),
                    format_args!("write `#[{attribute}(\"/path\")]`"),
                ),
            );
        }
        for piece in rest {
            match &*piece.tokens {
                [TokenTree::Ident(key), equals, value @ ..] if is_punct(equals, '=') => {
                    match only_string(value) {
                        Some(value) => this.options.push(RouteOption { key: key.clone(), value }),
                        None => errors.push(
                            if value.is_empty() { equals.to_token_stream() } else { stream(value) },
                            message(
                                Rule::OptionValue,
                                format_args!("`{key}` of `#[{attribute}]` takes a string"),
                                format_args!("write `{key} = \"..\"`"),
                            ),
                        ),
                    }
                }
                tokens if only_string(tokens).is_some() => errors.push(
                    stream(tokens),
                    message(
                        Rule::RoutePath,
                        format_args!("`#[{attribute}]` takes one path"),
                        "write one route attribute for each path",
                    ),
                ),
                tokens => errors.push(
                    if tokens.is_empty() { piece.comma.to_token_stream() } else { stream(tokens) },
                    message(
                        Rule::OptionValue,
                        format_args!("`{}` is not an option of `#[{attribute}]`", as_written(tokens)),
                        "options are written `name = \"value\"`",
                    ),
                ),
            }
        }
        this
    }
}

/// The last segment of an attribute's path.
fn last_segment(attr: &Attribute) -> Option<&Ident> {
    attr.path().segments.last().map(|last| &last.ident)
}

fn has_options_error(attr: &Attribute, errors: &mut Errors, plain: &str) {
    errors.push(
        attr.path(),
        message(
            Rule::RouteOptions,
            "the `OPTIONS` sibling of a route is generated: a handler with `#[cors]` cannot be it",
            plain,
        ),
    );
}
