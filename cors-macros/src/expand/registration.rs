//! The expansions of `routes!` and `methods!`.

use super::axum::declaration_name;
use crate::paths::Runtime;
use proc_macro2::{Ident, Span, TokenStream};
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
    let blocks = handlers.iter().map(|handler| axum_block(handler, ("add", &none), &axum));
    quote!({
        let mut __cors_routes = #axum::Routes::new();
        #(#blocks)*
        __cors_routes
    })
}

/// Adds a handler with its declaration. `#alias` as a type is the enum beside the handler. A handler without `#[cors(..)]`
/// has no such enum: `use #path as #alias` then imports only the function, and the type comes from the glob import, for
/// which the runtime has a diagnostic. If there is no such handler, rustc reports the import.
fn axum_block(
    HandlerPath { path, arguments }: &HandlerPath,
    (method, arguments_before): (&str, &TokenStream),
    axum: &TokenStream,
) -> TokenStream {
    let Some(name) = path.segments.last().map(|segment| &segment.ident) else { return TokenStream::new() };
    // Errors about the handler underline the handler.
    let span = name.span();
    let alias = Ident::new("handler_without_cors", span);
    let method = Ident::new(method, span);
    let constant = declaration_name(span);
    let routes = Ident::new("__cors_routes", Span::call_site().located_at(span));
    let call = if arguments.is_empty() {
        // `mod health` hides the enum of a handler `health` that it exports (`pub use health::*`): `#alias` is the
        // module then, and the glob import finds the enum in it. For every other handler, `#alias` is an enum without
        // variants, and the glob import finds nothing.
        let declaration = quote_spanned!(span=> #name::#constant);
        quote!({
            #[allow(unused_imports)]
            use #alias as #name;
            {
                #[allow(unused_imports)]
                use #alias::*;
                #routes.#method(#arguments_before #alias, #name, #declaration);
            }
        })
    } else {
        // The glob import could hide the types among the arguments.
        let declaration = quote_spanned!(span=> #alias::#constant);
        quote!(#routes.#method(#arguments_before #alias #arguments, #alias #arguments, #declaration);)
    };
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
        axum_block(handler, ("add_method", &quote!(&[#(#methods),*],)), &axum)
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
    quote!({
        let mut __cors_routes = #actix::Routes::new();
        #(__cors_routes.add(#paths);)*
        __cors_routes
    })
}
