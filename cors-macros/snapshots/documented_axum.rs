async fn user() -> &'static str {
    "Ada"
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
struct user {}
#[allow(dead_code, private_interfaces)]
impl user {
    #[doc(hidden)]
    const __CORS_DECLARATION: &'static Declaration<Listed, WithRoutes> = &Declaration::with_routes(
        Policy::from_declared(Declared {
            origins: DeclaredOrigins::texts(&["https://app.example.com"]),
            expose_headers: DeclaredNames::new("etag"),
            credentials: true,
            ..Declared::EMPTY
        }),
        source_location!(),
        &[
            RouteSpec {
                methods: &["GET"],
                path: "/users/{id}",
            },
        ],
    );
}
