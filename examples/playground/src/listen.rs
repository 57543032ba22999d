//! Binds ports on both addresses of loopback.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};

use crate::StartError;

/// The sockets of one port.
#[derive(Debug)]
pub(crate) struct Listeners {
    pub(crate) port: u16,
    pub(crate) sockets: Vec<TcpListener>,
}

/// Binds the port on `127.0.0.1` and, if the machine has IPv6, on `::1`.
///
/// For `localhost`, browsers try both addresses. If only one of them were bound, another program on the other address
/// could answer instead of the playground.
pub(crate) fn on(port: u16, flag: &'static str) -> Result<Listeners, StartError> {
    let refused = |source| StartError::Port { port, flag, source };
    let v4 = bind(Ipv4Addr::LOCALHOST.into(), port).map_err(refused)?;
    let port = v4.local_addr().map_err(refused)?.port();
    let mut sockets = vec![v4];
    match bind(Ipv6Addr::LOCALHOST.into(), port) {
        Ok(v6) => sockets.push(v6),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(refused(error)),
        // The machine has no IPv6.
        Err(_) => {}
    }
    Ok(Listeners { port, sockets })
}

fn bind(address: IpAddr, port: u16) -> io::Result<TcpListener> {
    let listener = TcpListener::bind((address, port))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use super::on;

    #[test]
    fn a_busy_port_is_named_together_with_its_flag() {
        let first = on(0, "--axum-port").unwrap();
        let error = on(first.port, "--page-port").unwrap_err().to_string();
        assert!(error.contains(&first.port.to_string()), "{error}");
        assert!(error.contains("already in use"), "{error}");
        assert!(error.contains("`--page-port`"), "{error}");
    }
}
