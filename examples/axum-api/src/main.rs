//! Starts the API and its pages: `cargo run -p axum-api`. The README says which URLs to open.

use axum_api::{User, api, manifest, page};
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    if std::env::args().any(|argument| argument == "--manifest") {
        println!("{}", serde_json::to_string_pretty(&manifest())?);
        return Ok(());
    }
    let serve =
        |port, app| async move { axum::serve(TcpListener::bind(("127.0.0.1", port)).await?, app).await };
    println!(
        "open http://localhost:4100 (may call the API on port 3000) and http://localhost:4200 (may not)"
    );
    let api = api(User { name: "Ada".to_owned() });
    tokio::try_join!(serve(3000, api), serve(4100, page()), serve(4200, page())).map(|_| ())
}
