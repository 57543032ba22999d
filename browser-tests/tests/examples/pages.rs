//! The pages of the smaller examples, on origins that the policies allow and on origins that they do not allow.

use browser_tests::chromium_mapping;
use std::net::SocketAddr;
use tenants::customers::Customers;
use tests::serve;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_pages_read_the_smallest_servers_only_from_listed_origins() {
    let user = || axum_api::User { name: "Ada".to_owned() };
    let (api, page) = (serve::axum(axum_api::api(user())), serve::axum(axum_api::page()));
    let may = [(4100, "hello Grace"), (4200, "blocked")];
    check("axum-api", (3000, api), page, &may).await;

    let user = actix_api::User { name: "Ada".to_owned() };
    let (api, page) = (serve::actix(actix_api::api(user)), serve::actix(actix_api::page));
    check("actix-api", (3001, api), page, &may).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_pages_read_only_the_tenant_that_lists_them() {
    let customers = Customers::new().unwrap();
    customers.add("http://localhost:4100").unwrap();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/tenants/partners.txt");
    tenants::partners::load(file.as_ref()).unwrap();

    let may = [
        (4100, "orders: your orders, stock: blocked"),
        (4200, "orders: blocked, stock: 42"),
        (4300, "orders: blocked, stock: blocked"),
    ];
    let (api, page) = (tenants::axum_app::app(customers.clone()), serve::axum(tenants::axum_app::page()));
    check("tenants, axum", (3000, serve::axum(api)), page, &may).await;
    let (api, page) = (tenants::actix_app::app(customers), serve::actix(tenants::actix_app::page));
    check("tenants, actix-web", (3000, serve::actix(api)), page, &may).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_pages_open_the_socket_only_from_listed_origins() {
    // The page on port 3000 has the origin of the server itself.
    let may = [(4100, "hello"), (4200, "refused"), (3000, "hello")];
    let server = serve::axum(websocket::axum_app::app());
    check("websocket, axum", (3000, server), server, &may).await;
    let server = serve::actix(websocket::actix_app::app);
    check("websocket, actix-web", (3000, server), server, &may).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_pages_of_other_origins_run_no_tool_of_a_local_server() {
    // The count shows that the call of the first page did not run. The page on port 3000 is the server's own.
    let may = [
        (4200, "tools: blocked, calls: blocked"),
        (4100, r#"tools: ["count"], calls: 1"#),
        (3000, r#"tools: ["count"], calls: 2"#),
    ];
    let (server, page) = (serve::axum(local_server::app()), serve::axum(local_server::page()));
    check("local-server", (3000, server), page, &may).await;
}

/// Opens the page on each of these ports of `localhost`, and compares the result that it shows.
async fn check(example: &str, api: (u16, SocketAddr), page: SocketAddr, expected: &[(u16, &str)]) {
    let pages = expected.iter().map(|(port, _)| (*port, page)).filter(|(port, _)| *port != api.0);
    let hosts: Vec<_> = pages.chain([api]).map(|(port, to)| (format!("localhost:{port}"), to)).collect();
    let hosts: Vec<_> = hosts.iter().map(|(from, to)| (&**from, *to)).collect();
    let Some(browser) = chromium_mapping(&format!("{example} in a browser"), &hosts).await else { return };
    for (port, expected) in expected {
        browser.open_page(&format!("http://localhost:{port}/")).await;
        assert_eq!(browser.output().await, *expected, "{example}: port {port}");
    }
}
