//! A server of HTTP/1.1 that sends header values byte by byte. Those of the suite contain control characters, which
//! libraries refuse.

use std::{
    fmt::Write as _,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use tests::platform_tests::server::{Reply, Request, Server};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// Starts a server that listens until the runtime ends.
pub(crate) async fn start(server: Arc<Server>) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port is free");
    let address = listener.local_addr().expect("the listener is bound");
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            // Errors are ignored, because a browser may close a connection at any time.
            tokio::spawn(serve(connection, server.clone()));
        }
    });
    address
}

async fn serve(connection: TcpStream, server: Arc<Server>) -> io::Result<()> {
    let mut connection = BufReader::new(connection);
    while let Some(request) = read(&mut connection).await? {
        let reply = answer(&server, &request);
        connection.write_all(&bytes(&request, &reply)).await?;
    }
    Ok(())
}

/// Reads a request. `None` if the browser has closed the connection.
async fn read(connection: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if connection.read_until(b'\n', &mut head).await? == 0 {
            return Ok(None);
        }
    }
    let head = String::from_utf8_lossy(&head);
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let header = |name: &str| headers.iter().find(|(line, _)| line == name).map(|(_, value)| value.as_str());
    let length = header("content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
    // A request to an HTTP proxy has an absolute URL.
    let url = if target.starts_with('/') {
        format!("http://{}{target}", header("host").unwrap_or_default())
    } else {
        target.to_owned()
    };
    let request = Request { method: method.to_owned(), url, headers };
    connection.read_exact(&mut vec![0; length]).await?;
    Ok(Some(request))
}

/// Answers requests for pages, which are empty, and those that remove the cookies of a subtest.
fn answer(server: &Server, request: &Request) -> Reply {
    let path = request.url.split('?').next().unwrap_or_default();
    if path.ends_with("/remove-cookies") {
        return remove_cookies(request);
    }
    if !path.contains("/resources/") {
        let headers = vec![("content-type".to_owned(), "text/html".to_owned())];
        return Reply { status: 200, headers, body: "<!DOCTYPE html><title>page</title><body>".to_owned() };
    }
    server.answer(request)
}

fn remove_cookies(request: &Request) -> Reply {
    let header = |name: &str| request.headers.iter().find(|(line, _)| line == name).map(|(_, value)| value);
    let mut headers = vec![
        ("access-control-allow-origin".to_owned(), header("origin").cloned().unwrap_or_default()),
        ("access-control-allow-credentials".to_owned(), "true".to_owned()),
    ];
    for (name, _) in
        header("cookie").iter().flat_map(|value| value.split("; ")).filter_map(|pair| pair.split_once('='))
    {
        for path in ["/", "/cors/resources", "/fetch/api/resources"] {
            headers.push(("set-cookie".to_owned(), format!("{name}=; Path={path}; Max-Age=0")));
        }
    }
    Reply { status: 200, headers, body: String::new() }
}

fn bytes(request: &Request, reply: &Reply) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} X\r\n", reply.status);
    for (name, value) in &reply.headers {
        let _ = write!(head, "{}: {value}\r\n", title_case(name));
    }
    let has_length = reply.headers.iter().any(|(name, _)| name == "content-length");
    let has_body = !matches!(reply.status, 204 | 304);
    if has_body && !has_length {
        let _ = write!(head, "content-length: {}\r\n", reply.body.len());
    }
    head.push_str("\r\n");
    if has_body && request.method != "HEAD" {
        head.push_str(&reply.body);
    }
    head.into_bytes()
}

/// Writes a header name as the suite does. Firefox ESR 153 ignores an empty `Access-Control-Allow-Origin` if its name is in
/// lower case, but not if it is written in this way.
fn title_case(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        first.to_ascii_uppercase() + rest
    });
    words.collect::<Vec<_>>().join("-")
}
