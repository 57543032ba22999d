//! What `Blocked` displays: the message of the console, and the help.

use cors_runtime::testing::{Browser, Fetch, WireRequest, WireResponse};

use crate::{ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, PAGE, always, preflighted};

const HEAD: &str = "Access to fetch at 'https://api.example.com/me' from origin 'https://app.example.com' has been \
                    blocked by CORS policy: ";
const PREFLIGHT: &str = "Response to preflight request doesn't pass access control check: ";

async fn message(app: impl Fn(WireRequest) -> WireResponse, fetch: Fetch) -> String {
    Browser::new().page(PAGE).fetch(&app, fetch).await.unwrap_err().to_string()
}

#[tokio::test]
async fn messages_about_the_response() {
    let layer = "put it in with `Routes::layer` (axum) or `.wrap` of the routes (actix-web)";
    for (status, headers, sentence, help) in [
        (
            200,
            &[][..],
            "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
            "add `\"https://app.example.com\"` to `origins` in `#[cors(..)]`; if it is there, register the handler with \
             `routes![..]`"
                .to_owned(),
        ),
        (
            401,
            &[],
            "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
            format!(
                "add `\"https://app.example.com\"` to `origins` in `#[cors(..)]`; if it is there, a layer outside the \
                 routes answered with 401: {layer}"
            ),
        ),
        (
            404,
            &[],
            "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
            "no annotated route answered (status 404): check path and method, or give the rest of the application a \
             `PolicyLayer` (axum) or `PolicyMiddleware` (actix-web)"
                .to_owned(),
        ),
        (
            200,
            &[(ALLOW_ORIGIN, "https://app.example.com/")],
            "The 'Access-Control-Allow-Origin' header has a value 'https://app.example.com/' that is not equal to the \
             supplied origin. Have the server send the header with a valid value.",
            "browsers compare letter by letter: write `\"https://app.example.com\"`".to_owned(),
        ),
        (
            200,
            &[(ALLOW_ORIGIN, "*"), (ALLOW_ORIGIN, "*")],
            "The 'Access-Control-Allow-Origin' header contains multiple values '*, *', but only one is allowed. \
             Have the server send the header with a valid value.",
            "something else sets the header, too (a second CORS layer, the handler, a proxy): leave it to \
             `#[cors(..)]`"
                .to_owned(),
        ),
        (
            200,
            &[(ALLOW_ORIGIN, "yes")],
            "The 'Access-Control-Allow-Origin' header contains the invalid value 'yes'. Have the \
             server send the header with a valid value.",
            "something other than `#[cors(..)]` has set `Access-Control-Allow-Origin: yes`: take it out".to_owned(),
        ),
    ] {
        let expected = format!("{HEAD}{sentence}\nhelp: {help}");
        assert_eq!(message(always(status, headers), Fetch::get("/me")).await, expected);
    }
}

#[tokio::test]
async fn messages_about_credentials() {
    let star = message(always(200, &[(ALLOW_ORIGIN, "*")]), Fetch::get("/me").credentials()).await;
    assert_eq!(
        star,
        format!(
            "{HEAD}The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' \
             when the request's credentials mode is 'include'.\nhelp: write `origins = [\"https://app.example.com\"]` \
             and `credentials` in `#[cors(..)]`; without the need for cookies, leave `.credentials()` out"
        )
    );
    let missing = message(always(200, &[(ALLOW_ORIGIN, PAGE)]), Fetch::get("/me").credentials()).await;
    assert_eq!(
        missing,
        format!(
            "{HEAD}The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be \
             'true' when the request's credentials mode is 'include'.\nhelp: add `credentials` to `#[cors(..)]`, or \
             leave `.credentials()` out"
        )
    );
}

#[tokio::test]
async fn messages_about_the_preflight() {
    let star = (ALLOW_ORIGIN, "*");
    for (fetch, status, headers, sentence, help) in [
        (
            Fetch::put("/me"),
            401,
            &[star][..],
            format!("{PREFLIGHT}It does not have HTTP ok status."),
            "the preflight was answered with 401: a layer outside the routes answered it; put it in with \
             `Routes::layer` (axum) or `.wrap` of the routes (actix-web)",
        ),
        (
            Fetch::put("/me"),
            403,
            &[star],
            format!("{PREFLIGHT}It does not have HTTP ok status."),
            "the preflight was answered with 403: a layer outside the routes answered it; put it in with \
             `Routes::layer` (axum) or `.wrap` of the routes (actix-web)",
        ),
        (
            Fetch::put("/me"),
            405,
            &[],
            format!("{PREFLIGHT}No 'Access-Control-Allow-Origin' header is present on the requested resource."),
            "nothing answers the preflight (status 405): write `#[cors(origins = [\"https://app.example.com\"])]` \
             above the handler and register it with `routes![..]`, or give the rest of the application a \
             `PolicyLayer` (axum) or `PolicyMiddleware` (actix-web)",
        ),
        (
            Fetch::put("/me"),
            403,
            &[],
            format!("{PREFLIGHT}No 'Access-Control-Allow-Origin' header is present on the requested resource."),
            "add `\"https://app.example.com\"` to `origins` in `#[cors(..)]`; if it is there, a layer outside the \
             routes answered the preflight with 403: put it in with `Routes::layer` (axum) or `.wrap` of the routes \
             (actix-web)",
        ),
        (
            Fetch::put("/me"),
            308,
            &[star, ("location", "/me/")],
            format!("{PREFLIGHT}Redirect is not allowed for a preflight request."),
            "a layer outside the routes has redirected the preflight (status 308), to a login, `https` or a trailing slash: put \
             it in with `Routes::layer` (axum) or `.wrap` (actix-web), or ask for the final URL",
        ),
        (
            Fetch::put("/me"),
            204,
            &[star, (ALLOW_METHODS, "GET")],
            "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.".to_owned(),
            "no `PUT` route of this path is annotated for this page: write `#[cors(..)]` above its handler and \
             register it with `routes![..]`; for `PolicyLayer` name the method in `.methods([..])`",
        ),
        (
            Fetch::new("patch", "/me"),
            204,
            &[star, (ALLOW_METHODS, "PATCH")],
            "Method patch is not allowed by Access-Control-Allow-Methods in preflight response.".to_owned(),
            "methods are case-sensitive, and browsers leave this one as it is: send `PATCH`",
        ),
        (
            Fetch::get("/me").header("x-a", "1"),
            204,
            &[star],
            "Request header field x-a is not allowed by Access-Control-Allow-Headers in preflight response.".to_owned(),
            "add `\"x-a\"` to `allow_headers` in `#[cors(..)]` of the `GET` route",
        ),
        (
            Fetch::get("/me").header("authorization", "x"),
            204,
            &[star, (ALLOW_HEADERS, "*")],
            "Request header field authorization is not allowed by Access-Control-Allow-Headers in preflight response."
                .to_owned(),
            "add `\"authorization\"` to `allow_headers` in `#[cors(..)]` of the `GET` route; `*` does not cover it",
        ),
        (
            Fetch::put("/me"),
            204,
            &[star, (ALLOW_METHODS, "GET PUT")],
            "Cannot parse Access-Control-Allow-Methods response header field in preflight response.".to_owned(),
            "`GET PUT` is not a list of names separated by commas; leave the header to `#[cors(..)]`",
        ),
    ] {
        let expected = format!("{HEAD}{sentence}\nhelp: {help}");
        assert_eq!(message(preflighted(status, headers), fetch).await, expected);
    }
}

#[tokio::test]
async fn a_value_of_the_server_is_shortened_and_printable() {
    let long = "a,".repeat(10_000);
    let app = always(200, &[(ALLOW_ORIGIN, &long), (ALLOW_CREDENTIALS, "\u{1b}[2J")]);
    let message = message(app, Fetch::get("/me")).await;
    assert!(message.len() < 1000, "{message}");
    assert!(!message.contains('\u{1b}'));
}
