//! Compares formatted expansions with the files in `snapshots`. `BLESS=1` writes them.

use crate::entry;
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Block, Item, Stmt};

fn formatted(tokens: &TokenStream) -> String {
    let file = syn::parse2(tokens.clone()).unwrap_or_else(|error| panic!("{error}: {tokens}"));
    prettyplease::unparse(&file)
}

fn compare(name: &str, tokens: &TokenStream) {
    let found = formatted(tokens);
    let path = format!("{}/snapshots/{name}.rs", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        std::fs::write(&path, &found).expect("the package can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "{path} is not up to date; to write it, set BLESS=1\n{found}");
}

fn options() -> TokenStream {
    quote!(
        policy = PARTNERS,
        dev_origins = ["http://localhost:*"],
        credentials,
        allow_headers = ["Content-Type"],
        max_age = 600
    )
}

#[test]
fn axum() {
    let item = quote! {
        /// Documented.
        #[get("/me")]
        #[route("/me", method = "PUT", method = "PATCH")]
        pub async fn me(State(db): State<Db>) -> Json<User> {
            db.me().await
        }
    };
    compare("axum", &entry::cors_axum(options(), item));
}

#[test]
fn actix() {
    let item = quote! {
        /// Documented.
        #[actix_web::get("/me", name = "own", guard = "is_internal", wrap = "Compress::default()")]
        pub async fn me(db: web::Data<Db>) -> web::Json<User> {
            db.me().await
        }
    };
    compare("actix", &entry::cors_actix(options(), item));
}

#[test]
fn mistakes_keep_the_shape() {
    let item = quote! {
        #[get("/:id")]
        async fn me() {}
    };
    compare("mistakes", &entry::cors_axum(quote!(orgins = ["https://a.example/"]), item));
}

#[test]
fn origin_check() {
    let item = quote! {
        async fn tenant(origin: &Origin, State(db): State<Db>) -> bool {
            db.has(origin.host()).await
        }
    };
    compare("origin_check", &entry::origin_check_axum(TokenStream::new(), item));
}

#[test]
fn registration() {
    let routes = entry::routes_axum(quote!((::cors_runtime) me, account::generic::<Pg>));
    compare("registration", &quote!(fn router() -> Router { #routes }));
}

/// The first example of a page of the documentation: the options of its `#[cors(..)]`, and the function below.
fn first_example(page: &str) -> (TokenStream, TokenStream) {
    let path = format!("{}/../cors-runtime/docs/{page}.md", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let (_, example) = text.split_once("```rust\n").expect("the page has an example");
    let (example, _) = example.split_once("```").expect("the example ends");
    let block: Block = syn::parse_str(&format!("{{{example}}}")).expect("the example is Rust code");
    for statement in block.stmts {
        if let Stmt::Item(Item::Fn(mut function)) = statement
            && function.attrs.first().is_some_and(|attribute| attribute.path().is_ident("cors"))
        {
            let cors = function.attrs.remove(0);
            let options = cors.meta.require_list().expect("the attribute has options").tokens.clone();
            return (options, function.into_token_stream());
        }
    }
    panic!("{path}: no function of the first example has `#[cors(..)]`");
}

/// Leaves out the paths of the runtime's private items, so that a reader of the documentation sees their names.
fn without_private_paths(tokens: &TokenStream) -> TokenStream {
    let mut text = formatted(tokens);
    for module in ["axum::", "actix::", ""] {
        text = text.replace(&format!("::cors_runtime::{module}__private::"), "");
    }
    text.parse().expect("names without paths are still Rust code")
}

/// The pages `cors-axum.md` and `cors-actix.md` show these snapshots; `tests/tests/docs.rs` compares them.
#[test]
fn examples_of_the_documentation() {
    let (options, item) = first_example("cors-axum");
    compare("documented_axum", &without_private_paths(&entry::cors_axum(options, item)));
    let (options, item) = first_example("cors-actix");
    compare("documented_actix", &without_private_paths(&entry::cors_actix(options, item)));
}
