//! Starts the program with a busy port and with wrong flags, and stops it with Ctrl-C.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Command, Stdio};

fn playground(ports: [u16; 4]) -> Command {
    let flags = ["--axum-port", "--actix-port", "--page-port", "--other-page-port"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_playground"));
    for (flag, port) in flags.into_iter().zip(ports) {
        command.args([flag, &port.to_string()]);
    }
    command
}

#[test]
fn a_busy_port_ends_it_with_a_message() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let output = playground([0, 0, port, 0]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with(&format!("error: port {port} is already in use")), "{said}");
    assert!(said.contains("`--page-port`"), "{said}");
}

#[test]
fn an_unknown_flag_ends_it_with_a_message() {
    let output = playground([0; 4]).arg("--prot").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("--prot"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it() {
    let mut running = playground([0; 4]).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(running.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line == "Ctrl-C ends it."));
    let sent = Command::new("kill").args(["-INT", &running.id().to_string()]).status().unwrap();
    assert!(sent.success());
    assert_eq!(running.wait().unwrap().code(), Some(0));
}
