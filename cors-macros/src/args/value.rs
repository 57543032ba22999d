//! The value of an option, before it is read.

use crate::errors::{Errors, message};
use crate::tokens::{is_punct, only_group, stream};
use cors_policy::Rule;
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;

/// The value of an option, before it is read.
pub(super) struct Value<'a> {
    pub(super) key: &'a Ident,
    pub(super) kind: ValueKind<'a>,
}

pub(super) enum ValueKind<'a> {
    /// No value: `credentials`.
    Flag,
    /// `= ..`: the sign and the tokens behind it, of which there may be none.
    Is(&'a TokenTree, &'a [TokenTree]),
    /// `(..)`
    Group(TokenStream),
    /// Other tokens.
    Stray(&'a [TokenTree]),
}

impl<'a> Value<'a> {
    /// Reads the tokens behind a key. If the key takes a value, `:` and `==` are reported as a misspelt `=`, and the
    /// tokens behind them are the value.
    pub(super) fn parse(
        key: &'a Ident,
        rest: &'a [TokenTree],
        takes_value: bool,
        errors: &mut Errors,
    ) -> Self {
        let kind = match rest {
            [] => ValueKind::Flag,
            [sign, value @ ..] if is_punct(sign, '=') || is_punct(sign, ':') => {
                let signs = value.iter().take_while(|token| "=:>".chars().any(|sign| is_punct(token, sign)));
                // `= ::path`
                let signs = if is_punct(sign, '=') && value.first().is_some_and(|token| is_punct(token, ':'))
                {
                    0
                } else {
                    signs.count()
                };
                if takes_value && (is_punct(sign, ':') || signs > 0) {
                    let what = format!("`{}` is followed by one `=`", key.unraw());
                    let misspelt = &rest[..=signs];
                    errors.push(stream(misspelt), message(Rule::OptionValue, what, "write `=`"));
                }
                ValueKind::Is(sign, &value[signs..])
            }
            rest => match only_group(rest, Delimiter::Parenthesis) {
                Some(group) => ValueKind::Group(group.stream()),
                None => ValueKind::Stray(rest),
            },
        };
        Self { key, kind }
    }

    /// The tokens that errors about the value underline: the value, or else the key or the sign.
    pub(super) fn place(&self) -> TokenStream {
        match &self.kind {
            ValueKind::Flag | ValueKind::Group(_) => self.key.to_token_stream(),
            ValueKind::Is(equals, []) => equals.to_token_stream(),
            ValueKind::Is(_, value) | ValueKind::Stray(value) => stream(value),
        }
    }

    /// The tokens behind `=`.
    pub(super) fn tokens(&self) -> Option<&'a [TokenTree]> {
        match self.kind {
            ValueKind::Is(_, value) if !value.is_empty() => Some(value),
            _ => None,
        }
    }

    /// The tokens of the value, in whatever shape they are written: for messages that show the right shape with them.
    pub(super) fn written(&self) -> Vec<TokenTree> {
        match &self.kind {
            ValueKind::Flag => Vec::new(),
            ValueKind::Is(_, value) | ValueKind::Stray(value) => value.to_vec(),
            ValueKind::Group(stream) => stream.clone().into_iter().collect(),
        }
    }

    pub(super) fn wrong(&self, errors: &mut Errors, what: &str, help: impl std::fmt::Display) {
        errors.push(self.place(), message(Rule::OptionValue, what, help));
    }
}
