use cors_runtime::axum::{cors, routes};

macro_rules! handler {
    ($name:ident, $path:literal, $origin:expr, [$($header:literal),*]) => {
        #[cors(origins = [$origin], allow_headers = [$($header),*], max_age = -1)]
        #[get($path)]
        async fn $name() {}
    };
}

handler!(one, "/one", "https://app.example.com/", ["x-a", "cookie"]);

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![one]);
}
