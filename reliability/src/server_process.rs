//! A server in a process of its own, so that its memory is not that of the clients.

use std::{
    env, fmt,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

#[derive(Clone, Copy)]
pub(crate) enum Framework {
    Axum,
    Actix,
}

impl fmt::Display for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Axum => "axum",
            Self::Actix => "actix-web",
        })
    }
}

/// A running server, which is killed when this value is dropped.
pub(crate) struct ServerProcess {
    process: Child,
    pub(crate) address: SocketAddr,
}

impl ServerProcess {
    pub(crate) fn start(framework: Framework) -> Self {
        let program = env::current_exe().expect("this program has a file");
        let mut process = Command::new(program)
            .args(["serve", &framework.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program can be started again");
        let mut address = String::new();
        BufReader::new(process.stdout.take().expect("it is piped"))
            .read_line(&mut address)
            .expect("the server prints its address");
        let address = address.trim().parse().expect("the server prints its address");
        Self { process, address }
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // The process may have ended by itself. The report says so, since its memory could not be read.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
