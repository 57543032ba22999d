//! Collects errors, so that all of them are reported together.

use cors_policy::Rule;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use std::fmt::Display;

/// The errors of one use of a macro.
#[derive(Default)]
pub(crate) struct Errors {
    list: Vec<syn::Error>,
    call: TokenStream,
}

impl Errors {
    /// The errors of an attribute on this item.
    pub(crate) fn of_attribute(item: &TokenStream) -> Self {
        // A token of the user with the position of the attribute. For a span of the macro, rustc would add a note about
        // where the error "originates".
        let call = item.clone().into_iter().next().map(|mut token| {
            token.set_span(token.span().located_at(Span::call_site()));
            token
        });
        Self { list: Vec::new(), call: call.into_iter().collect() }
    }

    /// The errors of a macro call with these tokens.
    pub(crate) fn of_call(tokens: &TokenStream) -> Self {
        Self { list: Vec::new(), call: tokens.clone() }
    }

    /// Adds an error that underlines all `tokens`.
    pub(crate) fn push(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.list.push(syn::Error::new_spanned(tokens, message));
    }

    /// Adds an error that underlines the whole attribute, or all tokens of a macro call.
    pub(crate) fn push_at_call(&mut self, message: impl Display) {
        let call = self.call.clone();
        self.push(call, message);
    }

    /// Adds an error with a message of syn.
    pub(crate) fn push_syn(&mut self, error: syn::Error) {
        self.list.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// One `compile_error!` for each error.
    pub(crate) fn into_compile_errors(self) -> TokenStream {
        self.list.iter().map(syn::Error::to_compile_error).collect()
    }
}

/// A message in the form of all messages: what is wrong, the rule in brackets, and what to write instead.
pub(crate) fn message(rule: Rule, what: impl Display, help: impl Display) -> String {
    format!("{what} [{rule}]\nhelp: {help}")
}
