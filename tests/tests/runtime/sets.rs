//! Sets of origins that are replaced while the server runs.

use cors_runtime::{OriginSet, OriginSource, Policy, policy};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use tests::ask::{self, App, Ask};

static ALONE: OriginSet = OriginSet::new();
static BESIDE: OriginSet = OriginSet::new();
static BUILT: OriginSet = OriginSet::new();
static SHARED: OriginSet = OriginSet::new();
static BUSY: OriginSet = OriginSet::new();
static INSECURE: OriginSet = OriginSet::new().danger_insecure_origins();
static SUFFIXES: OriginSet = OriginSet::new().danger_public_suffixes();

static PRINTERS: Policy = policy!(
    origins = ["http://printer.example", "https://*.github.io"],
    credentials,
    danger(insecure_origins, public_suffixes),
);
static OTHER_AGE: Policy = policy!(policy = PRINTERS, max_age = 60);
static OTHER_ORIGINS: Policy = policy!(policy = PRINTERS, origins = [INSECURE, SUFFIXES]);
static OTHER_ORIGINS_AND_AGE: Policy = policy!(policy = OTHER_ORIGINS, max_age = 60);
static OTHER_DANGER: Policy =
    policy!(policy = PRINTERS, origins = [INSECURE, SUFFIXES], danger(insecure_origins, public_suffixes));

mod in_axum {
    use super::{ALONE, BESIDE, BUSY, SHARED};
    use cors_runtime::Policy;
    use cors_runtime::axum::{Routes, cors, policy, routes};

    static POLICY: Policy = policy!(origins = [SHARED], credentials);

    #[cors(origins = ALONE, credentials)]
    #[get("/alone")]
    async fn alone() {}

    #[cors(origins = ["https://a.example", BESIDE])]
    #[get("/beside")]
    async fn beside() {}

    #[cors(policy = POLICY, max_age = 60)]
    #[get("/shared")]
    async fn shared() {}

    #[cors(origins = [BUSY])]
    #[get("/busy")]
    async fn busy() {}

    pub(super) fn routes() -> Routes {
        routes![alone, beside, shared, busy]
    }
}

mod in_actix {
    use super::{ALONE, BESIDE, BUSY, SHARED};
    use actix_web::get;
    use cors_runtime::Policy;
    use cors_runtime::actix::{Routes, cors, policy, routes};

    static POLICY: Policy = policy!(origins = [SHARED], credentials);

    #[cors(origins = ALONE, credentials)]
    #[get("/alone")]
    async fn alone() -> &'static str {
        ""
    }

    #[cors(origins = ["https://a.example", BESIDE])]
    #[get("/beside")]
    async fn beside() -> &'static str {
        ""
    }

    #[cors(policy = POLICY, max_age = 60)]
    #[get("/shared")]
    async fn shared() -> &'static str {
        ""
    }

    #[cors(origins = [BUSY])]
    #[get("/busy")]
    async fn busy() -> &'static str {
        ""
    }

    pub(super) fn routes() -> Routes {
        routes![alone, beside, shared, busy]
    }
}

/// A policy of the builder, with a set beside a literal origin.
fn built() -> Policy {
    let origins = [OriginSource::from("https://a.example"), OriginSource::from(&BUILT)];
    Policy::builder().origins(origins).credentials().build().unwrap()
}

fn apps() -> [App; 2] {
    let axum = in_axum::routes().route([axum::http::Method::GET], "/built", built(), || async {});
    let actix = in_actix::routes().route([actix_web::http::Method::GET], "/built", built(), || async { "" });
    let configure = |config: &mut actix_web::web::ServiceConfig| {
        config.service(actix);
    };
    [ask::axum(axum.into_router()), ask::actix(configure)]
}

/// The origins of a list that a path allows, which must be the same for requests and preflights.
fn allowed<'a>(app: &mut App, path: &str, origins: &[&'a str]) -> Vec<&'a str> {
    let mut allowed = Vec::new();
    for origin in origins {
        let actual = app(&Ask::get(path).origin(origin));
        let preflight = app(&Ask::preflight("GET", path).origin(origin));
        assert_eq!(actual.allowed(), preflight.allowed(), "{path} {origin}");
        assert_eq!(preflight.status, if preflight.allowed().is_some() { 204 } else { 403 });
        if let Some(answered) = actual.allowed() {
            assert_eq!(answered, *origin);
            allowed.push(*origin);
        }
    }
    allowed
}

const ALL: [&str; 3] = ["https://a.example", "https://b.example", "https://x.c.example"];

#[test]
fn a_set_can_be_replaced_while_serving() {
    let cases = [
        ("/alone", &ALONE, false),
        ("/beside", &BESIDE, true),
        ("/built", &BUILT, true),
        ("/shared", &SHARED, false),
    ];
    for (path, set, literal) in cases {
        let literal: &[&str] = if literal { &["https://a.example"] } else { &[] };
        let mut apps = apps();
        for app in &mut apps {
            assert_eq!(allowed(app, path, &ALL), literal, "{path}");
        }
        set.replace(["https://b.example"]).unwrap();
        let expected = [literal, &["https://b.example"]].concat();
        for app in &mut apps {
            assert_eq!(allowed(app, path, &ALL), expected, "{path}");
        }
        set.replace(["https://*.c.example", "https://a.example"]).unwrap();
        for app in &mut apps {
            assert_eq!(allowed(app, path, &ALL), ["https://a.example", "https://x.c.example"], "{path}");
        }
        // If one entry is wrong, the set stays as it is.
        let errors = set.replace(["https://b.example", "https://b.example/", "*"]).unwrap_err();
        let rules: Vec<_> = errors.iter().map(|error| error.rule().name()).collect();
        assert_eq!(rules, ["origin-trailing-slash", "origin-shadowed"], "{errors}");
        for app in &mut apps {
            assert_eq!(allowed(app, path, &ALL), ["https://a.example", "https://x.c.example"], "{path}");
        }
        set.replace([""; 0]).unwrap();
        for app in &mut apps {
            assert_eq!(allowed(app, path, &ALL), literal, "{path}");
        }
    }
}

/// An app whose set is its own: on a route, and in a default policy.
type Build = fn(&Arc<OriginSet>) -> App;

#[test]
fn the_apps_of_a_process_can_have_a_set_each() {
    fn policy(set: &Arc<OriginSet>) -> Policy {
        Policy::builder().origins([set]).credentials().build().unwrap()
    }
    let axum: Build = |set| {
        let routes = cors_runtime::axum::Routes::<()>::new();
        let routes = routes.route([axum::http::Method::GET], "/route", policy(set), async || "");
        ask::axum(routes.into_router().layer(cors_runtime::axum::PolicyLayer::new(policy(set))))
    };
    let actix: Build = |set| {
        let routes = cors_runtime::actix::Routes::new();
        let routes = routes.route([actix_web::http::Method::GET], "/route", policy(set), async || "");
        let default = cors_runtime::actix::PolicyMiddleware::new(policy(set));
        ask::actix_app(actix_web::App::new().service(routes).wrap(default))
    };
    for build in [axum, actix] {
        let sets = [(), ()].map(|()| Arc::new(OriginSet::new()));
        let mut apps = sets.each_ref().map(build);
        for path in ["/route", "/default"] {
            sets[0].replace(["https://a.example"]).unwrap();
            sets[1].replace(["https://b.example"]).unwrap();
            assert_eq!(allowed(&mut apps[0], path, &ALL), ["https://a.example"], "{path}");
            assert_eq!(allowed(&mut apps[1], path, &ALL), ["https://b.example"], "{path}");
            sets[0].replace(["https://*.c.example"]).unwrap();
            assert_eq!(allowed(&mut apps[0], path, &ALL), ["https://x.c.example"], "{path}");
            assert_eq!(allowed(&mut apps[1], path, &ALL), ["https://b.example"], "{path}");
        }
        // The apps keep their sets.
        drop(sets);
        assert_eq!(allowed(&mut apps[1], "/route", &ALL), ["https://b.example"]);
    }
}

#[test]
fn a_shared_set_that_is_relaxed_needs_a_policy_that_is_relaxed_too() {
    let set = Arc::new(OriginSet::new().danger_public_suffixes());
    let policy = Policy::builder().origins([set]).build().unwrap();
    let error = cors_runtime::axum::PolicyLayer::try_new(policy).unwrap_err();
    assert!(error.to_string().contains("[origin-public-suffix]"), "{error}");
}

#[test]
fn a_request_sees_the_set_before_or_after_a_replacement() {
    // One origin is in every list, so that every request must find it.
    let with = |n: usize| ["https://always.example".to_owned(), format!("https://n{n}.example")];
    BUSY.replace(with(0)).unwrap();
    let done = AtomicBool::new(false);
    let seen = thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for n in 0..2000 {
                BUSY.replace(with(n)).unwrap();
                assert!(BUSY.replace(["https://always.example/"]).is_err());
            }
            done.store(true, Ordering::Release);
        });
        let readers: Vec<_> = [0, 1]
            .into_iter()
            .map(|number| {
                let done = &done;
                scope.spawn(move || {
                    let mut app = apps().into_iter().nth(number).unwrap();
                    let mut seen = 0;
                    while seen < 20 || !done.load(Ordering::Acquire) {
                        let answer = app(&Ask::get("/busy").origin("https://always.example"));
                        assert_eq!(answer.allowed(), Some("https://always.example"));
                        seen += 1;
                    }
                    seen
                })
            })
            .collect();
        writer.join().unwrap();
        readers.into_iter().map(|reader| reader.join().unwrap()).collect::<Vec<u32>>()
    });
    assert!(seen.iter().all(|count| *count >= 20), "{seen:?}");
}

#[test]
fn a_relaxed_set_needs_a_policy_that_is_relaxed_too() {
    let policy = |set: &'static OriginSet| Policy::builder().origins([OriginSource::from(set)]);
    let cases = [
        ("insecure, credentials", policy(&INSECURE).credentials(), Some("origin-insecure")),
        ("insecure, no credentials", policy(&INSECURE), None),
        ("insecure, allowed", policy(&INSECURE).credentials().danger_insecure_origins(), None),
        ("suffixes", policy(&SUFFIXES), Some("origin-public-suffix")),
        ("suffixes, allowed", policy(&SUFFIXES).danger_public_suffixes(), None),
        ("strict", policy(&ALONE).credentials(), None),
    ];
    for (name, builder, rule) in cases {
        let policy = builder.build().unwrap();
        let axum = cors_runtime::axum::Routes::<()>::new();
        let axum = axum.route([axum::http::Method::GET], "/", policy.clone(), || async {});
        let actix = cors_runtime::actix::Routes::new();
        let actix = actix.route([actix_web::http::Method::GET], "/", policy.clone(), || async { "" });
        let errors = [
            axum.try_into_router().err(),
            actix.try_build().err(),
            cors_runtime::axum::PolicyLayer::try_new(policy.clone()).err(),
            cors_runtime::actix::PolicyMiddleware::try_new(policy).err(),
        ];
        for error in errors {
            let message = error.map(|error| error.to_string()).unwrap_or_default();
            match rule {
                None => assert_eq!(message, "", "{name}"),
                Some(rule) => {
                    assert!(
                        message.contains(&format!("[{rule}]")) && message.contains("sets.rs:"),
                        "{name}: {message}"
                    );
                    assert!(message.contains("help: write `danger("), "{name}: {message}");
                }
            }
        }
    }
}

/// `danger(..)` is about the origins that are written beside it.
#[test]
fn a_policy_that_replaces_the_origins_of_its_base_does_not_inherit_its_danger() {
    mod in_axum {
        use super::{INSECURE, PRINTERS, SUFFIXES};
        use cors_runtime::axum::{Routes, cors, routes};

        #[cors(policy = PRINTERS)]
        #[get("/kept")]
        async fn kept() {}

        #[cors(policy = PRINTERS, origins = [INSECURE, SUFFIXES])]
        #[get("/replaced")]
        async fn replaced() {}

        pub(super) fn all() -> [Routes; 2] {
            [routes![kept], routes![replaced]]
        }
    }

    mod in_actix {
        use super::{INSECURE, PRINTERS, SUFFIXES};
        use actix_web::get;
        use cors_runtime::actix::{Routes, cors, routes};

        #[cors(policy = PRINTERS)]
        #[get("/kept")]
        async fn kept() -> &'static str {
            ""
        }

        #[cors(policy = PRINTERS, origins = [INSECURE, SUFFIXES])]
        #[get("/replaced")]
        async fn replaced() -> &'static str {
            ""
        }

        pub(super) fn all() -> [Routes; 2] {
            [routes![kept], routes![replaced]]
        }
    }

    for (policy, expected) in [
        (&PRINTERS, true),
        (&OTHER_AGE, true),
        (&OTHER_ORIGINS, false),
        (&OTHER_ORIGINS_AND_AGE, false),
        (&OTHER_DANGER, true),
    ] {
        assert_eq!((policy.insecure_origins(), policy.public_suffixes()), (expected, expected), "{policy:?}");
    }
    let layer = |policy| cors_runtime::axum::PolicyLayer::try_new(policy).err();
    let [axum_kept, axum_replaced] = in_axum::all().map(|routes| routes.try_into_router().err());
    let [actix_kept, actix_replaced] = in_actix::all().map(|routes| routes.try_build().err());
    for (error, is_refused) in [
        (layer(&OTHER_AGE), false),
        (layer(&OTHER_ORIGINS), true),
        (layer(&OTHER_DANGER), false),
        (axum_kept, false),
        (axum_replaced, true),
        (actix_kept, false),
        (actix_replaced, true),
    ] {
        let message = error.map(|error| error.to_string()).unwrap_or_default();
        assert_eq!(message.contains("[origin-insecure]"), is_refused, "{message}");
        assert_eq!(message.contains("[origin-public-suffix]"), is_refused, "{message}");
    }
}
