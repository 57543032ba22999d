//! `#[cors(..)]` for axum: the function as it is, and a type beside it that says what the attribute said.

use super::policy::{policy, warnings};
use crate::check::CheckedPolicy;
use crate::item::Function;
use crate::paths::Runtime;
use crate::route::Route;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

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
    let routed = routes.map(|routes| {
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
    quote! {
        #(#attrs)*
        #vis #rest

        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code)]
        #vis struct #name {}

        #(#cfgs)*
        impl<#state> #axum::Annotated<#state> for #name {
            const POLICY: &'static #rt::Policy = {
                static __CORS_POLICY: #rt::Policy = #policy;
                &__CORS_POLICY
            };
            const LOCATION: #rt::SourceLocation = #rt::here!();
        }

        #routed

        #warnings
    }
}
