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

    #[cors(origins = dynamic(check), enforce(navigations, hosts = ["localhost:*", "api.example"]))]
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

    #[cors(origins = dynamic(check), enforce(navigations, hosts = ["localhost:*", "api.example"]))]
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
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/runtime/manifest").join(name);
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

/// actix-web reads a path without a slash as if it had one.
#[test]
fn a_prefix_is_separated_from_a_path_without_a_slash() {
    use actix_web::web;
    use cors_runtime::{Policy, actix};
    use tests::ask::{self, Ask};

    static PUBLIC: Policy = actix::policy!(origins = ["*"]);

    let routes = || actix::Routes::new().route(["GET"], "me", PUBLIC.clone(), async || "me");
    for (prefix, expected) in [("/api", "/api/me"), ("/api/", "/api/me"), ("", "/me")] {
        let manifest = routes().manifest().under(prefix);
        assert_eq!(manifest.iter().map(cors_runtime::ManifestRoute::path).collect::<Vec<_>>(), [expected]);
    }
    let mut app = ask::actix(|config| {
        config.service(web::scope("/api").service(routes()));
    });
    assert_eq!(app(&Ask::get("/api/me")).status, 200);
}

/// axum nests `/` as the prefix itself, actix-web as the prefix with a slash.
#[test]
fn the_root_under_a_prefix_has_the_path_that_the_framework_gives_it() {
    use cors_runtime::{actix, axum};
    use tests::ask::{self, Ask};

    #[axum::cors(origins = ["*"])]
    #[get("/")]
    async fn axum_root() {}

    #[actix::cors(origins = ["*"])]
    #[actix_web::get("/")]
    async fn actix_root() -> &'static str {
        ""
    }

    let paths = |manifest: Manifest| manifest.iter().map(|route| route.path().to_owned()).collect::<Vec<_>>();
    let urls = ["/api", "/api/"];
    for (prefix, path) in [("/api", "/api"), ("/api/", "/api/")] {
        let routes: axum::Routes = axum::routes![axum_root];
        assert_eq!(paths(routes.manifest().under(prefix)), [path]);
        assert_eq!(paths(routes.manifest().under("")), ["/"]);
        assert_eq!(paths(routes.manifest().under("/v1").under("/api")), ["/api/v1"]);
        let mut app = ask::axum(::axum::Router::new().nest(prefix, routes.into_router()));
        let answered: Vec<_> = urls.into_iter().filter(|url| app(&Ask::get(url)).status == 200).collect();
        assert_eq!(answered, [path], "nested under {prefix}");
    }
    let routes = actix::routes![actix_root];
    assert_eq!(paths(routes.manifest().under("/api")), ["/api/"]);
    let mut app = ask::actix(|config| {
        config.service(actix_web::web::scope("/api").service(routes));
    });
    let answered: Vec<_> = urls.into_iter().filter(|url| app(&Ask::get(url)).status == 200).collect();
    assert_eq!(answered, ["/api/"]);
}

/// The policy of one route, as the table has it.
fn summary(table: &str) -> &str {
    table.split("  ").nth(2).unwrap_or_default().trim_end()
}

#[test]
fn the_table_shows_which_rules_a_policy_turns_off() {
    let policy = |insecure: bool, suffixes: bool| {
        let mut builder = cors_runtime::Policy::builder().origins(["https://app.example"]).enforce();
        if insecure {
            builder = builder.danger_insecure_origins();
        }
        if suffixes {
            builder = builder.danger_public_suffixes();
        }
        builder.build().unwrap()
    };
    for (insecure, suffixes, expected) in [
        (false, false, ""),
        (true, false, ", danger(insecure_origins)"),
        (false, true, ", danger(public_suffixes)"),
        (true, true, ", danger(insecure_origins, public_suffixes)"),
    ] {
        let axum = cors_runtime::axum::Routes::<()>::new();
        let get = [axum::http::Method::GET];
        let axum = axum.route(get, "/", policy(insecure, suffixes), || async {});
        let actix = cors_runtime::actix::Routes::new();
        let get = [actix_web::http::Method::GET];
        let actix = actix.route(get, "/", policy(insecure, suffixes), || async { "" });
        for table in [axum.manifest(), actix.manifest()].map(|manifest| format!("{manifest:#}")) {
            assert_eq!(
                summary(&table),
                format!("origins = [https://app.example], enforce{expected}"),
                "{table}"
            );
        }
    }
}

#[test]
fn the_table_says_why_a_max_age_has_no_effect() {
    use axum::http::Method;

    let policy =
        |origin: &str| cors_runtime::Policy::builder().origins([origin]).max_age(600).build().unwrap();
    let routes = cors_runtime::axum::Routes::<()>::new()
        .route([Method::PUT], "/", policy("https://admin.example"), || async {})
        .route([Method::GET], "/", policy("https://app.example"), || async {});
    let table = format!("{:#}", routes.manifest());
    let expected = [
        "origins = [https://admin.example], max_age = 0 instead of 600 (because of GET)",
        "origins = [https://app.example], max_age = 600",
    ];
    assert_eq!(table.lines().map(summary).collect::<Vec<_>>(), expected, "{table}");
}

#[test]
fn the_table_shows_the_origins_that_a_check_is_not_asked_about() {
    use cors_runtime::Origin;
    use cors_runtime::axum::{Routes, cors, origin_check, routes};

    #[origin_check]
    fn check(_: &Origin) -> bool {
        true
    }

    #[cors(origins = dynamic(check), dev_origins = ["http://localhost:3000", "http://localhost:4000"])]
    #[get("/")]
    async fn root() {}

    let routes: Routes = routes![root];
    let table = format!("{:#}", routes.manifest());
    let dev_origins = ", dev_origins = [http://localhost:3000, http://localhost:4000]";
    let expected = if cfg!(debug_assertions) { dev_origins } else { "" };
    assert_eq!(summary(&table), format!("origins = dynamic{expected}"), "{table}");
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
        assert_eq!(
            marks(cors_runtime::ManifestRoute::preflights_are_never_reused),
            [false, false, false, false, false]
        );
        assert_eq!(marks(cors_runtime::ManifestRoute::is_dynamic), [false, false, false, true, false]);
    }
    let socket = in_axum::routes().manifest();
    assert_eq!(socket.iter().last().map(|route| route.methods().count()), Some(0));
}

#[test]
fn preflights_are_never_reused_if_they_are_answered_with_max_age_0() {
    use tests::ask::{self, Ask};

    let mut app = ask::axum(in_axum::routes().into_router());
    for route in &in_axum::routes().manifest() {
        let path = route.path().replace("{id}", "7");
        let method = route.methods().next().unwrap_or("PATCH");
        let answer = app(&Ask::preflight(method, &path).origin("https://app.example"));
        let zero = answer.header("access-control-max-age") == Some("0");
        assert_eq!(zero, route.preflights_are_never_reused(), "{method} {path}: {answer:?}");
    }
}
