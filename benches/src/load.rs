//! End to end: servers on loopback that answer the requests of `wrk`, in turns with and without CORS.

use crate::candidate::{Framework, Implementation};
use crate::median::median;
use crate::row::{AppSetup, ONE};
use actix_web::{App, HttpServer};
use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::{env, fs};

/// The duration of one run, in seconds.
const SECONDS: u32 = 3;
const ROUNDS: usize = 7;

/// Measures and prints requests per second.
///
/// # Errors
///
/// Returns an error if the servers or `wrk` cannot be run.
pub fn print(scratch: &Path) -> io::Result<()> {
    if Command::new("wrk").arg("-v").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        println!("wrk is not installed: NOTHING WAS MEASURED END TO END");
        return Ok(());
    }
    fs::create_dir_all(scratch)?;
    let preflight = scratch.join("preflight.lua");
    fs::write(
        &preflight,
        "wrk.method = \"OPTIONS\"\nwrk.headers[\"Access-Control-Request-Method\"] = \"GET\"\n",
    )?;
    println!(
        "| end to end, requests/s | bare | ours | by hand | ours / bare | by hand / bare |\n|---|--:|--:|--:|--:|--:|"
    );
    for framework in Framework::ALL {
        let servers = [Implementation::Bare, Implementation::Ours, Implementation::ByHand]
            .map(|implementation| Server::start(framework, implementation));
        let [bare, ours, hand] = servers;
        let servers = [bare?, ours?, hand?];
        for (name, script) in [("actual, allowed", None), ("preflight, allowed", Some(&*preflight))] {
            let (mut rates, mut ratios) = ([const { Vec::new() }; 3], [const { Vec::new() }; 2]);
            for round in 0..ROUNDS {
                let mut now = [0.0; 3];
                for turn in 0..3 {
                    let number = (round + turn) % 3;
                    now[number] = rate(&servers[number], script)?;
                    rates[number].push(now[number]);
                }
                ratios[0].push(now[1] / now[0]);
                ratios[1].push(now[2] / now[0]);
            }
            let [bare, ours, hand] = rates.map(median);
            let [of_ours, of_hand] = ratios.map(median);
            let framework = framework.name();
            println!(
                "| {framework}, {name} | {bare:.0} | {ours:.0} | {hand:.0} | {of_ours:.3} | {of_hand:.3} |"
            );
        }
    }
    Ok(())
}

/// Runs `wrk`, and returns requests per second.
fn rate(server: &Server, script: Option<&Path>) -> io::Result<f64> {
    let mut wrk = Command::new("wrk");
    wrk.args(["--threads", "1", "--connections", "16"]).arg(format!("--duration={SECONDS}s"));
    wrk.arg("--header").arg(format!("Origin: {ONE}"));
    script.map(|script| wrk.arg("--script").arg(script));
    let output = wrk.arg(format!("http://{}/items", server.address)).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    if text.contains("Non-2xx") || text.contains("Socket errors") {
        return Err(io::Error::other(text.into_owned()));
    }
    let rate = text.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:")?.trim().parse().ok());
    rate.ok_or_else(|| io::Error::other(text.into_owned()))
}

/// A process of this program that serves an app. It is ended when this value is dropped.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(framework: Framework, implementation: Implementation) -> io::Result<Self> {
        let mut process = Command::new(env::current_exe()?)
            .args(["serve", framework.name(), implementation.argument()])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut address = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut address)?;
        }
        Ok(Self { process, address: address.trim().to_owned() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Prints an address on loopback, and serves an app there until the process is ended.
///
/// # Errors
///
/// Returns an error if the server cannot listen.
pub fn serve(framework: Framework, implementation: Implementation) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    io::stdout().flush()?;
    match framework {
        Framework::Axum => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                listener.set_nonblocking(true)?;
                let listener = tokio::net::TcpListener::from_std(listener)?;
                axum::serve(listener, crate::axum::router(implementation, AppSetup::ONE)).await
            })
        }
        Framework::Actix => actix_web::rt::System::new().block_on(
            HttpServer::new(move || {
                App::new()
                    .configure(move |config| crate::actix::configure(implementation, AppSetup::ONE, config))
            })
            .workers(1)
            .listen(listener)?
            .run(),
        ),
    }
}
