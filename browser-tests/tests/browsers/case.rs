//! The form of the table.
//!
//! ```text
//! ### what the case shows
//! route GET,PUT /me {"origins": ["https://app.example.com"], "expose_headers": ["x-total-count"]}
//!   status 404
//!   X-Total-Count: 3
//!   body "not here"
//! page https://app.example.com
//! fetch PUT /me include json
//!   X-Request-Id: 7
//!   => 404 preflights 1
//!   => firefox webkit blocked preflight HeaderNotAllowed preflights 1
//!   reads x-total-count: 3
//!   hides x-secret
//!   sees PUT Origin: https://app.example.com
//! ```
//!
//! The server:
//! - `route` is a route of the runtime with its policy. Below it is what the handler answers: `status`, header lines,
//!   `body "text"` (or `body png`, `body font`, `body module`), `streamed` (a body of unknown length in several pieces)
//!   and `etag "x"` (304 for who has it). Without these it is 200 `ok`.
//! - `raw` is an answer of something that knows nothing of the runtime; `raw *` is for every method.
//! - `inside login`, `inside compression` stand between CORS and the handlers, `outside login`, `outside compression`,
//!   `outside adds Name: value`, `outside sets Name: value`, `outside removes Name`, `outside answers preflights`,
//!   `outside answers options`, `outside cache`, `outside cache with preflights` around everything ([`Outside`]).
//! - `default` is a default policy around everything.
//!
//! The browser, in the order of the lines:
//! - `page` opens a page, `null` one in a sandbox.
//! - `fetch` is a call of `fetch()`, `load` an element or a font ([`Load`]). Words behind the URL: `include`, `omit`,
//!   `no-cors`, `same-origin`, `json`, `text`, `form`, `stream`, `upload` (an `XMLHttpRequest` with a listener for the
//!   upload), `redirect-error`, `redirect-manual`, `reload`, `no-referrer`. Header lines below it are set by the script.
//! - `advance 60s` waits. Only simulated browsers have the time.
//!
//! What comes of it:
//! - `=> 200`, `=> opaque`, `=> opaqueredirect`, `=> loaded`, `=> loaded tainted`, `=> blocked Reason`, `=> blocked
//!   preflight Reason`, then how many preflights went out, if any. With names of engines it is for these; the
//!   standard's own (`standard`) is one of them.
//! - `reads` a header, `hides` one that the server does send, `gets "text"` as the body (`ok` if the handler says
//!   nothing else), `at` a URL, after redirects.
//! - `sees METHOD Name: value`, `sees METHOD no Name`: what the server got with the last request of that method.
//! - `sends OPTIONS PUT`: all the requests that reached the server.
//! - `skip chromium: why` leaves a case out where it is not so in an engine, `skip actix: why` in a framework.
//!
//! Every case has paths of its own, as preflights are remembered for each URL: `/me` stands for
//! `https://api.example.com/7/me`, and `{case}` for the `7`. `{x*9}` stands for nine `x`, and `#` begins a comment.

use super::answer::Answer;
use super::outside::Outside;

/// Where the server is, if a URL says nothing else.
const API: &str = "api.example.com";

/// A browser, real or simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// Only simulated.
    Standard,
    Chromium,
    Firefox,
    WebKit,
}

impl Engine {
    pub(crate) const ALL: [Self; 4] = [Self::Standard, Self::Chromium, Self::Firefox, Self::WebKit];

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framework {
    Axum,
    Actix,
}

impl Framework {
    pub(crate) const ALL: [Self; 2] = [Self::Axum, Self::Actix];

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|framework| framework.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Axum => "axum",
            Self::Actix => "actix",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) number: usize,
    /// Of the URLs that say nothing else.
    pub(crate) scheme: &'static str,
    /// With the file's name.
    pub(crate) name: String,
    pub(crate) routes: Vec<Route>,
    pub(crate) raws: Vec<Raw>,
    pub(crate) inside: Vec<Inside>,
    pub(crate) outside: Vec<Outside>,
    pub(crate) compressed_outside: bool,
    /// The policy of everything else, as JSON.
    pub(crate) default: Option<String>,
    pub(crate) steps: Vec<Step>,
    pub(crate) skip: Vec<Engine>,
    pub(crate) skip_frameworks: Vec<Framework>,
}

#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) methods: Vec<String>,
    pub(crate) path: String,
    /// As JSON.
    pub(crate) policy: String,
    pub(crate) answer: Answer,
}

#[derive(Debug)]
pub(crate) struct Raw {
    /// `*` is every one.
    pub(crate) methods: Vec<String>,
    pub(crate) path: String,
    pub(crate) answer: Answer,
}

/// What stands between CORS and the handlers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inside {
    Login,
    Compression,
}

#[derive(Debug)]
pub(crate) enum Step {
    /// A page of this origin.
    Page(String),
    Ask(Box<Ask>),
    /// Seconds.
    Advance(u64),
}

/// A request of a page, and what comes of it.
#[derive(Debug, Default)]
pub(crate) struct Ask {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) load: Option<Load>,
    pub(crate) options: Vec<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) expected: Vec<(Vec<Engine>, Expected)>,
    pub(crate) reads: Vec<(String, String)>,
    pub(crate) hides: Vec<String>,
    pub(crate) gets: Option<String>,
    pub(crate) at: Option<String>,
    pub(crate) sees: Vec<Sees>,
    pub(crate) sends: Option<Vec<String>>,
}

/// What fetches without a script's `fetch()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Load {
    /// `<img>`
    Image,
    /// `<img crossorigin>`
    ImageAnonymous,
    /// `<img crossorigin="use-credentials">`
    ImageCredentials,
    /// `<script>`
    Script,
    /// `<script crossorigin>`
    ScriptAnonymous,
    /// `<script type="module">`
    Module,
    /// `<script type="module" crossorigin="use-credentials">`
    ModuleCredentials,
    /// `@font-face`
    Font,
}

impl Load {
    const NAMES: [(&'static str, Self); 8] = [
        ("image", Self::Image),
        ("image-anonymous", Self::ImageAnonymous),
        ("image-credentials", Self::ImageCredentials),
        ("script", Self::Script),
        ("script-anonymous", Self::ScriptAnonymous),
        ("module", Self::Module),
        ("module-credentials", Self::ModuleCredentials),
        ("font", Self::Font),
    ];

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(have, _)| *have == name).map(|(_, load)| *load)
    }

    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, load)| *load == self).map_or("", |(name, _)| name)
    }

    pub(crate) fn is_no_cors(self, engine: Engine) -> bool {
        match self {
            Self::Image | Self::Script => true,
            Self::Font => engine == Engine::WebKit,
            _ => false,
        }
    }

    pub(crate) fn includes_credentials(self) -> bool {
        matches!(self, Self::Image | Self::Script | Self::ImageCredentials | Self::ModuleCredentials)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Expected {
    pub(crate) outcome: Outcome,
    pub(crate) preflights: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A response that can be read.
    Status(u16),
    Opaque,
    OpaqueRedirect,
    Loaded,
    /// Shown, but not for scripts.
    LoadedTainted,
    /// Why, if the browser says so, and whether at the preflight.
    Blocked(Option<(String, bool)>),
}

/// What the server got.
#[derive(Debug)]
pub(crate) struct Sees {
    pub(crate) method: String,
    pub(crate) name: String,
    /// `None`: no such header.
    pub(crate) value: Option<String>,
}

impl Case {
    /// The URL of a path of this case.
    pub(crate) fn url(&self, written: &str) -> String {
        let (origin, path) = match written.split_once("://") {
            Some((scheme, rest)) => {
                let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
                (format!("{scheme}://{host}"), format!("/{path}"))
            }
            None => (format!("{}://{API}", self.scheme), written.to_owned()),
        };
        format!("{origin}/{}{path}", self.number)
    }

    /// The pages that it needs, in order.
    pub(crate) fn pages(&self) -> Vec<&str> {
        self.steps
            .iter()
            .filter_map(|step| if let Step::Page(page) = step { Some(page.as_str()) } else { None })
            .collect()
    }

    pub(crate) fn asks(&self) -> impl Iterator<Item = &Ask> {
        self.steps.iter().filter_map(|step| if let Step::Ask(ask) = step { Some(&**ask) } else { None })
    }

    /// `skip ..: why`
    pub(crate) fn skip(&mut self, name: &str) -> Option<()> {
        match (Engine::named(name), Framework::named(name)) {
            (Some(engine), _) => self.skip.push(engine),
            (None, Some(framework)) => self.skip_frameworks.push(framework),
            (None, None) => return None,
        }
        Some(())
    }

    pub(crate) fn is_for(&self, engine: Engine, framework: Framework) -> bool {
        !self.skip.contains(&engine) && !self.skip_frameworks.contains(&framework)
    }

    pub(crate) fn takes_time(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Advance(_)))
    }
}

impl Ask {
    pub(crate) fn expected(&self, engine: Engine) -> &Expected {
        let of_engine = self.expected.iter().find(|(engines, _)| engines.contains(&engine));
        let general = || self.expected.iter().find(|(engines, _)| engines.is_empty());
        of_engine.or_else(general).map(|(_, expected)| expected).expect("the parser checks it")
    }
}
