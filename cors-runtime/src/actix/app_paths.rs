//! The annotated paths of an app.
//!
//! The answer to a preflight depends on all annotated routes of a URL. actix-web does not tell one group about another.
//! Their patterns may overlap, so each app has a list of its annotated paths.

use super::http::PathPolicies;
use actix_web::dev::{AppService, RequestHead, ResourceDef, ResourceMap, ServiceRequest, Url, fn_service};
use actix_web::guard::fn_guard;
use actix_web::{Error, HttpResponse};
use std::any::Any;
use std::cell::{LazyCell, OnceCell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;

/// Above this number of segments, a scope whose prefix has a regular expression counts as matching. This bounds the cost
/// per request.
const MAX_SEGMENTS: usize = 32;

/// The default service of an app, and its list.
type RegisteredApp = (Weak<dyn Any>, Rc<AppPaths>);

thread_local! {
    /// The lists of the apps that are in use on this thread. An app is known by its default service, which all of its
    /// scopes share.
    static APPS: RefCell<Vec<RegisteredApp>> = const { RefCell::new(Vec::new()) };
}

/// The annotated paths of one app.
#[derive(Default)]
pub(super) struct AppPaths(RefCell<Vec<AnnotatedPath>>);

struct AnnotatedPath {
    scope: Rc<Scope>,
    definition: ResourceDef,
    policies: Arc<PathPolicies>,
}

impl AppPaths {
    /// The list of the app that is being registered.
    pub(super) fn of(config: &AppService) -> Rc<Self> {
        let app: Rc<dyn Any> = config.default_service();
        APPS.with_borrow_mut(|apps| {
            apps.retain(|(app, _)| app.strong_count() > 0);
            let is_same = |other: &Weak<dyn Any>| std::ptr::addr_eq(other.as_ptr(), Rc::as_ptr(&app));
            if let Some((_, paths)) = apps.iter().find(|(other, _)| is_same(other)) {
                return Rc::clone(paths);
            }
            let paths = Rc::new(Self::default());
            apps.push((Rc::downgrade(&app), Rc::clone(&paths)));
            paths
        })
    }

    /// Adds the paths of a group.
    pub(super) fn add<'a>(
        &self,
        group: impl Iterator<Item = &'a Arc<PathPolicies>>,
        config: &mut AppService,
    ) {
        let scope = Rc::new(Scope::of(config));
        self.0.borrow_mut().extend(group.map(|policies| AnnotatedPath {
            scope: Rc::clone(&scope),
            definition: definition(policies.path()),
            policies: Arc::clone(policies),
        }));
    }

    /// The paths other than `own` that match the URL of a request, and for which the condition holds.
    pub(super) fn others_at(
        &self,
        own: &Arc<PathPolicies>,
        request: &RequestHead,
        condition: impl Fn(&PathPolicies) -> bool,
    ) -> Vec<Arc<PathPolicies>> {
        // The router matches decoded URLs, so this does, too.
        let url = LazyCell::new(|| Url::new(request.uri.clone()));
        let is_other_match = |AnnotatedPath { scope, definition, policies }: &&AnnotatedPath| {
            !Arc::ptr_eq(policies, own) && condition(policies) && scope.may_contain(url.path(), definition)
        };
        let paths = self.0.borrow();
        paths.iter().filter(is_other_match).map(|path| Arc::clone(&path.policies)).collect()
    }
}

/// The scope in which a group is registered, or the app itself.
#[derive(Default)]
struct Scope {
    /// The marker of the scope in the app's `ResourceMap`. The app itself needs none.
    marker: Option<Rc<ResourceMap>>,
    /// The patterns of all scopes around the group, one behind the other.
    prefix: OnceCell<String>,
}

impl Scope {
    /// The pattern of the markers. Their guard rejects every request.
    const MARKER: &str = "/.cors-runtime-group";

    /// The scope that is being registered. actix-web does not pass the scope's prefix to a group. A marker in the
    /// `ResourceMap` gives the full pattern once the app is built.
    fn of(config: &mut AppService) -> Self {
        if config.is_root() {
            return Self::default();
        }
        let definition = ResourceDef::prefix(Self::MARKER);
        let mut marker = ResourceMap::new(definition.clone());
        marker.add(&mut ResourceDef::new(""), None);
        let marker = Rc::new(marker);
        let never_called = fn_service(async |request: ServiceRequest| {
            Ok::<_, Error>(request.into_response(HttpResponse::NotFound()))
        });
        let never = fn_guard(|_| false);
        config.register_service(
            definition,
            Some(vec![Box::new(never)]),
            never_called,
            Some(Rc::clone(&marker)),
        );
        Self { marker: Some(marker), prefix: OnceCell::new() }
    }

    fn prefix(&self) -> &str {
        self.prefix.get_or_init(|| {
            let full = self.marker.as_ref().and_then(|marker| marker.match_pattern(Self::MARKER));
            full.as_deref().and_then(|full| full.strip_suffix(Self::MARKER)).unwrap_or_default().to_owned()
        })
    }

    /// Whether the URL may get to a resource of the scope. If a regular expression in the prefix decides, it may.
    fn may_contain(&self, url: &str, resource: &ResourceDef) -> bool {
        let prefix = self.prefix();
        if prefix.contains([':', '*']) {
            let mut ends = url.match_indices('/').map(|(start, _)| &url[start..]).chain([""]);
            return ends.clone().count() > MAX_SEGMENTS || ends.any(|end| resource.is_match(end));
        }
        behind_prefix(prefix, url).is_some_and(|end| resource.is_match(end))
    }
}

/// The part of a URL behind the prefix of its scope. Each `{name}` in the prefix matches within one segment.
fn behind_prefix<'a>(prefix: &str, mut url: &'a str) -> Option<&'a str> {
    for pattern in prefix.split('/').skip(1) {
        url = url.strip_prefix('/')?;
        let (segment, end) = url.split_at(url.find('/').unwrap_or(url.len()));
        if pattern != segment && (!pattern.contains('{') || segment.is_empty()) {
            return None;
        }
        url = end;
    }
    Some(url)
}

/// The pattern that `Resource` makes of a path.
pub(super) fn definition(path: &str) -> ResourceDef {
    let has_slash = path.is_empty() || path.starts_with('/');
    ResourceDef::new(if has_slash { path.to_owned() } else { format!("/{path}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actix::Routes;
    use actix_web::test::init_service;
    use actix_web::{App, rt};
    use cors_policy::{Declared, Policy};

    #[test]
    fn the_list_of_an_app_that_has_ended_is_removed() {
        let register_and_end_app = || {
            let policy = Policy::from_declared(Declared::EMPTY);
            let routes = Routes::new().route(["GET"], "/", policy, async || "");
            drop(rt::System::new().block_on(init_service(App::new().service(routes))));
        };
        for _ in 0..3 {
            register_and_end_app();
            assert_eq!(APPS.with_borrow(Vec::len), 1);
        }
    }

    #[test]
    fn behind_a_regular_expression_a_resource_is_compared_with_the_ends_of_32_segments_at_most() {
        let scope = Scope { marker: None, prefix: OnceCell::from("/{any:.*}".to_owned()) };
        let resource = definition("/end");
        for (segments, may_contain) in [(1, false), (31, false), (32, true), (33, true)] {
            let url = "/x".repeat(segments);
            assert_eq!(scope.may_contain(&url, &resource), may_contain, "{segments}");
            assert!(scope.may_contain(&format!("{url}/end"), &resource), "{segments}");
        }
    }
}
