//! With axum.

use crate::PAGE;
use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::{Html, Response};
use axum::routing::get;
use cors_runtime::axum::{cors, routes};

/// `any`: over HTTP/2 a socket begins with `CONNECT`.
#[cors(origins = ["http://localhost:4100"], enforce)]
#[any("/socket")]
async fn socket(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(echo)
}

/// Sends back what comes.
async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        if let Message::Text(text) = message
            && socket.send(Message::Text(text)).await.is_err()
        {
            return;
        }
    }
}

/// The socket, and the page.
pub fn app() -> Router {
    Router::new().merge(routes![socket]).route("/", get(|| async { Html(PAGE) }))
}
