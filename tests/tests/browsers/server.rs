//! The applications behind a socket, for real browsers.

use super::outside::Surroundings;
use super::{actix_app, axum_app};
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;

/// Listens until the runtime ends.
pub(crate) async fn axum(surroundings: Surroundings) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move { axum::serve(listener, axum_app::app(surroundings)).await });
    address
}

/// Listens until the process ends.
pub(crate) fn actix(surroundings: Surroundings) -> SocketAddr {
    let (sender, address) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let app = move || actix_web::App::new().configure(actix_app::app(surroundings.clone()));
            // Firefox opens connections ahead of its requests: they are not to time out.
            let server = actix_web::HttpServer::new(app)
                .workers(1)
                .disable_signals()
                .client_request_timeout(std::time::Duration::ZERO);
            let server = server.bind("127.0.0.1:0").expect("a free port");
            sender.send(server.addrs()[0]).expect("the test waits for it");
            server.run().await.expect("it never ends");
        });
    });
    address.recv().expect("the server starts")
}
