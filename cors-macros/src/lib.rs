//! The macros of [`cors-runtime`](https://docs.rs/cors-runtime), which re-exports and documents them. Their expansions
//! use private items of `cors-runtime`, so they do not work without it.
//!
//! | macro | documentation |
//! |---|---|
//! | `cors_axum` | [`cors_runtime::axum::cors`](https://docs.rs/cors-runtime/latest/cors_runtime/axum/attr.cors.html) |
//! | `cors_actix` | [`cors_runtime::actix::cors`](https://docs.rs/cors-runtime/latest/cors_runtime/actix/attr.cors.html) |
//! | `origin_check_axum`, `origin_check_actix` | [`axum::origin_check`](https://docs.rs/cors-runtime/latest/cors_runtime/axum/attr.origin_check.html), [`actix::origin_check`](https://docs.rs/cors-runtime/latest/cors_runtime/actix/attr.origin_check.html) |
//! | `routes_axum`, `routes_actix` | [`axum::routes!`](https://docs.rs/cors-runtime/latest/cors_runtime/axum/macro.routes.html), [`actix::routes!`](https://docs.rs/cors-runtime/latest/cors_runtime/actix/macro.routes.html) |
//! | `methods_axum` | [`axum::methods!`](https://docs.rs/cors-runtime/latest/cors_runtime/axum/macro.methods.html) |
//! | `policy` | [`policy!`](https://docs.rs/cors-runtime/latest/cors_runtime/macro.policy.html) |
//!
//! How they work: `docs/architecture.md` in the repository.

// rustdoc shows the documentation of a re-export followed by that of the item. Editors show only the latter, so it is
// short.

mod args;
mod check;
mod entry;
mod errors;
mod expand;
#[cfg(test)]
mod fuzzed;
#[cfg(test)]
mod half_typed;
mod item;
mod paths;
mod route;
#[cfg(test)]
mod snapshots;
mod tokens;

use proc_macro::TokenStream;

#[doc = include_str!("../docs/cors.md")]
#[proc_macro_attribute]
pub fn cors_axum(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::cors_axum(options.into(), item.into()).into()
}

#[doc = include_str!("../docs/cors.md")]
#[proc_macro_attribute]
pub fn cors_actix(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::cors_actix(options.into(), item.into()).into()
}

/// # In short
///
/// `#[origin_check] async fn check(origin: &Origin, extractors ..) -> bool`, for `#[cors(origins = dynamic(check))]`.
#[proc_macro_attribute]
pub fn origin_check_axum(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::origin_check_axum(options.into(), item.into()).into()
}

/// # In short
///
/// `#[origin_check] async fn check(origin: &Origin, extractors ..) -> bool`, for `#[cors(origins = dynamic(check))]`.
#[proc_macro_attribute]
pub fn origin_check_actix(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::origin_check_actix(options.into(), item.into()).into()
}

/// # In short
///
/// `static SHARED: Policy = policy!(origins = [..], credentials, ..);` takes the keys of `#[cors(..)]`.
#[proc_macro]
pub fn policy(options: TokenStream) -> TokenStream {
    entry::policy(options.into()).into()
}

/// # In short
///
/// `routes![handler, module::other, generic::<T>]` gives a `Routes`.
#[proc_macro]
pub fn routes_axum(handlers: TokenStream) -> TokenStream {
    entry::routes_axum(handlers.into()).into()
}

/// # In short
///
/// `routes![handler, module::other]` gives a `Routes`.
#[proc_macro]
pub fn routes_actix(handlers: TokenStream) -> TokenStream {
    entry::routes_actix(handlers.into()).into()
}

/// # In short
///
/// `methods![get(handler), put(other)]` gives a `MethodRouter`.
#[proc_macro]
pub fn methods_axum(handlers: TokenStream) -> TokenStream {
    entry::methods_axum(handlers.into()).into()
}
