//! The clients: many requests on kept connections, slow ones, large ones, and connections that are cut.

mod cases;

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::AsyncWriteExt as _,
    net::TcpStream,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use crate::answer::Answer;
use cases::{CASES, Case};

/// The number of clients that keep their connections.
const KEEPING_CLIENTS: usize = 4;
/// The number of clients that send byte by byte.
const SLOW_CLIENTS: usize = 4;
/// The requests on one kept connection.
const REQUESTS_PER_CONNECTION: usize = 100;
/// What a client waits between two requests, so that the machine stays usable.
const PAUSE: Duration = Duration::from_millis(5);
/// What a slow client waits between two bytes.
const PAUSE_BETWEEN_BYTES: Duration = Duration::from_millis(10);
/// An answer that takes longer is a wrong answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// The size of the large headers.
const LARGE: usize = 100 << 10;
/// The number of wrong answers that are kept as text.
const KEPT_MISTAKES: usize = 10;

/// What the clients sent, and what was wrong.
#[derive(Clone, Default)]
pub(crate) struct Counts {
    pub(crate) on_kept_connections: u64,
    pub(crate) byte_by_byte: u64,
    pub(crate) with_large_headers: u64,
    /// Each beginning of a request is cut at once, and cut while the client waits for an answer.
    pub(crate) cut: u64,
    pub(crate) wrong: u64,
    /// The first wrong answers.
    pub(crate) mistakes: Vec<String>,
}

#[derive(Clone)]
struct Clients {
    server: SocketAddr,
    deadline: Instant,
    counts: Arc<Mutex<Counts>>,
}

/// Sends all kinds of traffic until the time is over.
pub(crate) async fn send(server: SocketAddr, time: Duration) -> Counts {
    let clients = Clients { server, deadline: Instant::now() + time, counts: Arc::default() };
    let mut running = JoinSet::new();
    for client in 0..KEEPING_CLIENTS {
        running.spawn(clients.clone().keep_connections(client));
    }
    for client in 0..SLOW_CLIENTS {
        running.spawn(clients.clone().send_byte_by_byte(client));
    }
    running.spawn(clients.clone().send_large_headers());
    running.spawn(clients.clone().cut_connections());
    while let Some(client) = running.join_next().await {
        client.expect("a client does not panic");
    }
    let counts = clients.counts.lock().unwrap_or_else(PoisonError::into_inner);
    counts.clone()
}

/// Asks the server how often it panicked. The answer is `None` if the server does not run any more.
pub(crate) async fn panics(server: SocketAddr) -> Option<usize> {
    let mut stream = TcpStream::connect(server).await.ok()?;
    stream.write_all(b"GET /panics HTTP/1.1\r\nhost: api.example\r\n\r\n").await.ok()?;
    Answer::read(&mut stream).await.ok()??.body.parse().ok()
}

impl Clients {
    async fn keep_connections(self, first: usize) {
        let mut cases = CASES.iter().cycle().skip(first * CASES.len() / KEEPING_CLIENTS);
        while self.is_time_left() {
            let mut stream = None;
            for case in cases.by_ref().take(REQUESTS_PER_CONNECTION) {
                let answer = self.exchange(&mut stream, &case.to_bytes(), Duration::ZERO).await;
                self.count(|counts| counts.on_kept_connections += 1, case.check(answer));
                sleep(PAUSE).await;
            }
        }
    }

    async fn send_byte_by_byte(self, first: usize) {
        let mut cases = CASES.iter().cycle().skip(first * CASES.len() / SLOW_CLIENTS);
        while self.is_time_left() {
            let Some(case) = cases.next() else { return };
            let answer = self.exchange(&mut None, &case.to_bytes(), PAUSE_BETWEEN_BYTES).await;
            self.count(|counts| counts.byte_by_byte += 1, case.check_slow(answer));
        }
    }

    /// Sends requests whose headers are larger than most servers accept.
    async fn send_large_headers(self) {
        let name = "x".repeat(LARGE);
        let names = "content-type,".repeat(LARGE / 13);
        let origin = format!("https://{}", "a.".repeat(LARGE / 2));
        let lines: Vec<_> =
            (0..LARGE / 100).map(|line| format!("x-{line}: {}\r\n", "x".repeat(90))).collect();
        let variants = [
            format!("access-control-request-headers: {name}\r\n"),
            format!("access-control-request-headers: {names}\r\n"),
            format!("origin: {origin}\r\n"),
            lines.concat(),
        ];
        for case in CASES.iter().cycle() {
            for lines in &variants {
                if !self.is_time_left() {
                    return;
                }
                let answer = self.exchange(&mut None, &case.to_bytes_with(lines), Duration::ZERO).await;
                self.count(|counts| counts.with_large_headers += 1, case.check_large(answer));
                sleep(PAUSE).await;
            }
        }
    }

    /// Ends connections after each number of bytes of a request: at once, or after reading what the server answers.
    async fn cut_connections(self) {
        for case in CASES.iter().cycle() {
            let request = case.to_bytes();
            for length in 0..request.len() {
                if !self.is_time_left() {
                    return;
                }
                let result = timeout(PATIENCE, self.cut(&request[..length])).await;
                self.count(
                    |counts| counts.cut += 2,
                    result.unwrap_or_else(|_| Err("no end in time".to_owned())),
                );
                sleep(PAUSE).await;
            }
        }
    }

    /// Sends the beginning of a request. The server may answer that it is wrong, but not as if it were complete.
    async fn cut(&self, start: &[u8]) -> Result<(), String> {
        let connect = || async {
            let mut stream = TcpStream::connect(self.server).await?;
            stream.write_all(start).await?;
            io::Result::Ok(stream)
        };
        drop(connect().await.map_err(|error| error.to_string())?);
        let mut stream = connect().await.map_err(|error| error.to_string())?;
        stream.shutdown().await.map_err(|error| error.to_string())?;
        match Answer::read(&mut stream).await {
            Ok(Some(answer)) if !matches!(answer.status, 400 | 408) => {
                Err(format!("{} bytes of a request were answered: {answer:?}", start.len()))
            }
            _ => Ok(()),
        }
    }

    /// Sends a request on the given connection, or on a new one, and reads the answer.
    async fn exchange(
        &self,
        stream: &mut Option<TcpStream>,
        request: &[u8],
        pause_between_bytes: Duration,
    ) -> io::Result<Option<Answer>> {
        let exchange = async {
            let stream = match stream {
                Some(stream) => stream,
                None => stream.insert(TcpStream::connect(self.server).await?),
            };
            if pause_between_bytes.is_zero() {
                // A server may close the connection before it has read a large request, and have answered.
                let sent = stream.write_all(request).await;
                let answer = Answer::read(stream).await?;
                return if answer.is_none() { sent.map(|()| None) } else { Ok(answer) };
            }
            for byte in request {
                stream.write_all(&[*byte]).await?;
                sleep(pause_between_bytes).await;
            }
            Answer::read(stream).await
        };
        let answer =
            timeout(PATIENCE, exchange).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        if !matches!(answer, Ok(Some(_))) {
            *stream = None;
        }
        answer
    }

    fn is_time_left(&self) -> bool {
        Instant::now() < self.deadline
    }

    fn count(&self, add: impl FnOnce(&mut Counts), result: Result<(), String>) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        add(&mut counts);
        if let Err(mistake) = result {
            counts.wrong += 1;
            if counts.mistakes.len() < KEPT_MISTAKES {
                counts.mistakes.push(mistake);
            }
        }
    }
}

impl Case {
    /// Checks the answer to the complete request.
    fn check(&self, answer: io::Result<Option<Answer>>) -> Result<(), String> {
        match answer {
            Ok(Some(answer)) => self.check_answer(&answer),
            Ok(None) => Err(format!("{self:?}: the server closed the connection")),
            Err(error) => Err(format!("{self:?}: {error}")),
        }
    }

    /// Checks the answer to a slow client. The server may lose its patience.
    fn check_slow(&self, answer: io::Result<Option<Answer>>) -> Result<(), String> {
        match answer {
            Ok(Some(answer)) if answer.status == 408 => self.check_allowed_at_most(&answer),
            answer => self.check(answer),
        }
    }

    /// Checks the answer to a request with large headers. The server may refuse it or close the connection, and a preflight
    /// may be refused. Nothing may be allowed that the request without these headers is not.
    fn check_large(&self, answer: io::Result<Option<Answer>>) -> Result<(), String> {
        match answer {
            Ok(Some(answer)) => self.check_allowed_at_most(&answer),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => Err(format!("{self:?}: {error}")),
            _ => Ok(()),
        }
    }
}
