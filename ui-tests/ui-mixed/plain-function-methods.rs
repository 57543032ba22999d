use cors_runtime::axum::methods;

async fn plain() {}

fn main() {
    let _ = axum::Router::<()>::new().route("/", methods![get(plain)]);
}
