//! `#[cors(..)]` for actix-web: a unit struct, as actix-web's own macros make one, with the function inside.

use super::policy::policy;
use crate::check::CheckedPolicy;
use crate::item::Function;
use crate::paths::Runtime;
use crate::route::Route;
use crate::route::actix::Taken;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;

/// The expansion. The attributes of `function` are those that stay on it.
pub(crate) fn handler(
    function: &Function,
    checked: &CheckedPolicy,
    taken: &Taken,
    runtime: &Runtime,
) -> TokenStream {
    let Function { attrs, vis, name, rest, .. } = function;
    let (rt, actix) = (runtime.private(), runtime.actix());
    let cfgs: Vec<_> = function.cfgs().collect();
    let docs = function.docs();
    let lints: Vec<_> = function.lints().collect();
    let policy = policy(checked, runtime);
    let used = &taken.attributes;
    let resources = taken.routes.iter().map(|Route { methods, path, name: resource, guards, wraps }| {
        let default_name = name.unraw().to_string();
        let resource = resource.as_ref().map_or(default_name, syn::LitStr::value);
        quote! {
            let route = #actix::RouteSpec { methods: &[#(#methods),*], path: #path };
            routes.push(
                route,
                route.resource(#resource)
                    #(.guard(#actix::fn_guard(#guards)))*
                    #(.wrap(#wraps))*
                    .to(#name),
            );
        }
    });
    quote! {
        #(#cfgs)*
        #(#docs)*
        #[allow(non_camel_case_types)]
        #vis struct #name;

        #(#cfgs)*
        impl #actix::Annotated for #name {
            const POLICY: &'static #rt::Policy = {
                static __CORS_POLICY: #rt::Policy = #policy;
                &__CORS_POLICY
            };
            const LOCATION: #rt::SourceLocation = #rt::here!();

            #(#lints)*
            fn resources(self, routes: &mut #actix::Resources) {
                #(
                    #[allow(unused_imports)]
                    use #used as _;
                )*
                #(#attrs)*
                #rest
                #(#resources)*
            }
        }

        #(#cfgs)*
        impl #actix::HttpServiceFactory for #name {
            fn register(self, config: &mut #actix::AppService) {
                #actix::register(self, config);
            }
        }
    }
}
