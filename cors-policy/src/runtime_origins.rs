//! Checks origins that are read at run time: from the environment, a file or a database.

use crate::check::insecure;
use crate::coverage::Coverage;
use crate::finding::Place;
use crate::messages;
use crate::read::{ReadOptions, read};
use crate::{Danger, Key, OriginEntry, PolicyError, PolicyErrors, Rule};

/// The origins of a list that was read at run time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuntimeOrigins<'a> {
    /// The origins and patterns that count, in the order of the list.
    pub kept: Vec<&'a str>,
    /// The elements that add nothing. They are logged, and do not stop the server.
    pub dropped: Vec<DroppedOrigin<'a>>,
}

/// An origin that adds nothing to its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DroppedOrigin<'a> {
    /// The position of the origin in the list, counted from 0.
    pub index: usize,
    /// The origin.
    pub text: &'a str,
    /// [`Rule::OriginDuplicate`] or [`Rule::OriginShadowed`].
    pub rule: Rule,
    /// The element that allows it.
    pub covered_by: &'a str,
}

#[cfg(feature = "runtime")]
impl DroppedOrigin<'_> {
    /// Logs that the origin was dropped from the list `from` (target `cors`, level debug).
    #[doc(hidden)]
    pub fn log(&self, from: &str) {
        tracing::debug!(
            target: "cors",
            rule = self.rule.name(),
            origin = self.text,
            covered_by = self.covered_by,
            "dropped from {from}"
        );
    }
}

/// Checks a list that was read at run time. The rules are those for literals, except that duplicates and origins that a
/// pattern covers are dropped instead of refused, and that `*` is always refused.
///
/// `present` are the other elements of the policy. `credentials` tells whether the policy has credentials; for a list
/// that several policies share, it is `true`.
///
/// # Errors
///
/// All rules that the list breaks. The errors count the elements of `list`.
pub fn check_runtime_origins<'a>(
    list: impl IntoIterator<Item = &'a str>,
    present: impl IntoIterator<Item = &'a str>,
    credentials: bool,
    danger: Danger,
) -> Result<RuntimeOrigins<'a>, PolicyErrors> {
    let refuses_plain_http = credentials && !danger.insecure_origins;
    let options = ReadOptions { refuses_plain_http, allows_public_suffixes: danger.public_suffixes };
    let mut errors = Vec::new();
    let mut entries = Vec::new();
    for (index, text) in list.into_iter().enumerate() {
        let entry = match read(text, options) {
            Ok(OriginEntry::Any) => Err(messages::any_at_runtime()),
            Ok(entry) => insecure(entry, |_| false).filter(|_| refuses_plain_http).map_or(Ok(entry), Err),
            Err(finding) => Err(finding),
        };
        match entry {
            Ok(entry) => entries.push((index, entry)),
            Err(finding) => {
                errors.push(PolicyError { place: Place::element(Key::Origins, index), finding });
            }
        }
    }
    if let Some(errors) = PolicyErrors::new(errors) {
        return Err(errors);
    }
    let mut coverage = Coverage::new();
    for entry in present.into_iter().filter_map(OriginEntry::split) {
        coverage.add(entry, ());
    }
    let mut result = RuntimeOrigins::default();
    let mut first = Vec::new();
    for (index, entry) in entries {
        if coverage.add(entry, ()).is_none() {
            first.push((index, entry));
        } else {
            let text = entry.as_str();
            result.dropped.push(DroppedOrigin { index, text, rule: Rule::OriginDuplicate, covered_by: text });
        }
    }
    for (index, entry) in first {
        match coverage.covering(entry) {
            None => result.kept.push(entry.as_str()),
            Some((wider, ())) => {
                let (text, covered_by) = (entry.as_str(), wider.as_str());
                result.dropped.push(DroppedOrigin { index, text, rule: Rule::OriginShadowed, covered_by });
            }
        }
    }
    result.dropped.sort_by_key(|dropped| dropped.index);
    Ok(result)
}

/// The elements of a comma-separated list in an environment variable, without white space around them. Empty elements
/// are skipped.
pub fn split_list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|element| !element.is_empty())
}
