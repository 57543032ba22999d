//! nginx as a process on loopback.

use crate::report;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{env, fs, thread};

/// A running nginx and its directory. Dropping the value ends the process and removes the directory.
#[derive(Debug)]
pub struct Nginx {
    process: Child,
    directory: PathBuf,
    /// The socket on which it listens.
    pub address: SocketAddr,
}

impl Nginx {
    /// Starts nginx as a proxy of a server. `general` are lines of the block `http`, `lines` those of the only
    /// location. Returns `None` if nginx is not installed.
    ///
    /// # Panics
    ///
    /// If nginx does not start, or if it is not installed and the environment has `NGINX_TESTS=required`.
    pub fn start(name: &str, upstream: SocketAddr, general: &str, lines: &str) -> Option<Self> {
        let proxy = format!("proxy_pass http://{upstream};\nproxy_http_version 1.1;");
        Self::start_with_locations(name, general, &format!("location / {{\n{proxy}\n{lines}\n}}"))
    }

    /// Starts nginx with these locations, as [`Nginx::start`] does.
    ///
    /// # Panics
    ///
    /// As [`Nginx::start`].
    pub fn start_with_locations(name: &str, general: &str, locations: &str) -> Option<Self> {
        let Some(program) = program() else {
            report::not_run(&format!("the nginx test `{name}`"), "nginx", "NGINX_TESTS", &["required"]);
            return None;
        };
        let directory = env::temp_dir().join(format!("cors-nginx-{name}-{}", std::process::id()));
        fs::create_dir_all(&directory).expect("a temporary directory can be created");
        let address = free_address();
        let config = format!(
            "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr error;\n\
             events {{}}\n\
             http {{\n\
               access_log off;\n\
               client_body_temp_path body;\nproxy_temp_path proxy;\nfastcgi_temp_path fastcgi;\n\
               uwsgi_temp_path uwsgi;\nscgi_temp_path scgi;\n{general}\n\
               server {{\n\
                 listen {address};\n\
                 {locations}\n\
               }}\n\
             }}\n"
        );
        fs::write(directory.join("nginx.conf"), config).expect("the configuration can be written");
        let process = Command::new(program)
            .args(["-e", "stderr", "-p"])
            .arg(&directory)
            .args(["-c", "nginx.conf"])
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx starts");
        let mut nginx = Self { process, directory, address };
        nginx.wait();
        Some(nginx)
    }

    /// Waits until nginx accepts connections.
    fn wait(&mut self) {
        while TcpStream::connect(self.address).is_err() {
            if let Some(status) = self.process.try_wait().expect("nginx is a child of this process") {
                panic!("nginx ended: {status}");
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn program() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let directories = env::split_paths(&path).chain([Path::new("/usr/sbin").to_owned()]);
    directories.map(|directory| directory.join("nginx")).find(|program| program.is_file())
}

/// An address of loopback on which nothing listens.
///
/// # Panics
///
/// If no port is free.
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port is free")
}
