//! Starts the server and its pages: `cargo run -p local-server`. The README says which URLs to open.

use local_server::{PORTS, app, page};
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let serve =
        |port, app| async move { axum::serve(TcpListener::bind(("127.0.0.1", port)).await?, app).await };
    println!(
        "open http://localhost:3000 and http://localhost:4100 (may use the server), and http://localhost:4200 (may not)"
    );
    let [server, may, may_not] = PORTS;
    tokio::try_join!(serve(server, app()), serve(may, page()), serve(may_not, page())).map(|_| ())
}
