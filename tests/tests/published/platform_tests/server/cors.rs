//! The handlers in `cors/resources`.

use serde_json::{Map, Value, json};

use super::{Call, Reply};

/// `preflight.py` allows the requested method and the header `x-print`, whose value is the body. With `check` it says
/// whether there was a preflight for the token.
pub(super) fn preflight(call: &Call<'_>) -> Reply {
    let reply = Reply::plain_text();
    if call.has_arg("check") {
        return reply.body(was_preflighted(call));
    }
    let mut reply = reply;
    if call.is_options() {
        reply = reply
            .with_some("access-control-allow-methods", call.header("access-control-request-method"))
            .with_some("access-control-max-age", call.arg("max_age"));
        if let Some(token) = call.arg("token") {
            call.put(token, json!(1));
        }
    }
    reply
        .with("access-control-allow-origin", "*")
        .with("access-control-allow-headers", "x-print")
        .body(call.header("x-print").unwrap_or("NO"))
}

fn was_preflighted(call: &Call<'_>) -> &'static str {
    let token = call.arg("token").unwrap();
    if call.take(token).is_some() { "1" } else { "0" }
}

/// `cors-makeheader.py` sends the CORS headers that the query contains, and the headers of the request as JSON.
pub(super) fn make_header(call: &Call<'_>) -> Reply {
    if call.has_arg("check") {
        return Reply::plain_text().body(was_preflighted(call));
    }
    let mut reply = Reply::new();
    let origin = call.arg("origin").or_else(|| call.header("origin")).filter(|origin| *origin != "none");
    reply = reply
        .with_some("access-control-allow-origin", origin)
        .with_some("access-control-allow-origin", call.arg("origin2"))
        .with_some("access-control-allow-headers", call.arg("headers"))
        .with_some("access-control-allow-credentials", call.arg("credentials"))
        .with_some("access-control-allow-methods", call.arg("methods"));
    let mut status = call.status_arg("code");
    if call.is_options() {
        status = call.status_arg("preflight").or(status);
        if let Some(token) = call.arg("token") {
            call.put(token, json!(true));
        }
    }
    if let Some(location) = call.arg("location") {
        let code = *status.get_or_insert(302);
        if matches!(code, 300..=399) {
            reply = reply.with("location", location);
        }
    }
    let mut body: Map<String, Value> = call
        .request
        .headers()
        .map(|(name, value)| (name.to_owned(), String::from_utf8_lossy(value).into()))
        .collect();
    body.insert("get_value".to_owned(), call.arg("get_value").unwrap_or_default().into());
    reply.status(status.unwrap_or(200)).body(Value::Object(body).to_string())
}

/// `cors-cookie.py` sets a cookie and says `NO_COOKIE`, or says the value of the cookie and removes it.
pub(super) fn cookie(call: &Call<'_>) -> Reply {
    let reply = Reply::plain_text()
        .with_some("access-control-allow-origin", call.arg("origin").or_else(|| call.header("origin")))
        .with("access-control-allow-credentials", call.arg("credentials").unwrap_or("true"));
    let ident = call.arg("ident").unwrap();
    let cookies = call.header("cookie").unwrap_or_default();
    match cookies.split("; ").filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == ident) {
        Some((_, value)) => reply.with("set-cookie", format!("{ident}=; Path=/; Max-Age=0")).body(value),
        None => reply.with("set-cookie", format!("{ident}=COOKIE; Path=/")).body("NO_COOKIE"),
    }
}

/// `status.py` answers preflights and requests with the statuses in the query.
pub(super) fn status(call: &Call<'_>) -> Reply {
    let mut reply = Reply::new()
        .with_some("access-control-allow-origin", call.header("origin"))
        .with("access-control-expose-headers", "X-Request-Method")
        .with_some("access-control-allow-headers", call.arg("headers"))
        .with("x-request-method", call.request.method())
        .with_some("content-type", call.arg("type"));
    let mut status = call.status_arg("code").unwrap_or(200);
    if call.is_options() {
        reply = reply.with("access-control-allow-methods", "GET, CHICKEN, HEAD, POST, PUT");
        status = call.status_arg("preflight").unwrap_or(status);
    }
    reply.status(status).body(call.arg("content").unwrap_or_default())
}

/// `expose-headers.py` sends the header lines in the query.
pub(super) fn expose_headers(call: &Call<'_>) -> Reply {
    let lines = call.arg("expose").unwrap().split("\r\n");
    let reply = Reply::new()
        .status(221)
        .with("access-control-allow-origin", "*")
        .with("bb-8", "hey")
        .with("content-language", "mkay");
    lines.fold(reply, |reply, line| {
        let (name, value) = line.split_once(':').unwrap();
        reply.with(name, value)
    })
}

/// `cors-headers.asis` is always the same response.
pub(super) fn fixed_headers() -> Reply {
    let exposed = "X-Custom-Header, X-Custom-Header-Empty, X-Custom-Header-Comma, X-Custom-Header-Bytes";
    [
        ("access-control-allow-origin", "*"),
        ("access-control-expose-headers", exposed),
        ("access-control-expose-headers", "X-Second-Expose"),
        ("access-control-expose-headers", "Date"),
        ("content-type", "text/plain"),
        ("content-length", "4"),
        ("x-custom-header", "test"),
        ("x-custom-header", "test"),
        ("set-cookie", "test1=t1;max-age=2"),
        ("set-cookie2", "test2=t2;Max-Age=2"),
        ("x-custom-header-empty", ""),
        ("x-custom-header-comma", "1"),
        ("x-custom-header-comma", "2"),
        ("x-custom-header-bytes", "…"),
        ("x-nonexposed", "unicorn"),
        ("x-second-expose", "flyingpig"),
        ("cache-control", "no-cache"),
        ("content-language", "nn"),
        ("expires", "Thu, 01 Dec 1994 16:00:00 GMT"),
        ("last-modified", "Thu, 01 Dec 1994 10:00:00 GMT"),
        ("pragma", "no-cache"),
        ("date", "Wed, 22 Oct 2013 10:00:00 GMT"),
    ]
    .into_iter()
    .fold(Reply::new().body("TEST"), |reply, (name, value)| reply.with(name, value))
}
