#[allow(dead_code)]
async fn user() -> &'static str {
    "Ada"
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
enum user {}
#[allow(private_interfaces)]
impl user {
    #[doc(hidden)]
    #[allow(non_upper_case_globals, unreachable_pub)]
    const cors_is_off_because_this_handler_is_in_no_routes: &'static Declaration<
        Listed,
        WithRoutes,
    > = &Declaration::with_routes(
        Policy::from_declared(Declared {
            origins: DeclaredOrigins::texts(&["https://app.example.com"]),
            expose_headers: DeclaredNames::new("etag"),
            credentials: true,
            ..Declared::EMPTY
        }),
        source_location!(),
        &[
            RouteAttribute {
                methods: &["GET"],
                path: "/users/{id}",
            },
        ],
    );
}
