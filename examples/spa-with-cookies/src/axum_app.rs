//! The API and the page with axum.

use crate::accounts::{Accounts, FORGET, Login, Me, User, token};
use crate::{APP, PAGE};
use axum::extract::{FromRequestParts, State};
use axum::http::header::{COOKIE, HeaderMap, SET_COOKIE};
use axum::http::{StatusCode, request::Parts};
use axum::response::{Html, IntoResponse, Response};
use axum::{Json, Router, routing::get};
use cors_runtime::axum::{cors, routes};

#[cors(policy = APP)]
#[post("/login")]
async fn log_in(State(accounts): State<Accounts>, Json(login): Json<Login>) -> Response {
    match accounts.log_in(login) {
        Some(cookie) => (StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response(),
        None => (StatusCode::UNAUTHORIZED, "wrong name or password").into_response(),
    }
}

#[cors(policy = APP)]
#[get("/me")]
async fn me(user: User, State(accounts): State<Accounts>) -> Json<Me> {
    Json(accounts.me(&user))
}

#[cors(policy = APP)]
#[post("/note")]
async fn write_note(user: User, State(accounts): State<Accounts>, Json(note): Json<String>) -> StatusCode {
    accounts.write_note(user, note);
    StatusCode::NO_CONTENT
}

#[cors(policy = APP)]
#[post("/logout")]
async fn log_out(State(accounts): State<Accounts>, headers: HeaderMap) -> impl IntoResponse {
    if let Some(token) = session(&headers) {
        accounts.log_out(token);
    }
    (StatusCode::NO_CONTENT, [(SET_COOKIE, FORGET)])
}

/// A handler with a `User` argument answers 401 if nobody is logged in. The page can read this response, too.
impl FromRequestParts<Accounts> for User {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(parts: &mut Parts, accounts: &Accounts) -> Result<Self, Self::Rejection> {
        let user = session(&parts.headers).and_then(|token| accounts.user(token));
        user.ok_or((StatusCode::UNAUTHORIZED, "log in first"))
    }
}

fn session(headers: &HeaderMap) -> Option<&str> {
    headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).find_map(token)
}

/// Returns the router of the API.
pub fn api(accounts: Accounts) -> Router {
    Router::new().merge(routes![log_in, me, write_note, log_out]).with_state(accounts)
}

/// Returns the router of the page.
pub fn page() -> Router {
    Router::new().route("/", get(|| async { Html(PAGE) }))
}
