//! The annotated paths of an app.
//!
//! actix-web registers groups and single handlers one after the other and lets none of them see the others. But patterns
//! may overlap, and the answer to a preflight depends on all annotated routes of a URL. So they find each other in a list
//! that belongs to the app.

use super::http::PathPolicies;
use actix_web::dev::{AppService, ResourceDef};
use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::rc::{Rc, Weak};
use std::sync::Arc;

/// A URL with more segments is taken to match every path, so that its cost does not grow with each annotated path.
const MAX_SEGMENTS: usize = 32;

/// The place of the groups that are registered with the app itself.
const APP: usize = 0;

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
    /// [`APP`] for all groups of the app itself, and another number for each group in a scope.
    place: usize,
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

    /// Adds the paths of a group. actix-web does not tell scopes apart while they are registered. So groups find each other
    /// only if they are registered with the app itself; in a scope, each group is alone.
    pub(super) fn add<'a>(&self, group: impl Iterator<Item = &'a Arc<PathPolicies>>, config: &AppService) {
        let mut paths = self.0.borrow_mut();
        let place = if config.is_root() { APP } else { paths.len() + 1 };
        paths.extend(group.map(|policies| AnnotatedPath {
            place,
            definition: definition(policies.path()),
            policies: Arc::clone(policies),
        }));
    }

    /// The other paths of the same place that match the path of a URL, which `own` matches, and for which the
    /// condition holds.
    pub(super) fn others_at(
        &self,
        own: &Arc<PathPolicies>,
        url: &str,
        condition: impl Fn(&PathPolicies) -> bool,
    ) -> Vec<Arc<PathPolicies>> {
        let paths = self.0.borrow();
        let Some(own) = paths.iter().find(|path| Arc::ptr_eq(&path.policies, own)) else { return Vec::new() };
        let mut others: Vec<_> = paths
            .iter()
            .filter(|path| path.place == own.place && !std::ptr::eq(*path, own) && condition(&path.policies))
            .collect();
        if !others.is_empty() && ends(url).count() <= MAX_SEGMENTS {
            // Where the scope of the group begins is not known here: patterns are compared at each end that `own` matches.
            let ends: Vec<&str> = ends(url).filter(|end| own.definition.is_match(end)).collect();
            others.retain(|path| ends.iter().any(|end| path.definition.is_match(end)));
        }
        others.into_iter().map(|path| Arc::clone(&path.policies)).collect()
    }

    /// Whether the condition holds for another path that a request may reach if `own`, which matches the path of the URL,
    /// does not take it: a path of the same place, or of a scope inside of it.
    ///
    /// actix-web does not tell where a scope begins. A path in a scope is compared with each part of the URL that may be
    /// left to it, so that the paths of two scopes side by side count as well.
    pub(super) fn may_reach_another(
        &self,
        own: &Arc<PathPolicies>,
        url: &str,
        condition: impl Fn(&PathPolicies) -> bool,
    ) -> bool {
        let paths = self.0.borrow();
        let Some(own) = paths.iter().find(|path| Arc::ptr_eq(&path.policies, own)) else { return false };
        let has_many_segments = ends(url).count() > MAX_SEGMENTS;
        let is_in_app = own.place == APP;
        let own_end = if is_in_app { Some(url) } else { ends(url).find(|end| own.definition.is_match(end)) };
        // A scope of the app begins with its prefix.
        let in_scopes = || ends(own_end.unwrap_or(url)).skip(usize::from(is_in_app));
        let may_match = |path: &AnnotatedPath| match path.place {
            APP => is_in_app && path.definition.is_match(url),
            _ => has_many_segments || in_scopes().any(|end| path.definition.is_match(end)),
        };
        let mut others = paths.iter().filter(|path| !std::ptr::eq(*path, own));
        others.any(|path| condition(&path.policies) && may_match(path))
    }
}

/// The parts of a URL's path that the patterns of a scope may have to match: the part from each slash to the end, and the
/// empty one.
fn ends(url: &str) -> impl Iterator<Item = &str> {
    url.match_indices('/').map(|(start, _)| &url[start..]).chain([""])
}

impl fmt::Debug for AppPaths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.borrow().iter().map(|path| path.policies.path())).finish()
    }
}

/// The pattern that `Resource` makes of a path.
pub(super) fn definition(path: &str) -> ResourceDef {
    let has_slash = path.is_empty() || path.starts_with('/');
    ResourceDef::new(if has_slash { path.to_owned() } else { format!("/{path}") })
}
