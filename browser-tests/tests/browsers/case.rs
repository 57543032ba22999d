//! The format of the table.
//!
//! ```text
//! ### the behaviour that the case shows
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
//! - `route` is a route of the runtime with its policy. The lines below it are the response of the handler: `status`,
//!   header lines, `body "text"` (or `body png`, `body font`, `body module`), `streamed` (a body of unknown length in
//!   several pieces) and `etag "x"` (a request that has it gets a 304). Without these lines the response is 200 with
//!   the body `ok`.
//! - `raw` is a response of a server that does not use the runtime; `raw *` is for every method.
//! - `inside login` and `inside compression` are layers between CORS and the handlers. `outside login`, `outside
//!   compression`, `outside adds Name: value`, `outside sets Name: value`, `outside removes Name`, `outside answers
//!   preflights`, `outside answers options`, `outside cache` and `outside cache with preflights` are layers around all
//!   routes ([`Outside`]).
//! - `default` is a default policy around all routes, and `default-answering-first` one that answers every preflight.
//!
//! The browser follows these lines in their order:
//! - `page` opens a page; `page null` opens a sandboxed one.
//! - `fetch` is a call of `fetch()`, `load` an element or a font ([`Load`]). Words behind the URL: `include`, `omit`,
//!   `no-cors`, `same-origin`, `json`, `text`, `form`, `stream`, `upload` (an `XMLHttpRequest` with a listener for the
//!   upload), `redirect-error`, `redirect-manual`, `reload`, `no-referrer`. Header lines below it are set by the
//!   script.
//! - `advance 60s` waits. Such a case runs only in simulated browsers, whose clock the test can set.
//!
//! The expected results:
//! - `=> 200`, `=> opaque`, `=> opaqueredirect`, `=> loaded`, `=> loaded tainted`, `=> blocked Reason`, `=> blocked
//!   preflight Reason`, then the number of preflights, if there are any. A line with names of browsers is only for
//!   these. `standard` is a browser that follows the standard in everything.
//! - `reads` is a header that the script can read, `hides` one that it cannot read although the server sends it. `gets
//!   "text"` is the body, which is `ok` without this line, and `at` the URL after redirects.
//! - `sees METHOD Name: value` is a header of the last request with this method that reached the server, and `sees
//!   METHOD no Name` one that it did not have.
//! - `sends OPTIONS PUT` are all requests that reached the server, and `answers 403` is the status of the response of the
//!   routes to the last one.
//! - `skip chromium: reason` excludes a case from a browser, `skip actix: reason` from a framework.
//!
//! Browsers remember preflights for each URL, so every case has its own paths: `/me` means
//! `https://api.example.com/7/me`, and `{case}` means the `7`. `{x*9}` means nine `x`. A line that begins with `#` is a
//! comment.

use super::answer::Answer;
use super::outside::Outside;

/// The host of URLs that name no other.
const API: &str = "api.example.com";

/// A browser, real or simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// A simulated browser that follows the standard in everything.
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
    /// The scheme of URLs that name no other.
    pub(crate) scheme: &'static str,
    /// The name of the file and the name of the case.
    pub(crate) name: String,
    pub(crate) routes: Vec<Route>,
    pub(crate) raws: Vec<Raw>,
    pub(crate) inside: Vec<Inside>,
    pub(crate) outside: Vec<Outside>,
    pub(crate) compressed_outside: bool,
    /// The default policy as JSON.
    pub(crate) default: Option<String>,
    /// Whether the default policy answers every preflight.
    pub(crate) default_answers_first: bool,
    pub(crate) steps: Vec<Step>,
    pub(crate) skip: Vec<Engine>,
    pub(crate) skip_frameworks: Vec<Framework>,
}

#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) methods: Vec<String>,
    pub(crate) path: String,
    /// The policy as JSON.
    pub(crate) policy: String,
    pub(crate) answer: Answer,
}

#[derive(Debug)]
pub(crate) struct Raw {
    /// `*` means every method.
    pub(crate) methods: Vec<String>,
    pub(crate) path: String,
    pub(crate) answer: Answer,
}

/// A layer between CORS and the handlers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inside {
    Login,
    Compression,
}

#[derive(Debug)]
pub(crate) enum Step {
    /// Opens a page of this origin.
    Page(String),
    Ask(Box<Ask>),
    /// Waits so many seconds.
    Advance(u64),
}

/// A request of a page, and the expected results.
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
    pub(crate) answers: Option<u16>,
}

/// An element or a font that sends a request without a script.
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
    /// `<iframe>`
    Frame,
    /// `<form method="post">`, whose response is shown in a frame
    Form,
    /// `new WebSocket(..)`
    WebSocket,
}

impl Load {
    const NAMES: [(&'static str, Self); 11] = [
        ("image", Self::Image),
        ("image-anonymous", Self::ImageAnonymous),
        ("image-credentials", Self::ImageCredentials),
        ("script", Self::Script),
        ("script-anonymous", Self::ScriptAnonymous),
        ("module", Self::Module),
        ("module-credentials", Self::ModuleCredentials),
        ("font", Self::Font),
        ("frame", Self::Frame),
        ("form", Self::Form),
        ("websocket", Self::WebSocket),
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
    /// The image is shown, but scripts cannot read it.
    LoadedTainted,
    /// The reason, and whether the preflight was blocked. Only simulated browsers tell.
    Blocked(Option<(String, bool)>),
}

/// A header of a request that reached the server.
#[derive(Debug)]
pub(crate) struct Sees {
    pub(crate) method: String,
    pub(crate) name: String,
    /// `None` means that the request must not have the header.
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

    /// The origins of the pages that the case opens, in order.
    pub(crate) fn pages(&self) -> Vec<&str> {
        self.steps
            .iter()
            .filter_map(|step| if let Step::Page(page) = step { Some(page.as_str()) } else { None })
            .collect()
    }

    pub(crate) fn asks(&self) -> impl Iterator<Item = &Ask> {
        self.steps.iter().filter_map(|step| if let Step::Ask(ask) = step { Some(&**ask) } else { None })
    }

    /// Adds a browser or a framework that the case is not for.
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
        of_engine
            .or_else(general)
            .map(|(_, expected)| expected)
            .expect("the parser checks that every browser has a result")
    }
}
