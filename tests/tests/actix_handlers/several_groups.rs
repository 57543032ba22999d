//! Several groups in one app: a preflight is answered by the group that routes its method.

use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, get, guard, put};
use cors_runtime::Policy;
use cors_runtime::actix::{PolicyMiddleware, Routes, cors, policy};
use tests::ask::{self, Answer, Ask};

const APP: &str = "https://app.example";
const PARTNER: &str = "https://partner.example";

static FOR_APP: Policy = policy!(origins = ["https://app.example"], max_age = 600);
static FOR_PARTNER: Policy = policy!(origins = ["https://partner.example"], max_age = 600);
static FOR_BOTH: Policy =
    policy!(origins = ["https://app.example", "https://partner.example"], max_age = 600);

/// A group with one route.
fn group(method: Method, path: &str, policy: &'static Policy) -> Routes {
    let name = format!("{method} {path}");
    Routes::new().route([method], path, policy, move || {
        let name = name.clone();
        async move { name }
    })
}

fn get_user(path: &str) -> Routes {
    group(Method::GET, path, &FOR_APP)
}

fn put_me(path: &str) -> Routes {
    group(Method::PUT, path, &FOR_PARTNER)
}

#[cors(policy = FOR_APP)]
#[get("/users/{id}")]
async fn user() -> &'static str {
    "GET /users/{id}"
}

#[cors(policy = FOR_PARTNER)]
#[put("/users/me")]
async fn update_me() -> &'static str {
    "PUT /users/me"
}

fn app(configure: impl FnOnce(&mut ServiceConfig)) -> ask::App {
    ask::actix(configure)
}

/// Apps that have `GET /users/{id}` for [`APP`] and `PUT /users/me` for [`PARTNER`] in different groups: what the app is, the
/// prefix of its URLs, and the app.
fn apps() -> Vec<(&'static str, &'static str, ask::App)> {
    let get_module = |config: &mut ServiceConfig| {
        config.service(get_user("/users/{id}"));
    };
    let put_module = |config: &mut ServiceConfig| {
        config.service(put_me("/users/me"));
    };
    vec![
        (
            "the app itself",
            "",
            app(|config| {
                config.service(get_user("/users/{id}")).service(put_me("/users/me"));
            }),
        ),
        (
            "one scope",
            "/api",
            app(|config| {
                let scope = web::scope("/api");
                config.service(scope.service(get_user("/users/{id}")).service(put_me("/users/me")));
            }),
        ),
        (
            "two modules of a scope",
            "/api",
            app(move |config| {
                config.service(web::scope("/api").configure(get_module).configure(put_module));
            }),
        ),
        (
            "two modules of a scope with a parameter",
            "/7",
            app(move |config| {
                config.service(web::scope("/{tenant}").configure(get_module).configure(put_module));
            }),
        ),
        (
            "a scope with a regular expression",
            "/7/a",
            app(move |config| {
                config.service(web::scope("/{tenant:.+}/a").configure(get_module).configure(put_module));
            }),
        ),
        (
            "scopes with the same parameter inside of each other",
            "/7/8",
            app(move |config| {
                let inner = web::scope("/{id}").configure(get_module).configure(put_module);
                config.service(web::scope("/{id}").service(inner));
            }),
        ),
        (
            "scopes with no prefix",
            "",
            app(move |config| {
                let inner = web::scope("").configure(get_module).configure(put_module);
                config.service(web::scope("").service(inner));
            }),
        ),
        (
            "the app, and a scope behind it",
            "/api",
            app(move |config| {
                config.service(get_user("/api/users/{id}")).service(web::scope("/api").configure(put_module));
            }),
        ),
        (
            "the app, and a scope without a prefix behind it",
            "",
            app(move |config| {
                config.service(get_user("/users/{id}")).service(web::scope("").configure(put_module));
            }),
        ),
        (
            "a scope, and a scope in it",
            "/api",
            app(move |config| {
                let scope = web::scope("/api").configure(get_module);
                config.service(scope.service(web::scope("/users").service(put_me("/me"))));
            }),
        ),
        (
            "handlers without a group",
            "/api",
            app(|config| {
                config.service(web::scope("/api").service(user).service(update_me));
            }),
        ),
    ]
}

fn summary(answer: &Answer) -> (u16, Option<&str>, Option<&str>, Option<&str>) {
    let [methods, max_age] = ["access-control-allow-methods", "access-control-max-age"];
    (answer.status, answer.allowed(), answer.header(methods), answer.header(max_age))
}

#[test]
fn a_preflight_reaches_the_group_that_routes_its_method() {
    for (what, prefix, mut app) in apps() {
        let me = format!("{prefix}/users/me");
        assert_eq!(app(&Ask::new("PUT", &me)).status, 200, "{what}");
        let answer = app(&Ask::preflight("PUT", &me).origin(PARTNER));
        // `GET` of this URL refuses the origin.
        assert_eq!(summary(&answer), (204, Some(PARTNER), Some("PUT"), Some("0")), "{what}");
        let answer = app(&Ask::preflight("GET", &me).origin(APP));
        assert_eq!(summary(&answer), (204, Some(APP), Some("GET"), Some("600")), "{what}");
        let answer = app(&Ask::preflight("PUT", &me).origin(APP));
        assert_eq!((answer.status, answer.allowed()), (403, None), "{what}");
    }
}

#[test]
fn a_method_that_no_group_routes_still_gets_an_answer_that_the_console_explains() {
    // Handlers that are registered without a group leave this to the routing of the app.
    for (what, prefix, mut app) in apps().into_iter().filter(|(what, ..)| *what != "handlers without a group")
    {
        for path in ["/users/me", "/users/7"] {
            let answer = app(&Ask::preflight("DELETE", &format!("{prefix}{path}")).origin(APP));
            assert_eq!(summary(&answer), (204, Some(APP), Some("GET"), Some("0")), "{what} {path}");
        }
    }
}

#[test]
fn groups_of_scopes_that_share_no_url_do_not_change_each_others_answers() {
    for (first, second, url) in [
        ("/users", "/orders", "/users/me"),
        ("/v1", "/v2", "/v1/me"),
        ("/{tenant}/users", "/{tenant}/orders", "/7/users/me"),
    ] {
        let mut app = app(|config| {
            config
                .service(web::scope(first).service(group(Method::GET, "/{id}", &FOR_BOTH)))
                .service(web::scope(second).service(put_me("/me")));
        });
        let answer = app(&Ask::preflight("GET", url).origin(APP));
        assert_eq!(summary(&answer), (204, Some(APP), Some("GET"), Some("600")), "{url}");
        // No group routes the method at this URL.
        let answer = app(&Ask::preflight("PUT", url).origin(APP));
        assert_eq!(summary(&answer), (204, Some(APP), Some("GET"), Some("0")), "{url}");
    }
}

/// The limit: groups of two scopes with one prefix are taken to share their URLs, whatever the guards of the scopes are.
#[test]
fn scopes_with_one_prefix_and_different_guards_are_compared() {
    let mut app = app(|config| {
        let scope = |host: &'static str| web::scope("").guard(guard::Host(host));
        config
            .service(scope("a.example").service(group(Method::GET, "/me", &FOR_APP)))
            .service(scope("b.example").service(group(Method::PUT, "/me", &FOR_PARTNER)));
    });
    let answer = app(&Ask::preflight("GET", "/me").origin(APP).header("host", "a.example"));
    assert_eq!(summary(&answer), (204, Some(APP), Some("GET"), Some("600")));
    // No browser could send `GET` to this URL: the answer could be remembered.
    let answer = app(&Ask::preflight("PUT", "/me").origin(PARTNER).header("host", "b.example"));
    assert_eq!(summary(&answer), (204, Some(PARTNER), Some("PUT"), Some("0")));
    // The group of the other host routes the method, so that the app's own routing answers.
    let answer = app(&Ask::preflight("PUT", "/me").origin(APP).header("host", "a.example"));
    assert_eq!((answer.status, answer.allowed()), (404, None));
}

/// actix-web decodes the path of a URL before it matches patterns.
#[test]
fn no_preflight_is_remembered_where_a_url_with_escapes_reaches_a_route_that_refuses() {
    for prefix in ["", "/api"] {
        let routes = || {
            group(Method::PUT, "/users/{id}", &FOR_PARTNER).merge(group(Method::GET, "/users/me", &FOR_APP))
        };
        let mut app = app(|config| {
            config.service(web::scope(prefix).service(routes()));
        });
        for path in ["/users/me", "/users/%6De", "/users/m%65"] {
            let url = format!("{prefix}{path}");
            assert_eq!(app(&Ask::get(&url)).body, "GET /users/me", "{path}");
            let answer = app(&Ask::preflight("PUT", &url).origin(PARTNER));
            assert_eq!(summary(&answer), (204, Some(PARTNER), Some("PUT"), Some("0")), "{path}");
        }
        let answer = app(&Ask::preflight("PUT", &format!("{prefix}/users/7")).origin(PARTNER));
        assert_eq!(summary(&answer), (204, Some(PARTNER), Some("PUT"), Some("600")));
    }
}

/// The scope's own patterns are what actix-web tells a handler about its URL.
#[test]
fn handlers_in_a_scope_still_read_the_pattern_of_their_url() {
    use actix_web::HttpRequest;

    async fn pattern(request: HttpRequest) -> String {
        request.match_pattern().unwrap_or_default()
    }
    let mut app = app(|config| {
        config.service(
            web::scope("/api")
                .service(get_user("/users/{id}"))
                .service(put_me("/users/me"))
                .route("/other/{id}", web::get().to(pattern)),
        );
    });
    assert_eq!(app(&Ask::get("/api/other/7")).body, "/api/other/{id}");
}

/// A default policy answers for a method that no group routes, and what it answers does not open the groups.
#[test]
fn a_default_policy_finds_the_groups_of_a_scope() {
    let default = policy!(origins = ["https://partner.example"], max_age = 600);
    let scope = web::scope("/api").service(get_user("/users/{id}")).service(put_me("/users/me"));
    let app = App::new().service(scope).wrap(PolicyMiddleware::new(default).methods(["GET", "DELETE"]));
    let mut app = ask::actix_app(app);
    let answer = app(&Ask::preflight("DELETE", "/api/users/me").origin(PARTNER));
    assert_eq!(summary(&answer), (204, Some(PARTNER), Some("DELETE"), Some("0")));
    let answer = app(&Ask::preflight("PUT", "/api/users/me").origin(PARTNER));
    assert_eq!(summary(&answer), (204, Some(PARTNER), Some("PUT"), Some("0")));
}
