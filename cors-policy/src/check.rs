//! Which policies are valid.

use crate::cover::Cover;
use crate::finding::Place;
use crate::messages;
use crate::read::{Terms, read};
use crate::token::check_header;
use crate::{Draft, DraftHeaders, DraftOrigin, Finding, Key, OriginEntry, PolicyError};
use std::collections::HashSet;

/// Everything that is wrong with a policy, in the order of its keys and their elements.
///
/// What comes from `policy = ..` is not visible here: a draft with a base is checked again once both are known.
///
/// ```
/// use cors_policy::{Draft, DraftOrigin, check};
///
/// let origins = Some(vec![DraftOrigin::Text("https://App.example.com:443/".to_owned())]);
/// let errors = check(&Draft { origins, ..Draft::default() });
/// assert_eq!(
///     errors[0].finding().to_string(),
///     "an origin has no trailing slash: `https://App.example.com:443/` [origin-trailing-slash]\n\
///      help: write `\"https://app.example.com\"`\n\
///      note: browsers compare origins byte by byte, and never send the slash"
/// );
/// ```
pub fn check(draft: &Draft) -> Vec<PolicyError> {
    let mut report = Report::default();
    let policy = Policy::read(draft, &mut report);
    for rule in RULES {
        rule(&policy, &mut report);
    }
    report.errors.sort_by_key(|error| error.place);
    report.errors
}

/// The rules that look at more than one element, in the order in which they are tried: an element that one of them
/// has refused is not looked at by the next.
const RULES: [fn(&Policy<'_>, &mut Report); 9] = [
    origins_missing,
    wildcard_credentials,
    wildcard_enforce,
    origin_duplicate,
    origin_shadowed,
    origin_insecure,
    wildcard_in_headers,
    header_duplicate,
    max_age_range,
];

/// What is wrong, one error for each place.
#[derive(Debug, Default)]
struct Report {
    errors: Vec<PolicyError>,
    failed: HashSet<Place>,
}

impl Report {
    fn add(&mut self, place: Place, finding: Finding) {
        if self.failed.insert(place) {
            self.errors.push(PolicyError { place, finding });
        }
    }
}

/// A draft with its elements taken apart, as far as they are valid.
struct Policy<'d> {
    draft: &'d Draft,
    /// Of `origins` and `dev_origins`, in this order.
    origins: Vec<(Place, OriginEntry<'d>)>,
    /// Of `allow_headers` and `expose_headers`.
    headers: Vec<(Place, &'d str)>,
}

impl<'d> Policy<'d> {
    fn read(draft: &'d Draft, report: &mut Report) -> Self {
        let terms = Terms {
            secure: draft.credentials && !draft.danger.insecure_origins,
            public_suffixes: draft.danger.public_suffixes,
        };
        let mut origins = Vec::new();
        for (key, list) in [(Key::Origins, &draft.origins), (Key::DevOrigins, &draft.dev_origins)] {
            for (i, element) in list.iter().flatten().enumerate() {
                let DraftOrigin::Text(text) = element else { continue };
                let place = Place::element(key, i);
                match read(text, terms) {
                    Ok(entry) => origins.push((place, entry)),
                    Err(finding) => report.add(place, finding),
                }
            }
        }
        let mut headers = Vec::new();
        for (key, value) in
            [(Key::AllowHeaders, &draft.allow_headers), (Key::ExposeHeaders, &draft.expose_headers)]
        {
            let Some(DraftHeaders::Names(names)) = value else { continue };
            for (i, name) in names.iter().enumerate() {
                let Some(name) = name else { continue };
                let place = Place::element(key, i);
                match (name.as_str(), check_header(name, key)) {
                    ("*", _) | (_, None) => headers.push((place, name.as_str())),
                    (_, Some(finding)) => report.add(place, finding),
                }
            }
        }
        Self { draft, origins, headers }
    }

    /// The valid origins that no rule has refused yet.
    fn origins<'r>(&'r self, report: &Report) -> Vec<(Place, OriginEntry<'d>)> {
        self.origins.iter().filter(|(place, _)| !report.failed.contains(place)).copied().collect()
    }

    /// The valid names of one key that no rule has refused yet.
    fn headers(&self, key: Key, report: &Report) -> Vec<(Place, &'d str)> {
        let of_key = self.headers.iter().filter(|(place, _)| place.key == key);
        of_key.filter(|(place, _)| !report.failed.contains(place)).copied().collect()
    }
}

/// Somebody must be allowed: by this policy or by the one that it starts from.
fn origins_missing(policy: &Policy<'_>, report: &mut Report) {
    match &policy.draft.origins {
        None if !policy.draft.has_base => report.add(Place::key(Key::Origins), messages::origins_missing()),
        Some(list) if list.is_empty() => report.add(Place::key(Key::Origins), messages::origins_empty()),
        _ => {}
    }
}

/// `*` and credentials exclude each other.
fn wildcard_credentials(policy: &Policy<'_>, report: &mut Report) {
    if !policy.draft.credentials {
        return;
    }
    for (place, entry) in policy.origins(report) {
        if entry == OriginEntry::Any {
            report.add(place, messages::wildcard_credentials());
        }
    }
}

/// With `*` there is no origin that `enforce` could refuse. (That of `dev_origins` is another build's.)
fn wildcard_enforce(policy: &Policy<'_>, report: &mut Report) {
    let is_any = |(place, entry): &(Place, _)| place.key == Key::Origins && *entry == OriginEntry::Any;
    if policy.draft.enforce && policy.origins(report).iter().any(is_any) {
        report.add(Place::key(Key::Enforce), messages::wildcard_enforce());
    }
}

/// No origin twice, nor once in `origins` and once in `dev_origins`.
fn origin_duplicate(policy: &Policy<'_>, report: &mut Report) {
    let mut cover = Cover::new();
    for (place, entry) in policy.origins(report) {
        if let Some(first) = cover.add(entry, place.key) {
            report.add(place, messages::duplicate(entry.as_str(), first, place.key));
        }
    }
}

/// No origin that a pattern covers already. Patterns of `dev_origins` cover nothing in `origins`: other builds do
/// not have them.
fn origin_shadowed(policy: &Policy<'_>, report: &mut Report) {
    let mut cover = Cover::new();
    let origins = policy.origins(report);
    for key in [Key::Origins, Key::DevOrigins] {
        let of_key = || origins.iter().filter(move |(place, _)| place.key == key);
        for &(place, entry) in of_key() {
            cover.add(entry, place);
        }
        for &(place, entry) in of_key() {
            if let Some((wider, _)) = cover.covering(entry) {
                report.add(place, messages::shadowed(entry.as_str(), wider.as_str()));
            }
        }
    }
    // An element that is read at run time has no text that could be reported as covered, so `*` is reported.
    let is_read_at_runtime = |key| {
        let list = if key == Key::Origins { &policy.draft.origins } else { &policy.draft.dev_origins };
        list.iter().flatten().any(|element| *element == DraftOrigin::AtRuntime)
    };
    for (place, entry) in origins {
        if entry == OriginEntry::Any && is_read_at_runtime(place.key) {
            report.add(place, messages::any_beside_others());
        }
    }
}

/// With credentials, plain `http` only on the browser's own machine.
fn origin_insecure(policy: &Policy<'_>, report: &mut Report) {
    if !policy.draft.credentials || policy.draft.danger.insecure_origins {
        return;
    }
    let mut cover = Cover::new();
    for &(_, entry) in &policy.origins {
        cover.add(entry, ());
    }
    let allowed = |offer: &str| {
        OriginEntry::split(offer)
            .is_some_and(|entry| cover.duplicate(entry).or(cover.covering(entry).map(|_| ())).is_some())
    };
    for (place, entry) in policy.origins(report) {
        if let Some(finding) = insecure(entry, allowed) {
            report.add(place, finding);
        }
    }
}

/// What is wrong with a plain `http` origin; `allowed` says whether the list allows its `https` form already.
pub(crate) fn insecure(entry: OriginEntry<'_>, allowed: impl Fn(&str) -> bool) -> Option<Finding> {
    if !entry.is_insecure() {
        return None;
    }
    let text = entry.as_str();
    let rest = text.strip_prefix("http://")?;
    let offer = format!("https://{}", rest.strip_suffix(":443").unwrap_or(rest));
    Some(if allowed(&offer) {
        messages::insecure_without_offer(text)
    } else {
        messages::insecure(text, &offer)
    })
}

/// With credentials, `*` is no wildcard among the names of headers.
fn wildcard_in_headers(policy: &Policy<'_>, report: &mut Report) {
    if !policy.draft.credentials {
        return;
    }
    for &(place, name) in &policy.headers {
        if name == "*" {
            report.add(
                place,
                if place.key == Key::AllowHeaders {
                    messages::wildcard_headers_credentials()
                } else {
                    messages::wildcard_expose_credentials()
                },
            );
        }
    }
}

/// No name twice, whatever its case; beside `*` only `authorization`, which `*` never covers.
fn header_duplicate(policy: &Policy<'_>, report: &mut Report) {
    for key in [Key::AllowHeaders, Key::ExposeHeaders] {
        let names = policy.headers(key, report);
        let any = names.iter().any(|&(_, name)| name == "*");
        let mut seen = HashSet::new();
        for (place, name) in names {
            let lower = name.to_ascii_lowercase();
            if any && lower != "*" && lower != "authorization" {
                report.add(place, messages::header_beside_any(name));
            } else if !seen.insert(lower) {
                report.add(place, messages::header_duplicate(name));
            }
        }
    }
}

/// From 0 to a day.
fn max_age_range(policy: &Policy<'_>, report: &mut Report) {
    if let Some(seconds) = policy.draft.max_age.filter(|seconds| !(0..=86400).contains(seconds)) {
        report.add(Place::key(Key::MaxAge), messages::max_age(seconds));
    }
}
