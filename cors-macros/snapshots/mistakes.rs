::core::compile_error! {
    "there is no option `orgins` [option-unknown]\nhelp: write `origins`"
}
::core::compile_error! {
    "an origin has no trailing slash: `https://a.example/` [origin-trailing-slash]\nhelp: write `\"https://a.example\"`\nnote: browsers compare origins byte by byte, and never send the slash"
}
::core::compile_error! {
    "axum 0.8 writes parameters in braces, not as `:id` [route-path]\nhelp: write `\"/{id}\"`"
}
#[allow(dead_code)]
async fn me() {}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
enum me {}
#[allow(private_interfaces)]
impl me {
    #[doc(hidden)]
    #[allow(non_upper_case_globals, unreachable_pub)]
    const cors_is_off_because_this_handler_is_in_no_routes: &'static ::cors_runtime::axum::__private::Declaration<
        ::cors_runtime::axum::__private::Listed,
        ::cors_runtime::axum::__private::WithRoutes,
    > = &::cors_runtime::axum::__private::Declaration::with_routes(
        ::cors_runtime::__private::Policy::from_declared(::cors_runtime::__private::Declared {
            ..::cors_runtime::__private::Declared::EMPTY
        }),
        ::cors_runtime::__private::source_location!(),
        &[],
    );
}
