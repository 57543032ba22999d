//! The process of a driver, and the browser that it starts. Both end with the test, even if it panics.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, io};

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use tests::report;

const TIMEOUT: Duration = Duration::from_secs(20);

/// The first of these programs that is in a folder of `PATH`.
pub(super) fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let candidates =
        names.iter().flat_map(|name| env::split_paths(&path).map(move |folder| folder.join(name)));
    candidates.into_iter().find(|candidate| candidate.is_file())
}

/// A driver that listens on loopback.
#[derive(Debug)]
pub(super) struct Driver {
    process: Child,
    address: SocketAddr,
}

impl Driver {
    pub(super) async fn start(program: &Path, more_arguments: &[&str]) -> Self {
        let address = free_address().expect("loopback has a free port");
        let process = Command::new(program)
            .arg(format!("--port={}", address.port()))
            .args(more_arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        // From here on, dropping the driver ends the process.
        let mut driver = Self { process, address };
        let begin = Instant::now();
        while TcpStream::connect(address).is_err() {
            let ended = driver.process.try_wait().expect("the driver is a child of this process");
            assert!(ended.is_none(), "{} ended: {ended:?}", program.display());
            assert!(begin.elapsed() < TIMEOUT, "{} does not listen on its port", program.display());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        driver
    }

    /// Starts a browser.
    pub(super) async fn session(&self, capabilities: Capabilities) -> (Client, Session) {
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://{}", self.address))
            .await
            .expect("the browser starts");
        let id = client.session_id().await.expect("the driver answers").expect("the session has begun");
        (client, Session { address: self.address, id })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // An error means that the process has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A browser of a driver.
#[derive(Debug)]
pub(super) struct Session {
    address: SocketAddr,
    id: String,
}

impl Drop for Session {
    fn drop(&mut self) {
        // The client cannot be used here: it needs a runtime, which no longer runs if the test panics.
        if let Err(error) = self.end() {
            report::warn(&format!("a browser may still be running: {error}"));
        }
    }
}

impl Session {
    fn end(&self) -> io::Result<()> {
        let mut connection = TcpStream::connect(self.address)?;
        connection.set_read_timeout(Some(TIMEOUT))?;
        write!(
            connection,
            "DELETE /session/{} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.id, self.address
        )?;
        // The driver responds after the browser has ended.
        connection.read_exact(&mut [0; "HTTP/1.1 200".len()])?;
        Ok(())
    }
}

fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}
