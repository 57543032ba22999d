//! Attributes that are not typed to their end: the macros do not panic, and the expansion has the function.

use crate::entry;
use proc_macro2::{Group, TokenStream, TokenTree};
use quote::quote;

/// The tokens cut off before each token, and with each token left out, also inside of groups.
fn broken(tokens: &TokenStream) -> Vec<TokenStream> {
    let list: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut variants = Vec::new();
    for (at, token) in list.iter().enumerate() {
        let (before, after) = (&list[..at], &list[at + 1..]);
        let join = |middle: Option<TokenTree>, after: &[TokenTree]| {
            before.iter().cloned().chain(middle).chain(after.iter().cloned()).collect::<TokenStream>()
        };
        variants.push(join(None, &[]));
        variants.push(join(None, after));
        if let TokenTree::Group(group) = token {
            for inner in broken(&group.stream()) {
                let group = TokenTree::Group(Group::new(group.delimiter(), inner));
                variants.push(join(Some(group.clone()), &[]));
                variants.push(join(Some(group), after));
            }
        }
    }
    variants
}

fn assert_kept(expansion: TokenStream, from: &TokenStream) {
    let text = expansion.to_string();
    let file: syn::File =
        syn::parse2(expansion).unwrap_or_else(|error| panic!("{error}: {from} gives {text}"));
    assert!(text.contains("fn me"), "{from} gives {text}");
    assert!(!file.items.is_empty(), "{from}");
}

#[test]
fn options() {
    let options = quote!(
        origins = ["https://a.example", env("ORIGINS", optional), crate::TENANTS],
        dev_origins = ["http://localhost:*"],
        credentials,
        allow_headers = any,
        expose_headers = ["etag"],
        max_age = -600,
        enforce(navigations, hosts = ["localhost:*", "api.example.com"]),
        policy = crate::PARTNERS,
        danger(insecure_origins, public_suffixes),
        crate = ::cors_runtime,
        origins = dynamic(tenant)
    );
    let item = quote!(
        #[get("/me")]
        async fn me() {}
    );
    for options in broken(&options) {
        assert_kept(entry::cors_axum(options.clone(), item.clone()), &options);
        assert_kept(entry::cors_actix(options.clone(), item.clone()), &options);
    }
}

#[test]
fn routes() {
    let route = quote!(
        #[route("/me", method = "GET", method = "PUT", name = "me", guard = "is_internal", wrap = "x()")]
    );
    let options = quote!(origins = ["https://a.example"]);
    for route in broken(&route) {
        // Some variants are not valid syntax, which rustc reports.
        let item = quote!(#route async fn me() {});
        for expansion in [entry::cors_axum, entry::cors_actix] {
            let text = expansion(options.clone(), item.clone()).to_string();
            assert!(text.contains("fn me"), "{item} gives {text}");
        }
    }
}

#[test]
fn functions() {
    let function = quote!(
        pub(crate) async fn me<'a, T: Into<u8>>(&self, State(db): State<Db>) -> Json<User>
        where
            T: Copy,
        {
            db.me().await
        }
    );
    for item in broken(&function) {
        let _ = entry::cors_axum(quote!(origins = ["*"]), item.clone());
        let _ = entry::cors_actix(quote!(origins = ["*"]), item.clone());
        let _ = entry::origin_check_axum(TokenStream::new(), item.clone());
        let _ = entry::origin_check_actix(TokenStream::new(), item);
    }
}

#[test]
fn registration() {
    let handlers = quote!((::cors_runtime) me, account::update_me, generic::<Pg>, get(me));
    for handlers in broken(&handlers) {
        let _ = entry::routes_axum(handlers.clone());
        let _ = entry::routes_actix(handlers.clone());
        let _ = entry::methods_axum(handlers.clone());
        let _ = entry::policy(handlers);
    }
}

/// `use .. as self` would be an error about code that the user has not written.
#[test]
fn keywords_at_the_end_of_a_path_are_no_handlers() {
    for keyword in ["self", "super", "crate", "Self", "account::self", "super::super", "self::<Pg>"] {
        let list = |text: String| format!("(::cors_runtime) {text}").parse::<TokenStream>().unwrap();
        for expansion in [
            entry::routes_axum(list(keyword.to_owned())),
            entry::routes_actix(list(keyword.to_owned())),
            entry::methods_axum(list(format!("get({keyword})"))),
        ] {
            let text = expansion.to_string();
            assert!(text.contains("[option-value]"), "{keyword} gives {text}");
            syn::parse2::<syn::Expr>(expansion).unwrap_or_else(|error| panic!("{error}: {text}"));
        }
    }
}
