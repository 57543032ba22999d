//! What the compiler says where a feature of `cors-runtime` is missing.

mod support;

use support::project::Workspace;

/// Without the feature `runtime-policies`, the runtime has nothing that could read a variable or a set.
#[test]
fn origins_that_are_read_at_runtime_need_the_feature_runtime_policies() {
    const SOURCE: &str = r#"
mod in_axum {
    use cors_runtime::axum::{cors, routes};

    #[cors(origins = ["https://app.example.com", env("ORIGINS")], dev_origins = [env("DEV_ORIGINS", optional)])]
    #[get("/")]
    async fn handler() {}

    pub(crate) fn register() {
        let _ = axum::Router::<()>::new().merge(routes![handler]);
    }
}

mod in_actix {
    use actix_web::get;
    use cors_runtime::actix::{cors, routes};

    #[cors(origins = [env("ORIGINS_OF_ACTIX")])]
    #[get("/")]
    async fn handler() -> &'static str {
        "hello"
    }

    pub(crate) fn register() {
        let _ = actix_web::App::new().service(routes![handler]);
    }
}

static SHARED: cors_runtime::Policy = cors_runtime::policy!(origins = [env("SHARED_ORIGINS")]);
static SET: cors_runtime::Policy = cors_runtime::policy!(origins = TENANTS);
static LIST: cors_runtime::Policy = cors_runtime::policy!(origins = ["https://app.example.com", crate::PARTNERS]);

fn main() {
    in_axum::register();
    in_actix::register();
    let _ = (SHARED.origins(), SET.origins(), LIST.origins());
}
"#;
    // Literals need no feature.
    const LITERALS: &str = r#"
use cors_runtime::axum::{cors, routes};

#[cors(origins = ["https://app.example.com"], dev_origins = ["http://localhost:*"], credentials)]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
"#;
    let mut workspace = Workspace::new("features");
    let features = r#"default-features = false, features = ["actix", "axum"]"#;
    let binaries = [("runtime_origins", SOURCE), ("literals", LITERALS)];
    workspace.package_with("features", "cors-runtime", features, &binaries);
    let found = workspace.check();
    let errors: Vec<_> = found
        .iter()
        .map(|diagnostic| {
            let span = diagnostic.span.as_ref().expect("it has a place");
            (&*diagnostic.target, &*diagnostic.message, &*span.text)
        })
        .collect();
    let expected = [
        ("`env(\"ORIGINS\")` is read at run time", "env(\"ORIGINS\")"),
        ("`env(\"DEV_ORIGINS\", optional)` is read at run time", "env(\"DEV_ORIGINS\", optional)"),
        ("`env(\"ORIGINS_OF_ACTIX\")` is read at run time", "env(\"ORIGINS_OF_ACTIX\")"),
        ("`env(\"SHARED_ORIGINS\")` is read at run time", "env(\"SHARED_ORIGINS\")"),
        ("`TENANTS` would be an `OriginSet`", "TENANTS"),
        ("`crate::PARTNERS` would be an `OriginSet`", "crate::PARTNERS"),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(beginning, underlined)| {
            let message = format!(
                "{beginning}, which needs the feature `runtime-policies` of `cors-runtime` \
                 [option-value]\n\
                 help: add `runtime-policies` to the features of `cors-runtime` in `Cargo.toml`, or list the origins"
            );
            (message, *underlined)
        })
        .collect();
    let expected: Vec<_> =
        expected.iter().map(|(message, text)| ("runtime_origins", &**message, *text)).collect();
    assert_eq!(errors, expected);
}
