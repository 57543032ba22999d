//! What a group of routes declares, for people and for snapshots.

use crate::SourceLocation;
use crate::engine::{Methods, RouteEntry, Routing, opens_another};
use cors_policy::{AllowHeaders, HeaderNames, Policy};
use std::collections::HashMap;
use std::fmt;

/// Every route of a group: methods, path, policy, and where it is declared.
///
/// [`Display`](fmt::Display) gives a table, and with the feature `serde` it serialises, so that a snapshot test shows
/// every change of a policy in review.
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
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    routes: Vec<ManifestRoute>,
}

/// One route.
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
///     // Two policies, one of them for `GET`: no preflight may be remembered.
///     assert_eq!(route.is_preflighted_afresh(), route.policy().credentials());
///     assert!(!route.is_dynamic() && route.location().line > 0);
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ManifestRoute {
    methods: Methods,
    path: String,
    policy: Policy,
    location: SourceLocation,
    is_dynamic: bool,
    is_preflighted_afresh: bool,
}

impl Manifest {
    pub(crate) fn new<E>(entries: &[RouteEntry<E>], routing: Routing) -> Self {
        let same = |a: &RouteEntry<E>, b: &RouteEntry<E>| {
            std::ptr::eq(a, b) || !a.dynamic && !b.dynamic && a.policy == b.policy
        };
        let mut paths: Vec<(&str, Vec<&RouteEntry<E>>)> = Vec::new();
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        for entry in entries {
            let number = *numbers.entry(&entry.path).or_insert_with(|| {
                paths.push((&entry.path, Vec::new()));
                paths.len() - 1
            });
            paths[number].1.push(entry);
        }
        let overlaps = routing.overlaps(&paths.iter().map(|(path, _)| *path).collect::<Vec<_>>());
        let routes = entries.iter().map(|entry| {
            let number = numbers[entry.path.as_str()];
            let of_path =
                std::iter::once(&number).chain(&overlaps[number]).flat_map(|number| &paths[*number].1);
            let others = of_path.filter(|other| !same(entry, other));
            ManifestRoute {
                methods: entry.methods.clone(),
                path: entry.path.clone(),
                policy: entry.policy.clone(),
                location: entry.location,
                is_dynamic: entry.dynamic,
                is_preflighted_afresh: opens_another(
                    &entry.policy,
                    others.map(|other| (&other.methods, &other.policy)),
                ),
            }
        });
        Self { routes: routes.collect() }
    }

    /// The routes, in the order in which they were added.
    pub fn iter(&self) -> std::slice::Iter<'_, ManifestRoute> {
        self.routes.iter()
    }

    /// The same with a prefix before each path: what `nest` or a scope will make of it.
    #[must_use]
    pub fn under(mut self, prefix: &str) -> Self {
        let prefix = prefix.trim_end_matches('/');
        for route in &mut self.routes {
            let slash = if route.path.is_empty() || route.path.starts_with('/') { "" } else { "/" };
            route.path = format!("{prefix}{slash}{}", route.path);
        }
        self
    }
}

impl ManifestRoute {
    /// The methods; none stands for every method.
    pub fn methods(&self) -> impl Iterator<Item = &str> {
        self.methods.names()
    }

    /// The path, as it is written.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Where it is declared.
    pub fn location(&self) -> SourceLocation {
        self.location
    }

    /// Whether a function decides, per request.
    pub fn is_dynamic(&self) -> bool {
        self.is_dynamic
    }

    /// Whether browsers have to ask before every request, whatever `max_age` says: the path also has a route with another
    /// policy that a remembered answer would open, one for `GET`, `HEAD` or `POST`, or one that does not allow all of
    /// these request headers. In actix-web a route of another path whose pattern overlaps counts, too.
    pub fn is_preflighted_afresh(&self) -> bool {
        self.is_preflighted_afresh
    }

    /// The policy in the words of the attribute.
    fn summary(&self) -> String {
        let policy = &self.policy;
        let list = |names: HeaderNames<'_>| format!("[{names}]");
        let mut parts = Vec::new();
        if self.is_dynamic {
            parts.push("origins = dynamic".to_owned());
        } else {
            let origins: Vec<_> = policy.origins().map(|origin| origin.to_string()).collect();
            parts.push(format!("origins = [{}]", origins.join(", ")));
        }
        if policy.credentials() {
            parts.push("credentials".to_owned());
        }
        match policy.allow_headers() {
            AllowHeaders::Any => parts.push("allow_headers = any".to_owned()),
            AllowHeaders::Names(names) => parts.push(format!("allow_headers = {}", list(names))),
            _ => {}
        }
        if !policy.expose_headers().is_empty() {
            parts.push(format!("expose_headers = {}", list(policy.expose_headers())));
        }
        match policy.max_age() {
            _ if self.is_preflighted_afresh => parts.push("max_age = 0 (beside another policy)".to_owned()),
            Some(seconds) => parts.push(format!("max_age = {seconds}")),
            None => {}
        }
        if policy.enforce() {
            parts.push("enforce".to_owned());
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

/// One line for each route, in columns. `{:#}` leaves out where the policies are declared: a snapshot of that changes only
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
                continue;
            }
            writeln!(f, "{methods:0$}  {path:1$}  {policy:2$}  {location}", widths[0], widths[1], widths[2])?;
        }
        Ok(())
    }
}

#[cfg(feature = "serde")]
mod serialize {
    use super::{Manifest, ManifestRoute};
    use serde::ser::{Serialize, SerializeStruct, Serializer};

    impl Serialize for Manifest {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(self)
        }
    }

    impl Serialize for ManifestRoute {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut route = serializer.serialize_struct("ManifestRoute", 6)?;
            let methods: Vec<_> = self.methods().collect();
            route.serialize_field("methods", &methods)?;
            route.serialize_field("path", self.path())?;
            route.serialize_field("policy", self.policy())?;
            route.serialize_field("dynamic", &self.is_dynamic)?;
            route.serialize_field("preflighted_afresh", &self.is_preflighted_afresh)?;
            route.serialize_field("location", &self.location.to_string())?;
            route.end()
        }
    }
}
