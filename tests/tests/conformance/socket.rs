//! Sends the requests of the table over a loopback socket.

use std::net::SocketAddr;
use tests::ask::{Answer, App};
use tests::serve::exchange;

/// A server as an app. Requests are written byte by byte, because a client library would correct some of them.
pub(crate) fn connect(address: SocketAddr) -> App {
    Box::new(move |ask| {
        let mut request = format!("{} {} HTTP/1.1\r\n", ask.method, ask.uri).into_bytes();
        if !ask.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            request.extend(format!("Host: {address}\r\n").bytes());
        }
        for (name, value) in &ask.headers {
            request.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        let (length, body) = (ask.body.len(), &ask.body);
        request.extend(format!("Content-Length: {length}\r\nConnection: close\r\n\r\n{body}").bytes());
        parse(&exchange(address, &request))
    })
}

fn parse(answer: &str) -> Answer {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(':'));
    Answer {
        status: status.unwrap_or_else(|| panic!("the answer has no status: {head}")),
        headers: headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect(),
        body: body.to_owned(),
    }
}
