//! From the bytes of a request to the decision about it.

use crate::app::{METHODS, Plan, ROUTE, URLS};
use crate::oracle::Expected::{self, Either, No, Yes};
use crate::origins;
use crate::policies::{HOSTS, PlannedPolicy};
use fuzz::{Explanation, Result, Unstructured};
use tests::ask::{Answer, Ask};

/// The lines of a request, as the oracle reads them.
pub(crate) fn lines(ask: &Ask, name: &str) -> Vec<Vec<u8>> {
    ask.headers.iter().filter(|(other, _)| other == name).map(|(_, value)| value.clone()).collect()
}

fn policies(plan: &Plan) -> impl Iterator<Item = &PlannedPolicy> {
    let default = plan.default.iter().map(|default| &default.planned);
    plan.routes.iter().map(|route| &route.planned).chain(default)
}

/// Adds `Origin` lines, most of the time one, that are near to what the routes list.
pub(crate) fn with_origin(input: &mut Unstructured<'_>, plan: &Plan, mut ask: Ask) -> Result<Ask> {
    let listed: Vec<String> = policies(plan).flat_map(|policy| policy.origins.iter().cloned()).collect();
    for _ in 0..*input.choose(&[1, 1, 1, 1, 1, 1, 0, 2])? {
        ask = ask.origin(origins::value(input, &listed)?);
    }
    Ok(ask)
}

/// Adds `Host` lines, most of the time one.
pub(crate) fn with_host(input: &mut Unstructured<'_>, mut ask: Ask) -> Result<Ask> {
    for _ in 0..*input.choose(&[1, 1, 1, 1, 0, 2])? {
        let listed = *input.choose(&HOSTS)?;
        let port = *input.choose(&[":3000", "", ":80", ":443", ":0", ":", ":65536", ":03000", ":x"])?;
        let mut host = listed.replace(":*", port);
        match input.int_in_range(0..=7)? {
            0 => host.push_str(".evil.example"),
            1 => host.insert_str(0, "evil."),
            2 => host.make_ascii_uppercase(),
            3 => "evil.example:3000".clone_into(&mut host),
            4 => host.push_str(port),
            _ => {}
        }
        ask = ask.header("host", host);
    }
    Ok(ask)
}

fn request(input: &mut Unstructured<'_>, plan: &Plan) -> Result<Ask> {
    let ask = Ask::new(input.choose(&METHODS)?, input.choose(&URLS)?);
    let ask = with_origin(input, plan, ask)?;
    let mut ask = with_host(input, ask)?;
    for (name, values) in [
        ("sec-fetch-site", &["cross-site", "same-site", "same-origin", "none", "Same-Origin", ""][..]),
        ("sec-fetch-mode", &["navigate", "cors", "no-cors"]),
        ("sec-fetch-dest", &["document", "empty", "iframe"]),
        ("x-forwarded-host", &["localhost:3000", "a.example", "evil.example"]),
        ("forwarded", &["host=a.example", "host=\"evil.example\";proto=https", "host=;;"]),
        ("x-forwarded-proto", &["https", "http"]),
        ("cookie", &["session=1"]),
        ("access-control-request-method", &["PUT"]),
        ("upgrade", &["websocket"]),
    ] {
        for _ in 0..*input.choose(&[0, 0, 1, 1, 1, 2])? {
            if input.ratio(1, 2)? {
                ask = ask.header(name, *input.choose(values)?);
            }
        }
    }
    Ok(ask)
}

/// Whether `enforce` lets a request pass: the table of the page about cross-origin protection.
fn is_admitted(policy: &PlannedPolicy, ask: &Ask) -> Expected {
    let Some(enforce) = &policy.enforce else { return Yes };
    let (hosts, origins, sites) = (lines(ask, "host"), lines(ask, "origin"), lines(ask, "sec-fetch-site"));
    let (listed, allowed) = (enforce.lists_host(&hosts), policy.allows(&origins));
    if listed == No || listed == Yes && allowed == Yes {
        return listed;
    }
    let is_one = |name: &str, value: &[u8]| lines(ask, name) == [value];
    let is_navigation = enforce.navigations
        && ask.method == "GET"
        && is_one("sec-fetch-mode", b"navigate")
        && is_one("sec-fetch-dest", b"document");
    let otherwise = if sites == [b"same-origin"] || sites == [b"none"] || is_navigation {
        Yes
    } else if !sites.is_empty() {
        No
    } else if origins.is_empty() {
        Yes
    } else {
        // The server's own origin passes. The oracle looks only whether a header could name it.
        let hosts = ["host", "x-forwarded-host", "forwarded"].map(|name| lines(ask, name)).concat();
        let authority = |origin: &Vec<u8>| {
            let origin = String::from_utf8_lossy(origin).to_ascii_lowercase();
            origin.split_once("://").map(|(_, authority)| authority.to_owned())
        };
        let authorities: Vec<_> = origins.iter().filter_map(authority).collect();
        let names = |line: &Vec<u8>| {
            let line = String::from_utf8_lossy(line).to_ascii_lowercase();
            let name =
                |text: &str| text.trim_end_matches(|c: char| c == ':' || c.is_ascii_digit()).to_owned();
            authorities.iter().any(|authority| line.contains(&name(authority)))
        };
        if hosts.iter().any(names) { Either } else { No }
    };
    match (listed, allowed) {
        (Yes, No) => otherwise,
        (_, _) if otherwise == Yes && listed == Yes => Yes,
        _ if otherwise == No && allowed == No => No,
        _ => Either,
    }
}

/// A default policy lets safe requests pass, except for other hosts and for handshakes of WebSockets.
fn is_admitted_by_default(policy: &PlannedPolicy, ask: &Ask) -> Expected {
    let Some(enforce) = &policy.enforce else { return Yes };
    let is_safe = matches!(&*ask.method, "GET" | "HEAD" | "OPTIONS") && lines(ask, "upgrade").is_empty();
    if is_safe { enforce.lists_host(&lines(ask, "host")) } else { is_admitted(policy, ask) }
}

/// What has to hold for the answer to any request that is no preflight.
fn check(plan: &Plan, ask: &Ask, answer: &Answer) {
    let origins = lines(ask, "origin");
    let cors = answer.headers.iter().find(|(name, _)| name.starts_with("access-control-"));
    let (policy, mut admitted) = match (plan.route(&ask.uri, &ask.method), &plan.default) {
        (Some(route), _) => (&route.planned, is_admitted(&route.planned, ask)),
        (None, Some(default)) => (&default.planned, is_admitted_by_default(&default.planned, ask)),
        (None, None) => {
            assert_eq!(answer.header(ROUTE), None, "no route takes the request");
            assert_eq!(cors, None, "no policy decides about the request");
            return;
        }
    };
    let has_route = plan.route(&ask.uri, &ask.method).is_some();
    let ran = if has_route { answer.header(ROUTE).is_some() } else { matches!(answer.status, 404 | 405) };
    let allowed = policy.allows(&origins);
    let outer = plan.default.as_ref().filter(|default| has_route && default.answers_every_preflight);
    if let Some(outer) = outer {
        // The outer policy may refuse the request as well. It has answered the preflight, so the route refuses what its own
        // policy does not allow, and credentials that only the outer policy allows.
        let passes_outer = is_admitted_by_default(&outer.planned, ask);
        let trusts = allowed == Yes && (policy.credentials || !outer.planned.credentials);
        let enforce = Some(policy.enforce.clone().unwrap_or_default());
        let as_enforced = is_admitted(&PlannedPolicy { enforce, ..policy.clone() }, ask);
        admitted = match (passes_outer, admitted) {
            (No, _) | (_, No) => No,
            // Without `Origin`, no preflight has allowed the request.
            _ if as_enforced == No && !origins.is_empty() => No,
            (Yes, Yes) if trusts => Yes,
            _ => Either,
        };
    }
    assert!(admitted == Either || ran == (admitted == Yes), "the handler ran: {ran}, expected: {admitted:?}");
    assert!(answer.status == 403 && !ran || has_route == (answer.status == 200), "{}", answer.status);
    let is_allowed = answer.allowed().is_some();
    if outer.is_some() && !ran {
        // The refusal of the outer policy has its headers.
        assert!(!is_allowed || policies(plan).any(|policy| policy.allows(&origins) != No));
        return;
    }
    // A refused request may be answered without headers.
    assert!(allowed == Either || is_allowed == (allowed == Yes && ran), "expected: {allowed:?}");
    if is_allowed {
        let origin = origins.first().cloned().unwrap_or_default();
        assert_eq!(answer.allowed(), Some(&*policy.allow_origin(&origin)));
        let credentials = answer.header("access-control-allow-credentials");
        assert_eq!(credentials, policy.credentials.then_some("true"));
        let exposed = answer.header("access-control-expose-headers");
        assert_eq!(exposed, policy.expose_headers.first().map(String::as_str));
    } else {
        assert_eq!(cors, None, "an origin that is not allowed learns nothing");
    }
    assert_eq!(answer.varies(), !policy.is_for_everybody());
}

#[test]
fn request_bytes_to_decision() {
    fuzz::run("request", |input| {
        let plan = Plan::with_default(input)?;
        let mut apps = plan.apps();
        for _ in 0..input.int_in_range(1..=32)? {
            let ask = request(input, &plan)?;
            for (framework, app) in &mut apps {
                let answer = app(&ask);
                let _explanation = Explanation(|| format!("{framework}: {ask:?}\n{answer:?}\n{plan:#?}"));
                check(&plan, &ask, &answer);
            }
        }
        Ok(())
    });
}
