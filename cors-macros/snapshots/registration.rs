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
                    {
                        #[allow(unused_imports)]
                        use handler_without_cors as me;
                        {
                            #[allow(unused_imports)]
                            use handler_without_cors::*;
                            __cors_routes
                                .add(
                                    handler_without_cors,
                                    me,
                                    me::cors_is_off_because_this_handler_is_in_no_routes,
                                );
                        }
                    }
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
                            handler_without_cors::<Pg>,
                            handler_without_cors::<Pg>,
                            handler_without_cors::cors_is_off_because_this_handler_is_in_no_routes,
                        );
                }
            }
            __cors_routes
        }
    }
}
