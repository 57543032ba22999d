//! Compares formatted expansions with the files in `snapshots`. `BLESS=1` writes them.

use crate::entry;
use proc_macro2::TokenStream;
use quote::quote;

fn compare(name: &str, tokens: &TokenStream) {
    let file = syn::parse2(tokens.clone()).unwrap_or_else(|error| panic!("{error}: {tokens}"));
    let found = prettyplease::unparse(&file);
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
