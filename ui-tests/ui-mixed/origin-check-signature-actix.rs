use actix_web::{App, get};
use cors_runtime::Origin;
use cors_runtime::actix::{cors, origin_check, routes};

#[origin_check]
pub fn tenant(host: String) -> bool {
    host == "a.example"
}

#[origin_check]
pub fn nothing() -> bool {
    true
}

#[origin_check]
pub fn generic<T>(_: &Origin) -> bool {
    true
}

#[origin_check(strict)]
pub fn options(_: &Origin) -> bool {
    true
}

#[origin_check]
pub struct Tenants;

struct Checks;

impl Checks {
    #[origin_check]
    pub fn method(&self, _: &Origin) -> bool {
        true
    }
}

#[cors(origins = dynamic(tenant), credentials)]
#[get("/")]
async fn handler() -> &'static str {
    "hello"
}

fn main() {
    let _ = App::new().service(routes![handler]);
}
