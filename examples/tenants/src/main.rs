//! Starts the API and its pages: `cargo run -p tenants`, or `cargo run -p tenants -- actix`. The README says which URLs to
//! open.

use actix_web::HttpServer;
use std::error::Error;
use std::io;
use std::path::Path;
use tenants::customers::Customers;
use tenants::{PORTS, actix_app, axum_app, partners};
use tokio::net::TcpListener;

fn main() -> Result<(), Box<dyn Error>> {
    let customers = Customers::new()?;
    customers.add("http://localhost:4100")?;
    let _watcher = partners::watch(&Path::new(env!("CARGO_MANIFEST_DIR")).join("partners.txt"))?;
    println!(
        "open http://localhost:4100 (a customer), http://localhost:4200 (a partner) and http://localhost:4300 (neither)"
    );
    match std::env::args().nth(1).as_deref() {
        None | Some("axum") => Ok(with_axum(customers)?),
        Some("actix") => Ok(with_actix(customers)?),
        Some(other) => Err(format!("unknown framework `{other}`: write `axum` or `actix`").into()),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn with_axum(customers: Customers) -> io::Result<()> {
    let serve =
        |port, app| async move { axum::serve(TcpListener::bind(("127.0.0.1", port)).await?, app).await };
    let [api, customer, partner, other] = PORTS;
    tokio::try_join!(
        serve(api, axum_app::app(customers)),
        serve(customer, axum_app::page()),
        serve(partner, axum_app::page()),
        serve(other, axum_app::page()),
    )
    .map(|_| ())
}

#[actix_web::main]
async fn with_actix(customers: Customers) -> io::Result<()> {
    let [port, pages @ ..] = PORTS;
    let app = actix_app::app(customers);
    let api = HttpServer::new(move || actix_web::App::new().configure(app.clone()));
    let api = api.bind(("127.0.0.1", port))?.run();
    let server = HttpServer::new(|| actix_web::App::new().configure(actix_app::page));
    let pages = pages.iter().try_fold(server, |server, port| server.bind(("127.0.0.1", *port)))?.run();
    tokio::try_join!(api, pages).map(|_| ())
}
