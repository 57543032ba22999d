//! Starts the server and its pages: `cargo run -p websocket`, or `cargo run -p websocket -- actix`. The README says which
//! URLs to open.

use std::io;
use tokio::net::TcpListener;
use websocket::{PORTS, actix_app, axum_app};

fn main() -> io::Result<()> {
    println!(
        "open http://localhost:3000 and http://localhost:4100 (may open the WebSocket), and http://localhost:4200 (may not)"
    );
    match std::env::args().nth(1).as_deref() {
        None | Some("axum") => with_axum(),
        Some("actix") => with_actix(),
        Some(other) => Err(io::Error::other(format!("unknown framework `{other}`: write `axum` or `actix`"))),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn with_axum() -> io::Result<()> {
    let serve = |port| async move {
        axum::serve(TcpListener::bind(("127.0.0.1", port)).await?, axum_app::app()).await
    };
    let [server, may, may_not] = PORTS;
    tokio::try_join!(serve(server), serve(may), serve(may_not)).map(|_| ())
}

#[actix_web::main]
async fn with_actix() -> io::Result<()> {
    let server = actix_web::HttpServer::new(|| actix_web::App::new().configure(actix_app::app));
    PORTS.iter().try_fold(server, |server, port| server.bind(("127.0.0.1", *port)))?.run().await
}
