//! A page that calls two APIs across origins and shows what a browser lets it see.
//!
//! Both APIs, one on axum and one on actix-web, declare the same policies. The page is served on two origins: the
//! policies list one of them and not the other.

use std::{error, fmt, io};

use cors_runtime::OriginSet;
use tokio::task::JoinSet;

mod actix_api;
mod axum_api;
mod listen;
mod pages;
mod record;

/// The origin that the policies of both APIs list, as `origins = [PAGE]`. A set, since `--page-port` changes it.
pub(crate) static PAGE: OriginSet = OriginSet::new();

/// Where everything listens. 0 takes any free port.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// The API on axum.
    pub axum: u16,
    /// The API on actix-web.
    pub actix: u16,
    /// The page whose origin the policies list.
    pub page: u16,
    /// The same page on an origin that they do not list.
    pub other_page: u16,
}

impl Default for Ports {
    fn default() -> Self {
        Self { axum: 3000, actix: 3001, page: 4100, other_page: 4200 }
    }
}

/// The running servers. They end when this is dropped.
#[derive(Debug)]
pub struct Playground {
    ports: Ports,
    actix: actix_web::dev::ServerHandle,
    // Dropping a set of tasks ends them.
    _tasks: JoinSet<io::Result<()>>,
}

impl Playground {
    /// Takes the four ports, then starts both APIs and both pages. The policies are the process's: one at a time.
    ///
    /// # Errors
    ///
    /// If a port cannot be had. Nothing has been started then.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
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

    /// Where everything listens.
    pub fn ports(&self) -> Ports {
        self.ports
    }
}

/// What browsers make of a port on this machine: an origin.
pub(crate) fn origin(port: u16) -> String {
    format!("http://localhost:{port}")
}

impl Drop for Playground {
    fn drop(&mut self) {
        // The command is sent by the call; only the answer needs an await.
        drop(self.actix.stop(false));
    }
}

/// Why the playground could not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// A port is taken, or not for us.
    Port {
        /// The port that was asked for.
        port: u16,
        /// The flag that asks for another one.
        flag: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// A server did not start although it had its port.
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
