//! A policy as a constant expression.

use crate::args::Source;
use crate::check::{CheckedHeaders, CheckedPolicy};
use crate::paths::Runtime;
use cors_policy::OriginEntry;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Attribute;
use syn::spanned::Spanned;

/// An expression of the type `Policy` that can stand in a `static`.
///
/// Its items have names that no user has: items are not hygienic, and a base may be called `BASE`.
pub(crate) fn policy(policy: &CheckedPolicy, runtime: &Runtime) -> TokenStream {
    let rt = runtime.private();
    let mut fields = TokenStream::new();
    // Without an item of its own where there is nothing but literals: the compiler takes less time.
    let list = |sources: &[Source]| {
        let elements = sources.iter().map(|source| self::source(source, &rt));
        let list = quote!(&[#(#elements),*]);
        let is_literal = sources.iter().all(|source| matches!(source, Source::Text(_)));
        if is_literal {
            list
        } else {
            quote!({ const __CORS_ORIGINS: &[#rt::Source<'static>] = #list; __CORS_ORIGINS })
        }
    };
    if let Some(origins) = &policy.origins {
        let origins = list(origins);
        fields.extend(quote!(origins: #origins,));
    }
    if let Some(dev_origins) = &policy.dev_origins {
        let origins = list(dev_origins);
        fields.extend(quote! {
            #[cfg(debug_assertions)]
            dev_origins: #origins,
            #[cfg(not(debug_assertions))]
            dev_origins: &[],
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
    // An opt-out of the base is about the origins of the base.
    if policy.base.is_some() && policy.origins.is_some() {
        for (is_set, name) in [
            (policy.insecure_origins, quote!(insecure_origins)),
            (policy.public_suffixes, quote!(public_suffixes)),
        ] {
            if !is_set {
                fields.extend(quote!(#name: false,));
            }
        }
    }
    let Some(base) = &policy.base else {
        return quote!(#rt::Policy::from_declared(#rt::Declared { #fields ..#rt::Declared::EMPTY }));
    };
    let checks = policy.merged.iter().map(|check| {
        // rustc shows the name.
        let rule = check.predicate.trim_start_matches("breaks_").to_uppercase();
        let name = Ident::new(&format!("__CORS_{rule}"), Span::mixed_site());
        let predicate = Ident::new(check.predicate, Span::call_site());
        let text = &check.message;
        // The panic stands where the key stands.
        let panic = quote_spanned!(check.key.span()=> ::core::panic!(#text));
        quote!(#[allow(dead_code)] static #name: () = if __CORS_DECLARED.#predicate() { #panic };)
    });
    // What is no policy is reported where it is written.
    let reference = quote_spanned!(base.span()=> &);
    quote!({
        // A `static` in between makes a base that is a `const` and one that is a `static` the same.
        static __CORS_BASE: &#rt::Policy = #reference #base;
        static __CORS_DECLARED: #rt::Declared = #rt::Declared { #fields ..__CORS_BASE.declared() };
        #(#checks)*
        #rt::Policy::from_declared(__CORS_DECLARED)
    })
}

/// Warnings, as items: an origin of a development machine among those of production.
pub(crate) fn warnings<'a>(
    policy: &CheckedPolicy,
    lints: impl Iterator<Item = &'a Attribute>,
) -> TokenStream {
    let uses: Vec<_> = policy
        .origins
        .iter()
        .flatten()
        .filter_map(|source| match source {
            Source::Text(text) => {
                let value = text.value();
                OriginEntry::split(&value)?.is_loopback_port().then(|| text.span())
            }
            _ => None,
        })
        .map(|span| quote_spanned!(span=> let () = loopback_origin_in_a_release_build;))
        .collect();
    if uses.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #[cfg(not(debug_assertions))]
        #(#lints)*
        const _: () = {
            #[deprecated(note = "write it in `dev_origins`, which this build leaves out")]
            #[allow(non_upper_case_globals)]
            const loopback_origin_in_a_release_build: () = ();
            #(#uses)*
        };
    }
}

fn source(source: &Source, rt: &TokenStream) -> TokenStream {
    match source {
        Source::Text(text) => quote!(#rt::Source::Origin(#text)),
        Source::Env { name, optional } => quote!(#rt::Source::Env { name: #name, optional: #optional }),
        Source::Set(path) => quote!(#rt::Source::Set(&#path)),
    }
}
