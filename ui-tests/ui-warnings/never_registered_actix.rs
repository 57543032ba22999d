use actix_web::{App, get, put};
use cors_runtime::actix::{cors, routes};

#[cors(origins = ["https://app.example.com"])]
#[get("/registered")]
async fn registered() -> &'static str {
    "registered"
}

#[cors(origins = ["https://app.example.com"])]
#[put("/registered")]
async fn registered_alone() -> &'static str {
    "registered"
}

/// Nothing names it.
#[cors(origins = ["https://app.example.com"])]
#[get("/forgotten")]
async fn forgotten() -> &'static str {
    "forgotten"
}

/// The compiler does not look for unused public items at the root of a program.
#[cors(origins = ["https://app.example.com"])]
#[get("/public")]
pub async fn public() -> &'static str {
    "public"
}

mod account {
    use actix_web::get;
    use cors_runtime::actix::cors;

    #[cors(origins = ["https://app.example.com"])]
    #[get("/in-a-module")]
    pub async fn in_a_module() -> &'static str {
        "in a module"
    }

    #[allow(dead_code)]
    #[cors(origins = ["https://app.example.com"])]
    #[get("/allowed")]
    async fn allowed() -> &'static str {
        "allowed"
    }

    #[cors(origins = ["https://app.example.com"])]
    #[get("/expected")]
    #[expect(dead_code, reason = "registered by the next release")]
    async fn expected() -> &'static str {
        "expected"
    }
}

fn main() {
    let _ = App::new().service(routes![registered]).service(registered_alone);
}
