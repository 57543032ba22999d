//! A policy as a constant expression.

use crate::args::Source;
use crate::check::{CheckedHeaders, CheckedPolicy};
use crate::paths::Runtime;
use proc_macro2::TokenStream;
use quote::quote;

/// An expression of the type `Policy` that can stand in a `static`. Its items have names that no user has: paths of the
/// user's, such as `policy = BASE`, are resolved beside them.
pub(crate) fn policy(policy: &CheckedPolicy, runtime: &Runtime) -> TokenStream {
    let rt = runtime.private();
    let mut fields = TokenStream::new();
    // Without `origins` the base's stay.
    if policy.origins.is_some() || policy.base.is_none() || !policy.dev_origins.is_empty() {
        let always = policy.origins.iter().flatten().map(|source| self::source(source, &rt));
        let dev = policy.dev_origins.iter().map(|source| self::source(source, &rt));
        fields.extend(quote! {
            origins: {
                const __CORS_ORIGINS: &[#rt::Source<'static>] = &[
                    #(#always,)*
                    #(#[cfg(debug_assertions)] #dev,)*
                ];
                __CORS_ORIGINS
            },
        });
    }
    match &policy.allow_headers {
        None => {}
        Some(CheckedHeaders::Any) => fields.extend(quote!(allow_headers: #rt::AllowHeaders::Any,)),
        Some(CheckedHeaders::Names(names)) if names.is_empty() => {
            fields.extend(quote!(allow_headers: #rt::AllowHeaders::None,));
        }
        Some(CheckedHeaders::Names(names)) => {
            fields.extend(quote!(allow_headers: #rt::AllowHeaders::Names(#names),));
        }
    }
    if let Some(names) = &policy.expose_headers {
        fields.extend(quote!(expose_headers: #names,));
    }
    if let Some(seconds) = policy.max_age {
        fields.extend(quote!(max_age: ::core::option::Option::Some(#seconds),));
    }
    for (is_set, name) in [
        (policy.credentials, quote!(credentials)),
        (policy.enforce, quote!(enforce)),
        (policy.insecure_origins, quote!(insecure_origins)),
        (policy.public_suffixes, quote!(public_suffixes)),
    ] {
        if is_set {
            fields.extend(quote!(#name: true,));
        }
    }
    let base = match &policy.base {
        None => quote!(#rt::Declared::EMPTY),
        Some(_) => quote!(__CORS_BASE.declared()),
    };
    let declared = quote!(#rt::Policy::from_declared(#rt::Declared { #fields ..#base }));
    match &policy.base {
        None => declared,
        // A `static` in between makes a base that is a `const` and one that is a `static` the same.
        Some(path) => quote!({
            static __CORS_BASE: &#rt::Policy = &#path;
            #declared
        }),
    }
}

fn source(source: &Source, rt: &TokenStream) -> TokenStream {
    match source {
        Source::Text(text) => quote!(#rt::Source::Origin(#text)),
        Source::Env { name, optional } => quote!(#rt::Source::Env { name: #name, optional: #optional }),
        Source::Set(path) => quote!(#rt::Source::Set(&#path)),
    }
}
