async fn user() -> &'static str {
    "Ada"
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
struct user {}
impl<__CorsState> Annotated<__CorsState> for user {
    fn annotation() -> &'static Annotation {
        static __CORS_POLICY: Annotation = Annotation::new(
            Policy::from_declared(Declared {
                origins: &[Source::Origin("https://app.example.com")],
                expose_headers: "etag",
                credentials: true,
                ..Declared::EMPTY
            }),
            here!(),
        );
        &__CORS_POLICY
    }
}
impl Routed for user {
    const ROUTES: &'static [RouteSpec] = &[
        RouteSpec {
            methods: &["GET"],
            path: "/users/{id}",
        },
    ];
}
