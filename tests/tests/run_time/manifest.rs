//! Manifests, which are compared with snapshots, so that a change of a policy shows in a review. `BLESS=1` writes the
//! snapshots.

use cors_runtime::{Manifest, OriginSet};
use std::path::Path;
use std::{env, fs};

static TENANTS: OriginSet = OriginSet::new();

mod in_axum {
    use super::TENANTS;
    use cors_runtime::axum::{Routes, cors, origin_check, routes};
    use cors_runtime::{Origin, Policy};

    #[origin_check]
    fn check(_: &Origin) -> bool {
        true
    }

    static SHARED: Policy = cors_runtime::axum::policy!(origins = [env("PARTNERS", optional), TENANTS]);

    #[cors(origins = ["https://app.example", "https://*.shop.example"], credentials, max_age = 600)]
    #[get("/account")]
    async fn account() {}

    #[cors(
        origins = ["https://app.example"],
        credentials,
        allow_headers = ["Content-Type", "x-csrf"],
        expose_headers = ["ETag"],
        max_age = 600,
        enforce
    )]
    #[route("/account", method = "PUT", method = "DELETE")]
    async fn change() {}

    #[cors(policy = SHARED, allow_headers = any)]
    #[post("/orders/{id}")]
    async fn order() {}

    #[cors(origins = dynamic(check))]
    #[get("/tenant")]
    async fn tenant() {}

    #[cors(origins = ["*"])]
    #[any("/socket")]
    async fn socket() {}

    pub(super) fn routes() -> Routes {
        routes![account, change, order, tenant, socket]
    }
}

mod in_actix {
    use super::TENANTS;
    use actix_web::{get, post, route};
    use cors_runtime::actix::{Routes, cors, origin_check, routes};
    use cors_runtime::{Origin, Policy};

    #[origin_check]
    fn check(_: &Origin) -> bool {
        true
    }

    static SHARED: Policy = cors_runtime::actix::policy!(origins = [env("PARTNERS", optional), TENANTS]);

    #[cors(origins = ["https://app.example", "https://*.shop.example"], credentials, max_age = 600)]
    #[get("/account")]
    async fn account() -> &'static str {
        ""
    }

    #[cors(
        origins = ["https://app.example"],
        credentials,
        allow_headers = ["Content-Type", "x-csrf"],
        expose_headers = ["ETag"],
        max_age = 600,
        enforce
    )]
    #[route("/account", method = "PUT", method = "DELETE")]
    async fn change() -> &'static str {
        ""
    }

    #[cors(policy = SHARED, allow_headers = any)]
    #[post("/orders/{id}")]
    async fn order() -> &'static str {
        ""
    }

    #[cors(origins = dynamic(check))]
    #[get("/tenant")]
    async fn tenant() -> &'static str {
        ""
    }

    #[cors(origins = ["*"])]
    #[get("")]
    async fn root() -> &'static str {
        ""
    }

    pub(super) fn routes() -> Routes {
        routes![account, change, order, tenant, root]
    }
}

/// Compares a text with a file in the folder `manifest`.
fn snapshot(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/run_time/manifest").join(name);
    if env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("a file is in a directory"))
            .expect("the directory can be created");
        fs::write(&path, text).expect("the file can be written");
    }
    let file = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(file, text, "the policies have changed: read the difference, then run the test with BLESS=1");
}

#[test]
fn the_table_is_the_snapshot() {
    snapshot("axum.txt", &in_axum::routes().manifest().to_string());
    snapshot("actix.txt", &in_actix::routes().manifest().under("/api").to_string());
}

#[test]
fn the_alternate_form_leaves_out_the_places() {
    let table = format!("{:#}", in_axum::routes().manifest());
    assert!(table.contains("/account") && !table.contains("manifest.rs"), "{table}");
    assert!(table.lines().all(|line| line == line.trim_end()), "{table}");
}

#[test]
fn the_json_is_the_snapshot() {
    let json = |manifest: &Manifest| serde_json::to_string_pretty(manifest).unwrap() + "\n";
    snapshot("axum.json", &json(&in_axum::routes().manifest()));
    snapshot("actix.json", &json(&in_actix::routes().manifest().under("/api")));
}

#[test]
fn a_prefix_goes_before_every_path() {
    let paths = |manifest: Manifest| manifest.iter().map(|route| route.path().to_owned()).collect::<Vec<_>>();
    let actix = || in_actix::routes().manifest();
    assert_eq!(
        paths(actix().under("/api")),
        ["/api/account", "/api/account", "/api/orders/{id}", "/api/tenant", "/api"]
    );
    assert_eq!(paths(actix().under("/api/")), paths(actix().under("/api")));
    assert_eq!(paths(actix().under("/v1").under("/api"))[0], "/api/v1/account");
    assert_eq!(paths(actix().under("")), paths(actix()));
}

#[test]
fn a_program_can_read_methods_policies_and_places() {
    for manifest in [in_axum::routes().manifest(), in_actix::routes().manifest()] {
        let routes: Vec<_> = manifest.iter().collect();
        assert_eq!(routes[1].methods().collect::<Vec<_>>(), ["PUT", "DELETE"]);
        assert_eq!(routes[1].policy().max_age(), Some(600));
        assert!(routes[1].policy().enforce());
        assert!(routes[1].location().file.ends_with("manifest.rs") && routes[1].location().line > 0);
        let marks = |of: fn(&cors_runtime::ManifestRoute) -> bool| {
            routes.iter().map(|route| of(route)).collect::<Vec<_>>()
        };
        // `GET /account` allows every origin of `PUT /account`, and credentials.
        assert_eq!(marks(cors_runtime::ManifestRoute::is_never_reused), [false, false, false, false, false]);
        assert_eq!(marks(cors_runtime::ManifestRoute::is_dynamic), [false, false, false, true, false]);
    }
    let socket = in_axum::routes().manifest();
    assert_eq!(socket.iter().last().map(|route| route.methods().count()), Some(0));
}

#[test]
fn a_route_is_never_reused_if_its_preflights_are_answered_with_max_age_0() {
    use tests::ask::{self, Ask};

    let mut app = ask::axum(in_axum::routes().into_router());
    for route in &in_axum::routes().manifest() {
        let path = route.path().replace("{id}", "7");
        let method = route.methods().next().unwrap_or("PATCH");
        let answer = app(&Ask::preflight(method, &path).origin("https://app.example"));
        let zero = answer.header("access-control-max-age") == Some("0");
        assert_eq!(zero, route.is_never_reused(), "{method} {path}: {answer:?}");
    }
}
