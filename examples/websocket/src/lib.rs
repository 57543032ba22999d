//! A WebSocket that only the pages of some origins may open. Browsers do not apply CORS to WebSockets, so the policy uses
//! `enforce`.

pub mod actix_app;
pub mod axum_app;

/// The HTML of the page, which shows whether it could open the WebSocket.
pub const PAGE: &str = include_str!("page.html");

/// The ports of the server, of a page that may open the WebSocket, and of a page that may not.
pub const PORTS: [u16; 3] = [3000, 4100, 4200];
