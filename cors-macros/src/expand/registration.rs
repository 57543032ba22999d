//! The expansions of `routes!` and `methods!`.

use super::axum::declaration_name;
use crate::paths::Runtime;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

/// The path of a handler in `routes!`.
pub(crate) struct HandlerPath {
    /// The path without generic arguments.
    pub(crate) path: syn::Path,
    /// The generic arguments of the last segment: `::<Pg>`.
    pub(crate) arguments: TokenStream,
}

/// `routes![..]` of axum.
pub(crate) fn axum_routes(handlers: &[HandlerPath], runtime: &Runtime) -> TokenStream {
    let axum = runtime.axum();
    let none = TokenStream::new();
    let blocks = handlers.iter().map(|handler| axum_block(handler, (&quote!(add), &none), &axum));
    quote!({
        let mut __cors_routes = #axum::Routes::new();
        #(#blocks)*
        __cors_routes
    })
}

/// Adds a handler with its declaration. `#alias` as a type is the struct beside the handler. A handler without `#[cors(..)]` has no such
/// struct: `use #path as #alias` then imports only the function, and the type comes from the glob import, for which the
/// runtime has a diagnostic. If there is no such handler, rustc reports the import.
fn axum_block(
    HandlerPath { path, arguments }: &HandlerPath,
    (method, arguments_before): (&TokenStream, &TokenStream),
    axum: &TokenStream,
) -> TokenStream {
    let span = path.segments.last().map_or_else(proc_macro2::Span::call_site, |segment| segment.ident.span());
    let alias = proc_macro2::Ident::new("handler_without_cors", span);
    let constant = declaration_name(span);
    // Errors about the declaration underline the handler.
    let declaration = quote_spanned!(span=> #alias::#constant);
    let call = quote!(__cors_routes.#method(#arguments_before #declaration, #alias #arguments););
    quote!({
        #[allow(unused_imports)]
        use #axum::fallback::*;
        {
            #[allow(unused_imports)]
            use #path as #alias;
            #call
        }
    })
}

/// One entry of `methods!`: `get(handler)`.
pub(crate) struct MethodEntry {
    /// The methods; empty for `any`.
    pub(crate) methods: &'static [&'static str],
    pub(crate) handler: HandlerPath,
}

/// `methods![..]` of axum.
pub(crate) fn axum_methods(entries: &[MethodEntry], runtime: &Runtime) -> TokenStream {
    let axum = runtime.axum();
    let blocks = entries.iter().map(|MethodEntry { methods, handler }| {
        axum_block(handler, (&quote!(add_method), &quote!(&[#(#methods),*],)), &axum)
    });
    quote!({
        let mut __cors_routes = #axum::Routes::new();
        #(#blocks)*
        __cors_routes.into_method_router()
    })
}

/// `routes![..]` of actix-web.
pub(crate) fn actix_routes(handlers: &[HandlerPath], runtime: &Runtime) -> TokenStream {
    let actix = runtime.actix();
    let paths = handlers.iter().map(|handler| &handler.path);
    quote!(#actix::Routes::new()#(.add(#paths))*)
}
