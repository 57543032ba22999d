//! Needs a browser: the pages of `examples/websocket`, of which two may open the socket and one may not.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;
use tests::browser::chromium_mapping;
use websocket::{actix_app, axum_app};

// The servers run until the process ends.

fn axum() -> SocketAddr {
    let (sender, address) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            axum::serve(listener, axum_app::app()).await.unwrap();
        });
    });
    address.recv().unwrap()
}

fn actix() -> SocketAddr {
    let (sender, address) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let server = actix_web::HttpServer::new(|| actix_web::App::new().configure(actix_app::app))
                .workers(1)
                .disable_signals()
                .bind("127.0.0.1:0")
                .unwrap();
            sender.send(server.addrs()[0]).unwrap();
            server.run().await.unwrap();
        });
    });
    address.recv().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_pages_open_the_socket_only_where_the_policy_lists_them() {
    for (framework, server) in [("axum", axum()), ("actix-web", actix())] {
        let hosts = [("localhost:3000", server), ("localhost:4100", server), ("localhost:4200", server)];
        let Some(browser) = chromium_mapping("the socket from real pages", &hosts).await else { return };
        for (page, expected) in [
            ("http://localhost:4100/", "hello"),
            ("http://localhost:4200/", "refused"),
            // The server's own page.
            ("http://localhost:3000/", "hello"),
        ] {
            browser.open_page(page).await;
            let said = browser
                .async_script(
                    "const done = arguments[0], look = () => {
                         const text = document.getElementById('result').textContent;
                         if (text === '..') setTimeout(look, 20); else done(text);
                     }; look();",
                    Vec::new(),
                )
                .await;
            assert_eq!(said, expected, "{framework}: {page}");
        }
    }
}
