//! The server under test, in a process of its own: annotated routes, a default policy, and a set of origins that is
//! replaced every 100 ms.

use std::{
    io::Write as _,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    panic,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use cors_runtime::OriginSet;

/// Always in the set of origins.
pub(crate) const CUSTOMER: &str = "https://customer.example";
/// In every other version of the set.
pub(crate) const EVEN_TENANT: &str = "https://even.tenants.example";
/// In the versions without [`EVEN_TENANT`].
pub(crate) const ODD_TENANT: &str = "https://odd.tenants.example";
/// The only origin that may send orders.
pub(crate) const SHOP: &str = "https://shop.example";
/// The origin of the default policy.
pub(crate) const PARTNER: &str = "https://partner.example";

const REPLACED_EVERY: Duration = Duration::from_millis(100);

static CUSTOMERS: OriginSet = OriginSet::new();
static PANICS: AtomicUsize = AtomicUsize::new(0);

pub(crate) async fn axum() {
    let listener = prepare();
    listener.set_nonblocking(true).expect("a socket can be non-blocking");
    let listener = tokio::net::TcpListener::from_std(listener).expect("the runtime has an I/O driver");
    axum::serve(listener, axum_app::app()).await.expect("the server runs");
}

pub(crate) async fn actix() {
    let listener = prepare();
    actix_web::rt::task::spawn_blocking(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = actix_web::HttpServer::new(|| {
                actix_web::App::new().wrap(actix_app::default_policy()).configure(actix_app::configure)
            });
            server
                .workers(1)
                .listen(listener)
                .expect("the port is free")
                .run()
                .await
                .expect("the server runs");
        });
    })
    .await
    .expect("the thread of the server runs");
}

/// Counts panics, replaces the set again and again, and prints the address.
fn prepare() -> TcpListener {
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        print(panic);
    }));
    let replace = |tenant| CUSTOMERS.replace([CUSTOMER, tenant]).expect("both are origins");
    replace(EVEN_TENANT);
    thread::spawn(move || {
        for tenant in [ODD_TENANT, EVEN_TENANT].into_iter().cycle() {
            thread::sleep(REPLACED_EVERY);
            replace(tenant);
        }
    });
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    let address: SocketAddr = listener.local_addr().expect("the listener is bound");
    println!("{address}");
    std::io::stdout().flush().expect("the parent process reads the address");
    listener
}

/// The number of panics so far.
fn panics() -> String {
    PANICS.load(Ordering::Relaxed).to_string()
}

mod axum_app {
    use cors_runtime::axum::{PolicyLayer, Routes, cors, routes};

    use super::CUSTOMERS;

    #[cors(origins = [CUSTOMERS], credentials, allow_headers = ["content-type"], max_age = 600)]
    #[route("/account", method = "GET", method = "PUT")]
    async fn account() -> &'static str {
        "account"
    }

    #[cors(origins = ["*"])]
    #[get("/public")]
    async fn public() -> &'static str {
        "public"
    }

    #[cors(origins = ["https://shop.example"], enforce)]
    #[post("/orders")]
    async fn order() -> &'static str {
        "ordered"
    }

    pub(super) fn app() -> axum::Router {
        let routes: Routes = routes![account, public, order];
        let policy = cors_runtime::axum::policy!(origins = ["https://partner.example"]);
        routes
            .into_router()
            .route("/unannotated", axum::routing::get(|| async { "unannotated" }))
            .route("/panics", axum::routing::get(|| async { super::panics() }))
            .layer(PolicyLayer::new(policy))
    }
}

mod actix_app {
    use actix_web::{get, post, route, web};
    use cors_runtime::actix::{PolicyMiddleware, cors, routes};

    use super::CUSTOMERS;

    #[cors(origins = [CUSTOMERS], credentials, allow_headers = ["content-type"], max_age = 600)]
    #[route("/account", method = "GET", method = "PUT")]
    async fn account() -> &'static str {
        "account"
    }

    #[cors(origins = ["*"])]
    #[get("/public")]
    async fn public() -> &'static str {
        "public"
    }

    #[cors(origins = ["https://shop.example"], enforce)]
    #[post("/orders")]
    async fn order() -> &'static str {
        "ordered"
    }

    pub(super) fn default_policy() -> PolicyMiddleware {
        PolicyMiddleware::new(cors_runtime::actix::policy!(origins = ["https://partner.example"]))
    }

    pub(super) fn configure(config: &mut web::ServiceConfig) {
        config
            .service(routes![account, public, order])
            .route("/unannotated", web::get().to(|| async { "unannotated" }))
            .route("/panics", web::get().to(|| async { super::panics() }));
    }
}
