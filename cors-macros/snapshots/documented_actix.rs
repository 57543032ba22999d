#[allow(
    non_camel_case_types,
    unreachable_pub,
    missing_docs,
    missing_copy_implementations,
    missing_debug_implementations
)]
struct user;
impl Annotated for user {
    const POLICY: &'static Policy = {
        static __CORS_POLICY: Policy = Policy::from_declared(Declared {
            origins: DeclaredOrigins::texts(&["https://app.example.com"]),
            expose_headers: DeclaredNames::new("etag"),
            credentials: true,
            ..Declared::EMPTY
        });
        &__CORS_POLICY
    };
    const LOCATION: SourceLocation = source_location!();
    fn resources(self, __cors_resources: &mut Resources) {
        #[allow(unused_imports)]
        use get as _;
        async fn user() -> &'static str {
            "Ada"
        }
        let __cors_route = RouteAttribute {
            methods: &["GET"],
            path: "/users/{id}",
            is_guarded: false,
        };
        __cors_resources.push(__cors_route, __cors_route.resource("user").to(user));
    }
}
impl HttpServiceFactory for user {
    fn register(self, __cors_config: &mut AppService) {
        register(self, __cors_config);
    }
}
