use axum::Router;
use axum::routing::get;
use cors_runtime::axum::{cors, origin_check, policy, routes};
use cors_runtime::{Origin, Policy};

static PARTNERS: Policy = policy!(origins = ["https://*.partner.example"]);

#[cors(origins = ["https://app.example.com"])]
#[get("/registered")]
async fn registered() {}

/// Nothing names it.
#[cors(origins = ["https://app.example.com"])]
#[get("/forgotten")]
async fn forgotten() {}

/// axum's own `get` serves it, without CORS.
#[cors(policy = PARTNERS, credentials)]
async fn without_macro() {}

#[origin_check]
fn tenant(origin: &Origin) -> bool {
    origin.scheme() == "https"
}

#[cors(origins = dynamic(tenant))]
#[get("/dynamic")]
async fn with_check() {}

/// The compiler does not look for unused public items at the root of a program.
#[cors(origins = ["https://app.example.com"])]
#[get("/public")]
pub async fn public() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tests_register_it() {
        let _: Router = routes![for_tests].into();
    }
}

#[cors(origins = ["https://app.example.com"])]
#[get("/for-tests")]
async fn for_tests() {}

mod account {
    use cors_runtime::axum::cors;

    #[cors(origins = ["https://app.example.com"])]
    #[get("/generic")]
    pub async fn generic<T: Default + ToString + Send + 'static>() -> String {
        T::default().to_string()
    }

    #[allow(dead_code)]
    #[cors(origins = ["https://app.example.com"])]
    #[get("/allowed")]
    async fn allowed() {}

    #[cors(origins = ["https://app.example.com"])]
    #[get("/expected")]
    #[expect(dead_code, reason = "registered by the next release")]
    async fn expected() {}
}

fn main() {
    let _ = Router::<()>::new().merge(routes![registered]).route("/", get(without_macro));
}
