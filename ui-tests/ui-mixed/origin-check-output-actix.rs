use actix_web::{App, get};
use cors_runtime::Origin;
use cors_runtime::actix::{cors, origin_check, routes};

#[origin_check]
pub fn tenant(origin: &Origin) -> Option<bool> {
    Some(origin.host() == "a.example")
}

#[cors(origins = dynamic(tenant), credentials)]
#[get("/")]
async fn handler() -> &'static str {
    "hello"
}

fn main() {
    let _ = App::new().service(routes![handler]);
}
