//! The handlers of the table: one list for axum, for actix-web, and for routes whose policies are made at run time.
//!
//! `axum_app.rs` and `actix_app.rs` define handlers of their framework from the list, and `routes.rs` the same routes
//! as data. All of these handlers only note that they ran. Handlers that do more, and those that differ between the
//! frameworks, are defined in the two files and described in `routes.rs`.

/// Passes groups of handlers to a macro, with the attributes of each handler.
macro_rules! with_handlers {
    ($define:ident) => {
        $define! {
            // A group without layers.
            direct {
                #[cors(
                    origins = ["https://app.example"],
                    credentials,
                    expose_headers = ["x-total-count", "ETag"],
                    max_age = 600
                )]
                #[get("/account")]
                account;

                #[cors(
                    origins = ["https://app.example", "https://admin.example"],
                    credentials,
                    allow_headers = ["content-type", "X-CSRF"]
                )]
                #[put("/account")]
                update_account;

                #[cors(
                    allow_headers = ["x-csrf", "content-type"],
                    credentials,
                    origins = ["https://admin.example", "https://app.example"]
                )]
                #[delete("/account")]
                delete_account;

                #[cors(origins = ["https://app.example"], allow_headers = ["content-type"], max_age = 600)]
                #[get("/notes")]
                notes;

                #[cors(origins = ["https://app.example"], allow_headers = ["content-type"], max_age = 600)]
                #[post("/notes")]
                add_note;

                #[cors(origins = ["https://app.example"], allow_headers = ["content-type"], max_age = 600)]
                #[delete("/notes")]
                delete_note;

                #[cors(origins = ["https://app.example"], max_age = 600)]
                #[route("/drafts", method = "PUT", method = "PATCH")]
                draft;

                #[cors(origins = ["https://app.example"], max_age = 60)]
                #[delete("/drafts")]
                delete_draft;

                #[cors(origins = ["https://other.example"])]
                #[post("/mixed/post")]
                mixed_post;

                #[cors(origins = ["https://app.example"], max_age = 600)]
                #[put("/mixed/post")]
                mixed_post_put;

                #[cors(origins = ["https://other.example"])]
                #[head("/mixed/head")]
                mixed_head;

                #[cors(origins = ["https://app.example"], max_age = 600)]
                #[put("/mixed/head")]
                mixed_head_put;

                #[cors(origins = ["https://app.example"], allow_headers = ["x-a"], max_age = 600)]
                #[put("/mixed/headers")]
                mixed_headers_put;

                #[cors(origins = ["https://app.example"], allow_headers = ["x-a", "x-b"], max_age = 600)]
                #[delete("/mixed/headers")]
                mixed_headers_delete;

                #[cors(origins = ["https://app.example"], credentials, expose_headers = ["ETag"], max_age = 7200)]
                #[get("/profile")]
                profile;

                #[cors(
                    origins = ["https://app.example"],
                    credentials,
                    allow_headers = ["content-type"],
                    max_age = 600
                )]
                #[put("/profile")]
                update_profile;

                #[cors(origins = ["https://app.example"])]
                #[get("/visits")]
                visits;

                #[cors(origins = ["https://app.example"], credentials, max_age = 600)]
                #[put("/visits")]
                update_visits;

                #[cors(origins = ["https://app.example"])]
                #[get("/teams")]
                teams;

                #[cors(origins = ["https://app.example", "https://admin.example"], max_age = 600)]
                #[put("/teams")]
                update_teams;

                #[cors(origins = ["*"])]
                #[get("/prices")]
                prices;

                #[cors(origins = ["https://app.example"], max_age = 600)]
                #[put("/prices")]
                update_prices;

                #[cors(origins = ["https://app.example"], credentials, max_age = 600)]
                #[delete("/prices")]
                delete_prices;

                #[cors(origins = ["https://admin.example"], credentials)]
                #[delete("/people/me")]
                delete_me;

                #[cors(origins = ["https://partner.example"], credentials, max_age = 600)]
                #[route("/people/{id}", method = "PUT", method = "DELETE")]
                change_person;

                #[cors(origins = ["https://app.example"])]
                #[get("/head")]
                head_get;

                #[cors(origins = ["https://other.example"])]
                #[head("/head")]
                head_only;

                #[cors(origins = ["https://app.example"])]
                #[put("/plain")]
                plain;

                #[cors(origins = ["https://app.example"], max_age = 0)]
                #[put("/never-cached")]
                never_cached;

                #[cors(origins = [
                    "https://*.shop.example",
                    "http://localhost:*",
                    "https://*.port.example:8443",
                    "https://exact.example:444",
                ])]
                #[get("/tenants")]
                #[allow(deprecated, reason = "a loopback origin in a release build is what the table needs")]
                tenants;

                #[cors(origins = ["https://app.example"], credentials)]
                #[route("/items/{id}", method = "GET", method = "PUT")]
                items;

                #[cors(origins = ["*"], expose_headers = ["*"], max_age = 86400)]
                #[route("/public", method = "GET", method = "PUT")]
                public;

                #[cors(origins = ["*"], allow_headers = ["*", "authorization"])]
                #[post("/public/search")]
                search;

                #[cors(origins = ["*"], allow_headers = ["*"])]
                #[put("/public/star")]
                star;

                #[cors(origins = ["*"], allow_headers = any)]
                #[put("/public/reflect")]
                public_reflect;

                #[cors(origins = ["https://app.example"], credentials, allow_headers = any)]
                #[put("/reflect")]
                reflect;

                #[cors(origins = ["https://app.example"], credentials, enforce)]
                #[get("/enforced")]
                enforced;

                #[cors(origins = ["https://app.example"], credentials, enforce)]
                #[put("/enforced")]
                enforced_put;

                #[cors(origins = ["https://*.shop.example"], enforce)]
                #[get("/enforced/patterns")]
                enforced_patterns;

                #[cors(
                    origins = ["https://app.example"],
                    enforce(hosts = ["own.example", "localhost:*", "127.0.0.1:3000", "[::1]:*"])
                )]
                #[get("/hosts")]
                hosts;

                #[cors(
                    origins = ["https://app.example"],
                    enforce(hosts = ["own.example", "localhost:*", "127.0.0.1:3000", "[::1]:*"])
                )]
                #[put("/hosts")]
                hosts_put;

                #[cors(origins = ["https://app.example"], enforce(navigations))]
                #[get("/navigations")]
                navigations;

                #[cors(origins = ["https://app.example"], enforce(navigations))]
                #[post("/navigations")]
                navigations_post;

                #[cors(origins = ["https://app.example"], enforce(navigations, hosts = ["own.example"]))]
                #[get("/navigations/hosts")]
                navigations_hosts;

                #[cors(origins = ["https://app.example"])]
                #[get("/with-options")]
                options_get;

                #[cors(origins = ["https://other.example"])]
                #[put("/merged")]
                merged_put;
            }

            // A group with a layer that rejects requests without a token.
            gated {
                #[cors(origins = ["https://app.example"], credentials)]
                #[get("/layered")]
                layered;

                #[cors(origins = ["https://app.example"], credentials)]
                #[put("/layered")]
                layered_put;

                #[cors(origins = ["https://app.example"], credentials)]
                #[get("/layered/options")]
                layered_options;

                #[cors(origins = ["https://app.example"])]
                #[get("/merged")]
                merged;

                #[cors(origins = ["https://app.example"], enforce)]
                #[get("/layered/enforced")]
                layered_enforced;
            }

            // A group with two layers.
            gated_twice {
                #[cors(origins = ["https://app.example"])]
                #[put("/layered/twice")]
                twice;
            }

            // A group below the prefix `/nested`.
            nested {
                #[cors(origins = ["https://app.example"])]
                #[get("/{id}")]
                nested_item;

                #[cors(origins = ["https://other.example"])]
                #[put("/{id}")]
                nested_item_put;
            }
        }
    };
}

/// Passes the handlers with `origins = dynamic(tenant)` to a macro. Policies that are made at run time cannot have such
/// a function.
macro_rules! with_dynamic_handlers {
    ($define:ident) => {
        $define! {
            // A group without layers.
            dynamic_direct {
                #[cors(origins = dynamic(tenant), credentials)]
                #[get("/dynamic")]
                dynamic;

                #[cors(origins = dynamic(tenant), credentials)]
                #[put("/dynamic")]
                dynamic_put;

                #[cors(origins = dynamic(tenant), enforce)]
                #[route("/dynamic/enforced", method = "GET", method = "PUT")]
                dynamic_enforced;

                #[cors(origins = dynamic(tenant), enforce(hosts = ["own.example"]))]
                #[route("/dynamic/hosts", method = "GET", method = "PUT")]
                dynamic_hosts;
            }

            // A group with a layer that rejects requests without a token.
            dynamic_gated {
                #[cors(origins = dynamic(tenant))]
                #[put("/dynamic/layered")]
                layered_dynamic;
            }
        }
    };
}

pub(crate) use {with_dynamic_handlers, with_handlers};
