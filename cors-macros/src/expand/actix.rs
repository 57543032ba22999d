//! `#[cors(..)]` for actix-web: a unit struct, as actix-web's own macros make one, with the function inside.

use super::policy::{policy, warnings};
use crate::check::CheckedPolicy;
use crate::item::Function;
use crate::paths::Runtime;
use crate::route::Route;
use crate::route::actix::RouteAttributes;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Type};

/// The expansion. The attributes of `function` are those that stay on it. Local names are ones that no handler has: a
/// pattern called like a unit struct means the struct.
pub(crate) fn handler(
    function: &Function,
    checked: &CheckedPolicy,
    attributes: &RouteAttributes,
    runtime: &Runtime,
) -> TokenStream {
    let Function { attrs, vis, name, rest, expected_dead_code, .. } = function;
    let (rt, actix) = (runtime.private(), runtime.actix());
    let cfgs: Vec<_> = function.cfgs().collect();
    let docs = function.docs();
    let lints: Vec<_> = function.lints().collect();
    let policy = policy(checked, runtime);
    let warnings = warnings(checked, function.lints());
    let warnings = (!warnings.is_empty()).then(|| quote!(#(#cfgs)* #warnings));
    // An attribute that is not imported is an error at the attribute.
    let uses = attributes.paths.iter().map(|path| quote_spanned!(path.span()=> use #path as _;));
    let check = checked.dynamic.as_ref().map(|path| {
        let alias = Ident::new("function_without_origin_check", path.span());
        quote! {
            fn check() -> ::core::option::Option<#actix::DynamicCheckFn> {
                // The import hides the glob around: of a function without `#[origin_check]`, in only one namespace.
                #[allow(unused_imports)]
                use #actix::check_fallback::*;
                {
                    #[allow(unused_imports)]
                    use #path as #alias;
                    ::core::option::Option::Some(<#alias as #actix::DynamicCheck>::function())
                }
            }
        }
    });
    let resources = attributes.routes.iter().map(|Route { methods, path, name: resource, guards, wraps }| {
        let default_name = name.unraw().to_string();
        let is_guarded = !guards.is_empty();
        let resource = resource.as_ref().map_or(default_name, syn::LitStr::value);
        // Errors about the function underline its name.
        let to_function = quote_spanned!(name.span()=> .to(#name));
        quote! {
            let __cors_route =
                #actix::RouteAttribute { methods: &[#(#methods),*], path: #path, is_guarded: #is_guarded };
            __cors_resources.push(
                __cors_route,
                __cors_route.resource(#resource)
                    #(.guard(#actix::fn_guard(#guards)))*
                    #(.wrap(#wraps))*
                    #to_function,
            );
        }
    });
    let unused = attributes.routes.is_empty().then(|| quote!(#[allow(dead_code)]));
    let stub = attributes.paths.is_empty().then(|| below_route(name, &cfgs, &actix));
    // rustc does not report an unused item whose first or last token is the macro's.
    let structure = quote_spanned!(name.span()=> struct #name;);
    // Names that no user has: items are not hygienic, and a local variable cannot be called as a unit struct is.
    quote! {
        #(#cfgs)*
        #(#docs)*
        // These are about an item that the user has not written.
        #[allow(
            non_camel_case_types,
            unreachable_pub,
            missing_docs,
            missing_copy_implementations,
            missing_debug_implementations
        )]
        #(#lints)*
        #(#expected_dead_code)*
        #vis #structure

        #(#cfgs)*
        impl #actix::Annotated for #name {
            const POLICY: &'static #rt::Policy = {
                static __CORS_POLICY: #rt::Policy = #policy;
                &__CORS_POLICY
            };
            const LOCATION: #rt::SourceLocation = #rt::source_location!();

            #check

            #(#lints)*
            fn resources(self, __cors_resources: &mut #actix::Resources) {
                #(
                    #[allow(unused_imports)]
                    #uses
                )*
                #(#attrs)*
                #unused
                #rest
                #(#resources)*
            }
        }

        #(#cfgs)*
        impl #actix::HttpServiceFactory for #name {
            fn register(self, __cors_config: &mut #actix::AppService) {
                #actix::register(self, __cors_config);
            }
        }

        #stub

        #warnings
    }
}

/// Without a route attribute there is an error already. Where that is because it stands above `#[cors]`, actix-web
/// wants a handler, and would report a second one.
fn below_route(name: &Ident, cfgs: &[&Attribute], actix: &TokenStream) -> TokenStream {
    quote! {
        #(#cfgs)*
        impl ::core::clone::Clone for #name {
            fn clone(&self) -> Self {
                Self
            }
        }

        #(#cfgs)*
        impl #actix::Handler<()> for #name {
            type Output = #actix::HttpResponse;
            type Future = ::core::future::Ready<#actix::HttpResponse>;

            fn call(&self, _: ()) -> Self::Future {
                ::core::future::ready(#actix::HttpResponse::new(#actix::StatusCode::NOT_IMPLEMENTED))
            }
        }
    }
}

/// `#[origin_check]`: the unchanged function, and a type of the same name that runs its extractors.
pub(crate) fn origin_check(
    function: &Function,
    extractors: Option<&[Type]>,
    runtime: &Runtime,
) -> TokenStream {
    let span = function.name.span();
    let Function { attrs, vis, name, rest, .. } = function;
    let (rt, actix) = (runtime.private(), runtime.actix());
    let cfgs: Vec<_> = function.cfgs().collect();
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
        impl #actix::DynamicCheck for #name {
            const USES_EXTRACTORS: ::core::primitive::bool = #uses_extractors;

            fn check(
                #[allow(unused_variables)]
                #origin: #rt::Origin,
                #[allow(unused_variables)]
                __cors_request: &#actix::HttpRequest,
            ) -> #actix::CheckFuture {
                // The request is only looked at before anything waits: nobody may hold a clone of it later.
                #(
                    let #arguments =
                        <#extractors as #actix::FromRequest>::from_request(__cors_request, &mut #actix::Payload::None);
                )*
                ::std::boxed::Box::pin(async move {
                    #(
                        let #arguments = match #arguments.await {
                            ::core::result::Result::Ok(value) => value,
                            ::core::result::Result::Err(_) => return ::core::result::Result::Err(#actix::Rejected),
                        };
                    )*
                    let __cors_allowed: ::core::primitive::bool = #answer;
                    ::core::result::Result::Ok(__cors_allowed)
                })
            }
        }
    }
}
