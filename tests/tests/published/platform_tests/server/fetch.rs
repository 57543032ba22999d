//! The handlers in `fetch/api/resources`.

use serde_json::{Value, json};
use url::form_urlencoded;

use super::{Call, Reply, pipe};

/// `preflight.py` answers the preflight as the query says, and reports it in the headers of the response to the actual
/// request.
pub(super) fn preflight(call: &Call<'_>) -> Reply {
    let token = call.arg("token");
    let origins = call.arg("origin").unwrap_or("*").split(", ");
    let mut reply =
        origins.fold(Reply::plain_text(), |reply, origin| reply.with("access-control-allow-origin", origin));
    if call.has_arg("clear-stash") {
        let was_preflighted = token.and_then(|token| call.take(token)).is_some();
        return reply.body(if was_preflighted { "1" } else { "0" });
    }
    if call.has_arg("credentials") {
        reply = reply.with("access-control-allow-credentials", "true");
    }
    if call.is_options() {
        if call.header("accept") != Some("*/*") || call.header("access-control-request-method").is_none() {
            return Reply::new().status(400);
        }
        let requested = if call.has_arg("control_request_headers") {
            call.header("access-control-request-headers")
        } else {
            Some("")
        };
        if let Some(token) = token {
            let preflight = json!({
                "preflight": "1",
                "requested_headers": requested,
                "referrer": call.header("referer").unwrap_or_default(),
                "user_agent": call.header("user-agent").unwrap_or_default(),
            });
            call.put(token, preflight);
        }
        return reply
            .with_some("access-control-max-age", call.arg("max_age"))
            .with_some("access-control-allow-headers", call.arg("allow_headers"))
            .with_some("access-control-allow-methods", call.arg("allow_methods"))
            .status(call.status_arg("preflight_status").unwrap_or(200));
    }
    let no_preflight = json!({"preflight": "0", "requested_headers": "", "referrer": ""});
    let preflight = token.and_then(|token| call.take(token)).unwrap_or(no_preflight);
    if call.has_arg("checkUserAgentHeaderInPreflight")
        && preflight["user_agent"].as_str() != call.header("user-agent")
    {
        return reply.status(400);
    }
    let exposed = "x-did-preflight, x-control-request-headers, x-referrer, x-preflight-referrer, x-origin";
    let reply = reply
        .with("access-control-expose-headers", exposed)
        .with_some("x-did-preflight", preflight["preflight"].as_str())
        .with_some("x-control-request-headers", preflight["requested_headers"].as_str())
        .with_some("x-preflight-referrer", preflight["referrer"].as_str())
        .with("x-referrer", call.header("referer").unwrap_or_default())
        .with("x-origin", call.header("origin").unwrap_or_default());
    if let Some(token) = token {
        call.put(token, preflight);
    }
    reply
}

/// `redirect.py` redirects to the location in the query, to which it appends all its own parameters. It answers
/// preflights with 200, unless the query has `redirect_preflight`.
pub(super) fn redirect(call: &Call<'_>) -> Reply {
    let mut reply = Reply::plain_text().with("cache-control", "no-cache").with("pragma", "no-cache");
    reply = match call.header("origin") {
        Some(origin) => {
            reply.with("access-control-allow-origin", origin).with("access-control-allow-credentials", "true")
        }
        None => reply.with("access-control-allow-origin", "*"),
    };
    let token = call.arg("token");
    let redirects = token.and_then(|token| call.take(token)).and_then(|count| count.as_u64()).unwrap_or(0);
    let keep = |redirects: u64| {
        if let Some(token) = token {
            call.put(token, Value::from(redirects));
        }
    };
    if call.is_options() {
        reply = reply.with_some("access-control-allow-headers", call.arg("allow_headers"));
        if !call.has_arg("redirect_preflight") {
            keep(redirects);
            return reply;
        }
    }
    keep(redirects + 1);
    if let Some(location) = call.arg("location") {
        let separator = if location.contains('?') { '&' } else { '?' };
        let parameters = form_urlencoded::Serializer::new(String::new()).extend_pairs(&call.query).finish();
        reply = reply.with("location", format!("{location}{separator}{parameters}&count={}", redirects + 1));
    }
    reply.status(call.status_arg("redirect_status").unwrap_or(302))
}

/// `inspect-headers.py` sends request headers back, each with the prefix `x-request-`.
pub(super) fn inspect_headers(call: &Call<'_>) -> Reply {
    let names: Vec<&str> = call.arg("headers").unwrap_or_default().split('|').collect();
    let mut reply = Reply::plain_text();
    for name in &names {
        reply = reply.with_some(&format!("x-request-{name}"), call.header(name));
    }
    if !call.has_arg("cors") {
        return reply;
    }
    let exposed: Vec<String> = names.iter().map(|name| format!("x-request-{name}")).collect();
    let sent: Vec<&str> = call.request.headers().map(|(name, _)| name).collect();
    reply
        .with("access-control-allow-origin", call.header("origin").unwrap_or("*"))
        .with("access-control-allow-credentials", "true")
        .with("access-control-allow-methods", "GET, POST, HEAD")
        .with("access-control-expose-headers", exposed.join(", "))
        .with("access-control-allow-headers", call.arg("allow_headers").unwrap_or(&sent.join(", ")))
}

/// `top.txt` is a file, whose headers the query can set.
pub(super) fn top(call: &Call<'_>) -> Reply {
    let reply = Reply::plain_text().body("top");
    match call.arg("pipe") {
        Some(pipe) => pipe::headers(reply, pipe),
        None => reply,
    }
}
