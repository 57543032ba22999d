//! Paths of the runtime, for the expansions.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};

/// Where the runtime is, and what of it the expansions use.
#[derive(Clone)]
pub(crate) struct Runtime {
    root: TokenStream,
    is_default: bool,
}

impl Runtime {
    /// `crate = path`, or `::cors_runtime`.
    pub(crate) fn new(path: Option<&syn::Path>) -> Self {
        Self {
            root: path.map_or_else(|| quote!(::cors_runtime), ToTokens::to_token_stream),
            is_default: path.is_none(),
        }
    }

    /// `$crate`, in parentheses.
    pub(crate) fn from_root(root: Option<TokenTree>) -> Self {
        match root {
            Some(TokenTree::Group(group)) => Self { root: group.stream(), is_default: false },
            _ => Self::new(None),
        }
    }

    /// This one, if it was given; else the other.
    pub(crate) fn or(self, other: Self) -> Self {
        if self.is_default { other } else { self }
    }

    /// What expansions for every framework use.
    pub(crate) fn private(&self) -> TokenStream {
        let root = &self.root;
        quote!(#root::__private)
    }

    /// What expansions for axum use.
    pub(crate) fn axum(&self) -> TokenStream {
        let root = &self.root;
        quote!(#root::axum::__private)
    }

    /// What expansions for actix-web use.
    pub(crate) fn actix(&self) -> TokenStream {
        let root = &self.root;
        quote!(#root::actix::__private)
    }
}
