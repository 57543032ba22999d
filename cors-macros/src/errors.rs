//! Errors are gathered, and reported together.

use cors_policy::Rule;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use std::fmt::Display;

/// Everything that is wrong with one use of a macro.
#[derive(Default)]
pub(crate) struct Errors {
    list: Vec<syn::Error>,
    call: TokenStream,
}

impl Errors {
    /// For an attribute on this item.
    pub(crate) fn of_attribute(item: &TokenStream) -> Self {
        // A token of the user's, moved: with a span of our own rustc would add where the error "originates".
        let call = item.clone().into_iter().next().map(|mut token| {
            token.set_span(token.span().located_at(Span::call_site()));
            token
        });
        Self { list: Vec::new(), call: call.into_iter().collect() }
    }

    /// For a macro that is called with these tokens.
    pub(crate) fn of_call(tokens: &TokenStream) -> Self {
        Self { list: Vec::new(), call: tokens.clone() }
    }

    /// `tokens` are underlined, all of them.
    pub(crate) fn push(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.list.push(syn::Error::new_spanned(tokens, message));
    }

    /// Underlines the whole attribute, or everything in a macro call.
    pub(crate) fn push_at_call(&mut self, message: impl Display) {
        let call = self.call.clone();
        self.push(call, message);
    }

    /// An error of syn's own.
    pub(crate) fn push_syn(&mut self, error: syn::Error) {
        self.list.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// One `compile_error!` each.
    pub(crate) fn into_compile_errors(self) -> TokenStream {
        self.list.iter().map(syn::Error::to_compile_error).collect()
    }
}

/// A message in the form that all have: what is wrong, the rule in brackets, then what to write instead.
pub(crate) fn message(rule: Rule, what: impl Display, help: impl Display) -> String {
    format!("{what} [{rule}]\nhelp: {help}")
}
