//! The data files: one for each file of web-platform-tests.
//!
//! A URL without a host belongs to the origin of the page. A new server has an empty stash, so the requests with which
//! the suite empties it are left out, and the tokens of all subtests are `t`.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TestFile {
    /// The path in web-platform-tests, which is also that of the data file.
    #[serde(skip)]
    pub(super) path: String,
    /// The link to the file at the commit that was read.
    pub(super) source: String,
    /// The URL of the page that runs the subtests.
    pub(super) page: String,
    /// Why subtests differ, by the names that they use in `differs`.
    #[serde(default)]
    pub(super) reasons: BTreeMap<String, Reason>,
    pub(super) subtests: Vec<Subtest>,
    /// The subtests that the simulated browser is not made for.
    #[serde(default)]
    pub(super) outside: Vec<Outside>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    pub(super) why: String,
    /// A part of the text that describes the failure of the subtest.
    pub(super) shows: String,
    pub(super) link: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Outside {
    pub(super) count: usize,
    /// The names of the subtests, or what they have in common.
    pub(super) which: String,
    pub(super) why: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Subtest {
    /// The name of the subtest, as the suite prints it.
    pub(super) name: String,
    /// The origin of the page, if the subtest opens another one.
    pub(super) page: Option<String>,
    /// The simulated browsers that fail the subtest, each with the name of a reason.
    #[serde(default)]
    pub(super) differs: BTreeMap<String, String>,
    /// The requests, in the order in which the script sends them.
    pub(super) fetches: Vec<FetchStep>,
}

/// A call of `fetch()`, or a request of an element.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FetchStep {
    /// The time that passes before the request.
    #[serde(default)]
    pub(super) wait_ms: u64,
    #[serde(default = "get")]
    pub(super) method: String,
    pub(super) url: String,
    #[serde(default)]
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<String>,
    pub(super) credentials: Option<Credentials>,
    pub(super) mode: Option<Mode>,
    pub(super) referrer_policy: Option<ReferrerPolicy>,
    pub(super) load: Option<Element>,
    #[serde(default)]
    pub(super) crossorigin: bool,
    /// The expectation. Without it the request only has to succeed.
    pub(super) gives: Option<Gives>,
}

fn get() -> String {
    "GET".to_owned()
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Credentials {
    Include,
    Omit,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Mode {
    NoCors,
    SameOrigin,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ReferrerPolicy {
    NoReferrer,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Element {
    Image,
    Script,
    Frame,
    Link,
    Form,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Gives {
    Error(ScriptError),
    Response(ExpectedResponse),
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) enum ScriptError {
    TypeError,
}

/// The parts of the response that the script compares.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectedResponse {
    pub(super) status: Option<u16>,
    #[serde(rename = "type")]
    pub(super) response_type: Option<String>,
    pub(super) text: Option<String>,
    /// `null` for a header that the script cannot read.
    #[serde(default)]
    pub(super) headers: BTreeMap<String, Option<String>>,
    /// Members of the JSON object in the body; `null` for one that it does not have.
    #[serde(default)]
    pub(super) json: BTreeMap<String, Value>,
}

/// Returns all data files, in the order of their paths.
pub(super) fn load() -> Vec<TestFile> {
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
