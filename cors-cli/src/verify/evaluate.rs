//! From answers to deviations with their likely causes.

use super::cause::{Evidence, likely_cause};
use super::compare::{differences, joined_lines};
use super::deviation::{Difference, Kind, ObservedDifference};
use super::plan::{NotChecked, Plan, Series};
use super::probe::{Page, Probe, Request, RequestKind};
use super::promise::{Admission, Promise};
use crate::manifest::Manifest;
use cors_runtime::testing::WireResponse;
use std::collections::{HashMap, HashSet};

/// What came back: a response, or why there is none. `None` if the request was not sent.
pub(super) type ProbeResult = Option<Result<WireResponse, String>>;

/// One answer that is not as the manifest promises.
#[derive(Clone, Debug)]
pub(super) struct Deviation {
    pub(super) route: usize,
    pub(super) page: Page,
    pub(super) request: Request,
    pub(super) difference: Difference,
    pub(super) cause: String,
}

/// A request that was not answered.
#[derive(Clone, Debug)]
pub(super) struct Unanswered {
    pub(super) route: usize,
    pub(super) request: Request,
    pub(super) page: Page,
    pub(super) error: String,
}

/// The result of a run.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) deviations: Vec<Deviation>,
    pub(super) unanswered: Vec<Unanswered>,
    pub(super) not_checked: Vec<NotChecked>,
    /// The number of answers.
    pub(super) answers: usize,
    /// The number of requests that were not sent, because too many others had no answer.
    pub(super) not_sent: usize,
}

/// A request that was sent with a URL of its own.
type Key<'a> = (usize, &'a Page, &'a Request);

/// `answers` has an element for each series of the plan, with one for each request. `manifest` is the one of the plan.
pub(super) fn evaluate(manifest: &Manifest, plan: Plan, answers: &[Vec<ProbeResult>]) -> Findings {
    let mut findings = Findings::default();
    for (series, answers) in plan.series.iter().zip(answers) {
        findings.count(series, answers);
    }
    let (in_series, single): (Vec<_>, Vec<_>) =
        plan.series.iter().zip(answers).partition(|(series, _)| series.shares_url);
    let single: Vec<(&Probe, &WireResponse)> =
        single.iter().flat_map(|(series, answers)| responses(series, answers)).collect();
    let baselines: HashMap<usize, u16> = single
        .iter()
        .filter(|(probe, _)| is_baseline(probe))
        .map(|(probe, response)| (probe.route, response.status()))
        .collect();

    let mut found: Vec<ObservedDifference<'_>> = Vec::new();
    for (probe, response) in single.iter().copied() {
        let differences = differences(probe, response).into_iter();
        let compared =
            baselines.get(&probe.route).and_then(|status| compare_with_baseline(probe, response, *status));
        found.extend(differences.chain(compared).map(|difference| ObservedDifference {
            probe,
            response,
            difference,
        }));
    }
    let wrong_origins: HashSet<Key<'_>> = found
        .iter()
        .filter(|found| decides_about_reading(found.difference.kind))
        .map(|found| (found.probe.route, &found.probe.page, &found.probe.request))
        .collect();
    for (series, answers) in &in_series {
        found.extend(cached_answers(series, answers, &wrong_origins));
    }

    let path_of = |probe: &Probe| manifest.routes[probe.route].path.as_str();
    let mut evidence: HashMap<&str, Evidence<'_>> = HashMap::new();
    for ObservedDifference { probe, response, difference } in &found {
        let path = path_of(probe);
        let evidence = evidence.entry(path).or_insert_with(|| {
            let at_path = single.iter().copied().filter(|(other, _)| path_of(other) == path);
            Evidence::new(at_path, found.iter().filter(|found| path_of(found.probe) == path))
        });
        // An error in place of 403 tells nothing if the URL does not reach the route.
        let is_error = response.status() >= 400;
        if difference.kind == Kind::RequestNotRefused && is_error && !evidence.has_right_response {
            continue;
        }
        findings.deviations.push(Deviation {
            route: probe.route,
            page: probe.page.clone(),
            request: probe.request.clone(),
            difference: difference.clone(),
            cause: likely_cause(difference, probe, response, evidence),
        });
    }
    findings.deviations.sort_by_key(|deviation| (deviation.route, deviation.difference.kind));
    findings.not_checked.extend(single.iter().filter_map(|(probe, _)| unchecked_host(probe, &baselines)));
    findings.not_checked.extend(plan.not_checked);
    findings
}

/// Whether another `Host` is refused can only be told if the right one is not.
fn unchecked_host(probe: &Probe, baselines: &HashMap<usize, u16>) -> Option<NotChecked> {
    let status = baselines.get(&probe.route).filter(|status| !(200..300).contains(*status))?;
    (probe.request.kind == RequestKind::OtherHost).then(|| NotChecked {
        route: probe.route,
        reason: format!(
            "whether requests with another Host are refused, since a request with the right one is answered with \
             {status}"
        ),
    })
}

/// The requests of a series that were answered.
fn responses<'a>(
    series: &'a Series,
    answers: &'a [ProbeResult],
) -> impl Iterator<Item = (&'a Probe, &'a WireResponse)> {
    let answered = |(probe, answer): (&'a Probe, &'a ProbeResult)| match answer {
        Some(Ok(response)) => Some((probe, response)),
        _ => None,
    };
    series.probes.iter().zip(answers).filter_map(answered)
}

/// Whether the request is that of a client without `Origin`, which every policy lets pass.
fn is_baseline(probe: &Probe) -> bool {
    probe.page.origin.is_none() && probe.request.kind == RequestKind::Fetch
}

impl Findings {
    fn count(&mut self, series: &Series, answers: &[ProbeResult]) {
        for (probe, answer) in series.probes.iter().zip(answers) {
            match answer {
                Some(Ok(_)) => self.answers += 1,
                Some(Err(error)) => self.unanswered.push(Unanswered {
                    route: probe.route,
                    request: probe.request.clone(),
                    page: probe.page.clone(),
                    error: error.clone(),
                }),
                None => self.not_sent += 1,
            }
        }
    }
}

/// Whether the kind is about which page may read the answer.
fn decides_about_reading(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::AllowOriginWider
            | Kind::AllowOriginChanged
            | Kind::AllowOriginMissing
            | Kind::PreflightRefused
            | Kind::ErrorWithoutHeaders
            | Kind::RequestRefused
            | Kind::RequestNotRefused
    )
}

/// What can only be told by comparing with the status of the answer to a client without `Origin`.
fn compare_with_baseline(probe: &Probe, response: &WireResponse, baseline: u16) -> Option<Difference> {
    let Some(Promise::Response(promise)) = probe.promises.first() else { return None };
    let status = response.status();
    let (kind, promised) = match (&probe.request.kind, promise.admission) {
        (RequestKind::Navigation, Admission::Passes) if status == 403 && baseline != 403 => {
            (Kind::RequestRefused, format!("{baseline}, as without a page"))
        }
        (RequestKind::OtherHost, Admission::HostNotListed)
            if (200..300).contains(&baseline) && status == baseline =>
        {
            (Kind::RequestNotRefused, "403".to_owned())
        }
        _ => return None,
    };
    Some(Difference { kind, promised, came: status.to_string() })
}

/// Answers that differ from those with a URL of their own, and that another page got before.
fn cached_answers<'a>(
    series: &'a Series,
    answers: &'a [ProbeResult],
    wrong_origins: &HashSet<Key<'a>>,
) -> Vec<ObservedDifference<'a>> {
    let mut found = Vec::new();
    let mut earlier: Vec<(&Page, Option<String>)> = Vec::new();
    for (probe, response) in responses(series, answers) {
        let allow_origin = joined_lines(response, "access-control-allow-origin");
        let is_of_another_page =
            earlier.iter().any(|(page, earlier)| **page != probe.page && *earlier == allow_origin);
        let is_known = wrong_origins.contains(&(probe.route, &probe.page, &probe.request));
        if is_of_another_page && !is_known {
            let difference =
                differences(probe, response).into_iter().find(|found| decides_about_reading(found.kind));
            found.extend(difference.map(|difference| ObservedDifference {
                probe,
                response,
                difference: Difference { kind: Kind::AnswerOfAnotherPage, ..difference },
            }));
        }
        earlier.push((&probe.page, allow_origin));
    }
    found
}
