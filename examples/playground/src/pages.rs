//! The page, which is the same on both origins.

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::json;

use crate::{Ports, origin};

const INDEX: &str = include_str!("../page/index.html");
const STYLE: &str = include_str!("../page/style.css");
const APP: &str = include_str!("../page/app.js");

pub(crate) fn app(ports: Ports) -> Router {
    let (axum, actix) = (origin(ports.axum), origin(ports.actix));
    let settings = json!({
        "apis": [{ "name": "axum", "url": axum }, { "name": "actix-web", "url": actix }],
        "listed": origin(ports.page),
        "pages": [origin(ports.page), origin(ports.other_page)],
    });
    let index = INDEX.replace("{settings}", &settings.to_string());
    // The page may load only its own files, and may send requests only to the two APIs.
    let rules = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src {axum} {actix}"
    );

    Router::new()
        .route("/", get(move || async move { page("text/html; charset=utf-8", rules, index) }))
        .route("/style.css", get(|| async { file("text/css; charset=utf-8", STYLE) }))
        .route("/app.js", get(|| async { file("text/javascript; charset=utf-8", APP) }))
}

fn page(content_type: &'static str, rules: String, body: String) -> impl IntoResponse {
    (
        [
            (header::CONTENT_TYPE, content_type.to_owned()),
            (header::CACHE_CONTROL, "no-store".to_owned()),
            (header::CONTENT_SECURITY_POLICY, rules),
        ],
        body,
    )
}

fn file(content_type: &'static str, body: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-store")], body)
}

#[cfg(test)]
mod tests {
    use super::APP;

    /// The attributes that the page shows are those in the sources of both APIs.
    #[test]
    fn attributes_on_the_page_are_those_of_the_handlers() {
        let shown: Vec<_> = APP.split('`').filter(|text| text.trim_start().starts_with("#[cors(")).collect();
        assert!(shown.len() > 5, "no attributes found in app.js");
        for (name, source) in
            [("axum_api.rs", include_str!("axum_api.rs")), ("actix_api.rs", include_str!("actix_api.rs"))]
        {
            for attributes in &shown {
                assert!(source.contains(attributes.trim()), "{name} has no\n{attributes}");
            }
        }
    }
}
