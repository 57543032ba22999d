//! The format of the files of cases.
//!
//! A case has a name of ours and the lines of the other suite. `theirs` is what the other suite expects. If our response
//! is not that, `differs` has the reason, which `reasons.json` explains, and `ours`, what we do instead. The tests fail
//! if a difference is not there any more, too.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use tests::ask::Ask;

/// The reasons of differences, by their names.
pub(super) type Reasons = BTreeMap<String, Reason>;

/// Why we differ.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    /// One sentence.
    pub(super) text: String,
    /// The standard, or our documentation, where it decides.
    pub(super) link: String,
}

/// A suite.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    /// The name of the implementation.
    pub(super) name: String,
    /// The address of the repository's files, with a tag or a commit.
    pub(super) link: String,
    /// Tests that have no case here, and why.
    #[serde(default)]
    pub(super) left_out: Vec<LeftOut>,
    /// Requests, by policy.
    #[serde(default)]
    pub(super) requests: Vec<Group>,
    /// Configurations that are accepted or refused.
    #[serde(default)]
    pub(super) configurations: Vec<Configuration>,
}

/// Tests without a case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LeftOut {
    pub(super) tests: String,
    pub(super) why: String,
}

/// Requests to one application.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    pub(super) name: String,
    /// The policy that says the same, as `Policy: Deserialize` reads it.
    pub(super) policy: Value,
    /// The name of a function that decides about origins in addition to the policy: see `app.rs`.
    pub(super) check: Option<String>,
    /// The methods that have the policy.
    #[serde(default)]
    pub(super) methods: PolicyMethods,
    /// Where the policy is, if the cases are only for one of the two places.
    pub(super) setting: Option<Setting>,
    /// What the handler responds.
    #[serde(default)]
    pub(super) handler: HandlerResponse,
    /// A layer outside of CORS adds this to `Vary`.
    pub(super) outer_vary: Option<String>,
    /// The rules that the policy breaks, if it says the same but cannot be written.
    #[serde(default)]
    pub(super) refused: Vec<String>,
    /// The reason why it cannot be written.
    pub(super) differs: Option<String>,
    pub(super) cases: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(super) enum PolicyMethods {
    Listed(Vec<String>),
    /// `"any"`: every method. Only a route can have that.
    Any(AnyMethod),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum AnyMethod {
    Any,
}

impl Default for PolicyMethods {
    fn default() -> Self {
        Self::Listed(["GET", "HEAD", "POST"].map(str::to_owned).to_vec())
    }
}

/// Where the policy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Setting {
    /// A default policy that answers every preflight, around a handler for every method.
    DefaultPolicy,
    /// A route with this policy.
    Route,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HandlerResponse {
    pub(super) status: Option<u16>,
    #[serde(default)]
    pub(super) headers: Vec<(String, String)>,
}

/// A request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub(super) name: String,
    /// The file and the lines of the other suite: `cors_test.go#L10-L20`.
    pub(super) lines: String,
    pub(super) method: String,
    pub(super) uri: Option<String>,
    /// The header lines. A character stands for the byte of its number.
    #[serde(default)]
    pub(super) headers: Vec<(String, String)>,
    pub(super) theirs: Expected,
    pub(super) differs: Option<Differs>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Differs {
    pub(super) reason: String,
    pub(super) ours: Expected,
}

/// What is expected of a response. Only what is given is compared.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expected {
    pub(super) status: Option<u16>,
    /// Whether the handler runs.
    pub(super) handler_runs: Option<bool>,
    /// Whether a browser sends the request that the preflight asks for.
    pub(super) preflight: Option<Passes>,
    /// Whether the page can read the response.
    pub(super) readable: Option<Readable>,
    /// `Access-Control-Allow-Origin`, or `(absent)`.
    pub(super) allow_origin: Option<String>,
    /// Whether `Access-Control-Allow-Credentials` is `true`.
    pub(super) credentials: Option<bool>,
    /// Methods that the browser allows after this preflight, among others.
    #[serde(default)]
    pub(super) allows_methods: Vec<String>,
    /// Header names that the browser allows after this preflight, among others.
    #[serde(default)]
    pub(super) allows_headers: Vec<String>,
    /// `Access-Control-Max-Age`, or `(absent)`.
    pub(super) max_age: Option<String>,
    /// The names in `Access-Control-Expose-Headers`, in any order and case.
    pub(super) exposes: Option<Vec<String>>,
    /// Names that `Vary` must contain.
    #[serde(default)]
    pub(super) vary: Vec<String>,
    /// Names that `Vary` must not contain.
    #[serde(default)]
    pub(super) vary_without: Vec<String>,
    /// Other headers, or `(absent)`.
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Passes {
    Passes,
    Fails,
}

/// Who can read a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Readable {
    No,
    WithoutCredentials,
    WithCredentials,
}

/// A configuration that the other suite expects to be accepted or refused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Configuration {
    pub(super) name: String,
    pub(super) lines: String,
    /// The policy that says the same.
    pub(super) policy: Option<Value>,
    /// The methods of a default policy.
    pub(super) methods: Option<Vec<String>>,
    pub(super) theirs: Verdict,
    /// The rules that it breaks here.
    #[serde(default)]
    pub(super) rules: Vec<String>,
    pub(super) differs: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    Accepted,
    Refused,
}

impl Group {
    /// Where the policy can be. A route needs methods that axum can route, and its `enforce` is stricter than that of a
    /// default policy.
    pub(super) fn settings(&self) -> impl Iterator<Item = Setting> {
        let is_routable = match &self.methods {
            PolicyMethods::Listed(methods) => methods.iter().all(|method| ROUTABLE.contains(&&**method)),
            PolicyMethods::Any(_) => true,
        };
        let is_enforced = self.policy.get("enforce").is_some();
        let settings = match self.setting {
            Some(Setting::DefaultPolicy) => [Some(Setting::DefaultPolicy), None],
            Some(Setting::Route) => [Some(Setting::Route), None],
            None => [Some(Setting::DefaultPolicy), (is_routable && !is_enforced).then_some(Setting::Route)],
        };
        settings.into_iter().flatten()
    }

    /// Whether a request of the case reaches the policy there. A route gets preflights and its own methods.
    pub(super) fn can_send(&self, case: &Case, setting: Setting) -> bool {
        let is_preflight = case.method == "OPTIONS"
            && case.header("origin").is_some()
            && case.header("access-control-request-method").is_some();
        let is_routed = match &self.methods {
            PolicyMethods::Listed(methods) => methods.contains(&case.method),
            PolicyMethods::Any(_) => true,
        };
        self.setting.is_some() || setting == Setting::DefaultPolicy || is_preflight || is_routed
    }
}

const ROUTABLE: [&str; 6] = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"];

impl Case {
    pub(super) fn request(&self) -> Ask {
        let ask = Ask::new(&self.method, self.uri.as_deref().unwrap_or("/"));
        self.headers.iter().fold(ask, |ask, (name, value)| ask.header(name, bytes(value)))
    }

    /// The value of a header of the request; the lines are joined.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let lines = self.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        let lines: Vec<_> = lines.map(|(_, value)| &**value).collect();
        (!lines.is_empty()).then(|| lines.join(","))
    }
}

fn bytes(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(c).expect("a header has bytes")).collect()
}

impl Source {
    /// All cases: the name, the lines, and the reason if it differs.
    pub(super) fn cases(&self) -> impl Iterator<Item = (String, &str, Option<&str>)> {
        let requests = self.requests.iter().flat_map(|group| {
            group.cases.iter().map(move |case| {
                let own = case.differs.as_ref().map(|differs| &*differs.reason);
                (format!("{} / {}", group.name, case.name), &*case.lines, group.differs.as_deref().or(own))
            })
        });
        let configurations = self.configurations.iter();
        requests.chain(configurations.map(|configuration| {
            (configuration.name.clone(), &*configuration.lines, configuration.differs.as_deref())
        }))
    }
}
