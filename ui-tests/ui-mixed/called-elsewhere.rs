use cors_runtime::axum::{cors, methods, routes};

mod account {
    use cors_runtime::axum::cors;

    #[cors(orgins = ["https://app.example.com"])]
    #[get("/")]
    pub async fn me() -> &'static str {
        "me"
    }
}

use account::me as renamed;

#[cors(origin = "https://app.example.com", methods = ["GET"])]
async fn put_me() {}

async fn test() {
    let _: &str = account::me().await;
    put_me().await;
}

fn main() {
    let _ = test();
    let _ = axum::Router::<()>::new().merge(routes![renamed]).route("/", methods![put(put_me)]);
}
