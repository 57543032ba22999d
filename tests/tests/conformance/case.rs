//! The format of the table.
//!
//! ```text
//! ### the behaviour that the case shows
//! OPTIONS /account
//! Origin: https://app.example
//!
//! the body of the request, if it has one
//! => 204
//! Vary: Origin
//! Ran: nothing
//!
//! the body of the response
//! ```
//!
//! Responses are compared like this:
//!
//! - CORS headers and `Vary` must be absent if they are not listed. Other headers are compared only if they are listed.
//! - A CORS header with several lines differs from one with a single line. All lines of `Vary` are one list.
//! - `Ran` lists the layers and handlers that ran. Without it, none may run for `OPTIONS`, and any may run for other
//!   methods.
//! - A body is compared only if there is one. `(empty)` is the empty body.
//! - `{x*9}` means nine `x`, and `Vary: (preflight)` the `Vary` of every response to a preflight. A line that begins
//!   with `#` is a comment.
//!
//! A case runs with both frameworks and with every [`Registration`], unless it says something else:
//!
//! - `=> axum 405` and `=> actix 404` are expected from one framework, `=> macro 204` and `=> layer 405` with one
//!   registration. The first that fits is compared, and if none fits, the case is skipped.
//! - `Only: routes` among the headers of the request excludes default policies, and `Only: macro` also routes that are
//!   registered at run time.
//! - A header with `(routes)` behind its value is not expected from a default policy, which does not know the other
//!   routes of the path.

use std::fmt::Write as _;
use tests::ask::{Answer, Ask};

const VARY_PREFLIGHT: &str = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framework {
    Axum,
    Actix,
}

/// How the routes of an app get their policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Registration {
    /// From the attribute.
    Attribute,
    /// From `Routes::route`, with policies that are made at run time.
    RunTime,
    /// From a default policy around each route, none of which is annotated.
    DefaultPolicy,
}

/// The framework and the registration that a response is expected from. `None` means any.
#[derive(Clone, Copy, Debug, Default)]
struct Condition {
    framework: Option<Framework>,
    registration: Option<Registration>,
}

impl Condition {
    fn fits(self, framework: Framework, registration: Registration) -> bool {
        self.framework.is_none_or(|only| only == framework)
            && self.registration.is_none_or(|only| only == registration)
    }
}

/// One request, and the responses that are expected.
#[derive(Debug)]
pub(crate) struct Case {
    /// The name of the file and the name of the case.
    pub(crate) name: String,
    pub(crate) request: Ask,
    registrations: &'static [Registration],
    expected: Vec<(Condition, Expected)>,
}

/// The response that is expected.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    status: u16,
    headers: Vec<(String, String)>,
    ran: Option<String>,
    body: Option<String>,
}

impl Case {
    /// The response that is expected from this app. `None` if the case is not for it.
    pub(crate) fn expected(&self, framework: Framework, registration: Registration) -> Option<&Expected> {
        let mut expected = self.expected.iter().filter(|_| self.registrations.contains(&registration));
        expected.find(|(condition, _)| condition.fits(framework, registration)).map(|(_, expected)| expected)
    }
}

impl Expected {
    /// Describes every difference between a response and the expected one. `ran` are the layers and handlers that ran.
    pub(crate) fn differences(
        &self,
        case: &Case,
        registration: Registration,
        answer: &Answer,
        ran: &[&str],
    ) -> Vec<String> {
        let mut found = Vec::new();
        let mut compare = |what: &str, expected: &str, actual: &str| {
            if expected != actual {
                found.push(format!("{what}\n    expected: {expected}\n    answered: {actual}"));
            }
        };
        compare("status", &self.status.to_string(), &answer.status.to_string());
        let headers = self.headers_for(registration);
        let mut names: Vec<&str> = headers.iter().map(|(name, _)| &**name).collect();
        names.extend(answer.headers.iter().map(|(name, _)| &**name).filter(|name| must_be_listed(name)));
        names.sort_unstable();
        names.dedup();
        for name in names {
            compare(name, &lines(name, &headers), &lines(name, &answer.headers));
        }
        if let Some(body) = &self.body {
            // Only builds with `debug_assertions` tell why a preflight is refused.
            let has_no_reason = self.status == 403 && !cfg!(debug_assertions);
            compare("body", if has_no_reason { "" } else { body }, &answer.body);
        }
        let ran = if ran.is_empty() { "nothing".to_owned() } else { ran.join(", ") };
        match &self.ran {
            Some(expected) => compare("ran", expected, &ran),
            None if case.request.method == "OPTIONS" => compare("ran", "nothing", &ran),
            None => {}
        }
        found
    }

    fn headers_for(&self, registration: Registration) -> Vec<(String, String)> {
        let headers = self.headers.iter().map(|(name, value)| match value.strip_suffix(" (routes)") {
            Some(value) => {
                (registration != Registration::DefaultPolicy).then(|| (name.clone(), value.to_owned()))
            }
            None => Some((name.clone(), value.clone())),
        });
        headers.flatten().collect()
    }
}

/// Whether a response may have this header only if the case lists it.
fn must_be_listed(name: &str) -> bool {
    name == "vary" || name.starts_with("access-control-")
}

/// All lines of a header as one text.
fn lines(name: &str, headers: &[(String, String)]) -> String {
    let separator = if name == "vary" { ", " } else { " | " };
    let values: Vec<_> =
        headers.iter().filter(|(other, _)| other == name).map(|(_, value)| &**value).collect();
    if values.is_empty() { "(absent)".to_owned() } else { values.join(separator) }
}

/// Parses one file of the table.
///
/// # Panics
///
/// If the file does not have the format that this module describes.
pub(crate) fn parse(file: &str, text: &str) -> Vec<Case> {
    let text: String = text.lines().filter(|line| !is_comment(line)).fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "{}", repeat(line));
        text
    });
    let (head, cases) = text.split_once("### ").unwrap_or_else(|| panic!("{file} has no case"));
    assert!(head.trim().is_empty(), "{file}: {head}");
    cases.split("\n### ").map(|case| parse_case(file, case)).collect()
}

fn is_comment(line: &str) -> bool {
    line.starts_with('#') && !line.starts_with("###")
}

fn parse_case(file: &str, text: &str) -> Case {
    use Registration::{Attribute, DefaultPolicy, RunTime};

    let mut blocks = text.split("\n=> ");
    let request = blocks.next().unwrap_or_default();
    let (name, request) = request.split_once('\n').unwrap_or_else(|| panic!("{file}: {request}"));
    let (first, mut headers, body) = parse_block(request);
    let mut registrations: &[Registration] = &[Attribute, RunTime, DefaultPolicy];
    if let Some(line) = headers.iter().position(|(name, _)| name == "Only") {
        registrations = match &*headers.remove(line).1 {
            "macro" => &[Attribute],
            "routes" => &[Attribute, RunTime],
            only => panic!("{file}: {name}: {only}"),
        };
    }
    let (method, path) = first.split_once(' ').unwrap_or_else(|| panic!("{file}: {name}: {first}"));
    let request = headers.iter().fold(Ask::new(method, path), |ask, (name, value)| ask.header(name, value));
    let expected: Vec<_> = blocks.map(parse_expected).collect();
    assert!(!expected.is_empty(), "{file}: {name} expects nothing");
    Case {
        name: format!("{file}: {name}"),
        request: Ask { body: body.unwrap_or_default(), ..request },
        registrations,
        expected,
    }
}

fn parse_expected(block: &str) -> (Condition, Expected) {
    let (first, headers, body) = parse_block(block);
    let mut condition = Condition::default();
    let mut words: Vec<_> = first.split(' ').collect();
    let status = words.pop().unwrap_or_default();
    for word in words {
        match word {
            "axum" => condition.framework = Some(Framework::Axum),
            "actix" => condition.framework = Some(Framework::Actix),
            "macro" => condition.registration = Some(Registration::Attribute),
            "layer" => condition.registration = Some(Registration::DefaultPolicy),
            word => panic!("{first}: {word}"),
        }
    }
    let mut expected = Expected {
        status: status.parse().unwrap_or_else(|_| panic!("{first} is not a status")),
        body: body.map(|body| if body == "(empty)" { String::new() } else { body }),
        ..Expected::default()
    };
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        if name == "ran" {
            expected.ran = Some(value);
        } else if value == "(preflight)" {
            expected.headers.push((name, VARY_PREFLIGHT.to_owned()));
        } else {
            expected.headers.push((name, value));
        }
    }
    (condition, expected)
}

/// The first line, the headers, and the text behind the first empty line.
fn parse_block(block: &str) -> (String, Vec<(String, String)>, Option<String>) {
    let block = block.trim_end();
    let (head, body) = block.split_once("\n\n").map_or((block, None), |(head, body)| (head, Some(body)));
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    let headers = lines
        .map(|line| {
            let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("{line} is not a header"));
            (name.to_owned(), value.trim().to_owned())
        })
        .collect();
    (first, headers, body.map(str::to_owned))
}

/// Replaces `{x*9}` by nine `x`.
fn repeat(line: &str) -> String {
    let parts = || {
        let (before, rest) = line.split_once('{')?;
        let (inner, after) = rest.split_once('}')?;
        let (text, count) = inner.split_once('*')?;
        Some(format!("{before}{}{after}", text.repeat(count.parse().ok()?)))
    };
    parts().unwrap_or_else(|| line.to_owned())
}

#[test]
fn every_difference_between_two_responses_is_found() {
    let case = &parse("test", "### a\nGET /\n\n=> 200\nVary: Origin\nX-Own: 1\nRan: handler\n\nbody")[0];
    let expected = case.expected(Framework::Axum, Registration::Attribute).unwrap();
    let differences =
        |answer: &Answer, ran: &[&str]| expected.differences(case, Registration::Attribute, answer, ran);
    let answer = || Answer {
        status: 200,
        headers: vec![
            ("vary".into(), "Origin".into()),
            ("x-own".into(), "1".into()),
            ("etag".into(), "e".into()),
        ],
        body: "body".to_owned(),
    };
    let with_header = |name: &str, value: &str| {
        let mut answer = answer();
        answer.headers.push((name.to_owned(), value.to_owned()));
        answer
    };
    assert_eq!(differences(&answer(), &["handler"]), [""; 0]);
    for (wrong, what) in [
        (Answer { status: 204, ..answer() }, "status"),
        (Answer { headers: Vec::new(), ..answer() }, "vary"),
        (with_header("access-control-allow-origin", "*"), "access-control-allow-origin"),
        (with_header("vary", "Origin"), "vary"),
        (with_header("x-own", "1"), "x-own"),
        (Answer { body: String::new(), ..answer() }, "body"),
    ] {
        let found = differences(&wrong, &["handler"]);
        assert!(found.first().is_some_and(|found| found.starts_with(what)), "{what}: {found:?}");
    }
    let found = differences(&answer(), &[]);
    assert!(found.first().is_some_and(|found| found.starts_with("ran")), "{found:?}");
}
