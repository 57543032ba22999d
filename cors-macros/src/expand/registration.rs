//! `routes!` and `methods!`.

use super::axum::declaration_name;
use crate::paths::Runtime;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

/// One handler of `routes!`.
pub(crate) struct HandlerPath {
    /// Without generic arguments.
    pub(crate) path: syn::Path,
    /// `::<Pg>`, of the last segment.
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

/// Looks up the declaration of a handler in the type that has its name. If the handler was never annotated, there is no
/// such type: then the alias of the type comes from the glob around, and that of the function from the import.
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
    /// None for `any`.
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
