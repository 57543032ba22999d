//! A WebSocket that only some pages may open. CORS does not stop it: `enforce` does.

pub mod actix_app;
pub mod axum_app;

/// The page: it says whether it could open the socket.
pub const PAGE: &str = include_str!("page.html");

/// The server, a page that may open its socket, and one that may not.
pub const PORTS: [u16; 3] = [3000, 4100, 4200];
