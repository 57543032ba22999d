//! A page that sends cross-origin requests to two APIs, and shows the results that the browser lets it read.
//!
//! One API uses axum and the other one actix-web. Both declare the same policies. The page is served on two origins, of
//! which the policies list only one.

use std::{error, fmt, io};

use cors_runtime::OriginSet;
use tokio::task::JoinSet;

mod actix_api;
mod axum_api;
mod listen;
mod pages;
mod record;

/// The origin that the policies of both APIs allow, as `origins = [PAGE]`. It is a set because its port is known only
/// at run time (`--page-port`).
pub(crate) static PAGE: OriginSet = OriginSet::new();

/// The ports of the servers. 0 takes any free port.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// The port of the API with axum.
    pub axum: u16,
    /// The port of the API with actix-web.
    pub actix: u16,
    /// The port of the page whose origin the policies list.
    pub page: u16,
    /// The port of the same page on an origin that they do not list.
    pub other_page: u16,
}

impl Default for Ports {
    fn default() -> Self {
        Self { axum: 3000, actix: 3001, page: 4100, other_page: 4200 }
    }
}

/// The running servers. They stop when this value is dropped.
#[derive(Debug)]
pub struct Playground {
    ports: Ports,
    actix: actix_web::dev::ServerHandle,
    // The tasks are aborted when the set is dropped.
    _tasks: JoinSet<io::Result<()>>,
}

impl Playground {
    /// Binds the four ports, then starts both APIs and both pages.
    ///
    /// Start only one playground per process, because the policies are `static`.
    ///
    /// # Errors
    ///
    /// If a port cannot be bound; no server has been started then. Also if a server does not start.
    ///
    /// # Panics
    ///
    /// If it is called outside of a tokio runtime.
    pub fn start(ports: Ports) -> Result<Self, StartError> {
        let axum = listen::on(ports.axum, "--axum-port")?;
        let actix = listen::on(ports.actix, "--actix-port")?;
        let page = listen::on(ports.page, "--page-port")?;
        let other_page = listen::on(ports.other_page, "--other-page-port")?;
        let ports =
            Ports { axum: axum.port, actix: actix.port, page: page.port, other_page: other_page.port };

        PAGE.replace([origin(ports.page)]).map_err(io::Error::other)?;

        let mut tasks = JoinSet::new();
        let mut serve = |listeners: listen::Listeners, app: axum::Router| -> io::Result<()> {
            for socket in listeners.sockets {
                let listener = tokio::net::TcpListener::from_std(socket)?;
                let app = app.clone();
                tasks.spawn(async move { axum::serve(listener, app).await });
            }
            Ok(())
        };
        serve(axum, axum_api::app())?;
        serve(page, pages::app(ports))?;
        serve(other_page, pages::app(ports))?;

        let server = actix_api::server(actix.sockets)?;
        let actix = server.handle();
        tasks.spawn(server);

        Ok(Self { ports, actix, _tasks: tasks })
    }

    /// Returns the ports on which the servers listen.
    pub fn ports(&self) -> Ports {
        self.ports
    }
}

/// Returns the origin of the pages that a port of this machine serves.
pub(crate) fn origin(port: u16) -> String {
    format!("http://localhost:{port}")
}

impl Drop for Playground {
    fn drop(&mut self) {
        // Calling `stop` sends the command. The returned future only waits until the server has stopped.
        drop(self.actix.stop(false));
    }
}

/// The reason why the playground could not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// A port could not be bound.
    Port {
        /// The requested port.
        port: u16,
        /// The flag that chooses another port.
        flag: &'static str,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A server did not start although its port was bound.
    Server(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port { port, flag, source } if source.kind() == io::ErrorKind::AddrInUse => {
                write!(
                    f,
                    "port {port} is already in use: end the program that listens there, or choose another port with `{flag}`"
                )
            }
            Self::Port { port, flag, source } => {
                write!(f, "cannot listen on port {port}: {source}; choose another port with `{flag}`")
            }
            Self::Server(source) => write!(f, "cannot start a server: {source}"),
        }
    }
}

impl error::Error for StartError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Port { source, .. } | Self::Server(source) => Some(source),
        }
    }
}

impl From<io::Error> for StartError {
    fn from(source: io::Error) -> Self {
        Self::Server(source)
    }
}
