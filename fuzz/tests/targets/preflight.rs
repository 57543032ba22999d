//! From the bytes of a preflight to its answer.

use crate::app::{METHODS, Plan, PlannedDefault, PlannedRoute, ROUTE, URLS};
use crate::oracle::Expected::{self, Either, No, Yes};
use crate::oracle::{SAFELISTED_METHODS, is_forbidden_request_header, is_token};
use crate::policies::{HEADERS, Headers};
use crate::request::{lines, with_host, with_origin};
use fuzz::{Explanation, Result, Unstructured};
use tests::ask::{Answer, Ask};

/// With `allow_headers = any`, longer lists of names may be left out.
const LONG: usize = 8 * 1024;

fn preflight(input: &mut Unstructured<'_>, plan: &Plan) -> Result<Ask> {
    let ask = Ask::new("OPTIONS", input.choose(&URLS)?);
    let ask = with_origin(input, plan, ask)?;
    let mut ask = with_host(input, ask)?;
    for _ in 0..*input.choose(&[1, 1, 1, 1, 1, 1, 0, 2])? {
        let method = if input.ratio(3, 4)? {
            *input.choose(&METHODS)?
        } else {
            *input.choose(&["put", "Get", "HEAD", "OPTIONS", "*", "", "PUT, GET", "PURGE", "G\u{fc}T"])?
        };
        ask = ask.header("access-control-request-method", method);
    }
    for _ in 0..*input.choose(&[0, 1, 1, 2])? {
        let mut line = Vec::new();
        for _ in 0..input.int_in_range(0..=4)? {
            match input.int_in_range(0..=4)? {
                0 => line
                    .extend(input.choose(&["cookie", "Sec-X", "proxy-a", "x a", "*", "", "\u{fc}"])?.bytes()),
                1 => line.extend(input.choose(&HEADERS)?.to_ascii_uppercase().bytes()),
                2 if input.ratio(1, 40)? => {
                    line.extend(vec![b'x'; input.int_in_range(LONG - 10..=LONG + 10)?]);
                }
                _ => line.extend(input.choose(&HEADERS)?.bytes()),
            }
            line.extend(input.choose(&[",", ", ", " , ", ",,", ";", "\t,", ""])?.bytes());
        }
        ask = ask.header("access-control-request-headers", line);
    }
    Ok(ask)
}

/// The elements of a list in header lines, without the empty ones.
fn elements(lines: &[Vec<u8>]) -> Vec<String> {
    let elements = lines.iter().flat_map(|line| line.split(|byte| *byte == b','));
    let elements = elements.map(|element| String::from_utf8_lossy(element.trim_ascii()).into_owned());
    elements.filter(|element| !element.is_empty()).collect()
}

fn listed(answer: &Answer, name: &str) -> Vec<String> {
    elements(&answer.header(name).map(|value| value.as_bytes().to_vec()).into_iter().collect::<Vec<_>>())
}

/// Whether a route's policy allows a preflight.
fn allows(route: &PlannedRoute, ask: &Ask) -> Expected {
    let policy = &route.planned;
    let host = policy.enforce.as_ref().map_or(Yes, |enforce| enforce.lists_host(&lines(ask, "host")));
    match (host, policy.allows(&lines(ask, "origin"))) {
        (No, _) | (_, No) => No,
        (Yes, Yes) => Yes,
        _ => Either,
    }
}

fn check(framework: &str, plan: &Plan, ask: &Ask, answer: &Answer) {
    let cors = answer.headers.iter().find(|(name, _)| name.starts_with("access-control-"));
    assert_eq!(answer.header(ROUTE), None, "no handler runs");
    let (origins, methods) = (lines(ask, "origin"), lines(ask, "access-control-request-method"));
    let ([origin], [requested]) = (&*origins, &*methods) else {
        // Another `OPTIONS` request. Only a default policy decides about it.
        let allowed = plan.default.as_ref().map_or(No, |default| default.planned.allows(&origins));
        assert!(cors.is_none() || allowed != No, "{cors:?}");
        return;
    };
    let requested = String::from_utf8_lossy(requested).into_owned();
    if plan.at(&ask.uri).next().is_none() && plan.default.is_none() {
        assert_eq!(cors, None, "no route has this path");
        return;
    }
    for name in ["origin", "access-control-request-method", "access-control-request-headers"] {
        let vary = answer.headers.iter().filter(|(other, _)| other == "vary");
        let names: Vec<_> = vary.flat_map(|(_, value)| value.split(',')).map(str::trim).collect();
        assert!(names.iter().any(|other| other.eq_ignore_ascii_case(name)), "Vary: {names:?}");
    }
    // In axum, a route for `GET` takes `HEAD` as well.
    let takes = if framework == "axum" && requested == "HEAD" { "GET" } else { &*requested };
    let route = plan.route(&ask.uri, takes);
    if let Some(default) = &plan.default {
        let has_path = plan.at(&ask.uri).next().is_some();
        let takes_head = framework == "axum" && requested == "HEAD" && default.methods.contains(&"GET");
        let is_listed = default.methods.contains(&&*requested) || takes_head;
        if default.answers_every_preflight || route.is_none() && (!has_path || is_listed) {
            check_default(plan, default, ask, origin, answer, is_listed.then_some(&*requested));
            return;
        }
    }
    let expected = match route {
        Some(route) => allows(route, ask),
        None => Expected::any(plan.at(&ask.uri).map(|route| allows(route, ask))),
    };
    let is_allowed = answer.allowed().is_some();
    assert_eq!(answer.status, if is_allowed { 204 } else { 403 });
    assert!(expected == Either || is_allowed == (expected == Yes), "expected: {expected:?}");
    if !is_allowed {
        assert_eq!(cors, None, "an origin that is not allowed learns nothing");
        return;
    }
    match route {
        Some(route) => check_allowed(plan, route, ask, origin, answer),
        None => check_not_routed(plan, ask, origin, answer, &requested),
    }
}

/// The answer of a default policy. `listed` is the requested method, if the default policy has it.
fn check_default(
    plan: &Plan,
    default: &PlannedDefault,
    ask: &Ask,
    origin: &[u8],
    answer: &Answer,
    listed_method: Option<&str>,
) {
    let policy = &default.planned;
    // The host is compared only by a policy that enforces it.
    let host = policy.enforce.as_ref().map_or(Yes, |enforce| enforce.lists_host(&lines(ask, "host")));
    let allowed = match (host, policy.allows(&[origin.to_vec()])) {
        (No, _) | (_, No) => No,
        (Yes, Yes) => Yes,
        _ => Either,
    };
    let is_allowed = answer.allowed().is_some();
    assert!(allowed == Either || is_allowed == (allowed == Yes), "expected of the default: {allowed:?}");
    assert_eq!(answer.status, if is_allowed { 204 } else { 403 });
    if !is_allowed {
        let cors = answer.headers.iter().find(|(name, _)| name.starts_with("access-control-"));
        assert_eq!(cors, None, "an origin that is not allowed learns nothing");
        return;
    }
    assert_eq!(answer.allowed(), Some(&*policy.allow_origin(origin)));
    let credentials = answer.header("access-control-allow-credentials");
    assert_eq!(credentials, policy.credentials.then_some("true"));
    let methods = listed(answer, "access-control-allow-methods");
    let Some(requested) = listed_method else {
        assert_eq!(answer.header("access-control-allow-headers"), None);
        assert_eq!(answer.header("access-control-max-age"), Some("0"));
        return;
    };
    check_headers(&policy.allow_headers, ask, answer);
    let annotated: Vec<_> = plan.at(&ask.uri).collect();
    if annotated.is_empty() || default.answers_every_preflight {
        let all: Vec<_> = default.methods.iter().map(|method| (*method).to_owned()).collect();
        assert_eq!(sorted(&methods), sorted(&all));
    } else {
        assert_eq!(methods, [requested], "other methods of the URL may have other policies");
        let refuses = annotated.iter().any(|route| {
            let trusts = route.planned.allows(&[origin.to_vec()]) != No;
            let trusts = trusts && (route.planned.credentials || !policy.credentials);
            SAFELISTED_METHODS.contains(&route.method) && !trusts
        });
        let max_age = answer.header("access-control-max-age");
        assert!(!refuses || max_age == Some("0"), "a route refuses what a remembered answer would allow");
    }
}

fn check_allowed(plan: &Plan, route: &PlannedRoute, ask: &Ask, origin: &[u8], answer: &Answer) {
    let policy = &route.planned;
    assert_eq!(answer.allowed(), Some(&*policy.allow_origin(origin)));
    let credentials = answer.header("access-control-allow-credentials");
    assert_eq!(credentials, policy.credentials.then_some("true"));
    let methods = listed(answer, "access-control-allow-methods");
    let equal = plan.at(&ask.uri).filter(|other| other.planned == *policy);
    let mut equal: Vec<_> = equal.map(|route| route.method.to_owned()).collect();
    // `GET` takes `HEAD` in axum, which may be listed with it.
    if equal.iter().any(|method| method == "GET") && methods.iter().any(|method| method == "HEAD") {
        equal.push("HEAD".to_owned());
    }
    assert_eq!(sorted(&methods), sorted(&equal), "the methods with an equal policy");
    check_headers(&policy.allow_headers, ask, answer);
    check_max_age(plan, route, ask, origin, answer, &methods);
}

fn sorted(names: &[String]) -> Vec<String> {
    let mut names = names.to_vec();
    names.sort();
    names
}

fn check_headers(allowed: &Headers, ask: &Ask, answer: &Answer) {
    let header = answer.header("access-control-allow-headers");
    match allowed {
        Headers::None => assert_eq!(header, None),
        Headers::Names(names) => {
            assert_eq!(sorted(&listed(answer, "access-control-allow-headers")), sorted(names));
        }
        Headers::Any => {
            let lines = lines(ask, "access-control-request-headers");
            let asked = elements(&lines);
            let repeated = listed(answer, "access-control-allow-headers");
            for name in &repeated {
                assert!(is_token(name.as_bytes()), "{name:?}: one bad name voids the answer");
                assert!(!is_forbidden_request_header(name), "no script can set {name:?}");
                assert!(
                    asked.iter().any(|asked| asked.eq_ignore_ascii_case(name)),
                    "nobody asked for {name:?}"
                );
            }
            let is_long = lines.iter().map(Vec::len).sum::<usize>() > LONG - 100;
            let mut missing = asked.iter().filter(|name| {
                let can_be_sent = is_token(name.as_bytes()) && !is_forbidden_request_header(name);
                can_be_sent && !repeated.iter().any(|repeated| repeated.eq_ignore_ascii_case(name))
            });
            let missing = missing.next();
            assert!(is_long || missing.is_none(), "{missing:?} is missing");
        }
    }
}

/// A browser remembers the answer, and then sends these methods without asking again. If one of them belongs to a policy that
/// refuses the origin, or its credentials, the answer must not be remembered.
fn check_max_age(
    plan: &Plan,
    route: &PlannedRoute,
    ask: &Ask,
    origin: &[u8],
    answer: &Answer,
    methods: &[String],
) {
    let policy = &route.planned;
    let opened = plan.at(&ask.uri).filter(|other| {
        SAFELISTED_METHODS.contains(&other.method) || methods.iter().any(|method| method == other.method)
    });
    let trusts = opened.map(|other| {
        if policy.credentials && !other.planned.credentials {
            return No;
        }
        other.planned.allows(&[origin.to_vec()])
    });
    let trusts: Vec<_> = trusts.collect();
    let max_age = answer.header("access-control-max-age");
    if trusts.contains(&No) {
        assert_eq!(max_age, Some("0"), "a route refuses what a remembered answer would allow");
    } else if !trusts.contains(&Either) {
        assert_eq!(max_age, policy.max_age.map(|seconds| seconds.to_string()).as_deref());
    }
}

fn check_not_routed(plan: &Plan, ask: &Ask, origin: &[u8], answer: &Answer, requested: &str) {
    let mut allowing = plan.at(&ask.uri).filter(|route| allows(route, ask) != No);
    let methods = listed(answer, "access-control-allow-methods");
    // The answer is that of one of the policies which allow the origin.
    let is_its_answer = |route: &PlannedRoute| {
        let credentials = route.planned.credentials.then_some("true");
        answer.allowed() == Some(&*route.planned.allow_origin(origin))
            && answer.header("access-control-allow-credentials") == credentials
            && methods.iter().any(|method| method == route.method)
    };
    assert!(allowing.any(is_its_answer), "no policy gives this answer");
    assert!(!methods.iter().any(|method| method == requested && method != "HEAD"), "{methods:?}");
    assert_eq!(answer.header("access-control-allow-headers"), None);
    assert_eq!(answer.header("access-control-max-age"), Some("0"));
}

#[test]
fn preflight_bytes_to_answer() {
    fuzz::run("preflight", |input| {
        let plan = Plan::with_default(input)?;
        let mut apps = plan.apps();
        for _ in 0..input.int_in_range(1..=32)? {
            let ask = preflight(input, &plan)?;
            for (framework, app) in &mut apps {
                let answer = app(&ask);
                let _explanation = Explanation(|| format!("{framework}: {ask:?}\n{answer:?}\n{plan:#?}"));
                check(framework, &plan, &ask, &answer);
            }
        }
        Ok(())
    });
}
