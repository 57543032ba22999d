//! The form of the table.
//!
//! ```text
//! ### what the case shows
//! OPTIONS /account
//! Origin: https://app.example
//!
//! the body of the request, if it has one
//! => 204
//! Vary: Origin
//! Ran: nothing
//!
//! the body of the answer
//! ```
//!
//! CORS headers that are not listed must be absent, and so must `Vary`; of other headers only those that are listed
//! are looked at. Each line of a CORS header counts, so that one that is set twice shows; `Vary` is one list. `Ran`
//! says which layers and handlers ran; without it, nothing may run for `OPTIONS`. A body is looked at if it is there;
//! `(empty)` is the empty one. `=> axum 405` and `=> actix 404` are for one framework, `=> macro 204` and `=> layer 405`
//! for one way to declare the policies (see [`Via`]); the first answer that fits counts, and without one the case is
//! skipped. `Only: routes` among the headers marks a request that a default policy cannot answer like a route, and
//! `Only: macro` one that only the attribute can; a header with `(routes)` behind its value is not in the answer of a
//! default policy, which knows of no other route of the path. `{x*9}` stands for nine `x`, `Vary: (preflight)` for what every answer to a preflight has, and `#`
//! begins a comment.

use std::fmt::Write as _;

const VARY_PREFLIGHT: &str = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framework {
    Axum,
    Actix,
}

/// How the policies get into the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    /// The attribute.
    Macro,
    /// `Routes::route` with policies that were made at run time.
    RunTime,
    /// A default policy around each route, none of which is annotated.
    Layer,
}

/// Whom an answer is for.
#[derive(Clone, Copy, Debug, Default)]
struct Only {
    framework: Option<Framework>,
    via: Option<Via>,
}

impl Only {
    fn fits(self, framework: Framework, via: Via) -> bool {
        self.framework.is_none_or(|only| only == framework) && self.via.is_none_or(|only| only == via)
    }
}

/// One request, and what must be answered.
#[derive(Debug)]
pub(crate) struct Case {
    /// With the file's name.
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// The ways to declare policies that the case is about.
    vias: &'static [Via],
    expected: Vec<(Only, Expected)>,
}

/// What must be answered.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    status: u16,
    headers: Vec<(String, String)>,
    ran: Option<String>,
    body: Option<String>,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// The layers and handlers that ran.
    pub(crate) ran: Vec<&'static str>,
}

impl Case {
    /// What this framework must answer; `None` if the case is not about it.
    pub(crate) fn expected(&self, framework: Framework, via: Via) -> Option<&Expected> {
        let mut answers = self.expected.iter().filter(|_| self.vias.contains(&via));
        answers.find(|(only, _)| only.fits(framework, via)).map(|(_, one)| one)
    }
}

impl Expected {
    /// How the answer is not what it should be.
    pub(crate) fn differences(&self, case: &Case, via: Via, answer: &Answer) -> Vec<String> {
        let mut found = Vec::new();
        let mut compare = |what: &str, expected: &str, actual: &str| {
            if expected != actual {
                found.push(format!("{what}\n    expected: {expected}\n    answered: {actual}"));
            }
        };
        compare("status", &self.status.to_string(), &answer.status.to_string());
        let headers = self.headers_via(via);
        let mut names: Vec<&str> = headers.iter().map(|(name, _)| &**name).collect();
        names.extend(answer.headers.iter().map(|(name, _)| &**name).filter(|name| is_ours(name)));
        names.sort_unstable();
        names.dedup();
        for name in names {
            compare(name, &lines(name, &headers), &lines(name, &answer.headers));
        }
        if let Some(body) = &self.body {
            // Why a preflight is refused is told in debug builds alone.
            let silent = self.status == 403 && !cfg!(debug_assertions);
            compare("body", if silent { "" } else { body }, &answer.body);
        }
        let ran = if answer.ran.is_empty() { "nothing".to_owned() } else { answer.ran.join(", ") };
        match &self.ran {
            Some(expected) => compare("ran", expected, &ran),
            None if case.method == "OPTIONS" => compare("ran", "nothing", &ran),
            None => {}
        }
        found
    }

    /// Without the lines that are not for default policies.
    fn headers_via(&self, via: Via) -> Vec<(String, String)> {
        let headers = self.headers.iter().map(|(name, value)| match value.strip_suffix(" (routes)") {
            Some(value) => (via != Via::Layer).then(|| (name.clone(), value.to_owned())),
            None => Some((name.clone(), value.clone())),
        });
        headers.flatten().collect()
    }
}

/// Headers that must not be there unless the case says so.
fn is_ours(name: &str) -> bool {
    name == "vary" || name.starts_with("access-control-")
}

/// All lines of a header, as one text.
fn lines(name: &str, headers: &[(String, String)]) -> String {
    let separator = if name == "vary" { ", " } else { " | " };
    let values: Vec<_> =
        headers.iter().filter(|(other, _)| other == name).map(|(_, value)| &**value).collect();
    if values.is_empty() { "(absent)".to_owned() } else { values.join(separator) }
}

/// Reads one file of the table.
///
/// # Panics
///
/// If it is not in the form that the head of this module describes.
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
    let mut blocks = text.split("\n=> ");
    let request = blocks.next().unwrap_or_default();
    let (name, request) = request.split_once('\n').unwrap_or_else(|| panic!("{file}: {request}"));
    let (first, mut headers, body) = parse_block(request);
    let mut vias: &[Via] = &[Via::Macro, Via::RunTime, Via::Layer];
    if let Some(line) = headers.iter().position(|(name, _)| name == "Only") {
        vias = match &*headers.remove(line).1 {
            "macro" => &[Via::Macro],
            "routes" => &[Via::Macro, Via::RunTime],
            only => panic!("{file}: {name}: {only}"),
        };
    }
    let (method, path) = first.split_once(' ').unwrap_or_else(|| panic!("{file}: {name}: {first}"));
    let expected: Vec<_> = blocks.map(parse_expected).collect();
    assert!(!expected.is_empty(), "{file}: {name} expects nothing");
    Case {
        name: format!("{file}: {name}"),
        method: method.to_owned(),
        path: path.to_owned(),
        headers,
        body: body.unwrap_or_default(),
        vias,
        expected,
    }
}

fn parse_expected(block: &str) -> (Only, Expected) {
    let (first, headers, body) = parse_block(block);
    let mut only = Only::default();
    let mut words: Vec<_> = first.split(' ').collect();
    let status = words.pop().unwrap_or_default();
    for word in words {
        match word {
            "axum" => only.framework = Some(Framework::Axum),
            "actix" => only.framework = Some(Framework::Actix),
            "macro" => only.via = Some(Via::Macro),
            "layer" => only.via = Some(Via::Layer),
            word => panic!("{first}: {word}"),
        }
    }
    let mut expected = Expected {
        status: status.parse().unwrap_or_else(|_| panic!("{first} is no status")),
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
    (only, expected)
}

/// The first line, the headers, and what follows an empty line.
fn parse_block(block: &str) -> (String, Vec<(String, String)>, Option<String>) {
    let block = block.trim_end();
    let (head, body) = block.split_once("\n\n").map_or((block, None), |(head, body)| (head, Some(body)));
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    let headers = lines
        .map(|line| {
            let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("{line} is no header"));
            (name.to_owned(), value.trim().to_owned())
        })
        .collect();
    (first, headers, body.map(str::to_owned))
}

/// `{x*9}` is nine `x`.
fn repeat(line: &str) -> String {
    let parts = || {
        let (before, rest) = line.split_once('{')?;
        let (inner, after) = rest.split_once('}')?;
        let (what, count) = inner.split_once('*')?;
        Some(format!("{before}{}{after}", what.repeat(count.parse().ok()?)))
    };
    parts().unwrap_or_else(|| line.to_owned())
}

#[test]
fn a_difference_is_found() {
    let case = &parse("test", "### a\nGET /\n\n=> 200\nVary: Origin\nX-Own: 1\nRan: handler\n\nbody")[0];
    let expected = case.expected(Framework::Axum, Via::Macro).unwrap();
    let good = || Answer {
        status: 200,
        headers: vec![
            ("vary".into(), "Origin".into()),
            ("x-own".into(), "1".into()),
            ("etag".into(), "e".into()),
        ],
        body: "body".to_owned(),
        ran: vec!["handler"],
    };
    assert!(expected.differences(case, Via::Macro, &good()).is_empty());
    let with_header = |name: &str, value: &str| {
        let mut answer = good();
        answer.headers.push((name.to_owned(), value.to_owned()));
        answer
    };
    for (bad, what) in [
        (Answer { status: 204, ..good() }, "status"),
        (Answer { headers: Vec::new(), ..good() }, "vary"),
        (with_header("access-control-allow-origin", "*"), "access-control-allow-origin"),
        (with_header("vary", "Origin"), "vary"),
        (with_header("x-own", "1"), "x-own"),
        (Answer { body: String::new(), ..good() }, "body"),
        (Answer { ran: Vec::new(), ..good() }, "ran"),
    ] {
        let found = expected.differences(case, Via::Macro, &bad);
        assert!(found.first().is_some_and(|found| found.starts_with(what)), "{what}: {found:?}");
    }
}
