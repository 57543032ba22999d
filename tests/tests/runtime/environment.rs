//! `env("NAME")`: origins from environment variables. Each case runs in a process of its own, because other tests would
//! read the variables as well.

use cors_runtime::Rule;
use std::env;
use std::process::Command;

const CASE: &str = "CORS_TEST_CASE";

/// Builds an app in one of four ways, and returns the message of the error if there is one.
fn outcome(builder: &str) -> Result<(), String> {
    match builder {
        "axum" => axum_routes().try_into_router().map(drop).map_err(|error| error.to_string()),
        "axum-layer" => {
            let layer = cors_runtime::axum::PolicyLayer::try_new(&SHARED);
            layer.map(drop).map_err(|error| error.to_string())
        }
        "actix" => actix_routes().try_build().map(drop).map_err(|error| error.to_string()),
        "actix-middleware" => {
            let middleware = cors_runtime::actix::PolicyMiddleware::try_new(&SHARED);
            middleware.map(drop).map_err(|error| error.to_string())
        }
        builder => panic!("there is no {builder}"),
    }
}

static SHARED: cors_runtime::Policy = cors_runtime::axum::policy!(
    origins = ["https://app.example", env("CORS_TEST_A"), env("CORS_TEST_B", optional)],
    credentials
);

fn axum_routes() -> cors_runtime::axum::Routes {
    use cors_runtime::axum::{cors, routes};

    #[cors(
        origins = ["https://app.example", env("CORS_TEST_A"), env("CORS_TEST_B", optional)],
        credentials
    )]
    #[get("/me")]
    async fn me() {}

    routes![me]
}

fn actix_routes() -> cors_runtime::actix::Routes {
    use actix_web::get;
    use cors_runtime::actix::{cors, routes};

    #[cors(
        origins = ["https://app.example", env("CORS_TEST_A"), env("CORS_TEST_B", optional)],
        credentials
    )]
    #[get("/me")]
    async fn me() -> &'static str {
        ""
    }

    routes![me]
}

const BUILDERS: [&str; 4] = ["axum", "axum-layer", "actix", "actix-middleware"];

/// Runs a test of this file in a process of its own, with these variables. Returns the error that it has printed.
fn in_a_process(test: &str, case: &str, variables: &[(&str, &str)]) -> Result<(), String> {
    let mut command = Command::new(env::current_exe().expect("a test knows its own program"));
    command.args(["--exact", &format!("environment::{test}"), "--include-ignored", "--nocapture"]);
    command.env_remove("CORS_TEST_A").env_remove("CORS_TEST_B").env(CASE, case);
    let output = command.envs(variables.iter().copied()).output().expect("the test program can be run again");
    let said = String::from_utf8_lossy(&output.stdout);
    let (_, said) = said.split_once("<<<").unwrap_or_else(|| panic!("{test} printed no result: {output:?}"));
    let (said, _) = said.split_once(">>>").expect("the result has an end");
    if said == "built" { Ok(()) } else { Err(said.to_owned()) }
}

/// Builds the app that the environment variable names, and prints the error if there is one.
#[test]
#[ignore = "the other tests of this file run it in a process of its own"]
fn build_one() {
    let case = env::var(CASE).expect("the case is set");
    println!("<<<{}>>>", outcome(&case).err().as_deref().unwrap_or("built"));
}

/// Builds the app in every way with these variables, and compares the message.
fn check(variables: &[(&str, &str)], expected: Result<(), &str>) {
    for builder in BUILDERS {
        let built = in_a_process("build_one", builder, variables);
        // The last line of a message is the place of the attribute or of the call.
        let place =
            built.as_ref().err().and_then(|message| message.rsplit_once("\nthe policy is declared at "));
        let (message, place) = match place {
            Some((message, place)) => (Some(message), Some(place)),
            None => (built.as_ref().err().map(String::as_str), None),
        };
        assert_eq!(message, expected.err(), "{builder} {variables:?}");
        if let Some(place) = place {
            let line = place.strip_prefix("tests/tests/runtime/environment.rs:");
            assert!(line.is_some_and(|line| line.parse::<u32>().is_ok()), "{builder}: {place}");
        }
        assert_eq!(place.is_some(), expected.is_err(), "{builder} {variables:?}");
    }
}

#[test]
fn valid_lists_are_accepted() {
    for list in [
        "https://a.example",
        " https://a.example , https://*.b.example ",
        "https://a.example,",
        "https://a.example,\n",
        // Entries that change nothing are removed from the list, and reported as events.
        "https://a.example,https://a.example,https://app.example",
    ] {
        check(&[("CORS_TEST_A", list)], Ok(()));
        check(&[("CORS_TEST_A", list), ("CORS_TEST_B", "https://c.example")], Ok(()));
        check(&[("CORS_TEST_A", list), ("CORS_TEST_B", "")], Ok(()));
    }
}

const HELP: &str = "help: set it to a comma-separated list, such as `CORS_TEST_A=https://app.example.com`, or write \
                    `env(\"CORS_TEST_A\", optional)`";

#[test]
fn a_missing_variable_is_named() {
    check(&[], Err(&format!("the environment variable `CORS_TEST_A` is not set\n{HELP}")));
}

#[test]
fn an_empty_variable_is_named() {
    for list in ["", "  ", ",", " , "] {
        check(
            &[("CORS_TEST_A", list)],
            Err(&format!("the environment variable `CORS_TEST_A` has no entries\n{HELP}")),
        );
    }
}

/// The lines that name a variable or an entry.
fn first_lines(message: &str) -> Vec<&str> {
    message.lines().filter(|line| line.contains("the environment variable `")).collect()
}

#[test]
fn one_message_names_every_wrong_entry_of_every_variable() {
    let list = "https://a.example/, https://ok.example, http://b.example, *, null, https://*.co.uk";
    let variables = [("CORS_TEST_A", list), ("CORS_TEST_B", "HTTPS://C.example")];
    for builder in BUILDERS {
        let message = in_a_process("build_one", builder, &variables).unwrap_err();
        let lines = first_lines(&message);
        let starts = [
            ("entry 1 of the environment variable `CORS_TEST_A`: ", "[origin-trailing-slash]"),
            ("entry 3 of the environment variable `CORS_TEST_A`: ", "[origin-insecure]"),
            ("entry 4 of the environment variable `CORS_TEST_A`: ", "[origin-shadowed]"),
            ("entry 5 of the environment variable `CORS_TEST_A`: ", "[origin-null]"),
            ("entry 6 of the environment variable `CORS_TEST_A`: ", "[origin-public-suffix]"),
            ("entry 1 of the environment variable `CORS_TEST_B`: ", "[origin-case]"),
        ];
        assert_eq!(lines.len(), starts.len(), "{builder}: {message}");
        for (line, (start, rule)) in lines.iter().zip(starts) {
            assert!(line.starts_with(start) && line.ends_with(rule), "{builder}: {line}\n{message}");
        }
        assert_eq!(
            message.matches("the policy is declared at tests/tests/runtime/environment.rs:").count(),
            starts.len()
        );
        assert!(
            message.contains("https://a.example`") || message.contains("\"https://a.example\""),
            "{message}"
        );
    }
}

#[test]
fn one_message_names_missing_variables_and_wrong_ones() {
    for builder in BUILDERS {
        let message = in_a_process("build_one", builder, &[("CORS_TEST_B", "nonsense")]).unwrap_err();
        let [missing, wrong] = first_lines(&message)[..] else { panic!("{builder}: {message}") };
        assert_eq!(missing, "the environment variable `CORS_TEST_A` is not set", "{builder}: {message}");
        assert!(
            wrong.starts_with("entry 1 of the environment variable `CORS_TEST_B`: "),
            "{builder}: {message}"
        );
    }
}

#[test]
fn a_program_can_read_the_rule_and_the_place_of_each_wrong_entry() {
    if env::var(CASE).is_err() {
        let variables = [("CORS_TEST_A", "https://a.example/, https://ok.example, null")];
        let name = "a_program_can_read_the_rule_and_the_place_of_each_wrong_entry";
        return in_a_process(name, "rules", &variables).unwrap();
    }
    for error in [axum_routes().try_into_router().unwrap_err(), actix_routes().try_build().unwrap_err()] {
        let rules: Vec<_> = error.iter().map(cors_runtime::BuildProblem::rule).collect();
        assert_eq!(rules, [Some(Rule::OriginTrailingSlash), Some(Rule::OriginNull)], "{error}");
        for problem in &error {
            assert!(problem.location().is_some_and(|location| location.file == file!()), "{problem}");
        }
    }
    println!("<<<built>>>");
}

/// The test runs itself again, with the variables set.
#[test]
fn origins_of_the_variables_are_allowed() {
    use tests::ask::{self, Ask};

    if env::var(CASE).is_err() {
        let variables = [
            ("CORS_TEST_A", "https://a.example, https://*.b.example"),
            ("CORS_TEST_B", "https://c.example,"),
        ];
        return in_a_process("origins_of_the_variables_are_allowed", "answers", &variables).unwrap();
    }
    let axum = ask::axum(axum_routes().into_router());
    let actix = ask::actix(|config| {
        config.service(actix_routes());
    });
    for mut app in [axum, actix] {
        for origin in ["https://app.example", "https://a.example", "https://x.b.example", "https://c.example"]
        {
            assert_eq!(app(&Ask::get("/me").origin(origin)).allowed(), Some(origin));
            let preflight = app(&Ask::preflight("GET", "/me").origin(origin));
            assert_eq!((preflight.status, preflight.allowed()), (204, Some(origin)));
        }
        for origin in ["https://b.example", "https://d.example", "https://*.b.example", "https://a.example,"]
        {
            assert_eq!(app(&Ask::get("/me").origin(origin)).allowed(), None, "{origin}");
        }
    }
    println!("<<<built>>>");
}

static OR_ANY: cors_runtime::Policy =
    cors_runtime::axum::policy!(origins = [env("CORS_TEST_A", or_any)], max_age = 600);

/// Apps with `env(.., or_any)`: in the attribute, in a shared policy, from the builder, from JSON, and in a default policy.
fn apps_with_or_any() -> Vec<(&'static str, tests::ask::App)> {
    use cors_runtime::{OriginSource, Policy};
    use tests::ask;

    mod in_axum {
        use super::OR_ANY;
        use cors_runtime::axum::{Routes, cors, routes};

        #[cors(origins = [env("CORS_TEST_A", or_any)])]
        #[get("/written")]
        async fn written() {}

        #[cors(policy = OR_ANY, max_age = 60)]
        #[get("/shared")]
        async fn shared() {}

        pub(super) fn routes() -> Routes {
            routes![written, shared]
        }
    }

    mod in_actix {
        use super::OR_ANY;
        use actix_web::get;
        use cors_runtime::actix::{Routes, cors, routes};

        #[cors(origins = [env("CORS_TEST_A", or_any)])]
        #[get("/written")]
        async fn written() -> &'static str {
            ""
        }

        #[cors(policy = OR_ANY, max_age = 60)]
        #[get("/shared")]
        async fn shared() -> &'static str {
            ""
        }

        pub(super) fn routes() -> Routes {
            routes![written, shared]
        }
    }

    let built = || Policy::builder().origins([OriginSource::env_or_any("CORS_TEST_A")]).build().unwrap();
    let json = r#"{"origins": [{"env": "CORS_TEST_A", "or_any": true}]}"#;
    let read = || serde_json::from_str::<Policy>(json).unwrap();
    let get = ["GET"];
    let in_axum =
        in_axum::routes().route(get, "/built", built(), async || "").route(get, "/read", read(), async || "");
    let in_actix = in_actix::routes().route(get, "/built", built(), async || "").route(
        get,
        "/read",
        read(),
        async || "",
    );
    vec![
        ("axum", ask::axum(axum::Router::from(in_axum).layer(cors_runtime::axum::PolicyLayer::new(&OR_ANY)))),
        (
            "actix",
            ask::actix_app(
                actix_web::App::new()
                    .service(in_actix)
                    .wrap(cors_runtime::actix::PolicyMiddleware::new(&OR_ANY)),
            ),
        ),
    ]
}

#[test]
fn every_origin_is_allowed_unless_the_variable_lists_origins() {
    use tests::ask::Ask;

    const NAME: &str = "every_origin_is_allowed_unless_the_variable_lists_origins";
    const LISTED: &str = "https://a.example";
    const OTHER: &str = "https://other.example";
    let Ok(case) = env::var(CASE) else {
        for value in [None, Some(""), Some(" , "), Some("*"), Some(" *, ")] {
            let variables: Vec<_> = value.map(|value| ("CORS_TEST_A", value)).into_iter().collect();
            in_a_process(NAME, "any", &variables).unwrap();
        }
        return in_a_process(NAME, "listed", &[("CORS_TEST_A", "https://a.example")]).unwrap();
    };
    let (apps, events) = crate::events::during(apps_with_or_any);
    let told = events.iter().filter(|event| event.field("variable") == Some("CORS_TEST_A")).count();
    assert_eq!(told > 0, case == "any", "{events:?}");
    for (framework, mut app) in apps {
        for path in ["/written", "/shared", "/built", "/read", "/nowhere"] {
            for origin in [LISTED, OTHER] {
                let expected = match &*case {
                    "any" => Some("*"),
                    _ => (origin == LISTED).then_some(LISTED),
                };
                let actual = app(&Ask::get(path).origin(origin));
                assert_eq!(actual.allowed(), expected, "{framework} {path} {origin}");
                assert_eq!(actual.varies(), case != "any", "{framework} {path} {origin}");
                let preflight = app(&Ask::preflight("GET", path).origin(origin));
                assert_eq!(preflight.allowed(), expected, "{framework} {path} {origin}");
            }
        }
    }
    println!("<<<built>>>");
}

/// `*` beside other entries is a contradiction, and a wrong entry does not allow every origin.
#[test]
fn a_wrong_list_is_an_error_although_the_variable_may_be_empty() {
    const NAME: &str = "a_wrong_list_is_an_error_although_the_variable_may_be_empty";
    if env::var(CASE).is_err() {
        for (list, rule) in [("*, https://a.example", "[origin-shadowed]"), ("a.example", "[origin-scheme]")]
        {
            let message = in_a_process(NAME, "error", &[("CORS_TEST_A", list)]).unwrap_err();
            assert!(message.contains(rule) && message.contains("entry 1 of "), "{message}");
        }
        return;
    }
    let error = cors_runtime::axum::PolicyLayer::try_new(&OR_ANY).unwrap_err().to_string();
    assert_eq!(cors_runtime::actix::PolicyMiddleware::try_new(&OR_ANY).unwrap_err().iter().count(), 1);
    println!("<<<{error}>>>");
}

/// The routers of one process are built while the variable has different values.
#[test]
fn every_router_keeps_the_value_that_it_has_read() {
    use crate::dropped_extensions::build_request;
    use axum::Router;
    use axum::middleware::from_fn;
    use cors_runtime::axum::{cors, routes};
    use tests::ask::{self, Ask};

    #[cors(origins = [env("CORS_TEST_A")], enforce)]
    #[get("/me")]
    async fn me() {}

    if env::var(CASE).is_err() {
        return in_a_process("every_router_keeps_the_value_that_it_has_read", "answers", &[]).unwrap();
    }
    let build = |origin: &str, group: fn() -> Router| {
        ask::axum(temp_env::with_var("CORS_TEST_A", Some(origin), group))
    };
    let plain = || routes![me].into_router();
    let layered = || routes![me].layer(tower::layer::util::Identity::new()).into_router();
    let built_anew = || routes![me].layer(from_fn(build_request)).into_router();
    let apps = [
        ("https://a.example", plain as fn() -> Router),
        ("https://b.example", plain),
        ("https://c.example", layered),
        ("https://d.example", built_anew),
        ("https://e.example", built_anew),
    ];
    let mut apps = apps.map(|(origin, group)| (origin, build(origin, group)));
    let origins = apps.each_ref().map(|(origin, _)| *origin);
    for (own, app) in &mut apps {
        for origin in origins {
            let answer = app(&Ask::get("/me").origin(origin));
            let expected = if origin == *own { (200, Some(origin)) } else { (403, None) };
            assert_eq!((answer.status, answer.allowed()), expected, "{origin} asks the router for {own}");
        }
    }
    println!("<<<built>>>");
}

/// The functions that cannot return an error panic with its message.
#[test]
fn a_panic_has_the_message_of_the_error() {
    let message = |act: fn()| {
        let panic = std::panic::catch_unwind(act).unwrap_err();
        panic.downcast_ref::<String>().cloned().unwrap_or_default()
    };
    let expected = "the environment variable `CORS_TEST_A` is not set\n";
    let messages = [
        message(|| drop(axum_routes().into_router())),
        message(|| drop(cors_runtime::axum::PolicyLayer::new(&SHARED))),
        message(|| drop(cors_runtime::actix::PolicyMiddleware::new(&SHARED))),
        message(|| {
            drop(tests::ask::actix(|config| {
                config.service(actix_routes());
            }));
        }),
    ];
    for message in messages {
        assert!(message.starts_with(expected), "{message}");
        assert!(message.contains("environment.rs:"), "{message}");
    }
}

/// `optional` does not help: it is for variables that are missing or empty.
#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf_8_is_named() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let mut command = Command::new(env::current_exe().expect("a test knows its own program"));
    command.args(["--exact", "environment::build_one", "--include-ignored", "--nocapture"]);
    let value = OsStr::from_bytes(b"https://\xff.example");
    command.env(CASE, "axum").env("CORS_TEST_A", value).env("CORS_TEST_B", value);
    let output = command.output().expect("the test program can be run again");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for variable in ["CORS_TEST_A", "CORS_TEST_B"] {
        let expected = format!(
            "the environment variable `{variable}` is not valid UTF-8\n\
             help: set it to a comma-separated list, such as `{variable}=https://app.example.com`\n"
        );
        assert!(text.contains(&expected), "{text}");
    }
}
