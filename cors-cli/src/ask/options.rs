//! The command line of `cors ask`.

use super::{engine::Engine, page_origin::parse_page_origin};
use crate::{command_line::parse_header, http_client::ClientOptions};
use clap::{Args, ValueEnum};
use cors_policy::is_token;
use reqwest::Url;

/// The options of `cors ask`.
#[derive(Args, Clone, Debug)]
pub struct AskOptions {
    /// Method of the request, such as GET or PUT
    #[arg(value_parser = parse_method)]
    pub(super) method: String,
    /// URL of the request
    #[arg(value_parser = parse_url)]
    pub(super) url: Url,
    /// Origin of the page whose script sends the request
    #[arg(long, value_name = "ORIGIN", value_parser = parse_page_origin)]
    pub(super) page: String,
    /// Set `credentials: "include"` (or `withCredentials`)
    #[arg(long)]
    pub(super) credentials: bool,
    /// Header that the script sets (repeatable)
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = parse_header)]
    pub(super) headers: Vec<(String, String)>,
    /// Body of the request
    #[arg(short = 'd', long = "data", value_name = "BODY", allow_hyphen_values = true)]
    pub(super) body: Option<String>,
    /// Cookie that the server has set before (repeatable)
    #[arg(long, value_name = "SET-COOKIE")]
    pub(super) cookie: Vec<String>,
    /// Browser to simulate; the default is the Fetch standard
    // The values in the name keep `--help` on one screen.
    #[arg(long, value_name = "chromium|firefox|webkit|all", hide_possible_values = true)]
    pub(super) engine: Option<EngineChoice>,
    /// Send the preflight only
    #[arg(long)]
    pub(super) preflight_only: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// The connection.
    #[command(flatten)]
    pub(super) client: ClientOptions,
}

impl AskOptions {
    /// Returns the method as browsers send it: <https://fetch.spec.whatwg.org/#concept-method-normalize>.
    pub(super) fn sent_method(&self) -> String {
        let upper = self.method.to_ascii_uppercase();
        match upper.as_str() {
            "DELETE" | "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" => upper,
            _ => self.method.clone(),
        }
    }
}

/// The value of `--engine`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum EngineChoice {
    /// Chrome, Edge and others.
    Chromium,
    /// Firefox.
    Firefox,
    /// Safari.
    Webkit,
    /// All three.
    All,
}

impl EngineChoice {
    pub(super) fn engines(self) -> Vec<Engine> {
        match self {
            Self::Chromium => vec![Engine::Chromium],
            Self::Firefox => vec![Engine::Firefox],
            Self::Webkit => vec![Engine::WebKit],
            Self::All => vec![Engine::Chromium, Engine::Firefox, Engine::WebKit],
        }
    }
}

fn parse_method(text: &str) -> Result<String, String> {
    if text.contains("://") {
        return Err(format!("write the method before the URL: `GET {text}`"));
    }
    if is_token(text) { Ok(text.to_owned()) } else { Err("this is no method; write GET or PUT".to_owned()) }
}

fn parse_url(text: &str) -> Result<Url, String> {
    let has_scheme = text.contains("://");
    let url = Url::parse(text).map_err(|error| {
        if has_scheme {
            format!("this is no URL ({error})")
        } else {
            format!("the URL has to be absolute; write `https://{}`", text.trim_start_matches('/'))
        }
    })?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        _ if !has_scheme => Err(format!("the URL has no scheme; write `https://{text}`")),
        scheme => Err(format!("`{scheme}:` URLs have no CORS; write an `https:` or `http:` URL")),
    }
}
