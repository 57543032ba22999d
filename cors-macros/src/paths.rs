//! The paths of the runtime that expansions use.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};

/// The path of the runtime.
#[derive(Clone)]
pub(crate) struct Runtime {
    root: TokenStream,
    is_default: bool,
}

impl Runtime {
    /// The path of `crate = path`, or `::cors_runtime`.
    pub(crate) fn new(path: Option<&syn::Path>) -> Self {
        Self {
            root: path.map_or_else(|| quote!(::cors_runtime), ToTokens::to_token_stream),
            is_default: path.is_none(),
        }
    }

    /// The path that a `macro_rules!` of the runtime passes: `$crate` in parentheses.
    pub(crate) fn from_root(root: Option<TokenTree>) -> Self {
        match root {
            Some(TokenTree::Group(group)) => Self { root: group.stream(), is_default: false },
            _ => Self::new(None),
        }
    }

    /// This path if the user has written it, else the other.
    pub(crate) fn or(self, other: Self) -> Self {
        if self.is_default { other } else { self }
    }

    /// The module with the items that expansions for all frameworks use.
    pub(crate) fn private(&self) -> TokenStream {
        let root = &self.root;
        quote!(#root::__private)
    }

    /// The module with the items that expansions for axum use.
    pub(crate) fn axum(&self) -> TokenStream {
        let root = &self.root;
        quote!(#root::axum::__private)
    }

    /// The module with the items that expansions for actix-web use.
    pub(crate) fn actix(&self) -> TokenStream {
        let root = &self.root;
        quote!(#root::actix::__private)
    }
}
