//! A record of the requests that an API received from the page, including the preflights.
//!
//! A script can read neither a preflight nor the response to a request that the browser blocked. So each API records its
//! requests and responses. The page puts a name into the query of its requests (`?probe=..`), and later requests the
//! record of that name.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

/// The newest requests and responses of one API.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record(Arc<Mutex<VecDeque<Exchange>>>);

/// One request and its response, reduced to the parts that the page shows.
#[derive(Debug)]
pub(crate) struct Exchange {
    probe: String,
    method: String,
    path: String,
    asked: Vec<Header>,
    status: u16,
    answered: Vec<Header>,
}

/// The name and the value of a header.
pub(crate) type Header = (String, String);

const LIMIT: usize = 1000;

impl Record {
    /// Records a request of a probe, and the response to it.
    pub(crate) fn keep(&self, request: Request, status: u16, answered: Vec<Header>) {
        let Request { probe, method, path, asked } = request;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == LIMIT {
            kept.pop_front();
        }
        kept.push_back(Exchange { probe, method, path, asked, status, answered });
    }

    /// Returns the requests and responses of one probe, the oldest first.
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
    /// Returns `None` if the query contains no probe.
    pub(crate) fn new(method: &str, path: &str, query: Option<&str>, asked: Vec<Header>) -> Option<Self> {
        let probe = query?.split('&').find_map(|pair| pair.strip_prefix("probe="))?;
        Some(Self { probe: probe.to_owned(), method: method.to_owned(), path: path.to_owned(), asked })
    }
}

/// Keeps only the headers that matter for CORS. The value of a cookie is replaced, because the page must not show it.
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
