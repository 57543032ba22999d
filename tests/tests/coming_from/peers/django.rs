//! The settings of django-cors-headers.

use super::flask_cors::SERVE;
use super::{
    ALL, Response, Row, SANDBOXED, assert_documented, cells, compare_rows, handler, is_anybody, keys,
    process, refused_preflight,
};
use cors_runtime::axum::{cors, policy, routes};
use std::fmt::Write as _;

#[cors(
    origins = dynamic(is_anybody),
    credentials,
    allow_headers = ["content-type", "authorization"],
    max_age = 86400
)]
#[any("/")]
async fn for_anybody() -> Response {
    handler().await
}

#[expect(clippy::too_many_lines, reason = "one table")]
fn rows() -> Vec<Row> {
    let both = || {
        policy!(
            origins = ["https://a.example", "https://b.example"],
            allow_headers = ["content-type", "authorization"],
            max_age = 86400
        )
    };
    vec![
        Row::keys(
            r#"CORS_ALLOWED_ORIGINS = ["https://a.example", "https://b.example"]"#,
            "CORS_ALLOWED_ORIGINS=BOTH",
            keys!(
                origins = ["https://a.example", "https://b.example"],
                allow_headers = ["content-type", "authorization"],
                max_age = 86400
            ),
        )
        .methods(ALL),
        Row::keys(
            r#"CORS_ALLOWED_ORIGIN_REGEXES = [r"^https://.*\.b\.example$"]"#,
            r#"CORS_ALLOWED_ORIGIN_REGEXES=[r"^https://.*\.b\.example$"]"#,
            keys!(
                origins = ["https://*.b.example"],
                allow_headers = ["content-type", "authorization"],
                max_age = 86400
            ),
        )
        .methods(ALL),
        Row::keys(
            "CORS_ALLOW_ALL_ORIGINS = True",
            "CORS_ALLOW_ALL_ORIGINS=True",
            keys!(origins = ["*"], allow_headers = ["content-type", "authorization"], max_age = 86400),
        )
        .methods(ALL),
        Row::routes(
            "CORS_ALLOW_ALL_ORIGINS = True, CORS_ALLOW_CREDENTIALS = True",
            "CORS_ALLOW_ALL_ORIGINS=True, CORS_ALLOW_CREDENTIALS=True",
            "origins = dynamic(is_anybody), credentials",
            routes![for_anybody],
        )
        .differs(SANDBOXED),
        Row::keys(
            "CORS_ALLOW_CREDENTIALS = True",
            "CORS_ALLOWED_ORIGINS=BOTH, CORS_ALLOW_CREDENTIALS=True",
            keys!(
                origins = ["https://a.example", "https://b.example"],
                credentials,
                allow_headers = ["content-type", "authorization"],
                max_age = 86400
            ),
        )
        .methods(ALL),
        Row::no_key(
            r#"CORS_ALLOW_METHODS = ["GET", "POST", "PUT"]"#,
            r#"CORS_ALLOWED_ORIGINS=BOTH, CORS_ALLOW_METHODS=["GET", "POST", "PUT"]"#,
            "nothing",
            both(),
        ),
        Row::keys(
            r#"CORS_ALLOW_HEADERS = [*default_headers, "x-a"]"#,
            r#"CORS_ALLOWED_ORIGINS=BOTH, CORS_ALLOW_HEADERS=[*default_headers, "x-a"]"#,
            keys!(
                origins = ["https://a.example", "https://b.example"],
                allow_headers = ["content-type", "authorization", "x-a"],
                max_age = 86400
            ),
        )
        .methods(ALL),
        Row::keys(
            r#"CORS_EXPOSE_HEADERS = ["x-a"]"#,
            r#"CORS_ALLOWED_ORIGINS=BOTH, CORS_EXPOSE_HEADERS=["x-a"]"#,
            keys!(
                origins = ["https://a.example", "https://b.example"],
                allow_headers = ["content-type", "authorization"],
                expose_headers = ["x-a"],
                max_age = 86400
            ),
        )
        .methods(ALL),
        Row::keys(
            "CORS_PREFLIGHT_MAX_AGE = 0",
            "CORS_ALLOWED_ORIGINS=BOTH, CORS_PREFLIGHT_MAX_AGE=0",
            keys!(
                origins = ["https://a.example", "https://b.example"],
                allow_headers = ["content-type", "authorization"]
            ),
        )
        .methods(ALL),
        Row::no_key(
            r#"CORS_URLS_REGEX = r"^/api/.*$""#,
            r#"CORS_ALLOWED_ORIGINS=BOTH, CORS_URLS_REGEX=r"^/.*$""#,
            "a policy at each route",
            both(),
        )
        .methods(ALL),
        Row::no_key(
            "CORS_ALLOW_PRIVATE_NETWORK = True",
            "CORS_ALLOWED_ORIGINS=BOTH, CORS_ALLOW_PRIVATE_NETWORK=True",
            "nothing",
            both(),
        )
        .methods(ALL),
    ]
}

#[test]
fn the_guide_has_these_rows() {
    assert_documented("django.md", &cells(&rows()));
}

#[tokio::test]
async fn pages_get_the_same_results() {
    let mut program = String::from(
        r#"
from wsgiref.simple_server import WSGIRequestHandler, make_server
import django
from corsheaders.defaults import default_headers
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.test.utils import override_settings
from django.urls import path

BOTH = ["https://a.example", "https://b.example"]

def handler(request, number):
    return HttpResponse(headers={"x-a": "1", "x-b": "2"})

urlpatterns = [path("<int:number>", handler)]
settings.configure(
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["corsheaders"],
    MIDDLEWARE=["corsheaders.middleware.CorsMiddleware"],
    ROOT_URLCONF=__name__,
)
django.setup()
application = get_wsgi_application()
rows = {}

# The middleware reads its settings at each request.
def app(environ, start_response):
    with override_settings(**rows[environ["PATH_INFO"]]):
        return application(environ, start_response)
"#,
    );
    for (number, row) in rows().iter().enumerate() {
        writeln!(program, "rows['/{number}'] = dict({})", row.old).unwrap();
    }
    program += SERVE;
    let Some(peer) = process::python("django-cors-headers", "corsheaders", &program) else { return };
    compare_rows(&peer.origin, rows()).await;
    assert_eq!(refused_preflight(&peer.origin, 0).await, 200, "as the guide says");
}
