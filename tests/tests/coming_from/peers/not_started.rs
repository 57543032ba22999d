//! Guides for servers that are not started here. The facts in them come from the documentation that each guide links to;
//! the keys that they tell the reader to write are compiled.

use super::{assert_documented, keys};

/// The first cell of each row, and the code or the beginning of the second one.
type Rows = Vec<(&'static str, &'static str)>;

#[test]
fn the_guides_have_these_rows() {
    for (guide, rows) in [
        ("spring.md", spring()),
        ("aspnet-core.md", aspnet_core()),
        ("laravel.md", laravel()),
        ("nextjs-and-workers.md", nextjs_and_workers()),
        ("h3-and-tanstack.md", h3_and_tanstack()),
        ("aws-api-gateway.md", aws_api_gateway()),
        ("by-hand.md", by_hand()),
    ] {
        assert_documented(guide, &rows);
    }
}

fn spring() -> Rows {
    vec![
        ("@CrossOrigin", keys!(origins = ["*"], allow_headers = any, max_age = 1800).0),
        (
            r#"origins = "https://a.example""#,
            keys!(origins = ["https://a.example"], allow_headers = any, max_age = 1800).0,
        ),
        (
            r#"originPatterns = "https://*.b.example""#,
            keys!(origins = ["https://*.b.example"], allow_headers = any, max_age = 1800).0,
        ),
        (
            r#"allowedHeaders = "content-type""#,
            keys!(origins = ["https://a.example"], allow_headers = ["content-type"], max_age = 1800).0,
        ),
        (
            r#"exposedHeaders = "x-a""#,
            keys!(
                origins = ["https://a.example"],
                allow_headers = any,
                expose_headers = ["x-a"],
                max_age = 1800
            )
            .0,
        ),
        ("methods = RequestMethod.PUT", "nothing"),
        (
            r#"allowCredentials = "true""#,
            keys!(origins = ["https://a.example"], credentials, allow_headers = any, max_age = 1800).0,
        ),
        ("maxAge = 600", keys!(origins = ["https://a.example"], allow_headers = any, max_age = 600).0),
        ("@CrossOrigin` on a class", "`policy!`"),
        (r#"registry.addMapping("/api/**")"#, "`PolicyLayer` or `PolicyMiddleware` around these routes"),
        ("http.cors(..)` in Spring Security", "the login in `Routes"),
    ]
}

fn aspnet_core() -> Rows {
    vec![
        (r#"WithOrigins("https://a.example")"#, keys!(origins = ["https://a.example"]).0),
        ("AllowAnyOrigin()", keys!(origins = ["*"]).0),
        ("SetIsOriginAllowedToAllowWildcardSubdomains()", keys!(origins = ["https://*.b.example"]).0),
        ("SetIsOriginAllowed(f)", "origins = dynamic(f)"),
        (
            r#"WithHeaders("content-type")"#,
            keys!(origins = ["https://a.example"], allow_headers = ["content-type"]).0,
        ),
        ("AllowAnyHeader()", keys!(origins = ["https://a.example"], allow_headers = any).0),
        (r#"WithMethods("PUT")"#, "nothing"),
        (r#"WithExposedHeaders("x-a")"#, keys!(origins = ["https://a.example"], expose_headers = ["x-a"]).0),
        ("AllowCredentials()", keys!(origins = ["https://a.example"], credentials).0),
        (
            "SetPreflightMaxAge(TimeSpan.FromMinutes(10))",
            keys!(origins = ["https://a.example"], max_age = 600).0,
        ),
        (r#"[EnableCors("Partners")]"#, "`policy = PARTNERS`"),
        ("[DisableCors]", "nothing"),
        (r#"app.UseCors("Partners")"#, "`PolicyLayer` or `PolicyMiddleware`"),
    ]
}

fn laravel() -> Rows {
    vec![
        ("'paths' => ['api/*']", "a policy at each route"),
        (
            "'allowed_origins' => ['https://a.example']",
            keys!(origins = ["https://a.example"], allow_headers = any, max_age = 0).0,
        ),
        ("'allowed_origins' => ['*']", keys!(origins = ["*"], allow_headers = any, max_age = 0).0),
        (
            "'allowed_origins' => ['https://*.b.example']",
            keys!(origins = ["https://*.b.example"], allow_headers = any, max_age = 0).0,
        ),
        ("'allowed_origins_patterns' => ['#..#']", "origins = dynamic(f)"),
        ("'allowed_methods' => ['*']", "nothing"),
        (
            "'allowed_headers' => ['content-type']",
            keys!(origins = ["https://a.example"], allow_headers = ["content-type"], max_age = 0).0,
        ),
        (
            "'exposed_headers' => ['x-a']",
            keys!(
                origins = ["https://a.example"],
                allow_headers = any,
                expose_headers = ["x-a"],
                max_age = 0
            )
            .0,
        ),
        ("'max_age' => 600", keys!(origins = ["https://a.example"], allow_headers = any, max_age = 600).0),
        (
            "'supports_credentials' => true",
            keys!(origins = ["https://a.example"], credentials, allow_headers = any, max_age = 0).0,
        ),
    ]
}

fn nextjs_and_workers() -> Rows {
    vec![
        ("headers()` in `next.config.js` with one origin", keys!(origins = ["https://a.example"]).0),
        (
            "proxy.ts` with a list of allowed origins",
            keys!(
                origins = ["https://a.example", "https://b.example"],
                allow_headers = ["content-type", "authorization"]
            )
            .0,
        ),
        ("headers in the `Response` of a route handler", keys!(origins = ["https://a.example"]).0),
        ("export async function OPTIONS()", "nothing"),
        ("Hono: `cors()", keys!(origins = ["*"], allow_headers = any).0),
        (
            r#"Hono: `origin: ["https://a.example", "https://b.example"]"#,
            keys!(origins = ["https://a.example", "https://b.example"], allow_headers = any).0,
        ),
        ("Hono: `origin: (origin) => ..", "origins = dynamic(f)"),
        (
            r#"Hono: `allowHeaders: ["content-type"]"#,
            keys!(origins = ["https://a.example"], allow_headers = ["content-type"]).0,
        ),
        (r#"Hono: `allowMethods: ["PUT"]"#, "nothing"),
        (
            r#"Hono: `exposeHeaders: ["x-a"]"#,
            keys!(origins = ["https://a.example"], allow_headers = any, expose_headers = ["x-a"]).0,
        ),
        (
            "Hono: `credentials: true",
            keys!(origins = ["https://a.example"], credentials, allow_headers = any).0,
        ),
        ("Hono: `maxAge: 600", keys!(origins = ["https://a.example"], allow_headers = any, max_age = 600).0),
    ]
}

fn h3_and_tanstack() -> Rows {
    vec![
        ("handleCors(event, {})", keys!(origins = ["*"], allow_headers = any, expose_headers = ["*"]).0),
        (
            r#"origin: ["https://a.example"]"#,
            keys!(origins = ["https://a.example"], allow_headers = any, expose_headers = ["*"]).0,
        ),
        (
            r"origin: [/\.b\.example$/]",
            keys!(origins = ["https://*.b.example"], allow_headers = any, expose_headers = ["*"]).0,
        ),
        ("origin: (origin) => ..", "origins = dynamic(f)"),
        (r#"origin: "null""#, "nothing"),
        (r#"methods: ["PUT"]"#, "nothing"),
        (
            r#"allowHeaders: ["content-type"]"#,
            keys!(origins = ["https://a.example"], allow_headers = ["content-type"], expose_headers = ["*"])
                .0,
        ),
        (
            r#"exposeHeaders: ["x-a"]"#,
            keys!(origins = ["https://a.example"], allow_headers = any, expose_headers = ["x-a"]).0,
        ),
        ("credentials: true", keys!(origins = ["https://a.example"], credentials, allow_headers = any).0),
        (
            r#"maxAge: "600""#,
            keys!(
                origins = ["https://a.example"],
                allow_headers = any,
                expose_headers = ["*"],
                max_age = 600
            )
            .0,
        ),
        ("preflight: { statusCode: 200 }", "nothing"),
        (
            r#"routeRules: { "/api/**": { cors: true } }"#,
            keys!(origins = ["*"], allow_headers = ["*"], max_age = 0).0,
        ),
    ]
}

fn aws_api_gateway() -> Rows {
    vec![
        (r#""allowOrigins": ["https://a.example"]"#, keys!(origins = ["https://a.example"]).0),
        (r#""allowOrigins": ["*"]"#, keys!(origins = ["*"]).0),
        (r#""allowMethods": ["GET", "PUT"]"#, "nothing"),
        (
            r#""allowHeaders": ["content-type"]"#,
            keys!(origins = ["https://a.example"], allow_headers = ["content-type"]).0,
        ),
        (r#""exposeHeaders": ["x-a"]"#, keys!(origins = ["https://a.example"], expose_headers = ["x-a"]).0),
        (r#""allowCredentials": true"#, keys!(origins = ["https://a.example"], credentials).0),
        (r#""maxAge": 600"#, keys!(origins = ["https://a.example"], max_age = 600).0),
        ("an `OPTIONS` method with a mock integration, in a REST API", "nothing"),
    ]
}

fn by_hand() -> Rows {
    vec![
        (
            "Access-Control-Allow-Origin: https://a.example` in a handler",
            keys!(origins = ["https://a.example"]).0,
        ),
        ("Access-Control-Allow-Origin: *", keys!(origins = ["*"]).0),
        (
            "the `Origin` of the request, copied into the response",
            keys!(origins = ["https://a.example", "https://b.example"]).0,
        ),
        ("Vary: Origin", "nothing"),
        (".options(handler)`, or a route for `OPTIONS", "nothing"),
        ("Access-Control-Allow-Methods: GET, PUT", "nothing"),
        (
            "Access-Control-Allow-Headers: content-type",
            keys!(origins = ["https://a.example"], allow_headers = ["content-type"]).0,
        ),
        (
            "Access-Control-Expose-Headers: x-a",
            keys!(origins = ["https://a.example"], expose_headers = ["x-a"]).0,
        ),
        ("Access-Control-Allow-Credentials: true", keys!(origins = ["https://a.example"], credentials).0),
        ("Access-Control-Max-Age: 600", keys!(origins = ["https://a.example"], max_age = 600).0),
    ]
}
