//! Starts an API and its pages: `cargo run -p openapi`. The README says which APIs there are and which URLs to open.

use actix_web::HttpServer;
use actix_web::web::Data;
use axum::response::Html;
use axum::{Router, routing};
use openapi::{Db, PAGE, PORTS, User, actix_utoipa, axum_aide, axum_utoipa, axum_utoipa_router};
use std::io;
use tokio::net::TcpListener;

#[actix_web::main]
async fn main() -> io::Result<()> {
    let [port, ports_of_pages @ ..] = PORTS;
    let user = User { name: "Ada".to_owned() };
    let page = Router::new().route("/", routing::get(|| async { Html(PAGE) }));
    let [page, other_page] = ports_of_pages.map(|port| serve(port, page.clone()));
    println!(
        "open http://localhost:4100 (may call the API on port 3000) and http://localhost:4200 (may only read its document)"
    );
    let api = async {
        match std::env::args().nth(1).as_deref() {
            None | Some("utoipa") => serve(port, axum_utoipa::api(user)).await,
            Some("utoipa-axum") => serve(port, axum_utoipa_router::api(user)).await,
            Some("aide") => serve(port, axum_aide::api(user)).await,
            Some("utoipa-actix-web") => {
                let db = Data::new(Db::new(user)); // all workers share it
                let server = HttpServer::new(move || actix_utoipa::api(db.clone()));
                // Ctrl-C ends the program, and not only this server.
                server.disable_signals().bind(("127.0.0.1", port))?.run().await
            }
            Some(other) => Err(io::Error::other(format!(
                "unknown API `{other}`: write `utoipa`, `utoipa-axum`, `aide` or `utoipa-actix-web`"
            ))),
        }
    };
    tokio::try_join!(api, page, other_page).map(|_| ())
}

async fn serve(port: u16, app: Router) -> io::Result<()> {
    axum::serve(TcpListener::bind(("127.0.0.1", port)).await?, app).await
}
