//! `cargo run -p tenants`, or `cargo run -p tenants -- actix`; see the README.

use std::error::Error;
use std::path::Path;
use tenants::customers::Customers;
use tenants::{actix_app, axum_app, partners};

fn main() -> Result<(), Box<dyn Error>> {
    let customers = Customers::new()?;
    customers.add("customer.example")?;
    let _watcher = partners::watch(&Path::new(env!("CARGO_MANIFEST_DIR")).join("partners.txt"))?;
    println!("listening on http://localhost:3000");
    match std::env::args().nth(1).as_deref() {
        None | Some("axum") => Ok(with_axum(customers)?),
        Some("actix") => Ok(with_actix(customers)?),
        Some(other) => Err(format!("there is no {other}: say axum or actix").into()),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn with_axum(customers: Customers) -> std::io::Result<()> {
    axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, axum_app::app(customers)).await
}

#[actix_web::main]
async fn with_actix(customers: Customers) -> std::io::Result<()> {
    let app = move || actix_web::App::new().configure(actix_app::app(customers.clone()));
    actix_web::HttpServer::new(app).bind(("127.0.0.1", 3000))?.run().await
}
