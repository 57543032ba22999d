//! `#[cors(..)]` for axum: the unchanged function, and a type of the same name that holds what the attribute says.

use super::policy::{policy, warnings};
use crate::check::CheckedPolicy;
use crate::item::Function;
use crate::paths::Runtime;
use crate::route::Route;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

/// The expansion. The attributes of `function` are those that stay on it.
pub(crate) fn handler(
    function: &Function,
    checked: &CheckedPolicy,
    routes: Option<&[Route]>,
    runtime: &Runtime,
) -> TokenStream {
    let Function { attrs, vis, name, rest, .. } = function;
    let axum = runtime.axum();
    let cfgs: Vec<_> = function.cfgs().collect();
    let warnings = warnings(checked, function.lints());
    let warnings = (!warnings.is_empty()).then(|| quote!(#(#cfgs)* #warnings));
    let routes = routes.map(|routes| {
        let routes = routes.iter().map(
            |Route { methods, path, .. }| quote!(#axum::RouteAttribute { methods: &[#(#methods),*], path: #path }),
        );
        quote!(&[#(#routes),*])
    });
    let declaration = declaration(function, checked, routes.as_ref(), runtime);
    quote! {
        // The constant of the type below is the one that is reported as unused.
        #[allow(dead_code)]
        #(#attrs)*
        #vis #rest

        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code)]
        #vis enum #name {}

        #(#cfgs)*
        #declaration

        #warnings
    }
}

/// A constant of the type that has the handler's name. It is an inherent one, since that costs the compiler less than the
/// implementation of a trait. Only `routes!` and `methods!` read it: rustc reports it as unused for every other handler.
fn declaration(
    function: &Function,
    checked: &CheckedPolicy,
    routes: Option<&TokenStream>,
    runtime: &Runtime,
) -> TokenStream {
    let Function { vis, name, expected_dead_code, .. } = function;
    let (rt, axum) = (runtime.private(), runtime.axum());
    let policy = policy(checked, runtime);
    // rustc names the constant in the errors of constant evaluation, so such a policy is a constant of its own.
    let (policy_constant, policy) = if checked.may_fail_in_constant_evaluation() {
        let constant = quote! {
            #[allow(dead_code)]
            const __CORS_POLICY: #rt::Policy = #policy;
        };
        (constant, quote!(Self::__CORS_POLICY))
    } else {
        (TokenStream::new(), policy)
    };
    // rustc does not report an unused item whose first or last token is the macro's.
    let span = name.span();
    let (keyword, end) = (quote_spanned!(span=> const), quote_spanned!(span=> ;));
    let constant = declaration_name(span);
    let lints = function.lints();
    let (marker, value) = match routes {
        Some(routes) => (quote!(WithRoutes), quote!(with_routes(#policy, #rt::source_location!(), #routes))),
        None => (quote!(WithoutRoutes), quote!(without_routes(#policy, #rt::source_location!()))),
    };
    let implementation = |origins: TokenStream| {
        quote! {
            #[allow(private_interfaces)]
            impl #name {
                #policy_constant

                #[doc(hidden)]
                #[allow(non_upper_case_globals, unreachable_pub)]
                #(#lints)*
                #(#expected_dead_code)*
                #vis #keyword #constant: &'static #axum::Declaration<#origins, #axum::#marker> =
                    &#axum::Declaration::#value #end
            }
        }
    };
    let Some(check) = &checked.dynamic else {
        // It is not in a `const _`: in an `impl` block, where rustc refuses all of it, that would only be one more error.
        return implementation(quote!(#axum::Listed));
    };
    let alias = Ident::new("function_without_origin_check", check.span());
    let implementation = implementation(quote!(#axum::Dynamic<#alias>));
    quote! {
        const _: () = {
            // The import inside hides the glob. For a function without `#[origin_check]` it does so only for values.
            #[allow(unused_imports)]
            use #axum::check_fallback::*;
            const _: () = {
                #[allow(unused_imports)]
                use #check as #alias;

                #implementation
            };
        };
    }
}

/// The name of the constant that [`declaration`] defines and that `routes!` and `methods!` read. It is the message when
/// the compiler reports the constant as unused.
pub(crate) fn declaration_name(span: Span) -> Ident {
    Ident::new("cors_is_off_because_this_handler_is_in_no_routes", span)
}

/// `#[origin_check]`: the unchanged function, and a type of the same name that runs its extractors.
pub(crate) fn origin_check(
    function: &Function,
    extractors: Option<&[Type]>,
    runtime: &Runtime,
) -> TokenStream {
    let span = function.name.span();
    let Function { attrs, vis, name, rest, .. } = function;
    let (rt, axum) = (runtime.private(), runtime.axum());
    let cfgs: Vec<_> = function.cfgs().collect();
    // Type parameters are not hygienic: a type called `S` is the user's own.
    let state = Ident::new("__CorsState", Span::mixed_site());
    let arguments: Vec<_> = (0..extractors.unwrap_or_default().len())
        .map(|number| Ident::new(&format!("argument_{number}"), Span::mixed_site()))
        .collect();
    // A function that a macro wrote has a name from somewhere else than this one.
    let origin = Ident::new("__cors_origin", Span::mixed_site().located_at(span));
    // Extractors come by value, whatever the function does with them.
    let lint = (!function.is_async()).then(|| quote!(#[allow(clippy::needless_pass_by_value)]));
    let wait = function.is_async().then(|| quote_spanned!(span=> .await));
    // What has errors already is not called. Its type is looked at where its name is.
    let answer = if extractors.is_some() {
        quote_spanned!(span=> #name(&#origin, #(#arguments),*) #wait)
    } else {
        quote!(false)
    };
    let extractors = extractors.unwrap_or_default();
    let uses_extractors = !extractors.is_empty();
    quote! {
        #(#attrs)*
        #lint
        #vis #rest

        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code)]
        #vis struct #name {}

        #(#cfgs)*
        impl<#state> #axum::DynamicCheck<#state> for #name
        where
            #state: ::core::marker::Send + ::core::marker::Sync,
            #(#extractors: #axum::FromRequestParts<#state>,)*
        {
            const USES_EXTRACTORS: ::core::primitive::bool = #uses_extractors;

            fn check<'a>(
                #[allow(unused_variables)]
                #origin: #rt::Origin,
                #[allow(unused_variables)]
                __cors_parts: &'a mut #axum::Parts,
                #[allow(unused_variables)]
                __cors_state: &'a #state,
            ) -> #axum::CheckFuture<'a> {
                ::std::boxed::Box::pin(async move {
                    #(
                        let #arguments =
                            match <#extractors as #axum::FromRequestParts<#state>>::from_request_parts(__cors_parts, __cors_state)
                                .await
                            {
                                ::core::result::Result::Ok(value) => value,
                                ::core::result::Result::Err(_) => {
                                    return ::core::result::Result::Err(#axum::Rejected);
                                }
                            };
                    )*
                    let __cors_allowed: ::core::primitive::bool = #answer;
                    ::core::result::Result::Ok(__cors_allowed)
                })
            }
        }
    }
}
