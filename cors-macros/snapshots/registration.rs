fn router() -> Router {
    {
        {
            let __cors_routes = ::cors_runtime::axum::__private::Routes::new();
            let __cors_routes = {
                #[allow(unused_imports)]
                use ::cors_runtime::axum::__private::fallback::*;
                {
                    #[allow(unused_imports)]
                    use me as handler_without_cors;
                    __cors_routes.add::<handler_without_cors, _, _>(handler_without_cors)
                }
            };
            let __cors_routes = {
                #[allow(unused_imports)]
                use ::cors_runtime::axum::__private::fallback::*;
                {
                    #[allow(unused_imports)]
                    use account::generic as handler_without_cors;
                    __cors_routes
                        .add::<handler_without_cors, _, _>(handler_without_cors::<Pg>)
                }
            };
            __cors_routes
        }
    }
}
