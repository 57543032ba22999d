//! Apps of both frameworks from the same plan.

use crate::policies::{PlannedPolicy, some};
use cors_runtime::Policy;
use cors_runtime::actix::PolicyMiddleware;
use cors_runtime::axum::PolicyLayer;
use fuzz::{Result, Unstructured};
use tests::ask::{self, App};

/// The header in which a handler names its route, by its number.
pub(crate) const ROUTE: &str = "x-route";

pub(crate) const METHODS: [&str; 5] = ["GET", "POST", "PUT", "DELETE", "PATCH"];

/// The paths of routes, and a URL of each.
pub(crate) const PATHS: [(&str, &str); 2] = [("/a", "/a"), ("/b/{id}", "/b/7")];

/// A path has no route that does not have this one.
pub(crate) const URLS: [&str; 3] = ["/a", "/b/7", "/none"];

#[derive(Clone, Debug)]
pub(crate) struct PlannedRoute {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) url: &'static str,
    pub(crate) planned: PlannedPolicy,
    policy: Policy,
}

/// A default policy around an app.
#[derive(Clone, Debug)]
pub(crate) struct PlannedDefault {
    pub(crate) planned: PlannedPolicy,
    policy: Policy,
    pub(crate) methods: Vec<&'static str>,
    /// Whether it answers every preflight before the routes see it.
    pub(crate) answers_every_preflight: bool,
}

/// An app.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) routes: Vec<PlannedRoute>,
    pub(crate) default: Option<PlannedDefault>,
}

impl PlannedDefault {
    /// Nothing if the policy breaks a rule.
    fn new(input: &mut Unstructured<'_>) -> Result<Option<Self>> {
        let mut planned = PlannedPolicy::new(input)?;
        let answers_every_preflight = input.ratio(1, 3)?;
        if !answers_every_preflight {
            // It is an error in this mode.
            planned.enforce = None;
        }
        let methods = some(input, &METHODS, 3)?;
        let default = |policy| Self { planned: planned.clone(), policy, methods, answers_every_preflight };
        Ok(planned.build().ok().map(default))
    }

    fn layer(&self) -> PolicyLayer {
        let policy = self.policy.clone();
        let layer = if self.answers_every_preflight {
            PolicyLayer::answering_every_preflight(policy)
        } else {
            PolicyLayer::new(policy)
        };
        layer.methods(&self.methods)
    }

    fn middleware(&self) -> PolicyMiddleware {
        let policy = self.policy.clone();
        let middleware = if self.answers_every_preflight {
            PolicyMiddleware::answering_every_preflight(policy)
        } else {
            PolicyMiddleware::new(policy)
        };
        middleware.methods(&self.methods)
    }
}

impl Plan {
    /// Few policies, so that routes share some of them.
    pub(crate) fn new(input: &mut Unstructured<'_>) -> Result<Self> {
        let mut policies = Vec::new();
        for _ in 0..input.int_in_range(1..=3)? {
            let planned = PlannedPolicy::new(input)?;
            if let Ok(policy) = planned.build() {
                policies.push((planned, policy));
            }
        }
        let mut routes: Vec<PlannedRoute> = Vec::new();
        for _ in 0..input.int_in_range(1..=6)? {
            let &method = input.choose(&METHODS)?;
            let &(path, url) = input.choose(&PATHS)?;
            // An empty list of policies is an error, and the input is skipped.
            let (planned, policy) = input.choose(&policies)?.clone();
            if !routes.iter().any(|route| (route.method, route.path) == (method, path)) {
                routes.push(PlannedRoute { method, path, url, planned, policy });
            }
        }
        Ok(Self { routes, default: None })
    }

    /// The same, with a default policy around it half of the time.
    pub(crate) fn with_default(input: &mut Unstructured<'_>) -> Result<Self> {
        let default = if input.arbitrary()? { PlannedDefault::new(input)? } else { None };
        Ok(Self { default, ..Self::new(input)? })
    }

    /// One route for `GET /a`.
    pub(crate) fn one(planned: PlannedPolicy, policy: Policy) -> Self {
        let (path, url) = PATHS[0];
        Self { routes: vec![PlannedRoute { method: "GET", path, url, planned, policy }], default: None }
    }

    /// The routes of a URL.
    pub(crate) fn at<'a>(&'a self, url: &'a str) -> impl Iterator<Item = &'a PlannedRoute> + Clone {
        self.routes.iter().filter(move |route| route.url == url)
    }

    /// The route of a request.
    pub(crate) fn route(&self, url: &str, method: &str) -> Option<&PlannedRoute> {
        self.routes.iter().find(|route| route.url == url && route.method == method)
    }

    pub(crate) fn axum(&self) -> axum::Router {
        let routes = self.routes.iter().enumerate();
        let routes = routes.fold(cors_runtime::axum::Routes::<()>::new(), |routes, (number, route)| {
            let respond =
                move || async move { ([(ROUTE, number.to_string()), ("etag", "\"1\"".to_owned())], "") };
            routes.route([route.method], route.path, route.policy.clone(), respond)
        });
        routes.into_router()
    }

    pub(crate) fn actix(&self) -> cors_runtime::actix::Routes {
        let routes = self.routes.iter().enumerate();
        routes.fold(cors_runtime::actix::Routes::new(), |routes, (number, route)| {
            let respond = move || async move {
                let mut response = actix_web::HttpResponse::Ok();
                response.insert_header((ROUTE, number.to_string())).insert_header(("etag", "\"1\"")).finish()
            };
            routes.route([route.method], route.path, route.policy.clone(), respond)
        })
    }

    /// The app in each framework, with its name.
    pub(crate) fn apps(&self) -> [(&'static str, App); 2] {
        let app = actix_web::App::new().service(self.actix());
        let (axum, actix) = match &self.default {
            None => (self.axum(), ask::actix_app(app)),
            Some(default) => {
                (self.axum().layer(default.layer()), ask::actix_app(app.wrap(default.middleware())))
            }
        };
        [("axum", ask::axum(axum)), ("actix-web", actix)]
    }
}
