//! What an API saw of the page's requests, preflights included.
//!
//! A script never sees a preflight, nor the answer to a request that was refused. So each API keeps what came in and
//! what went out, under the name that the page put into the query (`?probe=..`), and the page asks for it afterwards.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

/// The newest exchanges of one API.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record(Arc<Mutex<VecDeque<Exchange>>>);

/// One request and its answer, reduced to what matters here.
#[derive(Debug)]
pub(crate) struct Exchange {
    probe: String,
    method: String,
    path: String,
    asked: Vec<Header>,
    status: u16,
    answered: Vec<Header>,
}

/// Name and value of a header.
pub(crate) type Header = (String, String);

const LIMIT: usize = 1000;

impl Record {
    /// Keeps the answer to a request that is part of a probe.
    pub(crate) fn keep(&self, request: Request, status: u16, answered: Vec<Header>) {
        let Request { probe, method, path, asked } = request;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == LIMIT {
            kept.pop_front();
        }
        kept.push_back(Exchange { probe, method, path, asked, status, answered });
    }

    /// The exchanges of one probe, oldest first.
    pub(crate) fn of(&self, probe: &str) -> Value {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter()
            .filter(|exchange| exchange.probe == probe)
            .map(|exchange| {
                json!({
                    "method": exchange.method,
                    "path": exchange.path,
                    "asked": exchange.asked,
                    "status": exchange.status,
                    "answered": exchange.answered,
                })
            })
            .collect()
    }
}

/// A request that is part of a probe.
#[derive(Debug)]
pub(crate) struct Request {
    probe: String,
    method: String,
    path: String,
    asked: Vec<Header>,
}

impl Request {
    /// `None` if the query names no probe.
    pub(crate) fn new(method: &str, path: &str, query: Option<&str>, asked: Vec<Header>) -> Option<Self> {
        let probe = query?.split('&').find_map(|pair| pair.strip_prefix("probe="))?;
        Some(Self { probe: probe.to_owned(), method: method.to_owned(), path: path.to_owned(), asked })
    }
}

/// The headers that decide about CORS. A cookie is only named: what it says is nobody's business.
pub(crate) fn relevant<'a>(headers: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<Header> {
    headers
        .filter_map(|(name, value)| match name {
            "cookie" => Some((name.to_owned(), "present".to_owned())),
            "origin" | "vary" => Some((name.to_owned(), String::from_utf8_lossy(value).into_owned())),
            _ if name.starts_with("access-control-") => {
                Some((name.to_owned(), String::from_utf8_lossy(value).into_owned()))
            }
            _ => None,
        })
        .collect()
}
