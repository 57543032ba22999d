//! `origins = dynamic(check)` in actix-web.

use crate::dynamic::{Ran, check};
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::ErrorBadRequest;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse, get, put};
use cors_runtime::Origin;
use cors_runtime::actix::{cors, origin_check, routes};
use std::future::{Ready, ready};
use tests::ask;

struct Tenants(Vec<&'static str>);

fn asks(ran: &Ran, name: &str, origin: &Origin, allowed: &str) -> bool {
    ran.note(format!("{name} {origin}"));
    origin.host() == allowed
}

#[origin_check]
fn sync_check(origin: &Origin, ran: Data<Ran>) -> bool {
    asks(&ran, "sync", origin, "good.example")
}

#[origin_check]
async fn async_check(origin: &Origin, ran: Data<Ran>, tenants: Data<Tenants>) -> bool {
    actix_web::rt::task::yield_now().await;
    ran.note(format!("async {origin}"));
    tenants.0.contains(&origin.host())
}

/// One of its extractors is the request itself.
#[origin_check]
async fn tenant_check(origin: &Origin, id: Path<String>, request: HttpRequest) -> bool {
    assert_eq!(request.match_info().get("id"), Some(&**id));
    let host = format!("{id}.example");
    origin.host() == host || origin.is_subdomain_of(&host)
}

/// An extractor that rejects requests without the header `x-key`.
struct Key;

impl FromRequest for Key {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.headers().get("x-key").map(|_| Self).ok_or_else(|| ErrorBadRequest("no key")))
    }
}

#[origin_check]
async fn key_check(origin: &Origin, ran: Data<Ran>, _: Key) -> bool {
    asks(&ran, "key", origin, "good.example")
}

macro_rules! checks {
    ($($name:ident $text:literal $host:literal;)+) => {
        $(
            #[origin_check]
            async fn $name(origin: &Origin, ran: Data<Ran>) -> bool {
                asks(&ran, $text, origin, $host)
            }
        )+
    };
}

checks! {
    layered_check "layered" "good.example";
    two_get_check "two-get" "good.example";
    two_put_check "two-put" "other.example";
    enforced_check "enforced" "good.example";
}

macro_rules! handlers {
    ($($(#[$attr:meta])+ $name:ident;)+) => {
        $(
            $(#[$attr])+
            async fn $name(ran: Data<Ran>) -> &'static str {
                ran.note("handler");
                "done"
            }
        )+
    };
}

handlers! {
    #[cors(origins = dynamic(sync_check), credentials)] #[get("/sync")] sync_handler;
    #[cors(origins = dynamic(async_check), credentials)] #[get("/async")] async_handler;
    #[cors(origins = dynamic(key_check))] #[get("/key")] key;
    #[cors(origins = dynamic(layered_check))] #[get("/layered")] layered;
    #[cors(origins = dynamic(two_get_check))] #[get("/two")] two_get;
    #[cors(origins = dynamic(two_put_check))] #[put("/two")] two_put;
    #[cors(origins = dynamic(enforced_check), enforce)] #[get("/enforced")] enforced;
}

#[cors(origins = dynamic(tenant_check))]
#[get("/tenants/{id}")]
async fn tenant_page(id: Path<String>) -> String {
    id.into_inner()
}

async fn layer<B: MessageBody + 'static>(
    ran: Data<Ran>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse, Error> {
    ran.note("layer");
    if request.headers().contains_key("x-stop") {
        return Ok(request.into_response(HttpResponse::Unauthorized().finish()));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

fn app(ran: &Ran) -> impl FnOnce(&mut ServiceConfig) {
    let ran = Data::new(ran.clone());
    move |config| {
        config
            .app_data(ran)
            .app_data(Data::new(Tenants(vec!["good.example"])))
            .service(routes![sync_handler, async_handler, tenant_page, key, two_get, two_put, enforced])
            .service(routes![layered].wrap(from_fn(layer)));
    }
}

#[test]
fn the_function_decides_for_requests_and_preflights() {
    let ran = Ran::default();
    check(ask::actix(app(&ran)), &ran);
}
