//! The list of the routes in a group with their policies, for people and for snapshot tests.

use crate::SourceLocation;
use crate::cors::{Methods, RouteEntry, RoutesByPath, Routing};
#[cfg(feature = "serde")]
use cors_policy::PolicyForPeople;
use cors_policy::{AllowHeaders, Policy};
#[cfg(feature = "serde")]
use serde::ser::{Serialize, SerializeStruct as _, Serializer};
use std::fmt;

/// The routes of a group: methods, path, policy, and where the policy is declared.
///
/// [`Display`](fmt::Display) gives a table. With the feature `serde` the manifest implements `Serialize`, so that a
/// snapshot test shows every change of a policy in a review. That form is for people: it names an `OriginSet` and a
/// function, which cannot be read back. The command
/// [`cors verify`](https://github.com/per-route-cors/cors-runtime/blob/main/docs/cli.md#cors-verify) compares it with the
/// answers of a deployment.
///
/// ```
/// # #[cfg(feature = "axum")] {
/// use cors_runtime::axum::{Routes, cors, routes};
///
/// #[cors(origins = ["https://app.example.com"], credentials, max_age = 600)]
/// #[get("/me")]
/// async fn me() {}
///
/// let routes: Routes = routes![me];
/// let manifest = routes.manifest().under("/api");
/// let line = manifest.to_string();
/// assert!(line.starts_with("GET  /api/me  origins = [https://app.example.com], credentials, max_age = 600  "));
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    routes: Vec<ManifestRoute>,
    nests_root_as_prefix: bool,
}

/// One route of a [`Manifest`].
///
/// ```
/// # #[cfg(feature = "axum")] {
/// use cors_runtime::axum::{Routes, cors, routes};
///
/// #[cors(origins = ["https://app.example.com"], max_age = 600)]
/// #[get("/me")]
/// async fn me() {}
///
/// #[cors(origins = ["https://app.example.com"], credentials, max_age = 600)]
/// #[put("/me")]
/// async fn update_me() {}
///
/// let routes: Routes = routes![me, update_me];
/// for route in routes.manifest().iter() {
///     assert_eq!(route.path(), "/me");
///     assert_eq!(route.methods().count(), 1);
///     assert_eq!(route.policy().max_age(), Some(600));
///     // A page may send `GET` without credentials only. An answer that allows `PUT` with credentials is not reused,
///     // since a browser would send `GET` with credentials as well.
///     assert_eq!(route.preflights_are_never_reused(), route.policy().credentials());
///     assert_eq!(route.reuse_prevented_by().is_some(), route.policy().credentials());
///     assert!(!route.is_dynamic() && route.location().line > 0);
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestRoute {
    methods: Methods,
    path: String,
    policy: Policy,
    location: SourceLocation,
    is_dynamic: bool,
    /// The route because of which no answer to a preflight is ever reused.
    reuse_prevented_by: Option<(Methods, SourceLocation)>,
}

impl Manifest {
    pub(crate) fn new<E>(entries: &[RouteEntry<E>], routing: Routing) -> Self {
        let paths = RoutesByPath::new(entries);
        let route = |entry: &RouteEntry<E>| ManifestRoute {
            methods: entry.methods.clone(),
            path: entry.path.clone(),
            policy: entry.declared.policy.clone(),
            location: entry.declared.location,
            is_dynamic: entry.declared.check.is_some(),
            reuse_prevented_by: paths
                .route_that_prevents_reuse(entry)
                .map(|other| (other.methods.clone(), other.declared.location)),
        };
        Self {
            routes: entries.iter().map(route).collect(),
            nests_root_as_prefix: routing.nests_root_as_prefix,
        }
    }

    /// The routes, in the order in which they were added.
    pub fn iter(&self) -> std::slice::Iter<'_, ManifestRoute> {
        self.routes.iter()
    }

    /// The same routes with a prefix before each path, as `Router::nest` or `web::scope` adds one.
    #[must_use]
    pub fn under(mut self, prefix: &str) -> Self {
        let nests_root_as_prefix = self.nests_root_as_prefix && !prefix.is_empty();
        let start = prefix.trim_end_matches('/');
        for route in &mut self.routes {
            route.path = match &*route.path {
                "/" if nests_root_as_prefix => prefix.to_owned(),
                path if path.is_empty() || path.starts_with('/') => format!("{start}{path}"),
                path => format!("{start}/{path}"),
            };
        }
        self
    }
}

impl ManifestRoute {
    /// The methods. It is empty if the route takes every method.
    pub fn methods(&self) -> impl Iterator<Item = &str> {
        self.methods.names()
    }

    /// The path, as it is declared.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Where the policy is declared.
    pub fn location(&self) -> SourceLocation {
        self.location
    }

    /// Whether an `#[origin_check]` function is asked about origins that the policy does not list.
    pub fn is_dynamic(&self) -> bool {
        self.is_dynamic
    }

    /// Whether browsers send a preflight before every request that needs one, whatever `max_age` says.
    ///
    /// This is so if the path has another route that refuses every origin which this route allows, and if a browser that
    /// reused the answer could send requests to that route: see [Reuse of preflights](crate::guide::caching). The answers
    /// then carry `Access-Control-Max-Age: 0`. Single answers of other routes may carry it, too, where that depends on the
    /// origin that asks.
    pub fn preflights_are_never_reused(&self) -> bool {
        self.reuse_prevented_by.is_some()
    }

    /// Where the policy of the route is declared because of which
    /// [`preflights_are_never_reused`](Self::preflights_are_never_reused) is true. If there are several, this is the first
    /// one.
    pub fn reuse_prevented_by(&self) -> Option<SourceLocation> {
        self.reuse_prevented_by.as_ref().map(|(_, location)| *location)
    }

    /// The policy, written like the options of the attribute.
    fn summary(&self) -> String {
        let policy = &self.policy;
        let origins: Vec<_> = policy.origins().map(|origin| origin.to_string()).collect();
        let origins = origins.join(", ");
        let mut parts = Vec::new();
        match &*origins {
            origins if !self.is_dynamic => parts.push(format!("origins = [{origins}]")),
            "" => parts.push("origins = dynamic".to_owned()),
            // Beside `dynamic(..)` the attribute can list only `dev_origins`.
            origins => parts.push(format!("origins = dynamic, dev_origins = [{origins}]")),
        }
        if policy.credentials() {
            parts.push("credentials".to_owned());
        }
        match policy.allow_headers() {
            AllowHeaders::Any => parts.push("allow_headers = any".to_owned()),
            AllowHeaders::Names(names) => parts.push(format!("allow_headers = [{names}]")),
            _ => {}
        }
        if !policy.expose_headers().is_empty() {
            parts.push(format!("expose_headers = [{}]", policy.expose_headers()));
        }
        match (policy.max_age(), &self.reuse_prevented_by) {
            (Some(seconds @ 1..), Some((methods, _))) => {
                parts.push(format!("max_age = 0 instead of {seconds} (because of {methods})"));
            }
            (_, Some((methods, _))) => parts.push(format!("max_age = 0 (because of {methods})")),
            (Some(seconds), None) => parts.push(format!("max_age = {seconds}")),
            (None, None) => {}
        }
        if let Some(enforcement) = policy.enforcement() {
            parts.push(enforcement.to_string());
        }
        let danger =
            [("insecure_origins", policy.insecure_origins()), ("public_suffixes", policy.public_suffixes())];
        let danger: Vec<_> = danger.iter().filter(|(_, is_set)| *is_set).map(|(name, _)| *name).collect();
        if !danger.is_empty() {
            parts.push(format!("danger({})", danger.join(", ")));
        }
        parts.join(", ")
    }
}

impl<'a> IntoIterator for &'a Manifest {
    type Item = &'a ManifestRoute;
    type IntoIter = std::slice::Iter<'a, ManifestRoute>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// One line for each route, in columns. `{:#}` leaves out where the policies are declared, so that a snapshot changes only
/// with the policies.
impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<[String; 4]> = self
            .iter()
            .map(|route| {
                [route.methods.to_string(), route.path.clone(), route.summary(), route.location.to_string()]
            })
            .collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths = [width(0), width(1), width(2)];
        for [methods, path, policy, location] in &rows {
            if f.alternate() {
                writeln!(f, "{methods:0$}  {path:1$}  {policy}", widths[0], widths[1])?;
            } else {
                writeln!(
                    f,
                    "{methods:0$}  {path:1$}  {policy:2$}  {location}",
                    widths[0], widths[1], widths[2]
                )?;
            }
        }
        Ok(())
    }
}

#[cfg(feature = "serde")]
impl Serialize for Manifest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

#[cfg(feature = "serde")]
impl Serialize for ManifestRoute {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut route = serializer.serialize_struct("ManifestRoute", 7)?;
        let methods: Vec<_> = self.methods().collect();
        route.serialize_field("methods", &methods)?;
        route.serialize_field("path", self.path())?;
        route.serialize_field("policy", &PolicyForPeople(self.policy()))?;
        route.serialize_field("dynamic", &self.is_dynamic)?;
        route.serialize_field("preflights_never_reused", &self.preflights_are_never_reused())?;
        let reuse_prevented_by = self.reuse_prevented_by().map(|location| location.to_string());
        route.serialize_field("reuse_prevented_by", &reuse_prevented_by)?;
        route.serialize_field("location", &self.location.to_string())?;
        route.end()
    }
}
