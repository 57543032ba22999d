//! What the simulated browser may send: the request that was asked for, its preflights and its redirects, and each of
//! them once.

use std::cell::{Ref, RefCell};

use cors_runtime::testing::{Target, TargetError, WireRequest, WireResponse};

use crate::http_client::{Answer, ClientError, FailureKind, HttpClient};

/// A request that was sent, and what came of it.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) request: WireRequest,
    pub(super) result: Result<Answer, ClientError>,
}

impl Exchange {
    /// Returns the response, also if a part of its body is missing.
    pub(super) fn answer(&self) -> Option<&Answer> {
        match &self.result {
            Ok(answer) => Some(answer),
            Err(error) => error.partial.as_deref(),
        }
    }

    /// Returns the response without what is known about the connection.
    pub(super) fn response(&self) -> Option<&WireResponse> {
        self.answer().map(|answer| &answer.response)
    }

    /// Returns whether the request may have changed something on the server.
    pub(super) fn has_side_effects(&self) -> bool {
        !is_safe(self.request.method())
    }
}

/// Returns whether the method is [safe](https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1): it changes nothing on the
/// server.
pub(super) fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS")
}

/// The reason why a request of the browser was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// `--preflight-only`
    PreflightOnly,
    /// A redirect has changed the method, for example from `POST` to `GET`.
    MethodChanged { method: String, url: String },
}

/// The network of one question, which several browsers share.
#[derive(Debug)]
pub(super) struct Network {
    client: HttpClient,
    /// The only method that is sent, apart from preflights.
    method: String,
    preflight_only: bool,
    exchanges: RefCell<Vec<Exchange>>,
}

impl Network {
    pub(super) fn new(client: HttpClient, method: String, preflight_only: bool) -> Self {
        Self { client, method, preflight_only, exchanges: RefCell::default() }
    }

    /// Returns all requests that were sent.
    pub(super) fn exchanges(&self) -> Ref<'_, Vec<Exchange>> {
        self.exchanges.borrow()
    }

    /// Finds the exchange of an earlier browser that answers this request, too. A request with side effects is found
    /// even if its headers differ, since it must not be sent twice.
    fn find_sent(&self, request: &WireRequest, used: &[usize]) -> Option<usize> {
        let is_equal = |sent: &WireRequest| {
            sent == request
                || !is_safe(request.method())
                    && (sent.method(), sent.url()) == (request.method(), request.url())
        };
        let exchanges = self.exchanges();
        exchanges
            .iter()
            .enumerate()
            .find(|(index, sent)| !used.contains(index) && is_equal(&sent.request))
            .map(|(index, _)| index)
    }
}

/// The connection of one browser to the [`Network`].
#[derive(Debug)]
pub(super) struct BrowserNetwork<'a> {
    network: &'a Network,
    /// The exchanges of this browser, as positions in [`Network::exchanges`].
    used: RefCell<Vec<usize>>,
    stop: RefCell<Option<Stop>>,
}

/// The marker of [`BrowserNetwork`]: see [`Target`].
#[derive(Debug)]
pub(super) enum ViaBrowserNetwork {}

impl<'a> BrowserNetwork<'a> {
    pub(super) fn new(network: &'a Network) -> Self {
        Self { network, used: RefCell::default(), stop: RefCell::default() }
    }

    /// Returns the positions of this browser's exchanges, and why it was stopped.
    pub(super) fn into_parts(self) -> (Vec<usize>, Option<Stop>) {
        (self.used.into_inner(), self.stop.into_inner())
    }
}

impl Target<ViaBrowserNetwork> for BrowserNetwork<'_> {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TargetError> {
        let stopped = |stop| {
            self.stop.replace(Some(stop));
            Err(TargetError::new("the request was not sent"))
        };
        if !request.is_preflight() {
            if request.method() != self.network.method {
                let (method, url) = (request.method().to_owned(), request.url().to_owned());
                return stopped(Stop::MethodChanged { method, url });
            }
            if self.network.preflight_only {
                return stopped(Stop::PreflightOnly);
            }
        }
        let found = self.network.find_sent(&request, &self.used.borrow());
        let index = if let Some(index) = found {
            index
        } else {
            let result = self.network.client.exchange(&request).await;
            let mut exchanges = self.network.exchanges.borrow_mut();
            exchanges.push(Exchange { request, result });
            exchanges.len() - 1
        };
        self.used.borrow_mut().push(index);
        let exchanges = self.network.exchanges();
        match &exchanges[index].result {
            Ok(answer) => Ok(answer.response.clone()),
            // Browsers decide by the headers, before the body ends.
            Err(ClientError { partial: Some(answer), .. }) => Ok(answer.response.clone()),
            Err(error) => Err(TargetError::new(error)),
        }
    }
}

/// Returns whether the body alone failed because it has no end, as that of a stream of events.
pub(super) fn is_open_stream(exchange: &Exchange) -> bool {
    let is_event_stream = exchange
        .response()
        .and_then(|response| response.header("content-type"))
        .is_some_and(|value| value.to_ascii_lowercase().starts_with("text/event-stream"));
    is_event_stream
        && matches!(&exchange.result, Err(error) if error.kind == FailureKind::Timeout && error.partial.is_some())
}
