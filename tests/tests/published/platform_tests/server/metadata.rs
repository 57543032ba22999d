//! The handlers in `fetch/metadata/resources`.

use serde_json::{Map, Value, json};

use super::{Call, Reply};

/// `echo-as-json.py` sends `Sec-Fetch-*` of the request back, and refuses a preflight without `Sec-Fetch-Mode: cors`.
pub(super) fn echo_as_json(call: &Call<'_>) -> Reply {
    let reply = Reply::new()
        .with("content-type", "application/json")
        .with("access-control-allow-credentials", "true")
        .with_some("access-control-allow-origin", call.header("origin"));
    if call.is_options() {
        if call.header("sec-fetch-mode") != Some("cors") {
            return reply.status(403);
        }
        return reply.with("access-control-allow-methods", "*").with("access-control-allow-headers", "*");
    }
    let value = |name| call.header(name).unwrap_or_default();
    let body = json!({
        "dest": value("sec-fetch-dest"),
        "mode": value("sec-fetch-mode"),
        "site": value("sec-fetch-site"),
        "user": value("sec-fetch-user"),
    });
    reply.body(body.to_string())
}

/// `record-headers.py` keeps the headers of a request. Another request with `retrieve` gets them as JSON.
pub(super) fn record_headers(call: &Call<'_>) -> Reply {
    let key = call.arg("key").unwrap();
    if call.has_arg("retrieve") {
        return match call.take(key) {
            Some(headers) => Reply::new().body(headers.to_string()),
            None => Reply::new().status(204),
        };
    }
    let mut headers = Map::new();
    for (name, value) in call.request.headers() {
        let lines = headers.entry(name).or_insert_with(|| json!([]));
        lines.as_array_mut().unwrap().push(String::from_utf8_lossy(value).into());
    }
    call.put(key, Value::Object(headers));
    Reply::new()
        .with("access-control-allow-origin", "*")
        .with("cache-control", "no-cache, no-store, must-revalidate")
        .with_some("content-type", call.arg("mime"))
}
