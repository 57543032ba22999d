//! The server with actix-web.

use crate::PAGE;
use actix_web::web::{Html, Payload, ServiceConfig};
use actix_web::{Error, HttpRequest, HttpResponse, get, rt, web};
use actix_ws::{Message, MessageStream, Session};
use cors_runtime::actix::{cors, routes};

#[cors(origins = ["http://localhost:4100"], enforce)]
#[get("/socket")]
async fn socket(request: HttpRequest, body: Payload) -> Result<HttpResponse, Error> {
    let (response, session, messages) = actix_ws::handle(&request, body)?;
    rt::spawn(echo(session, messages));
    Ok(response)
}

/// Sends every message back.
async fn echo(mut session: Session, mut messages: MessageStream) {
    while let Some(Ok(message)) = messages.recv().await {
        let sent = match message {
            Message::Text(text) => session.text(text).await,
            Message::Ping(bytes) => session.pong(&bytes).await,
            Message::Close(_) => break,
            _ => Ok(()),
        };
        if sent.is_err() {
            return;
        }
    }
    let _ = session.close(None).await;
}

/// Configures the WebSocket and the page.
pub fn app(config: &mut ServiceConfig) {
    config.service(routes![socket]).route("/", web::get().to(|| async { Html::new(PAGE) }));
}
