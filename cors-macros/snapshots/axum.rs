#[allow(dead_code)]
/// Documented.
pub async fn me(State(db): State<Db>) -> Json<User> {
    db.me().await
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
pub enum me {}
#[allow(private_interfaces)]
impl me {
    #[allow(dead_code)]
    const __CORS_POLICY: ::cors_runtime::__private::Policy = {
        static __CORS_BASE: &::cors_runtime::__private::Policy = &PARTNERS;
        static __CORS_DECLARED: ::cors_runtime::__private::Declared = ::cors_runtime::__private::Declared {
            #[cfg(debug_assertions)]
            dev_origins: ::cors_runtime::__private::DeclaredOrigins::texts(
                &["http://localhost:*"],
            ),
            #[cfg(not(debug_assertions))]
            dev_origins: ::cors_runtime::__private::DeclaredOrigins::EMPTY,
            allow_headers: ::cors_runtime::__private::DeclaredNames::new("content-type"),
            allow_any_headers: false,
            max_age: ::core::option::Option::Some(600u32),
            credentials: true,
            ..__CORS_BASE.declared()
        };
        #[allow(dead_code)]
        static __CORS_WILDCARD_CREDENTIALS: () = if __CORS_DECLARED
            .breaks_wildcard_credentials()
        {
            ::core::panic!(
                "`credentials` cannot be added to `PARTNERS`, which has the origin `\"*\"` or `env(.., or_any)` [wildcard-credentials]\nhelp: list the origins: `origins = [\"https://app.example.com\"]`"
            )
        };
        #[allow(dead_code)]
        static __CORS_WILDCARD_EXPOSE_CREDENTIALS: () = if __CORS_DECLARED
            .breaks_wildcard_expose_credentials()
        {
            ::core::panic!(
                "`credentials` cannot be added to `PARTNERS`, which has `expose_headers = [\"*\"]` [wildcard-expose-credentials]\nhelp: list the names"
            )
        };
        #[allow(dead_code)]
        static __CORS_ORIGIN_INSECURE: () = if __CORS_DECLARED.breaks_origin_insecure() {
            ::core::panic!(
                "`credentials` cannot be added to `PARTNERS`, which has a plain `http` origin [origin-insecure]\nhelp: list the `https` origin, or opt out with `danger(insecure_origins)`"
            )
        };
        #[allow(dead_code)]
        static __CORS_ORIGIN_SHADOWED: () = if __CORS_DECLARED.breaks_origin_shadowed() {
            ::core::panic!(
                "`dev_origins` cannot be added to `PARTNERS`, which has the origin `\"*\"` or `env(.., or_any)` [origin-shadowed]\nhelp: list the origins instead of `\"*\"`, or remove `dev_origins`"
            )
        };
        #[allow(dead_code)]
        static __CORS_ORIGIN_DUPLICATE: () = if __CORS_DECLARED.breaks_origin_duplicate()
        {
            ::core::panic!(
                "one of these origins is in the `origins` of `PARTNERS` already [origin-duplicate]\nhelp: remove it here"
            )
        };
        ::cors_runtime::__private::Policy::from_declared(__CORS_DECLARED)
    };
    #[doc(hidden)]
    #[allow(non_upper_case_globals, unreachable_pub)]
    pub const cors_is_off_because_this_handler_is_in_no_routes: &'static ::cors_runtime::axum::__private::Declaration<
        ::cors_runtime::axum::__private::Listed,
        ::cors_runtime::axum::__private::WithRoutes,
    > = &::cors_runtime::axum::__private::Declaration::with_routes(
        Self::__CORS_POLICY,
        ::cors_runtime::__private::source_location!(),
        &[
            ::cors_runtime::axum::__private::RouteAttribute {
                methods: &["GET"],
                path: "/me",
            },
            ::cors_runtime::axum::__private::RouteAttribute {
                methods: &["PUT", "PATCH"],
                path: "/me",
            },
        ],
    );
}
