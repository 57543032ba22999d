//! Apps of both frameworks on a free port of loopback, until the process ends.

use actix_web::web::ServiceConfig;
use axum::Router;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;

const ANY_PORT: &str = "127.0.0.1:0";

/// An app of axum.
///
/// # Panics
///
/// If it cannot listen.
pub fn axum(app: Router) -> SocketAddr {
    let (sender, address) = mpsc::channel();
    thread::spawn(move || {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime starts");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind(ANY_PORT).await.expect("there is a free port");
            sender.send(listener.local_addr().expect("it listens")).expect("somebody waits");
            axum::serve(listener, app).await.expect("it serves");
        });
    });
    address.recv().expect("it listens")
}

/// Services of actix-web.
///
/// # Panics
///
/// If they cannot listen.
pub fn actix(configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> SocketAddr {
    let (sender, address) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let server = move || actix_web::App::new().configure(configure.clone());
            let server = actix_web::HttpServer::new(server)
                .workers(1)
                .disable_signals()
                .bind(ANY_PORT)
                .expect("there is a free port");
            sender.send(server.addrs()[0]).expect("somebody waits");
            server.run().await.expect("it serves");
        });
    });
    address.recv().expect("it listens")
}
