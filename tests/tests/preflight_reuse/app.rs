//! Random apps, as data: `in_axum.rs` and `in_actix.rs` build them.

use crate::properties::Server;
use crate::random::Random;
use crate::{in_actix, in_axum, policies};
use cors_runtime::Policy;

pub(crate) const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"];

pub(crate) const PATHS: [&str; 4] = ["/users/me", "/users/{id}", "/notes", "/{section}"];

/// The URLs that pages ask for, without what the app is nested under.
const URLS: [&str; 5] = ["/users/me", "/users/7", "/users/%6De", "/notes", "/no/where"];

/// How annotated routes get into the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Registration {
    /// As one group in axum.
    Axum,
    /// As one group in actix-web.
    Actix,
    /// Each by itself in actix-web, with `.service(handler)` if it has an attribute.
    ActixOneByOne,
}

/// An app.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) registration: Registration,
    /// What the routes are nested under, or nothing.
    pub(crate) prefix: &'static str,
    /// In the order of registration.
    pub(crate) routes: Vec<Route>,
    /// Routes without an annotation: path and method.
    pub(crate) unannotated: Vec<(&'static str, &'static str)>,
    /// actix-web: whether the routes without an annotation are resources that take every request of their path.
    pub(crate) takes_all: bool,
    pub(crate) unannotated_first: bool,
    /// Whether a layer that does nothing is between CORS and the handlers of the group.
    pub(crate) layered: bool,
    pub(crate) default: Option<Default>,
}

/// A default policy around the app.
#[derive(Debug)]
pub(crate) struct Default {
    pub(crate) policy: Policy,
    pub(crate) methods: Vec<&'static str>,
    /// Whether it answers every preflight before the routes see it.
    pub(crate) answers_every_preflight: bool,
}

/// An annotated route.
#[derive(Debug)]
pub(crate) struct Route {
    /// Responses have it in a header.
    pub(crate) name: String,
    pub(crate) methods: Vec<&'static str>,
    pub(crate) path: &'static str,
    pub(crate) kind: Kind,
}

/// Where the policy of a route comes from.
#[derive(Debug)]
pub(crate) enum Kind {
    /// `Routes::route`
    RunTime(Policy),
    /// A handler with an attribute: the number in the framework's list.
    Attribute(Policy, usize),
    /// The same with a function that decides.
    Dynamic(Check, usize),
}

/// A function that decides, and whether its route sends credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// Takes nothing but the origin: allows `https://a.example` and `https://b.example`.
    ByOrigin { credentials: bool },
    /// Looks at the method as well: allows `https://b.example` to read only.
    ByMethod { credentials: bool },
}

impl Check {
    pub(crate) fn allows(self, origin: &str, method: &str) -> bool {
        let (is_a, is_b) = (origin == "https://a.example", origin == "https://b.example");
        match self {
            Self::ByOrigin { .. } => is_a || is_b,
            Self::ByMethod { .. } => is_a || is_b && matches!(method, "GET" | "HEAD"),
        }
    }

    fn credentials(self) -> bool {
        let (Self::ByOrigin { credentials } | Self::ByMethod { credentials }) = self;
        credentials
    }
}

/// A handler with an attribute.
#[derive(Debug)]
pub(crate) struct Attributed {
    pub(crate) name: &'static str,
    /// `any` for every method.
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) decides: Decides,
}

#[derive(Debug)]
pub(crate) enum Decides {
    Policy(&'static Policy),
    Function(Check),
}

impl Route {
    /// Whether the policy allows an origin to send this request.
    pub(crate) fn allows(&self, origin: &str, credentials: bool, method: &str) -> bool {
        match &self.kind {
            Kind::RunTime(policy) | Kind::Attribute(policy, _) => {
                policies::lists(policy, origin) && (!credentials || policy.credentials())
            }
            Kind::Dynamic(check, _) => check.allows(origin, method) && (!credentials || check.credentials()),
        }
    }

    pub(crate) fn is_dynamic(&self) -> bool {
        matches!(self.kind, Kind::Dynamic(..))
    }

    /// What the policy declares.
    pub(crate) fn max_age(&self) -> Option<u32> {
        match &self.kind {
            Kind::RunTime(policy) | Kind::Attribute(policy, _) => policy.max_age(),
            Kind::Dynamic(..) => None,
        }
    }

    /// Whether the route has a method; none in the list stands for every method.
    pub(crate) fn has(&self, method: &str) -> bool {
        self.methods.is_empty() || self.methods.contains(&method)
    }
}

impl Plan {
    pub(crate) fn new(random: &mut Random, registration: Registration) -> Self {
        policies::fill_set();
        let attributed = match registration {
            Registration::Axum => in_axum::attributed(),
            Registration::Actix | Registration::ActixOneByOne => in_actix::attributed(),
        };
        let prefix = random.pick(&["", "", "/api"]);
        let has_policies = 1 + random.below(3);
        // Few policies, so that routes share some of them.
        let shared: Vec<Policy> = (0..has_policies).map(|_| policies::random(random)).collect();
        let mut free: Vec<(&'static str, &'static str)> =
            PATHS.iter().flat_map(|path| METHODS.map(|method| (*path, method))).collect();
        random.shuffle(&mut free);
        let mut routes: Vec<Route> = Vec::new();
        for _ in 0..=random.below(6) {
            let Some((path, method)) = free.pop() else { break };
            let fits = |number: &usize| {
                let handler = &attributed[*number];
                handler.path == path && (handler.method == method || handler.method == "any")
            };
            let fitting: Vec<usize> = (0..attributed.len()).filter(fits).collect();
            if !fitting.is_empty() && random.chance(50) {
                let number = random.pick(&fitting);
                let handler = &attributed[number];
                let is_any = handler.method == "any";
                let is_taken = |route: &Route| route.path == path && route.methods.is_empty();
                if is_any && routes.iter().any(is_taken) {
                    continue;
                }
                let kind = match handler.decides {
                    Decides::Policy(policy) => Kind::Attribute(policy.clone(), number),
                    Decides::Function(check) => Kind::Dynamic(check, number),
                };
                let methods = if is_any { Vec::new() } else { vec![handler.method] };
                routes.push(Route { name: handler.name.to_owned(), methods, path, kind });
                continue;
            }
            let mut methods = vec![method];
            if random.chance(30)
                && let Some(other) = free.iter().position(|(other, _)| *other == path)
            {
                methods.push(free.remove(other).1);
            }
            let policy = shared[random.below(shared.len())].clone();
            let name = format!("route{}", routes.len());
            routes.push(Route { name, methods, path, kind: Kind::RunTime(policy) });
        }
        let has_any = |path: &str| routes.iter().any(|route| route.path == path && route.methods.is_empty());
        free.retain(|(path, _)| !has_any(path));
        let unannotated = free.into_iter().filter(|_| random.chance(15)).collect();
        let default = random.chance(70).then(|| {
            let mut methods = random.some(&METHODS, 50);
            if methods.is_empty() {
                methods.push("PUT");
            }
            let policy = policies::random(random);
            Default { policy, methods, answers_every_preflight: random.chance(20) }
        });
        Self {
            registration,
            prefix,
            routes,
            unannotated,
            takes_all: random.chance(30),
            unannotated_first: random.chance(30),
            layered: random.chance(30),
            default,
        }
    }

    /// Builds the app.
    pub(crate) fn serve(&self) -> Box<Server> {
        match self.registration {
            Registration::Axum => in_axum::serve(self),
            Registration::Actix | Registration::ActixOneByOne => in_actix::serve(self),
        }
    }

    pub(crate) fn urls(&self) -> impl Iterator<Item = String> {
        URLS.iter().map(|url| format!("{}{url}", self.prefix))
    }

    pub(crate) fn route(&self, name: &str) -> Option<&Route> {
        self.routes.iter().find(|route| route.name == name)
    }
}
