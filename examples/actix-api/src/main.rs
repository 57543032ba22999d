//! Starts the API and its pages: `cargo run -p actix-api`. The README says which URLs to open.

use actix_api::{User, api, manifest, page};
use actix_web::{App, HttpServer};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    if std::env::args().any(|argument| argument == "--manifest") {
        println!("{}", serde_json::to_string_pretty(&manifest())?);
        return Ok(());
    }
    println!(
        "open http://localhost:4100 (may call the API on port 3001) and http://localhost:4200 (may not)"
    );
    let api = api(User { name: "Ada".to_owned() });
    let api = HttpServer::new(move || App::new().configure(api.clone())).bind(("127.0.0.1", 3001))?;
    let pages = HttpServer::new(|| App::new().configure(page));
    let pages = pages.bind(("127.0.0.1", 4100))?.bind(("127.0.0.1", 4200))?;
    actix_web::rt::spawn(pages.run());
    api.run().await
}
