//! Reads one HTTP/1 response from a connection.

use std::{error::Error, io};

use tokio::{io::AsyncReadExt as _, net::TcpStream};

/// No response of the server under test is larger.
const LIMIT: usize = 64 << 10;
const HEADER_LIMIT: usize = 64;

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// Reads a response. Returns `None` if the server closes the connection before the first byte of one.
    ///
    /// # Errors
    ///
    /// Returns an error if the connection is cut, or if the response is incomplete, too large or not HTTP.
    pub(crate) async fn read(stream: &mut TcpStream) -> io::Result<Option<Self>> {
        let mut received = Vec::new();
        loop {
            if let Some(answer) = Self::parse(&received)? {
                return Ok(Some(answer));
            }
            if received.len() > LIMIT {
                return Err(invalid("the response is too large"));
            }
            match stream.read_buf(&mut received).await? {
                0 if received.is_empty() => return Ok(None),
                0 => return Err(invalid("the response is incomplete")),
                _ => {}
            }
        }
    }

    /// Returns a complete response, or `None` if more bytes are needed.
    fn parse(received: &[u8]) -> io::Result<Option<Self>> {
        let mut headers = [httparse::EMPTY_HEADER; HEADER_LIMIT];
        let mut head = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(head_length) = head.parse(received).map_err(invalid)? else {
            return Ok(None);
        };
        let status = head.code.ok_or_else(|| invalid("the response has no status"))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers =
            head.headers.iter().map(|line| (line.name.to_ascii_lowercase(), text(line.value))).collect();
        let mut answer = Self { status, headers, body: String::new() };
        let body_length = match answer.lines("content-length")[..] {
            [] => 0,
            [length] => length.parse().map_err(invalid)?,
            _ => return Err(invalid("the response has two lengths")),
        };
        let Some(body) = received[head_length..].get(..body_length) else { return Ok(None) };
        answer.body = text(body);
        Ok(Some(answer))
    }

    /// The values of all lines of a header.
    pub(crate) fn lines(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect()
    }
}

fn invalid(cause: impl Into<Box<dyn Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, cause)
}
