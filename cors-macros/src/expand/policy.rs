//! Writes a policy as a constant expression.

use crate::args::OriginArg;
use crate::check::{CheckedEnforcement, CheckedHeaders, CheckedNames, CheckedOrigins, CheckedPolicy};
use crate::errors::message;
use crate::paths::Runtime;
use cors_policy::{OriginEntry, Rule};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Attribute;
use syn::spanned::Spanned;

/// An expression of the type `Policy` for the initializer of a `static`.
///
/// The names of its items begin with `__CORS`: items are not hygienic, and the user may have called the base `BASE`.
pub(crate) fn policy(policy: &CheckedPolicy, runtime: &Runtime) -> TokenStream {
    let rt = runtime.private();
    let mut fields = TokenStream::new();
    if let Some(list) = &policy.origins {
        let list = origins(list, &rt);
        fields.extend(quote!(origins: #list,));
    }
    if let Some(list) = &policy.dev_origins {
        let list = origins(list, &rt);
        fields.extend(quote! {
            #[cfg(debug_assertions)]
            dev_origins: #list,
            #[cfg(not(debug_assertions))]
            dev_origins: #rt::DeclaredOrigins::EMPTY,
        });
    }
    // The base may have set the other one of the two fields.
    let replaces_base = policy.base.is_some();
    match &policy.allow_headers {
        None => {}
        Some(CheckedHeaders::Any) => {
            fields.extend(quote!(allow_any_headers: true,));
            if replaces_base {
                fields.extend(quote!(allow_headers: #rt::DeclaredNames::EMPTY,));
            }
        }
        Some(CheckedHeaders::Names(list)) => {
            let list = names(list, &rt);
            fields.extend(quote!(allow_headers: #list,));
            if replaces_base {
                fields.extend(quote!(allow_any_headers: false,));
            }
        }
    }
    if let Some(list) = &policy.expose_headers {
        let list = names(list, &rt);
        fields.extend(quote!(expose_headers: #list,));
    }
    if let Some(seconds) = policy.max_age {
        fields.extend(quote!(max_age: ::core::option::Option::Some(#seconds),));
    }
    if let Some(CheckedEnforcement { navigations, hosts }) = &policy.enforce {
        fields.extend(quote!(enforce: true,));
        // The base may let navigations pass. Its hosts are kept unless others are listed here, so that no attribute removes
        // the check of `Host` without a word about it.
        if *navigations || replaces_base {
            fields.extend(quote!(enforce_navigations: #navigations,));
        }
        if let Some(hosts) = hosts {
            fields.extend(quote!(enforce_hosts: #rt::DeclaredNames::new(#hosts),));
        }
    }
    for (is_set, name) in [
        (policy.credentials, quote!(credentials)),
        (policy.insecure_origins, quote!(insecure_origins)),
        (policy.public_suffixes, quote!(public_suffixes)),
    ] {
        if is_set {
            fields.extend(quote!(#name: true,));
        }
    }
    // An opt-out of the base applies only to the origins of the base.
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
    let checks = policy.const_checks.iter().map(|check| {
        // rustc shows the name of the item in its message.
        let rule = check.predicate.trim_start_matches("breaks_").to_uppercase();
        let name = Ident::new(&format!("__CORS_{rule}"), Span::mixed_site());
        let predicate = Ident::new(check.predicate, Span::call_site());
        let text = &check.message;
        // rustc reports the panic at its span.
        let panic = quote_spanned!(check.key.span()=> ::core::panic!(#text));
        quote!(#[allow(dead_code)] static #name: () = if __CORS_DECLARED.#predicate() { #panic };)
    });
    // A base that is no policy is reported at its path.
    let reference = quote_spanned!(base.span()=> &);
    quote!({
        // Through a `static` reference, constant evaluation can read both a `const` and a `static` base.
        static __CORS_BASE: &#rt::Policy = #reference #base;
        static __CORS_DECLARED: #rt::Declared = #rt::Declared { #fields ..__CORS_BASE.declared() };
        #(#checks)*
        #rt::Policy::from_declared(__CORS_DECLARED)
    })
}

/// Items that make rustc warn about each origin of a development server in `origins`, in builds without
/// `debug_assertions`.
pub(crate) fn warnings<'a>(
    policy: &CheckedPolicy,
    lints: impl Iterator<Item = &'a Attribute>,
) -> TokenStream {
    let uses: Vec<_> = policy
        .origins
        .iter()
        .flat_map(|origins| &origins.sources)
        .filter_map(|source| match source {
            OriginArg::Text(text) => {
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

fn origins(list: &CheckedOrigins, rt: &TokenStream) -> TokenStream {
    let mut texts = Vec::new();
    let mut sources = Vec::new();
    for source in &list.sources {
        sources.push(match source {
            OriginArg::Text(text) => {
                texts.push(text);
                quote!(#rt::OriginSource::Origin(#rt::Cow::Borrowed(#text)))
            }
            OriginArg::Env { name, if_empty } => {
                // `Debug` writes the name of the variant.
                let if_empty = format_ident!("{if_empty:?}");
                quote!(#rt::OriginSource::declared_env(#name, #rt::IfEmpty::#if_empty))
            }
            OriginArg::Set(path) => named_origins(path, rt),
        });
    }
    // Nearly every list has texts alone. They need no constant of their own, which would cost the compiler time.
    let mut origins = if texts.len() == sources.len() {
        quote!(#rt::DeclaredOrigins::texts(&[#(#texts),*]))
    } else {
        quote!({
            // A `static` is always evaluated, so that `cargo check` reports constant texts.
            static __CORS_ORIGINS: &[#rt::OriginSource<'static>] = &[#(#sources),*];
            #rt::DeclaredOrigins::sources(__CORS_ORIGINS)
        })
    };
    if list.allows_any {
        origins.extend(quote!(.with_any()));
    }
    if list.has_insecure {
        origins.extend(quote!(.with_insecure()));
    }
    origins
}

/// A `static` or constant among the origins. Errors about its type underline its path.
fn named_origins(path: &syn::Path, rt: &TokenStream) -> TokenStream {
    let span = path.segments.last().map_or_else(Span::call_site, |segment| segment.ident.span());
    let written = path.to_token_stream().to_string().replace(' ', "");
    let error = message(
        Rule::OptionValue,
        format_args!(
            "`{written}` is a constant, and the compiler can check only origins that are written here"
        ),
        "write the origin in quotes: `\"https://app.example.com\"`; several handlers can share it in a policy: \
         `static SHARED: Policy = policy!(origins = [..])` and `#[cors(policy = SHARED)]`",
    );
    // rustc reports the panic at its span, and another type at that of the method.
    let (panic, set) = (quote_spanned!(span=> ::core::panic!(#error)), Ident::new("origin_set", span));
    quote! {
        #rt::OriginSource::declared_set(match #rt::NamedOrigins(&#path).#set() {
            ::core::option::Option::Some(__cors_set) => __cors_set,
            ::core::option::Option::None => #panic,
        })
    }
}

fn names(CheckedNames { joined, has_wildcard }: &CheckedNames, rt: &TokenStream) -> TokenStream {
    let with_wildcard = has_wildcard.then(|| quote!(.with_wildcard()));
    quote!(#rt::DeclaredNames::new(#joined) #with_wildcard)
}
