/// Documented.
#[allow(
    non_camel_case_types,
    unreachable_pub,
    missing_docs,
    missing_copy_implementations,
    missing_debug_implementations
)]
pub struct me;
impl ::cors_runtime::actix::__private::Annotated for me {
    const POLICY: &'static ::cors_runtime::__private::Policy = {
        static __CORS_POLICY: ::cors_runtime::__private::Policy = {
            static __CORS_BASE: &::cors_runtime::__private::Policy = &PARTNERS;
            static __CORS_DECLARED: ::cors_runtime::__private::Declared = ::cors_runtime::__private::Declared {
                #[cfg(debug_assertions)]
                dev_origins: ::cors_runtime::__private::DeclaredOrigins::texts(
                    &["http://localhost:*"],
                ),
                #[cfg(not(debug_assertions))]
                dev_origins: ::cors_runtime::__private::DeclaredOrigins::EMPTY,
                allow_headers: ::cors_runtime::__private::DeclaredNames::new(
                    "content-type",
                ),
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
            static __CORS_ORIGIN_INSECURE: () = if __CORS_DECLARED
                .breaks_origin_insecure()
            {
                ::core::panic!(
                    "`credentials` cannot be added to `PARTNERS`, which has a plain `http` origin [origin-insecure]\nhelp: list the `https` origin, or opt out with `danger(insecure_origins)`"
                )
            };
            #[allow(dead_code)]
            static __CORS_ORIGIN_SHADOWED: () = if __CORS_DECLARED
                .breaks_origin_shadowed()
            {
                ::core::panic!(
                    "`dev_origins` cannot be added to `PARTNERS`, which has the origin `\"*\"` or `env(.., or_any)` [origin-shadowed]\nhelp: list the origins instead of `\"*\"`, or remove `dev_origins`"
                )
            };
            #[allow(dead_code)]
            static __CORS_ORIGIN_DUPLICATE: () = if __CORS_DECLARED
                .breaks_origin_duplicate()
            {
                ::core::panic!(
                    "one of these origins is in the `origins` of `PARTNERS` already [origin-duplicate]\nhelp: remove it here"
                )
            };
            ::cors_runtime::__private::Policy::from_declared(__CORS_DECLARED)
        };
        &__CORS_POLICY
    };
    const LOCATION: ::cors_runtime::__private::SourceLocation = ::cors_runtime::__private::source_location!();
    fn resources(
        self,
        __cors_resources: &mut ::cors_runtime::actix::__private::Resources,
    ) {
        #[allow(unused_imports)]
        use actix_web::get as _;
        /// Documented.
        async fn me(db: web::Data<Db>) -> web::Json<User> {
            db.me().await
        }
        let __cors_route = ::cors_runtime::actix::__private::RouteAttribute {
            methods: &["GET"],
            path: "/me",
            is_guarded: true,
        };
        __cors_resources
            .push(
                __cors_route,
                __cors_route
                    .resource("own")
                    .guard(::cors_runtime::actix::__private::fn_guard(is_internal))
                    .wrap(Compress::default())
                    .to(me),
            );
    }
}
impl ::cors_runtime::actix::__private::HttpServiceFactory for me {
    fn register(self, __cors_config: &mut ::cors_runtime::actix::__private::AppService) {
        ::cors_runtime::actix::__private::register(self, __cors_config);
    }
}
