//! The server with axum.

use crate::PAGE;
use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::{Html, Response};
use axum::routing::get;
use cors_runtime::axum::{cors, routes};

/// The route is `any`, because a WebSocket over HTTP/2 begins with `CONNECT`.
#[cors(origins = ["http://localhost:4100"], enforce)]
#[any("/socket")]
async fn socket(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(echo)
}

/// Sends every message back.
async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        if let Message::Text(text) = message
            && socket.send(Message::Text(text)).await.is_err()
        {
            return;
        }
    }
}

/// Returns the router of the WebSocket and the page.
pub fn app() -> Router {
    Router::new().merge(routes![socket]).route("/", get(|| async { Html(PAGE) }))
}
