//! The macros of [`cors-runtime`](https://docs.rs/cors-runtime), which re-exports them.

mod args;
mod check;
mod entry;
mod errors;
mod expand;
#[cfg(test)]
mod half_typed;
mod item;
mod paths;
mod route;
#[cfg(test)]
mod snapshots;
mod tokens;

use proc_macro::TokenStream;

/// `#[cors(..)]` for axum.
#[proc_macro_attribute]
pub fn cors_axum(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::cors_axum(options.into(), item.into()).into()
}

/// `#[cors(..)]` for actix-web.
#[proc_macro_attribute]
pub fn cors_actix(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::cors_actix(options.into(), item.into()).into()
}

/// `#[origin_check]` for axum.
#[proc_macro_attribute]
pub fn origin_check_axum(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::origin_check_axum(options.into(), item.into()).into()
}

/// `#[origin_check]` for actix-web.
#[proc_macro_attribute]
pub fn origin_check_actix(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::origin_check_actix(options.into(), item.into()).into()
}

/// A shared policy, as a constant expression.
#[proc_macro]
pub fn policy(options: TokenStream) -> TokenStream {
    entry::policy(options.into()).into()
}

/// `routes![..]` for axum.
#[proc_macro]
pub fn routes_axum(handlers: TokenStream) -> TokenStream {
    entry::routes_axum(handlers.into()).into()
}

/// `routes![..]` for actix-web.
#[proc_macro]
pub fn routes_actix(handlers: TokenStream) -> TokenStream {
    entry::routes_actix(handlers.into()).into()
}

/// `methods![..]` for axum.
#[proc_macro]
pub fn methods_axum(handlers: TokenStream) -> TokenStream {
    entry::methods_axum(handlers.into()).into()
}
