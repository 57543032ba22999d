use cors_runtime::axum::routes;

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![nowhere]);
}
