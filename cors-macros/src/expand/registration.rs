//! The expansions of `routes!` and `methods!`.

use super::axum::declaration_name;
use crate::errors::message;
use crate::paths::Runtime;
use cors_policy::Rule;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Attribute;
use syn::spanned::Spanned;

/// The path of a handler in `routes!`.
pub(crate) struct HandlerPath {
    pub(crate) cfgs: Vec<Attribute>,
    /// The path without generic arguments.
    pub(crate) path: syn::Path,
    /// The generic arguments of the last segment: `::<Pg>`.
    pub(crate) arguments: TokenStream,
}

/// `routes![..]` of axum.
pub(crate) fn axum_routes(handlers: &[HandlerPath], runtime: &Runtime) -> TokenStream {
    let axum = runtime.axum();
    let blocks = handlers.iter().map(|handler| axum_block(handler, None, &axum));
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
    HandlerPath { cfgs, path, arguments }: &HandlerPath,
    entry: Option<&MethodEntry>,
    axum: &TokenStream,
) -> TokenStream {
    let Some(name) = path.segments.last().map(|segment| &segment.ident) else { return TokenStream::new() };
    // Errors about the handler underline the handler.
    let span = name.span();
    let alias = Ident::new("handler_without_cors", span);
    let constant = declaration_name(span);
    let add = |name: &TokenStream, declaration: TokenStream| {
        let routes = Ident::new("__cors_routes", Span::call_site().located_at(span));
        let Some(entry @ MethodEntry { methods, .. }) = entry else {
            let add = Ident::new("add", span);
            return quote!(#routes.#add(#alias #arguments, #name #arguments, #declaration););
        };
        let add = Ident::new("add_method", span);
        let check = method_check(entry, &declaration);
        quote! {
            #check
            #routes.#add(&[#(#methods),*], #alias #arguments, #name #arguments, #declaration);
        }
    };
    let call = if arguments.is_empty() {
        // `mod health` hides the enum of a handler `health` that it exports (`pub use health::*`): `#alias` is the
        // module then, and the glob import finds the enum in it. For every other handler, `#alias` is an enum without
        // variants, and the glob import finds nothing.
        let call = add(&quote!(#name), quote_spanned!(span=> #name::#constant));
        quote!({
            #[allow(unused_imports)]
            use #alias as #name;
            {
                #[allow(unused_imports)]
                use #alias::*;
                #call
            }
        })
    } else {
        // The glob import could hide the types among the arguments.
        add(&quote!(#alias), quote_spanned!(span=> #alias::#constant))
    };
    quote! {
        #(#cfgs)*
        {
            #[allow(unused_imports)]
            use #axum::fallback::*;
            {
                #[allow(unused_imports)]
                use #path as #alias;
                #call
            }
        }
    }
}

/// A constant that reports `post(me)` if `me` has a route attribute, and none for `POST`.
fn method_check(
    MethodEntry { word, methods, handler }: &MethodEntry,
    declaration: &TokenStream,
) -> TokenStream {
    let name = handler.path.to_token_stream().to_string().replace(' ', "");
    let text = message(
        Rule::OptionValue,
        format_args!("the route attribute of `{name}` names another method than `{word}`"),
        format_args!(
            "write the method of the route attribute, or `routes![{name}]`, which reads method and path from it"
        ),
    );
    let panic = quote_spanned!(word.span()=> ::core::panic!(#text));
    quote! {
        const _: () = if !#declaration.may_be_routed_for(&[#(#methods),*]) {
            #panic
        };
    }
}

/// One entry of `methods!`: `get(handler)`.
pub(crate) struct MethodEntry {
    /// `get`
    pub(crate) word: Ident,
    /// The methods; empty for `any`.
    pub(crate) methods: &'static [&'static str],
    pub(crate) handler: HandlerPath,
}

/// `methods![..]` of axum.
pub(crate) fn axum_methods(entries: &[MethodEntry], runtime: &Runtime) -> TokenStream {
    let axum = runtime.axum();
    let blocks = entries.iter().map(|entry| axum_block(&entry.handler, Some(entry), &axum));
    quote!({
        let mut __cors_routes = #axum::Routes::new();
        #(#blocks)*
        __cors_routes.into_method_router()
    })
}

/// `routes![..]` of actix-web.
pub(crate) fn actix_routes(handlers: &[HandlerPath], runtime: &Runtime) -> TokenStream {
    let actix = runtime.actix();
    let blocks = handlers.iter().map(|HandlerPath { cfgs, path, .. }| {
        // Errors about the handler underline the handler.
        let add = Ident::new("add", path.span());
        quote! {
            #(#cfgs)*
            __cors_routes.#add(#path);
        }
    });
    quote!({
        let mut __cors_routes = #actix::Routes::new();
        #(#blocks)*
        __cors_routes
    })
}
