async fn tenant(origin: &Origin, State(db): State<Db>) -> bool {
    db.has(origin.host()).await
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
struct tenant {}
impl<__CorsState> ::cors_runtime::axum::__private::DynamicCheck<__CorsState> for tenant
where
    __CorsState: ::core::marker::Send + ::core::marker::Sync,
    State<Db>: ::cors_runtime::axum::__private::FromRequestParts<__CorsState>,
{
    const USES_EXTRACTORS: ::core::primitive::bool = true;
    fn check<'a>(
        #[allow(unused_variables)]
        __cors_origin: ::cors_runtime::__private::Origin,
        #[allow(unused_variables)]
        __cors_parts: &'a mut ::cors_runtime::axum::__private::Parts,
        #[allow(unused_variables)]
        __cors_state: &'a __CorsState,
    ) -> ::cors_runtime::axum::__private::CheckFuture<'a> {
        ::std::boxed::Box::pin(async move {
            let argument_0 = match <State<
                Db,
            > as ::cors_runtime::axum::__private::FromRequestParts<
                __CorsState,
            >>::from_request_parts(__cors_parts, __cors_state)
                .await
            {
                ::core::result::Result::Ok(value) => value,
                ::core::result::Result::Err(_) => {
                    return ::core::result::Result::Err(
                        ::cors_runtime::axum::__private::Rejected,
                    );
                }
            };
            let __cors_allowed: ::core::primitive::bool = tenant(
                    &__cors_origin,
                    argument_0,
                )
                .await;
            ::core::result::Result::Ok(__cors_allowed)
        })
    }
}
