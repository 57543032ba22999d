//! Sends the requests of the table to a server over a loopback socket. They are written byte by byte, because a client library
//! would correct some of them.

use crate::calls::Calls;
use crate::case::{Answer, Case};
use crate::{actix_app, axum_app};
use std::fmt::Write as _;
use std::net::SocketAddr;
use tests::serve::{self, exchange};

pub(crate) fn axum() -> impl FnMut(&Case) -> Answer {
    let calls = Calls::default();
    let address = serve::axum(axum_app::app(calls.clone()));
    ask(calls, address)
}

pub(crate) fn actix() -> impl FnMut(&Case) -> Answer {
    let calls = Calls::default();
    let server_calls = calls.clone();
    let address = serve::actix(move |config| actix_app::app(server_calls)(config));
    ask(calls, address)
}

fn ask(calls: Calls, address: SocketAddr) -> impl FnMut(&Case) -> Answer {
    move |case| {
        let mut request = format!("{} {} HTTP/1.1\r\nHost: {address}\r\n", case.method, case.path);
        for (name, value) in &case.headers {
            let _ = write!(request, "{name}: {value}\r\n");
        }
        let _ =
            write!(request, "Content-Length: {}\r\nConnection: close\r\n\r\n{}", case.body.len(), case.body);
        let answer = exchange(address, request.as_bytes());
        parse(&answer, calls.take())
    }
}

fn parse(answer: &str, ran: Vec<&'static str>) -> Answer {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(':'));
    Answer {
        status: status.unwrap_or_else(|| panic!("the answer has no status: {head}")),
        headers: headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect(),
        body: body.to_owned(),
        ran,
    }
}
