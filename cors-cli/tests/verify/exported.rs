//! What `cors export` writes keeps the promises of the manifest: `cors verify` asks a gateway with the configuration of
//! the same manifest, in front of the application.

use crate::apps::{PARTNERS, in_actix, in_axum, with_partners};
use crate::command::export;
use crate::run::{base, verify_json};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use tests::envoy::Envoy;
use tests::nginx::{Nginx, free_address};

mod limits {
    use axum::http::StatusCode;
    use cors_runtime::OriginSet;
    use cors_runtime::axum::{Routes, cors, routes};

    static TENANTS: OriginSet = OriginSet::new();

    #[cors(origins = ["https://app.example.com"])]
    #[get("/split")]
    async fn read() {}

    #[cors(origins = ["https://app.example.com", "https://admin.example.com"], max_age = 600)]
    #[put("/split")]
    async fn update() {}

    #[cors(origins = ["https://app.example.com", TENANTS])]
    #[get("/closed/{id}")]
    async fn closed() -> StatusCode {
        StatusCode::NOT_FOUND
    }

    pub(super) fn routes() -> Routes {
        routes![read, update, closed]
    }
}

/// The kinds of deviations of each route, by its methods and its path.
type Deviations = BTreeMap<String, BTreeSet<String>>;

#[derive(Clone, Copy, Debug)]
enum Gateway {
    Nginx,
    Envoy,
}

/// Asks a gateway in front of an application. Returns the deviations, and the paths of the routes that the export names as
/// closed. `None` if the gateway is not installed.
fn deviations(
    gateway: Gateway,
    framework: &str,
    application: SocketAddr,
    manifest: &str,
) -> Option<(Deviations, Vec<String>)> {
    let address = free_address();
    let env = format!("{}={}", PARTNERS.0, PARTNERS.1);
    let (upstream, listen) = (application.to_string(), address.to_string());
    let options = ["--upstream", &upstream, "--listen", &listen, "--framework", framework, "--env", &env];
    let name = format!("verify-exported-{}", address.port());
    let (_server, exported): (Box<dyn std::any::Any>, _) = match gateway {
        Gateway::Nginx => {
            let exported = export("nginx", manifest, &options);
            (Box::new(Nginx::start_with_locations(&name, &exported.configuration, "")?), exported)
        }
        Gateway::Envoy => {
            let exported = export("envoy", manifest, &options);
            (Box::new(Envoy::start(&name, address, &exported.configuration)?), exported)
        }
    };
    let result = verify_json(manifest, &base(address), &["--env", &env, "--send", "POST,PUT,PATCH,DELETE"]);
    let mut found = Deviations::new();
    for route in result.value["routes"].as_array().expect("a list") {
        assert_eq!(route["unanswered"], Value::Array(Vec::new()), "{route:#}");
        let methods: Vec<_> =
            route["methods"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        for deviation in route["deviations"].as_array().expect("a list") {
            assert_eq!(deviation["wider"], false, "{gateway:?} in front of {framework}: {route:#}");
            let name = format!("{} {}", methods.join(","), route["path"].as_str().expect("a text"));
            let kind = deviation["kind"].as_str().expect("a text").to_owned();
            found.entry(name).or_default().insert(kind);
        }
    }
    Some((found, exported.omissions.into_iter().map(|(path, _)| path).collect()))
}

#[test]
fn only_routes_that_the_export_closes_deviate() {
    with_partners(|| {
        let applications = [
            ("axum", tests::serve::axum(in_axum::app()), in_axum::manifest()),
            ("actix", tests::serve::actix(in_actix::app), in_actix::manifest()),
        ];
        for (framework, application, manifest) in applications {
            for gateway in [Gateway::Nginx, Gateway::Envoy] {
                let Some((found, closed)) = deviations(gateway, framework, application, &manifest) else {
                    continue;
                };
                let unknown_origins = ["/set", "/tenant", "/protected-tenant"];
                let enforced = ["/protected", "/hosts"];
                assert_eq!(
                    closed.into_iter().collect::<BTreeSet<_>>(),
                    unknown_origins.iter().chain(&enforced).map(|path| (*path).to_owned()).collect(),
                    "{gateway:?} in front of {framework}"
                );
                // No page is known to be allowed where only the application knows the origins.
                let kinds = || ["allow-origin-missing", "preflight-refused"].map(str::to_owned).into();
                let expected = ["GET,POST /protected", "GET /hosts"].map(|route| (route.to_owned(), kinds()));
                assert_eq!(found, expected.into(), "{gateway:?} in front of {framework}");
            }
        }
    });
}

#[test]
fn what_a_gateway_does_not_express_deviates_as_documented() {
    let manifest = serde_json::to_string(&limits::routes().manifest()).expect("a manifest is serialized");
    let application = tests::serve::axum(limits::routes().into_router());
    let closed = ("GET /closed/{id}", &["error-without-headers", "preflight-refused"][..]);
    let one_max_age = ("PUT /split", &["max-age-shorter"][..]);
    for (gateway, expected) in [(Gateway::Nginx, &[closed][..]), (Gateway::Envoy, &[closed, one_max_age])] {
        let Some((found, _)) = deviations(gateway, "axum", application, &manifest) else { continue };
        let kinds = |kinds: &[&str]| kinds.iter().map(|kind| (*kind).to_owned()).collect();
        let expected = expected.iter().map(|(route, names)| ((*route).to_owned(), kinds(names)));
        assert_eq!(found, expected.collect(), "{gateway:?}");
    }
}
