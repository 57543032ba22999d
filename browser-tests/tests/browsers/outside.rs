//! Layers around the app: logins, proxies, caches, other CORS layers.

use super::answer::{Answer, Asked, Body};
use super::case::Case;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outside {
    /// Answers 401 to requests without a cookie and `Authorization`, and so to all preflights.
    Login,
    /// Appends a header line to every response, as `add_header` of nginx does.
    Adds(String, String),
    /// Replaces a header of every response.
    Sets(String, String),
    /// Removes a header from every response.
    Removes(String),
    /// Another CORS layer, which allows every origin and answers all preflights.
    AnswersPreflights,
    /// A gateway without CORS that answers every `OPTIONS` request itself.
    AnswersOptions,
    /// A shared cache, such as that of a CDN. It respects `Vary`.
    Cache,
    /// A shared cache that also stores the responses to preflights.
    CacheWithPreflights,
}

impl Outside {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let header = |text: &str| {
            let (name, value) = text.split_once(": ")?;
            Some((name.to_owned(), value.to_owned()))
        };
        Some(match (text, text.split_once(' ')) {
            ("login", _) => Self::Login,
            ("cache", _) => Self::Cache,
            ("cache with preflights", _) => Self::CacheWithPreflights,
            ("answers preflights", _) => Self::AnswersPreflights,
            ("answers options", _) => Self::AnswersOptions,
            (_, Some(("adds", rest))) => header(rest).map(|(name, value)| Self::Adds(name, value))?,
            (_, Some(("sets", rest))) => header(rest).map(|(name, value)| Self::Sets(name, value))?,
            (_, Some(("removes", name))) => Self::Removes(name.to_owned()),
            _ => return None,
        })
    }

    /// The response of this layer, if it does not pass on the request.
    fn before(&self, asked: &Asked) -> Option<Answer> {
        match self {
            Self::Login if !asked.is_logged_in() => Some(Answer::new(401, "who are you?")),
            Self::AnswersOptions if asked.method == "OPTIONS" => {
                let mut answer = Answer::new(200, "");
                answer.headers.push(("Allow".to_owned(), "GET, HEAD, POST, PUT, DELETE, OPTIONS".to_owned()));
                Some(answer)
            }
            Self::AnswersPreflights if asked.is_preflight() => {
                let mut answer = Answer::new(200, "");
                for name in ["Origin", "Methods", "Headers"] {
                    answer.headers.push((format!("Access-Control-Allow-{name}"), "*".to_owned()));
                }
                Some(answer)
            }
            _ => None,
        }
    }

    fn after(&self, answer: &mut Answer) {
        match self {
            Self::Adds(name, value) => answer.headers.push((name.clone(), value.clone())),
            Self::Sets(name, value) => {
                answer.headers.retain(|(have, _)| !have.eq_ignore_ascii_case(name));
                answer.headers.push((name.clone(), value.clone()));
            }
            Self::Removes(name) => answer.headers.retain(|(have, _)| !have.eq_ignore_ascii_case(name)),
            Self::AnswersPreflights => {
                answer.headers.push(("Access-Control-Allow-Origin".to_owned(), "*".to_owned()));
            }
            Self::Login | Self::AnswersOptions | Self::Cache | Self::CacheWithPreflights => {}
        }
    }
}

/// The layers around the routes of all cases, and a log of the requests.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    cases: Arc<Vec<Case>>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// The requests of each case. `None` separates two steps.
    log: HashMap<usize, Vec<Option<Asked>>>,
    stored: Vec<Stored>,
}

#[derive(Debug)]
struct Stored {
    asked: Asked,
    answer: Answer,
}

impl Surroundings {
    pub(crate) fn new(cases: Arc<Vec<Case>>) -> Self {
        Self { cases, state: Arc::default() }
    }

    pub(crate) fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// The scheme of the pages.
    pub(crate) fn scheme(&self) -> &'static str {
        self.cases.first().map_or("https", |case| case.scheme)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Logs a request, and answers it if it does not reach the routes.
    pub(crate) fn before(&self, asked: &Asked) -> Option<Answer> {
        if let Some(number) = asked.path.strip_prefix("/mark/") {
            self.mark(number.parse().ok()?);
            return Some(Answer::new(204, "").to(asked));
        }
        if let Some(page) = page(&asked.path) {
            return Some(page);
        }
        let case = self.case(asked)?;
        let mut state = self.state();
        state.log.entry(case.number).or_default().push(Some(asked.clone()));
        if let Some(answer) = case.outside.iter().find_map(|outside| outside.before(asked)) {
            return Some(answer.to(asked));
        }
        if is_cached(case, asked)
            && let Some(answer) = state.stored(asked)
        {
            return Some(answer);
        }
        let raw = case.raws.iter().find(|raw| {
            raw.path == asked.local_path()
                && raw.methods.iter().any(|method| method == "*" || *method == asked.method)
        });
        raw.map(|raw| raw.answer.to(asked))
    }

    /// Adds the status of the response of the routes to the log.
    pub(crate) fn answered(&self, asked: &Asked, status: u16) {
        let Some(case) = asked.case() else { return };
        let mut state = self.state();
        let log = state.log.get_mut(&case).into_iter().flatten().rev().flatten();
        let same = |logged: &&mut Asked| {
            logged.status.is_none() && logged.method == asked.method && logged.path == asked.path
        };
        if let Some(logged) = log.into_iter().find(same) {
            logged.status = Some(status);
        }
    }

    /// Whether a response has to be passed to [`after`](Self::after).
    pub(crate) fn changes(&self, asked: &Asked) -> bool {
        self.case(asked).is_some_and(|case| !case.outside.is_empty())
    }

    pub(crate) fn after(&self, asked: &Asked, mut answer: Answer) -> Answer {
        let Some(case) = self.case(asked) else { return answer };
        for outside in case.outside.iter().rev() {
            outside.after(&mut answer);
        }
        if is_cached(case, asked) && (asked.is_preflight() || answer.status == 200) {
            self.state().stored.push(Stored { asked: asked.clone(), answer: answer.clone() });
        }
        answer
    }

    fn case(&self, asked: &Asked) -> Option<&Case> {
        self.cases.get(asked.case()?.checked_sub(1)?)
    }

    /// Marks the end of a step in the log.
    pub(crate) fn mark(&self, case: usize) {
        self.state().log.entry(case).or_default().push(None);
    }

    /// Removes and returns the requests of each step, and those behind the last one. Removes the responses of the case
    /// from the shared cache.
    pub(crate) fn take(&self, case: usize) -> Vec<Vec<Asked>> {
        let mut state = self.state();
        state.stored.retain(|stored| stored.asked.case() != Some(case));
        let log = state.log.remove(&case).unwrap_or_default();
        log.split(Option::is_none).map(|step| step.iter().flatten().cloned().collect()).collect()
    }
}

fn is_cached(case: &Case, asked: &Asked) -> bool {
    case.outside.iter().any(|outside| match outside {
        Outside::Cache => asked.method == "GET",
        Outside::CacheWithPreflights => asked.is_preflight(),
        _ => false,
    })
}

impl State {
    /// <https://www.rfc-editor.org/rfc/rfc9111#name-calculating-cache-keys-with>
    fn stored(&self, asked: &Asked) -> Option<Answer> {
        let found = self.stored.iter().find(|stored| {
            let vary = stored.answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("vary"));
            let mut names = vary.flat_map(|(_, value)| value.split(',')).map(str::trim);
            stored.asked.path == asked.path
                && stored.asked.method == asked.method
                && names.all(|name| name != "*" && stored.asked.header(name) == asked.header(name))
        });
        found.map(|stored| stored.answer.clone())
    }
}

/// The pages that browsers open. They are empty.
fn page(path: &str) -> Option<Answer> {
    let mut answer = Answer::new(
        200,
        "<!doctype html><meta charset=utf-8><title>page</title><link rel=icon href='data:,'>",
    );
    answer.headers.push(("Content-Type".to_owned(), "text/html".to_owned()));
    match path {
        "/page" => {}
        "/sandboxed-page" => {
            answer.headers.push(("Content-Security-Policy".to_owned(), "sandbox allow-scripts".to_owned()));
        }
        _ => return None,
    }
    Some(answer)
}

impl Answer {
    /// A response that a framework has made.
    pub(crate) fn received(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Self {
        Self { status, headers, body: Body::Bytes(body), streamed: false, etag: None }
    }
}
