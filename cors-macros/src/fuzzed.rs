//! A fuzz target: whatever tokens are in an attribute, the macros do not panic, the expansion is valid Rust, and it contains
//! the function unchanged.

use crate::entry;
use fuzz::{Explanation, Result, Unstructured};
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// Options that are right, each alone.
const OPTIONS: [&str; 22] = [
    r#"origins = ["https://a.example"]"#,
    r#"origins = ["*"]"#,
    "origins = dynamic(check)",
    "origins = TENANTS",
    r#"origins = [env("ORIGINS"), env("B", optional), crate::SET]"#,
    r#"origins = [env("ORIGINS", or_any)]"#,
    r#"origins = ["https://a.example/"]"#,
    r#"dev_origins = ["http://localhost:*"]"#,
    "credentials",
    "allow_headers = any",
    r#"allow_headers = ["content-type"]"#,
    r#"expose_headers = ["etag"]"#,
    "max_age = 600",
    "max_age = -1",
    "max_age = 99999999999999999999",
    "enforce",
    r#"enforce(navigations, hosts = ["localhost:*"])"#,
    "policy = crate::PARTNERS",
    "danger(insecure_origins, public_suffixes)",
    "crate = ::cors_runtime",
    r#"methods = ["GET"]"#,
    "handler",
];

const ROUTES: [&str; 14] = [
    r#"#[get("/me")]"#,
    r#"#[put("/me/{id}")]"#,
    r#"#[any("/me")]"#,
    r#"#[route("/me", method = "GET", method = "PUT")]"#,
    r#"#[get("/:id")]"#,
    "#[get]",
    r#"#[get("/me", name = "own", guard = "is_internal")]"#,
    r#"#[actix_web::get("/me")]"#,
    r#"#[options("/me")]"#,
    r#"#[cors(origins = ["*"])]"#,
    "#[inline]",
    "#[doc = r\"text\"]",
    "#[expect(dead_code)]",
    "#[allow(unused)]",
];

/// In actix-web, the visibility moves from the function to the type of the same name.
const VISIBILITIES: [&str; 4] = ["", "pub", "pub(crate)", "pub(in crate::a)"];

const FUNCTIONS: [&str; 10] = [
    "async fn me() {}",
    "async fn me(State(db): State<Db>) -> Json<User> { db.me().await }",
    "fn me<T: Send + 'static>(Path((a, b)): Path<(T, u8)>) -> impl Fn() -> u8 where T: Clone { a }",
    "fn r#type() { half typed ,, ; }",
    "async unsafe fn me() {}",
    "const fn me(self) {}",
    "async fn me(#[a] x: [u8; { 1 + 2 }],) -> ! { loop {} }",
    "extern \"C\" fn me(origin: &Origin, y: &'static str) -> bool { true }",
    "async fn me(mut x: impl Into<String>) -> Result<(), Box<dyn Error>> { x.into(); Ok(()) }",
    "fn me() -> u8;",
];

const WORDS: [&str; 12] = [
    "origins",
    "credentials",
    "env",
    "dynamic",
    "any",
    "crate",
    "self",
    "true",
    "get",
    "hosts",
    "x",
    "method",
];

/// Tokens without any grammar.
fn anything(input: &mut Unstructured<'_>, depth: u8) -> Result<TokenStream> {
    let mut tokens = TokenStream::new();
    for _ in 0..input.int_in_range(0..=4)? {
        let token: TokenTree = match input.int_in_range(0..=7)? {
            0 | 1 => Ident::new(input.choose(&WORDS)?, Span::call_site()).into(),
            2 => {
                let mark =
                    *input.choose(&['=', ',', ':', '!', '#', '-', '.', '<', '>', '&', '*', ';', '\''])?;
                // A quote is followed by a word.
                let spacing =
                    if mark == '\'' || input.arbitrary()? { Spacing::Joint } else { Spacing::Alone };
                let quote = (mark == '\'').then(|| Ident::new("a", Span::call_site()).into());
                let mark = TokenTree::Punct(Punct::new(mark, spacing));
                tokens.extend([mark].into_iter().chain(quote));
                continue;
            }
            3 => Literal::string(&text(input)?).into(),
            4 => Literal::i128_unsuffixed(input.arbitrary::<i64>()?.unsigned_abs().into()).into(),
            5 => {
                let len = input.int_in_range(0..=3)?;
                Literal::byte_string(input.bytes(len)?).into()
            }
            _ if depth == 0 => Literal::character('x').into(),
            _ => {
                let delimiters = [
                    Delimiter::Parenthesis,
                    Delimiter::Bracket,
                    Delimiter::Brace,
                    // Groups like this one come from `macro_rules!`.
                    Delimiter::None,
                ];
                Group::new(*input.choose(&delimiters)?, anything(input, depth - 1)?).into()
            }
        };
        tokens.extend([token]);
    }
    Ok(tokens)
}

fn text(input: &mut Unstructured<'_>) -> Result<String> {
    let piece =
        *input.choose(&["https://a.example", "*", "null", "/me/{", "content-type", "localhost:*", ""])?;
    let len = input.int_in_range(0..=4)?;
    Ok(format!("{piece}{}", String::from_utf8_lossy(input.bytes(len)?)))
}

/// Options, some of them broken.
fn options(input: &mut Unstructured<'_>) -> Result<TokenStream> {
    let mut options = TokenStream::new();
    for _ in 0..input.int_in_range(0..=5)? {
        let option = if input.ratio(3, 5)? { parsed(input.choose(&OPTIONS)?) } else { anything(input, 3)? };
        let option = changed(input, option)?;
        options.extend(option);
        if input.ratio(9, 10)? {
            options.extend(parsed(","));
        }
    }
    Ok(options)
}

/// The tokens with one of them removed, repeated or replaced now and then, also inside of groups.
fn changed(input: &mut Unstructured<'_>, tokens: TokenStream) -> Result<TokenStream> {
    let mut tokens: Vec<_> = tokens.into_iter().collect();
    if tokens.is_empty() || input.ratio(1, 2)? {
        return Ok(tokens.into_iter().collect());
    }
    let at = input.int_in_range(0..=tokens.len() - 1)?;
    match input.int_in_range(0..=3)? {
        0 => drop(tokens.remove(at)),
        1 => tokens.insert(at, tokens[at].clone()),
        2 => {
            if let TokenTree::Group(group) = &tokens[at] {
                tokens[at] = Group::new(group.delimiter(), changed(input, group.stream())?).into();
            }
        }
        _ => drop(tokens.splice(at..=at, anything(input, 1)?)),
    }
    Ok(tokens.into_iter().collect())
}

fn parsed(text: &str) -> TokenStream {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The expansion contains the signature and the body. Between the two, an item that cannot be a handler of actix-web gets
/// lines that prevent further errors.
fn assert_kept(function: &TokenStream, expansion: &str) {
    let mut signature: Vec<_> = function.clone().into_iter().collect();
    let body = match signature.pop() {
        Some(TokenTree::Group(body)) => body.stream(),
        other => other.into_iter().collect(),
    };
    let signature: TokenStream = signature.into_iter().collect();
    for part in [signature.to_string(), body.to_string()] {
        assert!(expansion.contains(&part), "{part} is not kept: {expansion}");
    }
}

#[test]
fn attribute_tokens_to_expansion() {
    fuzz::run("attribute", |input| {
        let options = options(input)?;
        let mut attributes = TokenStream::new();
        for _ in 0..input.int_in_range(0..=3)? {
            let attribute = parsed(input.choose(&ROUTES)?);
            attributes.extend(attribute);
        }
        let function = parsed(input.choose(&FUNCTIONS)?);
        let visibility = parsed(input.choose(&VISIBILITIES)?);
        let item: TokenStream = [attributes, visibility, function.clone()].into_iter().collect();
        let is_valid = syn::parse2::<syn::ItemFn>(item.clone()).is_ok();
        for (name, expand) in [
            ("cors_axum", entry::cors_axum as fn(TokenStream, TokenStream) -> TokenStream),
            ("cors_actix", entry::cors_actix),
            ("origin_check_axum", entry::origin_check_axum),
            ("origin_check_actix", entry::origin_check_actix),
        ] {
            let _explanation = Explanation(|| format!("{name}: {options}\n{item}"));
            let expansion = expand(options.clone(), item.clone()).to_string();
            assert_kept(&function, &expansion);
            // The body may be half typed.
            if is_valid {
                syn::parse_str::<syn::File>(&expansion)
                    .unwrap_or_else(|error| panic!("{error}: {expansion}"));
            }
        }
        let tokens = if input.arbitrary()? { options.clone() } else { anything(input, 3)? };
        let root: TokenStream = parsed("(::cors_runtime)").into_iter().chain(tokens).collect();
        for (name, expand) in [
            ("policy", entry::policy as fn(TokenStream) -> TokenStream),
            ("routes_axum", entry::routes_axum),
            ("routes_actix", entry::routes_actix),
            ("methods_axum", entry::methods_axum),
        ] {
            let _explanation = Explanation(|| format!("{name}: {root}"));
            let expansion = expand(root.clone()).to_string();
            syn::parse_str::<syn::Expr>(&expansion).unwrap_or_else(|error| panic!("{error}: {expansion}"));
        }
        Ok(())
    });
}
