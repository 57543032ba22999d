use cors_runtime::axum::routes;

mod account {
    pub async fn plain() {}
}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![account::plain]);
}
