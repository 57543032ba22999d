//! The API with actix-web. `axum_api.rs` has the same routes with the same policies.

use std::collections::HashMap;
use std::io;
use std::net::TcpListener;

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::{Next, from_fn};
use actix_web::{App, Error, HttpRequest, HttpResponse, HttpServer, delete, get, post, put, web};
use cors_runtime::actix::{cors, routes};
use serde_json::{Value, json};

use crate::PAGE;
use crate::record::{self, Record};

pub(crate) fn server(sockets: Vec<TcpListener>) -> io::Result<Server> {
    let record = web::Data::new(Record::default());
    let mut server = HttpServer::new(move || {
        App::new()
            .app_data(record.clone())
            .service(routes![
                hello,
                save_note,
                delete_note,
                save_shared,
                add_shared,
                sign_in,
                me,
                orders,
                status,
                seen
            ])
            // This has to be the outermost middleware, so that it records the preflights as well.
            .wrap(from_fn(keep))
    })
    .workers(1)
    // `main.rs` handles Ctrl-C for the servers of both frameworks.
    .disable_signals();
    for socket in sockets {
        server = server.listen(socket)?;
    }
    Ok(server.run())
}

#[cors(origins = [PAGE])]
#[get("/hello")]
async fn hello() -> web::Json<Value> {
    web::Json(json!({ "hello": "from actix-web" }))
}

#[cors(origins = [PAGE], allow_headers = ["content-type"], max_age = 600)]
#[put("/notes/{id}")]
async fn save_note(id: web::Path<u32>, note: web::Json<Value>) -> web::Json<Value> {
    web::Json(json!({ "id": *id, "saved": *note }))
}

// It allows the same headers as `PUT`. If it allowed fewer, browsers could not cache the response to a preflight.
#[cors(origins = ["https://admin.example.com"], credentials, allow_headers = ["content-type"])]
#[delete("/notes/{id}")]
async fn delete_note(_id: web::Path<u32>) -> HttpResponse {
    HttpResponse::NoContent().finish()
}

#[cors(origins = [PAGE], allow_headers = ["content-type"], max_age = 600)]
#[put("/shared")]
async fn save_shared(_shared: web::Json<Value>) -> web::Json<Value> {
    web::Json(json!({ "replaced": true }))
}

#[cors(origins = ["https://partner.example.com"], allow_headers = ["content-type"])]
#[post("/shared")]
async fn add_shared(_shared: web::Json<Value>) -> web::Json<Value> {
    web::Json(json!({ "added": true }))
}

#[cors(origins = [PAGE], credentials)]
#[post("/session")]
async fn sign_in() -> HttpResponse {
    // All ports of a host are the same site, so the browser sends a `Lax` cookie of one port to the others as well.
    let cookie = "playground=demo; Path=/; Max-Age=600; HttpOnly; SameSite=Lax";
    HttpResponse::Ok().insert_header((header::SET_COOKIE, cookie)).json(json!({ "signed_in": true }))
}

#[cors(origins = [PAGE], credentials)]
#[get("/me")]
async fn me(request: HttpRequest) -> HttpResponse {
    let cookies = request.headers().get(header::COOKIE).and_then(|cookies| cookies.to_str().ok());
    if cookies.is_some_and(|cookies| cookies.contains("playground=demo")) {
        HttpResponse::Ok().json(json!({ "account": "demo" }))
    } else {
        HttpResponse::Unauthorized().json(json!({ "error": "sign in first" }))
    }
}

#[cors(origins = [PAGE], expose_headers = ["x-total-count"])]
#[get("/orders")]
async fn orders() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("x-total-count", "3"))
        .insert_header(("x-request-id", "f81d4fae"))
        .json(json!([{ "id": 17 }]))
}

#[cors(origins = ["*"])]
#[get("/status")]
async fn status() -> web::Json<Value> {
    web::Json(json!({ "status": "up" }))
}

/// Returns the recorded requests of a probe.
#[cors(origins = ["*"])]
#[get("/seen")]
async fn seen(record: web::Data<Record>, query: web::Query<HashMap<String, String>>) -> web::Json<Value> {
    web::Json(record.of(query.get("of").map_or("", String::as_str)))
}

async fn keep(
    record: web::Data<Record>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let kept = record::Request::new(
        request.method().as_str(),
        request.path(),
        request.uri().query(),
        relevant(request.headers()),
    );
    let response = next.call(request).await?;
    if let Some(request) = kept {
        record.keep(request, response.status().as_u16(), relevant(response.headers()));
    }
    Ok(response)
}

fn relevant(headers: &HeaderMap) -> Vec<record::Header> {
    record::relevant(headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())))
}
