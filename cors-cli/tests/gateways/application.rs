//! The application of the table without CORS, its manifest, and the proxy that logs requests.

use crate::answer::Answer;
use crate::axum_app::{asked, login, respond, surrounded};
use crate::case::{Case, Inside, Route};
use crate::outside::Surroundings;
use crate::policy;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, Uri, Version, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use cors_runtime::axum::Routes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use std::net::SocketAddr;
use tower_http::compression::CompressionLayer;

/// The manifest of all cases whose policies are those of routes.
pub(crate) fn manifest(cases: &[Case]) -> Value {
    let mut routes = Vec::new();
    for case in cases {
        let of_case = case.routes.iter().fold(Routes::<()>::new(), |routes, route| {
            routes.route(&route.methods, &route.path, policy(&route.policy), || async {})
        });
        let manifest = of_case.manifest().under(&format!("/{}", case.number));
        match serde_json::to_value(manifest) {
            Ok(Value::Array(list)) => routes.extend(list),
            other => panic!("a manifest is a list: {other:?}"),
        }
    }
    Value::Array(routes)
}

/// The handlers of all cases, with the layers between CORS and the handlers.
pub(crate) fn without_cors(cases: &[Case]) -> Router {
    cases.iter().fold(Router::new(), |app, case| app.nest(&format!("/{}", case.number), of_case(case)))
}

fn of_case(case: &Case) -> Router {
    let mut paths: Vec<&str> = case.routes.iter().map(|route| &*route.path).collect();
    paths.sort_unstable();
    paths.dedup();
    let mut app = Router::new();
    for path in paths {
        let routes: Vec<(Vec<String>, Answer)> = case
            .routes
            .iter()
            .filter(|route| route.path == path)
            .map(|Route { methods, answer, .. }| (methods.clone(), answer.clone()))
            .collect();
        let handler = async move |request: Request| {
            let asked = asked(&request.into_parts().0);
            let takes =
                |method: &str| routes.iter().find(|(methods, _)| methods.iter().any(|name| name == method));
            let get = if asked.method == "HEAD" { takes("GET") } else { None };
            match takes(&asked.method).or(get) {
                Some((_, answer)) => respond(answer.to(&asked)),
                // The routes of the runtime answer plain `OPTIONS` requests like this.
                None if asked.method == "OPTIONS" => {
                    let mut methods: Vec<&str> =
                        routes.iter().flat_map(|(methods, _)| methods).map(String::as_str).collect();
                    if let Some(at) = methods.iter().position(|method| *method == "GET") {
                        methods.insert(at + 1, "HEAD");
                    }
                    methods.push("OPTIONS");
                    (StatusCode::NO_CONTENT, [(header::ALLOW, methods.join(","))]).into_response()
                }
                None => StatusCode::METHOD_NOT_ALLOWED.into_response(),
            }
        };
        app = app.route(path, any(handler));
    }
    case.inside.iter().fold(app, |app, inside| match inside {
        Inside::Login => app.layer(from_fn(login)),
        Inside::Compression => app.layer(CompressionLayer::new()),
    })
}

/// A proxy that passes every request to the gateway, with the layers around the routes of the table.
pub(crate) fn proxy(surroundings: Surroundings, gateway: SocketAddr) -> Router {
    let client = client();
    let pass_on = async move |request: Request| pass_on(&client, gateway, request).await;
    Router::new().fallback(pass_on).layer(from_fn_with_state(surroundings, surrounded))
}

pub(crate) fn client() -> Client<HttpConnector, Body> {
    Client::builder(TokioExecutor::new()).build_http()
}

/// Passes a request on, and returns the response.
pub(crate) async fn pass_on(
    client: &Client<HttpConnector, Body>,
    gateway: SocketAddr,
    mut request: Request,
) -> Response {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = format!("http://{gateway}{path}").parse::<Uri>().expect("a path of a valid URI");
    *request.version_mut() = Version::HTTP_11;
    request.headers_mut().remove(header::CONNECTION);
    match client.request(request).await {
        Ok(response) => {
            let mut response = response.map(Body::new);
            response.headers_mut().remove(header::CONNECTION);
            response.headers_mut().remove(header::TRANSFER_ENCODING);
            response
        }
        Err(error) => panic!("the gateway does not answer: {error:?}"),
    }
}
