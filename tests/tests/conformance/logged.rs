//! What a client learns about a refused preflight does not depend on whether the reason is logged.

use cors_runtime::Policy;
use tests::ask::{self, Ask};

#[test]
fn a_logged_refusal_has_a_text_only_with_debug_assertions() {
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(std::io::sink).finish();
    let policy = Policy::builder().origins(["https://app.example"]).build().expect("the policy is valid");
    let axum = cors_runtime::axum::Routes::<()>::new().route(["GET"], "/", policy.clone(), || async {});
    let actix = cors_runtime::actix::Routes::new().route(["GET"], "/", policy, || async { "" });
    let actix = ask::actix(|config| {
        config.service(actix);
    });
    let preflight = Ask::preflight("GET", "/").origin("https://other.example");
    tracing::subscriber::with_default(subscriber, || {
        for mut app in [ask::axum(axum.into_router()), actix] {
            let answer = app(&preflight);
            assert_eq!((answer.status, answer.body.is_empty()), (403, !cfg!(debug_assertions)), "{answer:?}");
        }
    });
}
