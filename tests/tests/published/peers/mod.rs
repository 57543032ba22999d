//! Cases of the test suites of other CORS implementations, with the policy that says the same.
//!
//! There is one file of cases for each suite; `case.rs` describes the format. `docs/published-tests.md` has the numbers,
//! and the reasons of all differences.

mod app;
mod browser;
mod case;
mod page;

use app::Framework;
use browser::Response;
use case::{Case, Configuration, Group, Reasons, Source, Verdict};
use cors_policy::Rule;
use cors_runtime::Policy;
use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

/// The number of cases that the suite has at least.
const MINIMUM: usize = 300;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/published/peers"))
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// All sources, in the order of their files.
fn sources() -> Vec<Source> {
    let mut files: Vec<_> = fs::read_dir(folder())
        .expect("the folder can be read")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .filter(|path| !path.ends_with("reasons.json"))
        .collect();
    files.sort();
    let parse = |file: &_| {
        serde_json::from_str(&read(file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    };
    files.iter().map(|file| parse(file)).collect()
}

fn reasons() -> Reasons {
    serde_json::from_str(&read(&folder().join("reasons.json"))).expect("reasons.json has reasons")
}

#[test]
fn every_response_is_that_of_the_other_suite_or_the_documented_one() {
    let mut failures = Vec::new();
    let mut responses = 0;
    for source in &sources() {
        for group in &source.requests {
            let name = format!("{} / {}", source.name, group.name);
            responses += check_group(&name, group, &mut failures);
        }
    }
    println!("{responses} responses were compared.");
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

/// Sends the requests of a group, and returns how many responses were compared.
fn check_group(name: &str, group: &Group, failures: &mut Vec<String>) -> usize {
    let policy = match app::policy(&group.policy, group.check.as_deref()) {
        Ok(policy) => policy,
        Err(rules) => {
            let expected: BTreeSet<_> = group.refused.iter().cloned().collect();
            if expected != rules {
                failures.push(format!("{name}: the policy breaks {rules:?} instead of {expected:?}"));
            }
            return 0;
        }
    };
    if !group.refused.is_empty() {
        failures.push(format!("{name}: the policy breaks no rule instead of {:?}", group.refused));
        return 0;
    }
    let mut responses = 0;
    for framework in [Framework::Axum, Framework::Actix] {
        for setting in group.settings() {
            let mut app = app::start(framework, setting, group, &policy);
            for case in group.cases.iter().filter(|case| group.can_send(case, setting)) {
                let place = format!("{name} / {} ({framework:?}, {setting:?})", case.name);
                let mistake = mistake(case, group, &app.send(&case.request()));
                failures.extend(mistake.map(|text| format!("{place}: {text}")));
                responses += 1;
            }
        }
    }
    responses
}

/// Describes what is wrong with a response.
fn mistake(case: &Case, group: &Group, response: &Response) -> Option<String> {
    let mistake = |what: &str, details: Vec<String>| {
        (!details.is_empty()).then(|| format!("{what}\n    {}", details.join("\n    ")))
    };
    let broken = response.broken_invariants(group);
    let from_theirs = response.differences(case, &case.theirs);
    mistake("this must never happen", broken).or_else(|| match &case.differs {
        None => mistake("the response differs from theirs", from_theirs),
        Some(_) if from_theirs.is_empty() => {
            Some("it is the same as theirs, so `differs` is wrong".to_owned())
        }
        Some(differs) => mistake("the response differs from ours", response.differences(case, &differs.ours)),
    })
}

/// The verdict on a configuration, with the names of the rules that it breaks.
fn verdict(configuration: &Configuration) -> (Verdict, BTreeSet<String>) {
    let policy = configuration.policy.as_ref().map(|policy| app::policy(policy, None));
    let mut rules = BTreeSet::new();
    let valid = Policy::builder().origins(["https://app.example"]).build().expect("the policy is valid");
    let policy = policy.unwrap_or(Ok(valid.clone())).unwrap_or_else(|broken| {
        rules.extend(broken);
        valid
    });
    if let Some(methods) = &configuration.methods {
        rules.extend(app::rules_of_methods(&policy, methods));
    }
    (if rules.is_empty() { Verdict::Accepted } else { Verdict::Refused }, rules)
}

#[test]
fn every_configuration_is_accepted_or_refused_as_by_the_other_suite_or_as_documented() {
    let mut failures = Vec::new();
    for source in &sources() {
        for configuration in &source.configurations {
            let (verdict, rules) = verdict(configuration);
            let name = format!("{} / {}", source.name, configuration.name);
            let expected: BTreeSet<_> = configuration.rules.iter().cloned().collect();
            if rules != expected {
                failures.push(format!("{name}: {verdict:?} with {rules:?} instead of {expected:?}"));
            }
            if (verdict == configuration.theirs) == configuration.differs.is_some() {
                failures.push(format!(
                    "{name}: {verdict:?}, theirs is {:?}, and so `differs` is wrong",
                    configuration.theirs
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn names_and_links_are_unique_and_every_reason_is_used() {
    let (sources, reasons) = (sources(), reasons());
    let mut used = BTreeSet::new();
    for source in &sources {
        assert!(
            source.link.starts_with("https://github.com/") && source.link.contains("/blob/"),
            "{}",
            source.link
        );
        let mut names = BTreeSet::new();
        for (name, lines, differs) in source.cases() {
            assert!(names.insert(name.clone()), "{}: {name} is there twice", source.name);
            assert!(lines.contains("#L"), "{}: {name} has no lines", source.name);
            if let Some(reason) = differs {
                assert!(
                    reasons.contains_key(reason),
                    "{}: {name}: there is no reason `{reason}`",
                    source.name
                );
                used.insert(reason);
            }
        }
        for group in &source.requests {
            assert_eq!(group.refused.is_empty(), group.differs.is_none(), "{}: {}", source.name, group.name);
        }
        for rule in source.configurations.iter().flat_map(|configuration| &configuration.rules) {
            assert!(Rule::ALL.iter().any(|known| known.name() == rule), "there is no rule `{rule}`");
        }
    }
    let unused: Vec<_> = reasons.keys().filter(|reason| !used.contains(&***reason)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

/// `BLESS=1` writes the tables into the page.
#[test]
fn the_page_has_the_numbers() {
    let (sources, reasons) = (sources(), reasons());
    println!("{}", page::numbers(&sources));
    let total: usize = sources.iter().map(|source| source.cases().count()).sum();
    assert!(total >= MINIMUM, "{total} cases are fewer than {MINIMUM}");
    let file = folder().join("../../../../docs/published-tests.md");
    let text = read(&file);
    let expected = page::with_tables(&text, &sources, &reasons);
    if env::var_os("BLESS").is_some_and(|value| value == "1") {
        fs::write(&file, &expected).expect("the page can be written");
    } else {
        assert!(text == expected, "docs/published-tests.md has other numbers; to write them, set BLESS=1");
    }
}
