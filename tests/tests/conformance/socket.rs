//! Asks a server over a loopback socket, with requests written byte by byte: no client library may tidy them up.

use crate::calls::Calls;
use crate::case::{Answer, Case};
use crate::{actix_app, axum_app};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread;

// The servers run until the process ends: each test has its own.

pub(crate) fn axum() -> impl FnMut(&Case) -> Answer {
    let calls = Calls::default();
    let app = axum_app::app(calls.clone());
    let (sender, address) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            sender.send(listener.local_addr().expect("it is bound")).expect("the test waits for it");
            axum::serve(listener, app).await.expect("it never ends");
        });
    });
    ask(calls, address.recv().expect("the server starts"))
}

pub(crate) fn actix() -> impl FnMut(&Case) -> Answer {
    use actix_web::{App, HttpServer};

    let calls = Calls::default();
    let server_calls = calls.clone();
    let (sender, address) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let server = HttpServer::new(move || App::new().configure(actix_app::app(server_calls.clone())))
                .workers(1)
                .disable_signals()
                .bind("127.0.0.1:0")
                .expect("a free port");
            sender.send(server.addrs()[0]).expect("the test waits for it");
            server.run().await.expect("it never ends");
        });
    });
    ask(calls, address.recv().expect("the server starts"))
}

fn ask(calls: Calls, address: SocketAddr) -> impl FnMut(&Case) -> Answer {
    move |case| {
        let mut request = format!("{} {} HTTP/1.1\r\nHost: {address}\r\n", case.method, case.path);
        for (name, value) in &case.headers {
            let _ = write!(request, "{name}: {value}\r\n");
        }
        let _ =
            write!(request, "Content-Length: {}\r\nConnection: close\r\n\r\n{}", case.body.len(), case.body);
        let mut stream = TcpStream::connect(address).expect("the server listens");
        stream.write_all(request.as_bytes()).expect("the server reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the server answers and closes");
        parse(&String::from_utf8_lossy(&answer), calls.take())
    }
}

fn parse(answer: &str, ran: Vec<&'static str>) -> Answer {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(':'));
    Answer {
        status: status.unwrap_or_else(|| panic!("no status: {head}")),
        headers: headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect(),
        body: body.to_owned(),
        ran,
    }
}
