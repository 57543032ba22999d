//! From the text of a policy to the policy: the JSON of `serde`, and the builder.

use crate::app::Plan;
use crate::oracle::Expected::{Either, Yes};
use crate::oracle::{is_token, list_allows};
use crate::origins;
use crate::policies::{Enforce, Headers, PlannedPolicy};
use cors_runtime::Policy;
use fuzz::{Explanation, Result, Unstructured};
use serde_json::{Map, Value, json};
use tests::ask::Ask;

/// Elements of `origins` that break the rules, and some that do not.
const ODD_ORIGINS: [&str; 30] = [
    "null",
    "*",
    "https://*",
    "https://*.",
    "https://*.com",
    "https://*.github.io",
    "https://a.example/",
    "https://A.example",
    "https://a.example:443",
    "http://a.example:80",
    "http://a.example",
    "https://a*.example",
    "https://a.*",
    "https://.*\\.a",
    "https://*.a.example:*",
    "https://[::1]",
    "http://*.127.0.0.1",
    "http://localhost:0",
    "http://localhost:*:*",
    "//a.example",
    "https://a.example,https://b.example",
    "https://b\u{fc}cher.example",
    "https://xn--bcher-kva.example",
    "https://a..example",
    "https://a_b.example",
    "https://a.example.",
    "app://x",
    "https://1.2.3",
    "https://0x7f.1",
    "",
];

/// A planned policy with some texts changed, so that it may break any rule.
fn planned(input: &mut Unstructured<'_>) -> Result<PlannedPolicy> {
    let mut planned = PlannedPolicy::new(input)?;
    for _ in 0..input.int_in_range(0..=2)? {
        match input.int_in_range(0..=7)? {
            0 => planned.origins.push((*input.choose(&ODD_ORIGINS)?).to_owned()),
            1 => planned.origins.push(text(input)?),
            2 => {
                let value = origins::value(input, &planned.origins)?;
                planned.origins.push(String::from_utf8_lossy(&value).into_owned());
            }
            3 => planned.credentials = true,
            4 => planned.allow_headers = Headers::Names(vec!["*".to_owned(), text(input)?]),
            5 => planned.expose_headers = vec![(*input.choose(&["*", "set-cookie", "x-a", ""])?).to_owned()],
            6 => planned.max_age = Some(*input.choose(&[86401, u32::MAX, 1])?),
            _ => {
                let hosts = vec![(*input.choose(&["*", "https://a.example", "a.example", ""])?).to_owned()];
                planned.enforce = Some(Enforce { navigations: input.arbitrary()?, hosts });
            }
        }
    }
    Ok(planned)
}

fn text(input: &mut Unstructured<'_>) -> Result<String> {
    let len = input.int_in_range(0..=12)?;
    Ok(String::from_utf8_lossy(input.bytes(len)?).into_owned())
}

/// The policy as a map, with the keys of the attribute.
fn json(planned: &PlannedPolicy) -> Map<String, Value> {
    let mut map = Map::new();
    let mut set = |key: &str, value: Value| drop(map.insert(key.to_owned(), value));
    set("origins", json!(planned.origins));
    if planned.credentials {
        set("credentials", json!(true));
    }
    match &planned.allow_headers {
        Headers::None => {}
        Headers::Names(names) => set("allow_headers", json!(names)),
        Headers::Any => set("allow_headers", json!("any")),
    }
    if !planned.expose_headers.is_empty() {
        set("expose_headers", json!(planned.expose_headers));
    }
    if let Some(seconds) = planned.max_age {
        set("max_age", json!(seconds));
    }
    if let Some(Enforce { navigations, hosts }) = &planned.enforce {
        let mut enforce = Map::new();
        let _ = enforce.insert("navigations".to_owned(), json!(navigations));
        if !hosts.is_empty() {
            let _ = enforce.insert("hosts".to_owned(), json!(hosts));
        }
        set("enforce", Value::Object(enforce));
    }
    map
}

/// Rules of which the standard alone says that breaking them is a mistake.
fn check_rules(planned: &PlannedPolicy) {
    let is_any = planned.is_for_everybody();
    assert!(!planned.origins.is_empty());
    // What adds nothing is dropped.
    let is_alone = planned.origins.iter().all(|origin| origin == "*");
    assert!(!is_any || is_alone && !planned.credentials && planned.enforce.is_none());
    for origin in planned.origins.iter().filter(|origin| *origin != "*") {
        assert!(!origin.eq_ignore_ascii_case("null"));
        let (scheme, authority) = origin.split_once("://").expect("an origin has a scheme and a host");
        let is_host = |c: char| c.is_ascii_graphic() && !"/\\?#@%,;|<>\"".contains(c);
        assert!(authority.chars().all(is_host), "{origin}");
        // A wildcard is the first label or the port.
        let authority = authority.strip_prefix("*.").unwrap_or(authority);
        let host = authority.strip_suffix(":*").unwrap_or(authority);
        assert!(!host.is_empty() && !host.contains('*'), "{origin}");
        let is_web = matches!(scheme, "http" | "https");
        assert!(!is_web || !host.contains(|c: char| c.is_ascii_uppercase()), "{origin}");
        let is_loopback = ["localhost", "127.", "[::1]"].iter().any(|name| host.contains(name));
        assert!(scheme != "http" || !planned.credentials || is_loopback, "{origin}");
    }
    let mut names = planned.expose_headers.iter().collect::<Vec<_>>();
    if let Headers::Names(allowed) = &planned.allow_headers {
        names.extend(allowed);
    }
    for name in names {
        assert!(is_token(name.as_bytes()), "{name:?}");
        assert!(name != "*" || !planned.credentials, "with credentials `*` is an ordinary name");
    }
    assert!(planned.max_age.is_none_or(|seconds| seconds <= 86400));
}

/// The policy in a text, read without any code of the library.
fn read(text: &[u8]) -> Option<Vec<String>> {
    let value: Value = serde_json::from_slice(text).ok()?;
    let map = value.as_object()?;
    let list = |key: &str| map.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let elements = list("origins").into_iter().chain(list("dev_origins"));
    // An environment variable is an object.
    elements.map(|element| element.as_str().map(str::to_owned)).collect()
}

/// A policy that was accepted allows what the oracle reads in its text, and nothing else.
fn check_decisions(input: &mut Unstructured<'_>, origins: &[String], policy: &Policy) -> Result<()> {
    let plan = Plan::one(PlannedPolicy::default(), policy.clone());
    for (framework, mut app) in plan.apps() {
        for _ in 0..input.int_in_range(1..=6)? {
            let origin = origins::value(input, origins)?;
            let ask = Ask::get("/a").origin(&origin).header("host", "a.example");
            let answer = app(&ask);
            let expected = list_allows(origins, &[origin]);
            let _explanation = Explanation(|| format!("{framework}: {ask:?}\n{answer:?}\n{origins:?}"));
            let is_allowed = answer.allowed().is_some();
            // `enforce(hosts = [..])` may refuse the host, and then allows nobody.
            let is_refused_host = answer.status == 403 && answer.header("cache-control") == Some("no-store");
            assert!(
                expected == Either || is_allowed == (expected == Yes) || is_refused_host && !is_allowed,
                "expected: {expected:?}"
            );
        }
    }
    Ok(())
}

#[test]
fn text_to_policy() {
    fuzz::run("policy_text", |input| {
        let planned = planned(input)?;
        let mut text = serde_json::to_vec(&Value::Object(json(&planned))).expect("JSON can be written");
        let built = planned.build();
        let read_again = serde_json::from_slice::<Policy>(&text);
        let _explanation = Explanation(|| format!("{planned:#?}\n{built:?}\n{read_again:?}"));
        // JSON has no sets.
        assert!(
            planned.in_set || built.is_ok() == read_again.is_ok(),
            "the builder and the JSON have the same rules"
        );
        if let Ok(policy) = &built {
            check_rules(&planned);
            check_decisions(input, &planned.origins, policy)?;
        }
        // Any other text is an error or a policy that its text describes.
        for _ in 0..input.int_in_range(1..=4)? {
            let at = input.int_in_range(0..=text.len())?;
            let piece = *input
                .choose(&["\"", ",", "{", "}", "[", "]", "null", "true", "*", "1e9", ":", "\\u0000", " "])?;
            match input.int_in_range(0..=2)? {
                0 => text.truncate(at),
                1 if at < text.len() => text[at] = input.arbitrary()?,
                _ => drop(text.splice(at..at, piece.bytes())),
            }
        }
        if let Ok(policy) = serde_json::from_slice::<Policy>(&text)
            && let Some(origins) = read(&text)
        {
            check_decisions(input, &origins, &policy)?;
        }
        Ok(())
    });
}
