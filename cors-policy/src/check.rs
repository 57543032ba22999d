//! Checks which policies are valid.

use crate::coverage::Coverage;
use crate::finding::Place;
use crate::messages;
use crate::names::check_header;
use crate::origin::split_port;
use crate::read::{ReadOptions, check_host, read};
use crate::{Draft, DraftHeaders, DraftOrigin, Finding, Key, OriginEntry, PolicyError};
use std::collections::HashSet;

/// Finds everything that is wrong with a policy, in the order of its keys and their elements.
///
/// The values of a base (`policy = ..`) are not known here. Rules about a key of the draft and a key of its base are
/// checked in constant evaluation: see the methods of [`Declared`](crate::Declared).
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
    let elements = Elements::read(draft, &mut report);
    for rule in RULES {
        rule(&elements, &mut report);
    }
    report.errors.sort_by_key(|error| error.place);
    report.errors
}

/// The rules about several elements or keys, in the order in which they are checked. A rule ignores the elements that
/// an earlier rule has refused, so that one mistake is one error.
const RULES: [fn(&Elements<'_>, &mut Report); 11] = [
    origins_missing,
    wildcard_credentials,
    wildcard_enforce,
    host_empty,
    host_duplicate,
    origin_duplicate,
    origin_shadowed,
    origin_insecure,
    wildcard_in_headers,
    header_duplicate,
    max_age_range,
];

/// The errors found so far, at most one for each place.
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

/// A draft, and those elements of its lists that are valid by themselves.
struct Elements<'d> {
    draft: &'d Draft,
    /// The elements of `origins`, followed by those of `dev_origins`.
    origins: Vec<(Place, OriginEntry<'d>)>,
    /// The variables that allow every origin if they are missing or empty.
    or_any: Vec<Place>,
    /// The elements of `allow_headers`, followed by those of `expose_headers`.
    headers: Vec<(Place, &'d str)>,
    /// The `hosts` of `enforce`.
    hosts: Vec<(Place, &'d str)>,
}

impl<'d> Elements<'d> {
    fn read(draft: &'d Draft, report: &mut Report) -> Self {
        let options = ReadOptions {
            refuses_plain_http: draft.credentials && !draft.danger.insecure_origins,
            allows_public_suffixes: draft.danger.public_suffixes,
        };
        let mut origins = Vec::new();
        let mut or_any = Vec::new();
        for (key, list) in [(Key::Origins, &draft.origins), (Key::DevOrigins, &draft.dev_origins)] {
            for (i, element) in list.iter().flatten().enumerate() {
                let place = Place::element(key, i);
                match element {
                    DraftOrigin::Text(text) => match read(text, options) {
                        Ok(entry) => origins.push((place, entry)),
                        Err(finding) => report.add(place, finding),
                    },
                    DraftOrigin::AtRuntimeOrAny => or_any.push(place),
                    DraftOrigin::AtRuntime | DraftOrigin::Unreadable => {}
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
        let mut hosts = Vec::new();
        let listed = draft.enforce.iter().flat_map(|enforce| enforce.hosts.iter().flatten());
        for (i, host) in listed.enumerate() {
            let Some(host) = host else { continue };
            let place = Place::element(Key::Enforce, i);
            match check_host(host) {
                Ok(()) => hosts.push((place, host.as_str())),
                Err(finding) => report.add(place, finding),
            }
        }
        Self { draft, origins, or_any, headers, hosts }
    }

    /// The valid origins that no rule has refused yet.
    fn origins<'r>(&'r self, report: &Report) -> Vec<(Place, OriginEntry<'d>)> {
        self.origins.iter().filter(|(place, _)| !report.failed.contains(place)).copied().collect()
    }

    /// The valid names of one key's list that no rule has refused yet.
    fn headers(&self, key: Key, report: &Report) -> Vec<(Place, &'d str)> {
        let of_key = self.headers.iter().filter(|(place, _)| place.key == key);
        of_key.filter(|(place, _)| !report.failed.contains(place)).copied().collect()
    }
}

/// A policy must allow an origin, itself or through its base.
fn origins_missing(elements: &Elements<'_>, report: &mut Report) {
    match &elements.draft.origins {
        None if !elements.draft.has_base => report.add(Place::key(Key::Origins), messages::origins_missing()),
        Some(list) if list.is_empty() => report.add(Place::key(Key::Origins), messages::origins_empty()),
        _ => {}
    }
}

/// `origins = ["*"]` and credentials exclude each other, also if `*` depends on a variable.
fn wildcard_credentials(elements: &Elements<'_>, report: &mut Report) {
    if !elements.draft.credentials {
        return;
    }
    for place in &elements.or_any {
        report.add(*place, messages::or_any_credentials());
    }
    for (place, entry) in elements.origins(report) {
        if entry == OriginEntry::Any {
            report.add(place, messages::wildcard_credentials());
        }
    }
}

/// With `*` among the `origins`, `enforce` has no origin to refuse. A `*` among the `dev_origins` does not count, since
/// release builds do not have it.
fn wildcard_enforce(elements: &Elements<'_>, report: &mut Report) {
    let is_any = |(place, entry): &(Place, _)| place.key == Key::Origins && *entry == OriginEntry::Any;
    if elements.draft.enforce.is_some() && elements.origins(report).iter().any(is_any) {
        report.add(Place::key(Key::Enforce), messages::wildcard_enforce());
    }
    if elements.draft.enforce.is_some() && elements.or_any.iter().any(|place| place.key == Key::Origins) {
        report.add(Place::key(Key::Enforce), messages::or_any_enforce());
    }
}

/// A list of hosts allows a host.
fn host_empty(elements: &Elements<'_>, report: &mut Report) {
    let hosts = elements.draft.enforce.as_ref().and_then(|enforce| enforce.hosts.as_ref());
    if hosts.is_some_and(Vec::is_empty) {
        report.add(Place::key(Key::Enforce), messages::hosts_empty());
    }
}

/// No host is listed twice, or beside the same host with `:*`.
fn host_duplicate(elements: &Elements<'_>, report: &mut Report) {
    let listed: HashSet<_> = elements.hosts.iter().map(|(_, host)| *host).collect();
    let mut seen = HashSet::new();
    for &(place, host) in &elements.hosts {
        let any_port = split_port(host).map(|(name, _)| format!("{name}:*"));
        if !seen.insert(host) {
            report.add(place, messages::host_duplicate(host));
        } else if let Some(wider) = any_port.filter(|wider| wider != host && listed.contains(wider.as_str()))
        {
            report.add(place, messages::host_covered(host, &wider));
        }
    }
}

/// No origin is listed twice, also not once in `origins` and once in `dev_origins`.
fn origin_duplicate(elements: &Elements<'_>, report: &mut Report) {
    let mut coverage = Coverage::new();
    for (place, entry) in elements.origins(report) {
        if let Some(first) = coverage.add(entry, place.key) {
            report.add(place, messages::duplicate(entry.as_str(), first, place.key));
        }
    }
}

/// No origin is listed that a pattern covers. Patterns of `dev_origins` are not compared with `origins`, since release
/// builds do not have them.
fn origin_shadowed(elements: &Elements<'_>, report: &mut Report) {
    let mut coverage = Coverage::new();
    let origins = elements.origins(report);
    for key in [Key::Origins, Key::DevOrigins] {
        let of_key = || origins.iter().filter(move |(place, _)| place.key == key);
        for &(place, entry) in of_key() {
            coverage.add(entry, place);
        }
        for &(place, entry) in of_key() {
            if let Some((wider, _)) = coverage.covering(entry) {
                report.add(place, messages::shadowed(entry.as_str(), wider.as_str()));
            }
        }
    }
    // An element that is read at run time has no text that could be reported as covered, so `*` is reported.
    let Draft { origins: listed, dev_origins: dev_listed, .. } = elements.draft;
    let list_of = |key| if key == Key::Origins { listed } else { dev_listed }.as_deref().unwrap_or_default();
    let is_read_at_runtime =
        |element: &DraftOrigin| matches!(element, DraftOrigin::AtRuntime | DraftOrigin::AtRuntimeOrAny);
    for &(place, entry) in &origins {
        if entry == OriginEntry::Any && list_of(place.key).iter().any(is_read_at_runtime) {
            report.add(place, messages::any_beside_others());
        }
    }
    for &place in &elements.or_any {
        let has_dev_origins = place.key == Key::Origins && !list_of(Key::DevOrigins).is_empty();
        let is_reported =
            origins.iter().any(|(other, entry)| other.key == place.key && *entry == OriginEntry::Any);
        if !is_reported && (list_of(place.key).len() > 1 || has_dev_origins) {
            report.add(place, messages::or_any_beside_others());
        }
    }
}

/// With credentials, plain `http` origins must be loopback.
fn origin_insecure(elements: &Elements<'_>, report: &mut Report) {
    if !elements.draft.credentials || elements.draft.danger.insecure_origins {
        return;
    }
    let mut coverage = Coverage::new();
    for &(_, entry) in &elements.origins {
        coverage.add(entry, ());
    }
    let is_allowed = |offer: &str| {
        OriginEntry::split(offer)
            .is_some_and(|entry| coverage.duplicate(entry).or(coverage.covering(entry).map(|_| ())).is_some())
    };
    for (place, entry) in elements.origins(report) {
        if let Some(finding) = insecure(entry, is_allowed) {
            report.add(place, finding);
        }
    }
}

/// What is wrong with a plain `http` origin. `is_allowed` tells whether the list already allows its `https` form, which
/// then is not offered.
pub(crate) fn insecure(entry: OriginEntry<'_>, is_allowed: impl Fn(&str) -> bool) -> Option<Finding> {
    if !entry.is_insecure() {
        return None;
    }
    let text = entry.as_str();
    let rest = text.strip_prefix("http://")?;
    let offer = format!("https://{}", rest.strip_suffix(":443").unwrap_or(rest));
    Some(if is_allowed(&offer) {
        messages::insecure_without_offer(text)
    } else {
        messages::insecure(text, &offer)
    })
}

/// With credentials, browsers read `*` as the name of a header.
fn wildcard_in_headers(elements: &Elements<'_>, report: &mut Report) {
    if !elements.draft.credentials {
        return;
    }
    for &(place, name) in &elements.headers {
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

/// No name is listed twice, in whatever case, and beside `*` only `authorization`, which `*` does not cover.
/// <https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name>
fn header_duplicate(elements: &Elements<'_>, report: &mut Report) {
    for key in [Key::AllowHeaders, Key::ExposeHeaders] {
        let names = elements.headers(key, report);
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

/// `max_age` is at most a day.
fn max_age_range(elements: &Elements<'_>, report: &mut Report) {
    if let Some(seconds) = elements.draft.max_age.filter(|seconds| !(0..=86400).contains(seconds)) {
        report.add(Place::key(Key::MaxAge), messages::max_age(seconds));
    }
}
