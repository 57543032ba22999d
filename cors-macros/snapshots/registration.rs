fn router() -> Router {
    {
        {
            let mut __cors_routes = ::cors_runtime::axum::__private::Routes::new();
            {
                #[allow(unused_imports)]
                use ::cors_runtime::axum::__private::fallback::*;
                {
                    #[allow(unused_imports)]
                    use me as handler_without_cors;
                    __cors_routes
                        .add(
                            handler_without_cors::__CORS_DECLARATION,
                            handler_without_cors,
                        );
                }
            }
            {
                #[allow(unused_imports)]
                use ::cors_runtime::axum::__private::fallback::*;
                {
                    #[allow(unused_imports)]
                    use account::generic as handler_without_cors;
                    __cors_routes
                        .add(
                            handler_without_cors::__CORS_DECLARATION,
                            handler_without_cors::<Pg>,
                        );
                }
            }
            __cors_routes
        }
    }
}
