//! Shared policies: `policy!` in statics and constants, and attributes that replace keys of a shared policy.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use cors_runtime::Policy;
use cors_runtime::axum::{cors, policy, routes};
use tower::ServiceExt as _;

mod policies {
    use cors_runtime::{Policy, policy};

    pub(crate) static PARTNERS: Policy = policy!(
        origins = ["https://partner.example"],
        credentials,
        allow_headers = ["content-type"],
        expose_headers = ["x-total-count"],
        max_age = 7200,
    );
    pub(crate) const CONSTANT: Policy = policy!(policy = PARTNERS, max_age = 60);
    pub(crate) static DERIVED: Policy = policy!(policy = CONSTANT, origins = ["https://derived.example"]);
}

use policies::PARTNERS as UNDER_ANOTHER_NAME;

#[cors(policy = policies::PARTNERS)]
#[put("/as-it-is")]
async fn as_it_is() {}

#[cors(policy = UNDER_ANOTHER_NAME, origins = ["https://app.example"], expose_headers = [], allow_headers = [])]
#[put("/replaced")]
async fn replaced() {}

#[cors(policy = policies::DERIVED, allow_headers = any, expose_headers = ["etag"])]
#[put("/derived")]
async fn derived() {}

#[cors(policy = policies::CONSTANT)]
#[put("/constant")]
async fn constant() {}

#[cors(policy = LOCAL)]
#[put("/local")]
async fn local() {}

const LOCAL: Policy = policy!(origins = ["https://app.example"]);

/// `Allow-Origin`, `Allow-Credentials`, `Allow-Headers` and `Max-Age` of the preflight, and `Expose-Headers` of the
/// request.
async fn answers(path: &str, origin: &str) -> [Option<String>; 5] {
    let app: Router = routes![as_it_is, replaced, derived, constant, local].into();
    let send = |method| {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("origin", origin)
            .header("access-control-request-method", "PUT")
            .header("access-control-request-headers", "x-asked");
        app.clone().oneshot(request.body(Body::empty()).unwrap())
    };
    let (preflight, actual) = (send("OPTIONS").await.unwrap(), send("PUT").await.unwrap());
    assert_eq!(actual.status(), 200);
    let of = |response: &axum::response::Response, name: &str| {
        response
            .headers()
            .get(format!("access-control-{name}"))
            .map(|value| value.to_str().unwrap().to_owned())
    };
    [
        of(&preflight, "allow-origin"),
        of(&preflight, "allow-credentials"),
        of(&preflight, "allow-headers"),
        of(&preflight, "max-age"),
        of(&actual, "expose-headers"),
    ]
}

#[tokio::test]
async fn keys_of_the_attribute_replace_those_of_the_shared_policy() {
    for (path, origin, expected) in [
        ("/as-it-is", "https://partner.example", ["true", "content-type", "7200", "x-total-count"]),
        ("/replaced", "https://app.example", ["true", "", "7200", ""]),
        ("/derived", "https://derived.example", ["true", "x-asked", "60", "etag"]),
        ("/constant", "https://partner.example", ["true", "content-type", "60", "x-total-count"]),
        ("/local", "https://app.example", ["", "", "", ""]),
    ] {
        let [allowed, rest @ ..] = answers(path, origin).await;
        assert_eq!(allowed.as_deref(), Some(origin), "{path}");
        assert_eq!(rest.map(Option::unwrap_or_default), expected, "{path}");
    }
}

#[tokio::test]
async fn replaced_origins_of_the_shared_policy_are_not_allowed() {
    assert_eq!(answers("/replaced", "https://partner.example").await, [const { None }; 5]);
    assert_eq!(answers("/derived", "https://partner.example").await, [const { None }; 5]);
}
