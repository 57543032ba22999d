//! `#[cors(..)]` for axum: the function as it is, and a type beside it that says what the attribute said.

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
    let (rt, axum) = (runtime.private(), runtime.axum());
    let cfgs: Vec<_> = function.cfgs().collect();
    let policy = policy(checked, runtime);
    let warnings = warnings(checked, function.lints());
    let warnings = (!warnings.is_empty()).then(|| quote!(#(#cfgs)* #warnings));
    // Type parameters are not hygienic: a type called `S` is the user's own.
    let state = Ident::new("__CorsState", Span::mixed_site());
    let route_list = routes.map(|routes| {
        let routes = routes.iter().map(
            |Route { methods, path, .. }| quote!(#axum::RouteSpec { methods: &[#(#methods),*], path: #path }),
        );
        quote! {
            #(#cfgs)*
            impl #axum::Routed for #name {
                const ROUTES: &'static [#axum::RouteSpec] = &[#(#routes),*];
            }
        }
    });
    // Without a route attribute it is `methods!` that names the methods.
    let every_method = routes.is_none_or(|routes| routes.iter().any(|route| route.methods.is_empty()));
    let annotated = annotated(name, &state, (checked, every_method), &policy, (&rt, &axum));
    quote! {
        #(#attrs)*
        #vis #rest

        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code)]
        #vis struct #name {}

        #(#cfgs)*
        #annotated

        #route_list

        #warnings
    }
}

/// The implementation that says what the policy is.
fn annotated(
    name: &Ident,
    state: &Ident,
    (checked, every_method): (&CheckedPolicy, bool),
    policy: &TokenStream,
    (rt, axum): (&TokenStream, &TokenStream),
) -> TokenStream {
    // One item: every one costs the compiler time.
    let declaration = quote! {
        fn annotation() -> &'static #axum::Annotation {
            static __CORS_POLICY: #axum::Annotation = #axum::Annotation::new(#policy, #rt::here!());
            &__CORS_POLICY
        }
    };
    let every_method = every_method.then(|| {
        quote!(
            const EVERY_METHOD: ::core::primitive::bool = true;
        )
    });
    let Some(check) = &checked.dynamic else {
        // In no `const _`: in an `impl` block, where rustc refuses it all, that would only be one error more.
        return quote!(impl<#state> #axum::Annotated<#state> for #name { #declaration #every_method });
    };
    let alias = Ident::new("function_without_origin_check", check.span());
    quote! {
        const _: () = {
            // The import hides the glob around: of a function without `#[origin_check]`, in only one namespace.
            #[allow(unused_imports)]
            use #axum::check_fallback::*;
            const _: () = {
                #[allow(unused_imports)]
                use #check as #alias;

                impl<#state> #axum::Annotated<#state> for #name
                where
                    #alias: #axum::OriginCheck<#state>,
                {
                    #declaration

                    fn register<H, T>(
                        routes: &mut #axum::Routes<#state>,
                        places: &[#axum::RouteSpec],
                        handler: H,
                    ) where
                        H: #axum::Handler<T, #state>,
                        T: 'static,
                        #state: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
                    {
                        let check = #axum::Check::of::<#alias>();
                        routes.push_dynamic(places, <Self as #axum::Annotated<#state>>::annotation(), check, handler);
                    }
                }
            };
        };
    }
}

/// `#[origin_check]`: the function as it is, and a type beside it that says which extractors it needs.
pub(crate) fn origin_check(
    function: &Function,
    extractors: Option<&[Type]>,
    runtime: &Runtime,
) -> TokenStream {
    let span = function.name.span();
    let Function { attrs, vis, name, rest, .. } = function;
    let (rt, axum) = (runtime.private(), runtime.axum());
    let cfgs: Vec<_> = function.cfgs().collect();
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
    quote! {
        #(#attrs)*
        #lint
        #vis #rest

        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code)]
        #vis struct #name {}

        #(#cfgs)*
        impl<#state> #axum::OriginCheck<#state> for #name
        where
            #state: ::core::marker::Send + ::core::marker::Sync,
            #(#extractors: #axum::FromRequestParts<#state>,)*
        {
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
