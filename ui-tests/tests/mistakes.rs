//! One generated file with a mistake of each rule: every mistake gives exactly one error, which underlines the token
//! that is wrong.

mod support;

use cors_policy::Rule;
use std::fmt::Write as _;
use support::project::{Diagnostic, Workspace};

/// The rule, the framework, the attributes of a handler, and the text that the error must underline.
type Mistake = (Rule, Framework, &'static str, &'static str);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framework {
    Axum,
    Actix,
}
use Framework::{Actix, Axum};

/// Every rule that an attribute can break by itself, which excludes two cases: a missing route attribute in axum is
/// reported by `routes!`, and `method-name` is for lists that are written at run time.
#[rustfmt::skip]
const MISTAKES: &[Mistake] = &[
    (Rule::OriginsMissing, Axum, r#"#[cors(origins = [])] #[get("/")]"#, "[]"),
    (Rule::OriginNull, Axum, r#"#[cors(origins = ["null"])] #[get("/")]"#, r#""null""#),
    (Rule::OriginScheme, Axum, r#"#[cors(origins = ["app.example.com"])] #[get("/")]"#, r#""app.example.com""#),
    (Rule::OriginSchemeNever, Actix, r#"#[cors(origins = ["wss://app.example.com"])] #[get("/")]"#, r#""wss://app.example.com""#),
    (Rule::OriginOpaque, Axum, r#"#[cors(origins = ["file:///index.html"])] #[get("/")]"#, r#""file:///index.html""#),
    (Rule::OriginTrailingSlash, Axum, r#"#[cors(origins = ["https://app.example.com/"])] #[get("/")]"#, r#""https://app.example.com/""#),
    (Rule::OriginPath, Axum, r#"#[cors(origins = ["https://app.example.com/shop"])] #[get("/")]"#, r#""https://app.example.com/shop""#),
    (Rule::OriginUserinfo, Axum, r#"#[cors(origins = ["https://me@app.example.com"])] #[get("/")]"#, r#""https://me@app.example.com""#),
    (Rule::OriginDefaultPort, Axum, r#"#[cors(origins = ["https://app.example.com:443"])] #[get("/")]"#, r#""https://app.example.com:443""#),
    (Rule::OriginPort, Axum, r#"#[cors(origins = ["https://app.example.com:0"])] #[get("/")]"#, r#""https://app.example.com:0""#),
    (Rule::OriginCase, Axum, r#"#[cors(origins = ["https://App.example.com"])] #[get("/")]"#, r#""https://App.example.com""#),
    (Rule::OriginIdn, Axum, "#[cors(origins = [\"https://b\u{fc}cher.example\"])] #[get(\"/\")]", "\"https://b\u{fc}cher.example\""),
    (Rule::OriginHost, Axum, r#"#[cors(origins = ["https://app..example.com"])] #[get("/")]"#, r#""https://app..example.com""#),
    (Rule::OriginIp, Axum, r#"#[cors(origins = ["http://127.1"])] #[get("/")]"#, r#""http://127.1""#),
    (Rule::OriginListInOne, Axum, r#"#[cors(origins = ["https://a.example, https://b.example"])] #[get("/")]"#, r#""https://a.example, https://b.example""#),
    (Rule::OriginPattern, Axum, r#"#[cors(origins = ["https://*example.com"])] #[get("/")]"#, r#""https://*example.com""#),
    (Rule::OriginDuplicate, Axum, r#"#[cors(origins = ["https://a.example", "https://b.example"], dev_origins = [r"https://a.example"])] #[get("/")]"#, r#"r"https://a.example""#),
    (Rule::OriginShadowed, Axum, r#"#[cors(origins = ["https://a.b.example", "https://*.b.example"])] #[get("/")]"#, r#""https://a.b.example""#),
    (Rule::OriginPublicSuffix, Axum, r#"#[cors(origins = ["https://*.github.io"])] #[get("/")]"#, r#""https://*.github.io""#),
    (Rule::OriginInsecure, Actix, r#"#[cors(origins = ["http://app.example.com"], credentials)] #[get("/")]"#, r#""http://app.example.com""#),
    (Rule::WildcardCredentials, Axum, r#"#[cors(origins = ["*"], credentials)] #[get("/")]"#, r#""*""#),
    (Rule::WildcardHeadersCredentials, Axum, r#"#[cors(origins = ["https://a.example"], credentials, allow_headers = ["*"])] #[get("/")]"#, r#""*""#),
    (Rule::WildcardExposeCredentials, Axum, r#"#[cors(origins = ["https://a.example"], credentials, expose_headers = ["*"])] #[get("/")]"#, r#""*""#),
    (Rule::WildcardEnforce, Axum, r#"#[cors(origins = ["*"], enforce)] #[get("/")]"#, "enforce"),
    (Rule::HostEmpty, Axum, r#"#[cors(origins = ["https://a.example"], enforce(hosts = []))] #[get("/")]"#, "[]"),
    (Rule::HostName, Axum, r#"#[cors(origins = ["https://a.example"], enforce(navigations, hosts = ["a.example", "https://b.example"]))] #[get("/")]"#, r#""https://b.example""#),
    (Rule::HostPort, Actix, r#"#[cors(origins = ["https://a.example"], enforce(hosts = ["a.example:80"]))] #[get("/")]"#, r#""a.example:80""#),
    (Rule::HostDuplicate, Axum, r#"#[cors(origins = ["https://a.example"], enforce(hosts = ["a.example", r"a.example"]))] #[get("/")]"#, r#"r"a.example""#),
    (Rule::HeaderName, Axum, r#"#[cors(origins = ["https://a.example"], allow_headers = ["x-a", "x-b:"])] #[get("/")]"#, r#""x-b:""#),
    (Rule::HeaderForbidden, Axum, r#"#[cors(origins = ["https://a.example"], allow_headers = ["x-a", "cookie"])] #[get("/")]"#, r#""cookie""#),
    (Rule::HeaderDirection, Axum, r#"#[cors(origins = ["https://a.example"], expose_headers = ["origin"])] #[get("/")]"#, r#""origin""#),
    (Rule::HeaderNotExposable, Axum, r#"#[cors(origins = ["https://a.example"], expose_headers = ["set-cookie"])] #[get("/")]"#, r#""set-cookie""#),
    (Rule::HeaderDuplicate, Axum, r#"#[cors(origins = ["https://a.example"], allow_headers = ["x-a", "X-A"])] #[get("/")]"#, r#""X-A""#),
    (Rule::MaxAgeRange, Actix, r#"#[cors(origins = ["https://a.example"], max_age = 86401)] #[get("/")]"#, "86401"),
    (Rule::MethodForbidden, Axum, r#"#[cors(origins = ["https://a.example"])] #[trace("/")]"#, "trace"),
    (Rule::MethodForbidden, Actix, r#"#[cors(origins = ["https://a.example"])] #[route("/", method = "TRACE")]"#, r#""TRACE""#),
    (Rule::MethodCase, Axum, r#"#[cors(origins = ["https://a.example"])] #[route("/", method = "patch")]"#, r#""patch""#),
    (Rule::MethodCase, Actix, r#"#[cors(origins = ["https://a.example"])] #[route("/", method = "patch")]"#, r#""patch""#),
    (Rule::OptionUnknown, Axum, r#"#[cors(orgins = ["https://a.example"])] #[get("/")]"#, "orgins"),
    (Rule::OptionUnknown, Actix, r#"#[cors(origins = ["https://a.example"])] #[get("/", layer = "x")]"#, "layer"),
    (Rule::OptionDuplicate, Axum, r#"#[cors(origins = ["https://a.example"], enforce, r#enforce)] #[get("/")]"#, "r#enforce"),
    (Rule::OptionValue, Axum, r#"#[cors(origins = "https://a.example")] #[get("/")]"#, r#""https://a.example""#),
    (Rule::OptionMethods, Axum, r#"#[cors(origins = ["https://a.example"], methods = ["GET"])] #[get("/")]"#, "methods"),
    (Rule::RouteMissing, Actix, r#"#[cors(origins = ["https://a.example"])]"#, "handler"),
    (Rule::RouteMissing, Axum, r#"#[cors(origins = ["https://a.example"])] #[route("/")]"#, "route"),
    (Rule::MethodUnroutable, Axum, r#"#[cors(origins = ["https://a.example"])] #[route("/", method = "PROPFIND")]"#, r#""PROPFIND""#),
    (Rule::MethodUnroutable, Actix, r#"#[cors(origins = ["https://a.example"])] #[route("/", method = "GET PUT")]"#, r#""GET PUT""#),
    (Rule::RouteOptions, Axum, r#"#[cors(origins = ["https://a.example"])] #[options("/")]"#, "options"),
    (Rule::RouteOptions, Actix, r#"#[cors(origins = ["https://a.example"])] #[options("/")]"#, "options"),
    (Rule::RoutePath, Axum, r#"#[cors(origins = ["https://a.example"])] #[get("/:id")]"#, r#""/:id""#),
    (Rule::RoutePath, Actix, r#"#[cors(origins = ["https://a.example"])] #[get("/{id")]"#, r#""/{id""#),
    (Rule::Item, Axum, r#"#[cors(origins = ["https://a.example"])] #[cors_runtime::axum::cors] #[get("/")]"#, "cors_runtime::axum::cors"),
    (Rule::Item, Actix, r#"#[cors(origins = ["https://a.example"])] #[cors_runtime::actix::cors] #[get("/")]"#, "cors_runtime::actix::cors"),
];

#[test]
fn the_table_has_every_rule_of_attributes() {
    for rule in Rule::ALL {
        let is_listed = MISTAKES.iter().any(|(broken, ..)| broken == rule);
        assert_eq!(is_listed, *rule != Rule::MethodName, "{rule}");
    }
}

#[test]
fn every_mistake_gives_one_error_on_the_wrong_token() {
    let (source, lines) = source();
    let mut workspace = Workspace::new("mistakes");
    workspace.package("mistakes", "cors-runtime", &[("mistakes", &source)]);
    let found = workspace.check();
    let mut others: Vec<&Diagnostic> = found.iter().collect();
    for ((rule, framework, attributes, underlined), line) in MISTAKES.iter().zip(lines) {
        let (here, rest): (Vec<_>, Vec<_>) = others.into_iter().partition(|diagnostic| {
            diagnostic.span.as_ref().is_some_and(|span| (line..line + 2).contains(&span.line_start))
        });
        others = rest;
        let texts: Vec<_> = here.iter().map(|diagnostic| &*diagnostic.rendered).collect();
        let [only] = &*here else { panic!("{framework:?}: {attributes} gives\n{}", texts.join("\n")) };
        let first_line = only.message.lines().next().unwrap_or_default();
        assert_eq!(only.level, "error", "{}", only.rendered);
        assert!(first_line.ends_with(&format!(" [{rule}]")), "{rule}: {}", only.rendered);
        assert!(only.message.contains("\nhelp: "), "{}", only.rendered);
        let span = only.span.as_ref().expect("the error underlines a token");
        assert_eq!((span.line_end, &*span.text), (span.line_start, *underlined), "{}", only.rendered);
    }
    let others: Vec<_> = others.iter().map(|diagnostic| &*diagnostic.rendered).collect();
    assert!(others.is_empty(), "{}", others.join("\n"));
}

/// The source of the file, and the number of the line on which the attributes of each mistake are. The handler is on
/// the next line.
fn source() -> (String, Vec<usize>) {
    let mut source = String::new();
    let mut lines = Vec::new();
    for (number, (_, framework, attributes, _)) in MISTAKES.iter().enumerate() {
        let imports = match framework {
            Axum => "use cors_runtime::axum::{cors, routes};",
            Actix => "use cors_runtime::actix::{cors, routes};",
        };
        // An import that is not used would be a warning.
        let route = match framework {
            Axum => None,
            Actix => ["get", "route", "options"]
                .into_iter()
                .find(|word| attributes.contains(&format!("#[{word}("))),
        };
        let route = route.map(|word| format!("use actix_web::{word};\n")).unwrap_or_default();
        let register = match framework {
            Axum => "pub fn register() -> axum::Router { routes![handler].into() }",
            Actix => {
                "pub fn register() { let _ = actix_web::App::new().service(routes![handler]).service(handler); }"
            }
        };
        write!(source, "pub mod mistake_{number} {{\n{imports}\n{route}")
            .expect("writing to a string cannot fail");
        lines.push(source.lines().count() + 1);
        write!(
            source,
            "{attributes}\npub async fn handler() -> &'static str {{ \"hello\" }}\n{register}\n}}\n\n"
        )
        .expect("writing to a string cannot fail");
    }
    source.push_str("fn main() {}\n");
    (source, lines)
}
