#![deny(warnings)]

use actix_web::{App, get, options};
use cors_runtime::actix::cors;

#[cors(origins = ["https://app.example.com"])]
#[get("users/{")]
async fn broken_path() -> &'static str {
    "hello"
}

#[cors(origins = ["https://app.example.com"])]
#[options("/")]
async fn broken_method() -> &'static str {
    "hello"
}

fn main() {
    let _ = App::new().service(broken_path).service(broken_method);
}
