//! Starts the API and its pages: `cargo run -p spa-with-cookies`, or `cargo run -p spa-with-cookies -- actix`. The README
//! says which URLs to open.

use actix_web::HttpServer;
use spa_with_cookies::accounts::Accounts;
use spa_with_cookies::{PORTS, actix_app, axum_app};
use std::io;
use tokio::net::TcpListener;

fn main() -> io::Result<()> {
    println!("open http://localhost:4100 (the app) and http://localhost:4200 (the same page, not allowed)");
    match std::env::args().nth(1).as_deref() {
        None | Some("axum") => with_axum(),
        Some("actix") => with_actix(),
        Some(other) => Err(io::Error::other(format!("unknown framework `{other}`: write `axum` or `actix`"))),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn with_axum() -> io::Result<()> {
    let serve =
        |port, app| async move { axum::serve(TcpListener::bind(("127.0.0.1", port)).await?, app).await };
    let [api, page, other] = PORTS;
    tokio::try_join!(
        serve(api, axum_app::api(Accounts::default())),
        serve(page, axum_app::page()),
        serve(other, axum_app::page()),
    )
    .map(|_| ())
}

#[actix_web::main]
async fn with_actix() -> io::Result<()> {
    let [port, pages @ ..] = PORTS;
    let api = actix_app::api(Accounts::default());
    let api = HttpServer::new(move || actix_web::App::new().configure(api.clone()));
    let api = api.bind(("127.0.0.1", port))?.run();
    let server = HttpServer::new(|| actix_web::App::new().configure(actix_app::page));
    let pages = pages.iter().try_fold(server, |server, port| server.bind(("127.0.0.1", *port)))?.run();
    tokio::try_join!(api, pages).map(|_| ())
}
