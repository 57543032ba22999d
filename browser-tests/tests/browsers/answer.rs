//! Requests and responses in types of no framework, which both apps convert to those of their framework.

/// The response of a server.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Body,
    /// Whether the body is sent in several pieces, without a length.
    pub(crate) streamed: bool,
    /// The `ETag` of the body. A request that has it in `If-None-Match` gets a 304.
    pub(crate) etag: Option<String>,
}

impl Default for Answer {
    fn default() -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            body: Body::Text("ok".to_owned()),
            streamed: false,
            etag: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    Text(String),
    Bytes(Vec<u8>),
    Png,
    Font,
    Module,
}

impl Body {
    fn content_type(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Bytes(_) => "text/plain",
            Self::Png => "image/png",
            Self::Font => "font/ttf",
            Self::Module => "text/javascript",
        }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Bytes(bytes) => bytes.clone(),
            Self::Png => include_bytes!("data/pixel.png").to_vec(),
            Self::Font => include_bytes!("data/font.ttf").to_vec(),
            Self::Module => b"export default 1;".to_vec(),
        }
    }
}

impl Answer {
    pub(crate) fn new(status: u16, text: &str) -> Self {
        Self { status, body: Body::Text(text.to_owned()), ..Self::default() }
    }

    /// The response to a request: adds `ETag` and `Content-Type`, and removes the body of a 204 or 304.
    pub(crate) fn to(&self, asked: &Asked) -> Self {
        let mut answer = self.clone();
        if let Some(etag) = &self.etag {
            answer.headers.push(("ETag".to_owned(), etag.clone()));
            if asked.header("if-none-match").is_some_and(|have| have == etag) {
                answer.status = 304;
            }
        }
        if matches!(answer.status, 204 | 304) {
            answer.body = Body::Bytes(Vec::new());
            answer.streamed = false;
        } else if !answer.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            answer.headers.push(("Content-Type".to_owned(), self.body.content_type().to_owned()));
        }
        answer
    }
}

/// A request that reached the server.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// The path with the query.
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    /// The status of the response of the routes.
    pub(crate) status: Option<u16>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn is_preflight(&self) -> bool {
        self.method == "OPTIONS"
            && self.header("origin").is_some()
            && self.header("access-control-request-method").is_some()
    }

    /// The number of the case, which is the first segment of the path: `/7/me?x` belongs to case 7.
    pub(crate) fn case(&self) -> Option<usize> {
        self.path.split('/').nth(1)?.parse().ok()
    }

    /// The path without the number of the case and without the query.
    pub(crate) fn local_path(&self) -> &str {
        let path = self.path.split('?').next().unwrap_or_default();
        path.get(1..).and_then(|path| path.find('/').map(|at| &path[at..])).unwrap_or("/")
    }

    pub(crate) fn is_logged_in(&self) -> bool {
        self.header("authorization").is_some() || self.header("cookie").is_some()
    }
}
