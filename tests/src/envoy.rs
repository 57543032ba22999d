//! Envoy as a process on loopback.

use crate::report;
use std::io::Read as _;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

const TIMEOUT: Duration = Duration::from_secs(30);

/// A running Envoy and its file. Dropping the value ends the process and removes the file.
#[derive(Debug)]
pub struct Envoy {
    process: Child,
    file: PathBuf,
}

impl Envoy {
    /// Starts Envoy with this configuration, which listens on the address. Returns `None` if Envoy is not installed.
    ///
    /// # Panics
    ///
    /// If Envoy does not start, or if it is not installed and the environment has `ENVOY_TESTS=required`.
    pub fn start(name: &str, listen: SocketAddr, configuration: &str) -> Option<Self> {
        let Some(program) = program() else {
            let test = format!("the Envoy test `{name}`");
            report::not_run(&test, "Envoy (`.ci/install-envoy`)", "ENVOY_TESTS", &["required"]);
            return None;
        };
        let file = env::temp_dir().join(format!("cors-envoy-{name}-{}.yaml", std::process::id()));
        fs::write(&file, configuration).expect("the configuration can be written");
        let process = Command::new(program)
            .arg("-c")
            .arg(&file)
            .args(["--concurrency", "1", "--log-level", "error", "--disable-hot-restart"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("Envoy starts");
        let mut envoy = Self { process, file };
        let begin = Instant::now();
        while TcpStream::connect(listen).is_err() {
            if envoy.process.try_wait().expect("Envoy is a child of this process").is_some() {
                let mut errors = String::new();
                let _ = envoy.process.stderr.take().map(|mut pipe| pipe.read_to_string(&mut errors));
                panic!("Envoy ended:\n{errors}");
            }
            assert!(begin.elapsed() < TIMEOUT, "Envoy does not listen on {listen}");
            thread::sleep(Duration::from_millis(20));
        }
        Some(envoy)
    }
}

impl Drop for Envoy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_file(&self.file);
    }
}

/// The program that `.ci/install-envoy` installs, or one in `PATH`.
fn program() -> Option<PathBuf> {
    // The program of a test is `target/debug/deps/<name>-<hash>`.
    let test = env::current_exe().ok()?;
    let installed = test.ancestors().nth(3).map(|target| target.join("envoy"));
    let path = env::var_os("PATH").unwrap_or_default();
    let directories = installed.into_iter().chain(env::split_paths(&path));
    directories
        .map(|directory: PathBuf| directory.join("envoy"))
        .find(|program: &PathBuf| Path::is_file(program))
}
