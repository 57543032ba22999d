//! Errors are gathered, and reported together.

use cors_policy::Rule;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use std::fmt::Display;

/// Everything that is wrong with one use of a macro.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// `tokens` are underlined, all of them.
    pub(crate) fn push(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.0.push(syn::Error::new_spanned(tokens, message));
    }

    /// Underlines the whole attribute or macro call.
    pub(crate) fn push_at_call(&mut self, message: impl Display) {
        // Resolved elsewhere, so that rustc does not add where the error "originates".
        let span = Span::mixed_site().located_at(Span::call_site());
        self.0.push(syn::Error::new(span, message));
    }

    /// An error of syn's own.
    pub(crate) fn push_syn(&mut self, error: syn::Error) {
        self.0.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One `compile_error!` each.
    pub(crate) fn into_compile_errors(self) -> TokenStream {
        self.0.iter().map(syn::Error::to_compile_error).collect()
    }
}

/// A message in the form that all have: what is wrong, the rule in brackets, then what to write instead.
pub(crate) fn message(rule: Rule, what: impl Display, help: impl Display) -> String {
    format!("{what} [{rule}]\nhelp: {help}")
}
