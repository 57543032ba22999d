//! `routes!` and `methods!`.

use crate::paths::Runtime;
use proc_macro2::TokenStream;
use quote::quote;

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

/// Looks the handler up in the type namespace. Where it was never annotated, a type that is called the same comes from
/// the glob around: the import hides it in each namespace by itself, and in both if there is no such handler at all.
fn axum_block(
    HandlerPath { path, arguments }: &HandlerPath,
    (method, arguments_before): (&TokenStream, &TokenStream),
    axum: &TokenStream,
) -> TokenStream {
    let span = path.segments.last().map_or_else(proc_macro2::Span::call_site, |segment| segment.ident.span());
    let alias = proc_macro2::Ident::new("handler_without_cors", span);
    quote!({
        #[allow(unused_imports)]
        use #axum::fallback::*;
        {
            #[allow(unused_imports)]
            use #path as #alias;
            __cors_routes.#method::<#alias, _, _>(#arguments_before #alias #arguments);
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
        let mut __cors_routes = #axum::MethodRoutes::new();
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
