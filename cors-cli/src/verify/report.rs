//! The result as a table, as JSON and as JUnit XML.

use super::deviation::Kind;
use super::evaluate::{Deviation, Findings, Unanswered};
use crate::manifest::{Manifest, Route};
use crate::printable::{printable_lines, printable_value};
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What was found at one route.
struct RouteFindings<'a> {
    deviations: Vec<&'a Deviation>,
    unanswered: Vec<&'a Unanswered>,
    not_checked: Vec<&'a str>,
}

impl Findings {
    fn of_route(&self, number: usize) -> RouteFindings<'_> {
        let not_checked = self.not_checked.iter().filter(|item| item.route == number);
        RouteFindings {
            deviations: self.deviations.iter().filter(|deviation| deviation.route == number).collect(),
            unanswered: self.unanswered.iter().filter(|item| item.route == number).collect(),
            not_checked: not_checked.map(|item| item.reason.as_str()).collect(),
        }
    }
}

/// The deviations of one route that have one kind and one cause: a row of the table.
struct Row<'a> {
    first: &'a Deviation,
    pages: Vec<String>,
}

fn rows<'a>(deviations: impl IntoIterator<Item = &'a Deviation>) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    for deviation in deviations {
        let page = format!("{}: {}", deviation.request, deviation.page);
        let is_same = |row: &&mut Row<'a>| {
            let first = row.first;
            first.route == deviation.route
                && first.difference.kind == deviation.difference.kind
                && first.cause == deviation.cause
        };
        match rows.iter_mut().find(is_same) {
            Some(row) => row.pages.push(page),
            None => rows.push(Row { first: deviation, pages: vec![page] }),
        }
    }
    rows
}

/// `GET, PUT /me`
pub(super) fn route_name(route: &Route) -> String {
    let methods = if route.methods.is_empty() { "any".to_owned() } else { route.methods.join(", ") };
    shown(&format!("{methods} {}", route.path))
}

/// The result for people, in lines of this width.
pub(super) fn text(findings: &Findings, manifest: &Manifest, width: u16) -> String {
    let mut text = String::new();
    let rows = rows(&findings.deviations);
    if !rows.is_empty() {
        let mut table = Table::new();
        table
            .load_style(presets::ASCII_FULL_CONDENSED)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width)
            .set_header(["route", "page", "promised -> came", "likely cause"]);
        for Row { first, pages } in &rows {
            let route = &manifest.routes[first.route];
            table.add_row([
                format!("{}\n{}", route_name(route), shown(&route.location)),
                page_cell(pages),
                format!("{}\n-> {}", shown(&first.difference.promised), shown(&first.difference.came)),
                format!("{}: {}", first.difference.kind, shown(&first.cause)),
            ]);
        }
        let _ = writeln!(text, "{table}");
    }
    let mut not_checked: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for item in &findings.not_checked {
        not_checked.entry(shown(&item.reason)).or_default().push(route_name(&manifest.routes[item.route]));
    }
    if !not_checked.is_empty() {
        let _ = writeln!(text, "not checked:");
        for (reason, routes) in not_checked {
            let _ = writeln!(text, "  {}: {reason}", routes.join("; "));
        }
    }
    if !findings.unanswered.is_empty() {
        let _ = writeln!(text, "not answered:");
        let mut errors: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for item in &findings.unanswered {
            let request = format!("{} ({})", route_name(&manifest.routes[item.route]), item.request);
            errors.entry(shown(&item.error)).or_default().push(request);
        }
        for (error, requests) in errors {
            let _ = writeln!(text, "  {}: {error}", and_more(&requests, "; "));
        }
    }
    if findings.not_sent > 0 {
        let _ = writeln!(text, "{} requests were not sent, since too many had no answer", findings.not_sent);
    }
    text + &summary(findings, manifest)
}

/// `2 deviations, of which 1 lets pages do more than the manifest promises ..`
fn summary(findings: &Findings, manifest: &Manifest) -> String {
    let rows = rows(&findings.deviations);
    let wider = rows.iter().filter(|row| row.first.difference.kind.is_wider()).count();
    let what = match (rows.len(), wider) {
        (0, _) => "no deviations".to_owned(),
        (1, 0) => "1 deviation".to_owned(),
        (1, _) => "1 deviation, with which pages can do more than the manifest says".to_owned(),
        (count, 0) => format!("{count} deviations"),
        (count, wider) => {
            format!("{count} deviations, with {wider} of which pages can do more than the manifest says")
        }
    };
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let (answers, routes) = (findings.answers, manifest.routes.len());
    format!(
        "{what}: {answers} answer{} for {routes} route{} were compared\n",
        plural(answers),
        plural(routes)
    )
}

/// The pages of a row. The first of them are named.
fn page_cell(pages: &[String]) -> String {
    and_more(&pages.iter().map(|page| shown(page)).collect::<Vec<_>>(), "\n")
}

fn and_more(items: &[String], separator: &str) -> String {
    const NAMED: usize = 3;
    let mut text = items.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(separator);
    if items.len() > NAMED {
        let _ = write!(text, "{separator}and {} more", items.len() - NAMED);
    }
    text
}

/// The result for scripts.
pub(super) fn json(findings: &Findings, manifest: &Manifest, base: &str) -> Value {
    let routes: Vec<Value> = manifest
        .routes
        .iter()
        .enumerate()
        .map(|(number, route)| {
            let found = findings.of_route(number);
            let deviation = |deviation: &&Deviation| {
                json!({
                    "kind": deviation.difference.kind,
                    "wider": deviation.difference.kind.is_wider(),
                    "page": deviation.page.origin,
                    "request": deviation.request.to_string(),
                    "promised": deviation.difference.promised,
                    "came": deviation.difference.came,
                    "cause": deviation.cause,
                })
            };
            let unanswered = |item: &&Unanswered| {
                json!({ "page": item.page.origin, "request": item.request.to_string(), "error": item.error })
            };
            json!({
                "methods": route.methods,
                "path": route.path,
                "location": route.location,
                "deviations": found.deviations.iter().map(deviation).collect::<Vec<_>>(),
                "unanswered": found.unanswered.iter().map(unanswered).collect::<Vec<_>>(),
                "not_checked": found.not_checked,
            })
        })
        .collect();
    json!({ "format": 1, "base": base, "answers": findings.answers, "not_sent": findings.not_sent, "routes": routes })
}

/// The result as JUnit XML: a test case for each route.
pub(super) fn junit(findings: &Findings, manifest: &Manifest) -> String {
    let mut cases = String::new();
    let (mut failures, mut errors) = (0, 0);
    for (number, route) in manifest.routes.iter().enumerate() {
        let RouteFindings { deviations, unanswered, not_checked } = findings.of_route(number);
        let _ = writeln!(
            cases,
            "    <testcase classname=\"{}\" name=\"{}\">",
            xml(&route.location),
            xml(&route_name(route))
        );
        if !deviations.is_empty() {
            failures += 1;
            let mut kinds: Vec<Kind> = deviations.iter().map(|deviation| deviation.difference.kind).collect();
            kinds.dedup();
            let kinds: Vec<String> = kinds.iter().map(Kind::to_string).collect();
            let mut lines = String::new();
            for Row { first, pages } in rows(deviations) {
                let difference = &first.difference;
                let _ = writeln!(
                    lines,
                    "{}: {}: promised: {}; came: {}; likely cause: {}",
                    difference.kind,
                    and_more(&pages, ", "),
                    difference.promised,
                    difference.came,
                    first.cause
                );
            }
            let _ = writeln!(
                cases,
                "      <failure message=\"{}\">{}</failure>",
                xml(&kinds.join(", ")),
                xml(&lines)
            );
        }
        if let Some(first) = unanswered.first() {
            errors += 1;
            let _ = writeln!(
                cases,
                "      <error message=\"{} requests had no answer\">{}</error>",
                unanswered.len(),
                xml(&first.error)
            );
        }
        if !not_checked.is_empty() {
            let _ = writeln!(
                cases,
                "      <system-out>not checked: {}</system-out>",
                xml(&not_checked.join("\n"))
            );
        }
        let _ = writeln!(cases, "    </testcase>");
    }
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\"", manifest.routes.len());
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  <testsuite name=\"cors verify\" \
         {counts}>\n{cases}  </testsuite>\n</testsuites>\n"
    )
}

/// Text inside of XML, which cannot contain control characters.
fn xml(text: &str) -> String {
    let mut escaped = String::new();
    for c in printable_lines(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push(char::REPLACEMENT_CHARACTER),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A text of the server or of the manifest, as the output shows it.
fn shown(text: &str) -> String {
    printable_value(text.as_bytes())
}
