::core::compile_error! {
    "there is no option `orgins` [option-unknown]\nhelp: write `origins`"
}
::core::compile_error! {
    "an origin has no trailing slash: `https://a.example/` [origin-trailing-slash]\nhelp: write `\"https://a.example\"`\nnote: browsers compare origins byte by byte, and never send the slash"
}
::core::compile_error! {
    "axum 0.8 writes parameters in braces, not as `:id` [route-path]\nhelp: write `\"/{id}\"`"
}
async fn me() {}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
struct me {}
impl<__CorsState> ::cors_runtime::axum::__private::Annotated<__CorsState> for me {
    fn annotation() -> &'static ::cors_runtime::axum::__private::Annotation {
        static __CORS_POLICY: ::cors_runtime::axum::__private::Annotation = ::cors_runtime::axum::__private::Annotation::new(
            ::cors_runtime::__private::Policy::from_declared(::cors_runtime::__private::Declared {
                ..::cors_runtime::__private::Declared::EMPTY
            }),
            ::cors_runtime::__private::here!(),
        );
        &__CORS_POLICY
    }
}
impl ::cors_runtime::axum::__private::Routed for me {
    const ROUTES: &'static [::cors_runtime::axum::__private::RouteSpec] = &[];
}
