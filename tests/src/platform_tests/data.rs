//! The data files in `tests/published/platform_tests`: one for each file of web-platform-tests.
//!
//! A URL without a host belongs to the origin of the page. A new server has an empty stash, so the requests with which
//! the suite empties it are left out, and the tokens of all subtests are `t`.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A file of web-platform-tests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestFile {
    /// The path in web-platform-tests, which is also that of the data file.
    #[serde(skip)]
    pub path: String,
    /// The link to the file at a commit that has these subtests.
    pub source: String,
    /// The URL of the page that runs the subtests.
    pub page: String,
    /// Why subtests differ, by the names that they use in `differs`.
    #[serde(default)]
    pub reasons: BTreeMap<String, Reason>,
    /// The subtests that run in the simulated browsers.
    pub subtests: Vec<Subtest>,
    /// The subtests that the simulated browser is not made for.
    #[serde(default)]
    pub outside: Vec<Outside>,
}

/// The reason why a browser fails a subtest.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// A sentence.
    pub why: String,
    /// A part of the text that describes the failure of the subtest.
    pub failure: String,
    /// Where the rule, or the result of the browser, is published.
    pub link: String,
}

/// Subtests that need something that is not simulated.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outside {
    /// Their number.
    pub count: usize,
    /// The names of the subtests, or what they have in common.
    pub which: String,
    /// A sentence.
    pub why: String,
}

/// A subtest.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subtest {
    /// The name of the subtest, as the suite prints it.
    pub name: String,
    /// The origin of the page, if the subtest opens another one.
    pub page: Option<String>,
    /// The simulated browsers that fail the subtest, each with the name of a reason.
    #[serde(default)]
    pub differs: BTreeMap<String, String>,
    /// The real browsers that fail the subtest although the simulated ones pass it, each with the name of a reason.
    #[serde(default)]
    pub real_browser_differs: BTreeMap<String, String>,
    /// The requests, in the order in which the script sends them.
    pub fetches: Vec<FetchStep>,
}

/// A call of `fetch()`, or a request of an element.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FetchStep {
    /// The time that passes before the request.
    #[serde(default)]
    pub wait_ms: u64,
    /// The method, as the script writes it.
    #[serde(default = "get")]
    pub method: String,
    /// The URL.
    pub url: String,
    /// The headers that the script sets.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// The body, which is text.
    pub body: Option<String>,
    /// `credentials` of `fetch()`.
    pub credentials: Option<Credentials>,
    /// `mode` of `fetch()`.
    pub mode: Option<Mode>,
    /// `referrerPolicy` of `fetch()`.
    pub referrer_policy: Option<ReferrerPolicy>,
    /// The element that sends the request, in place of `fetch()`.
    pub load: Option<Element>,
    /// Whether the element has the attribute `crossorigin`.
    #[serde(default)]
    pub crossorigin: bool,
    /// What the script gets. Without it the request only has to succeed.
    pub expected: Option<Expectation>,
}

fn get() -> String {
    "GET".to_owned()
}

/// Credentials modes other than the default.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Credentials {
    /// `include`.
    Include,
    /// `omit`.
    Omit,
}

/// Modes other than `cors`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// `no-cors`.
    NoCors,
    /// `same-origin`.
    SameOrigin,
}

/// Referrer policies other than the default.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReferrerPolicy {
    /// `no-referrer`.
    NoReferrer,
}

/// An element, or a navigation.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Element {
    /// `<img>`.
    Image,
    /// `<script>`.
    Script,
    /// `<iframe>`.
    Frame,
    /// A link that is followed.
    Link,
    /// A form with `POST`.
    Form,
}

/// What a script gets from `fetch()`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Expectation {
    /// The promise is rejected.
    Error(ScriptError),
    /// The promise is fulfilled.
    Response(ExpectedResponse),
}

/// An error that a script gets.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub enum ScriptError {
    /// The request or the response is blocked.
    TypeError,
}

/// The parts of the response that the script compares.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedResponse {
    /// `response.status`.
    pub status: Option<u16>,
    /// `response.type`.
    #[serde(rename = "type")]
    pub response_type: Option<String>,
    /// `response.text()`.
    pub text: Option<String>,
    /// `null` for a header that the script cannot read.
    #[serde(default)]
    pub headers: BTreeMap<String, Option<String>>,
    /// Members of the JSON object in the body; `null` for one that it does not have.
    #[serde(default)]
    pub json: BTreeMap<String, Value>,
}

/// Returns all data files, in the order of their paths.
///
/// # Panics
///
/// If a file cannot be read.
pub fn load() -> Vec<TestFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/published/platform_tests");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    let files: Vec<TestFile> = paths.iter().map(|path| read(&root, path)).collect();
    assert!(!files.is_empty());
    files
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
}

fn read(root: &Path, path: &Path) -> TestFile {
    let text = fs::read_to_string(path).unwrap();
    let mut file: TestFile =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    path.strip_prefix(root).unwrap().with_extension("").to_str().unwrap().clone_into(&mut file.path);
    file
}
