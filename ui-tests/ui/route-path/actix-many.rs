use actix_web::{App, get};
use cors_runtime::actix::cors;

#[cors(origins = ["https://app.example.com"])]
#[get("/{p0}/{p1}/{p2}/{p3}/{p4}/{p5}/{p6}/{p7}/{p8}/{p9}/{p10}/{p11}/{p12}/{p13}/{p14}/{p15}/{p16}")]
async fn handler() -> &'static str {
    "hello"
}

fn main() {
    let _ = App::new().service(handler);
}
