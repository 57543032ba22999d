//! The API and the page with actix-web.

use crate::accounts::{Accounts, FORGET, Login, Me, User, token};
use crate::{APP, PAGE};
use actix_web::dev::Payload;
use actix_web::error::ErrorUnauthorized;
use actix_web::http::header::{COOKIE, HeaderMap, SET_COOKIE};
use actix_web::web::{Data, Html, Json, ServiceConfig};
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse, get, post, web};
use cors_runtime::actix::{cors, routes};
use std::future::{Ready, ready};

#[cors(policy = APP)]
#[post("/login")]
async fn log_in(accounts: Data<Accounts>, login: Json<Login>) -> HttpResponse {
    match accounts.log_in(login.into_inner()) {
        Some(cookie) => HttpResponse::NoContent().insert_header((SET_COOKIE, cookie)).finish(),
        None => HttpResponse::Unauthorized().body("wrong name or password"),
    }
}

#[cors(policy = APP)]
#[get("/me")]
async fn me(user: User, accounts: Data<Accounts>) -> Json<Me> {
    Json(accounts.me(&user))
}

#[cors(policy = APP)]
#[post("/note")]
async fn write_note(user: User, accounts: Data<Accounts>, note: Json<String>) -> HttpResponse {
    accounts.write_note(user, note.into_inner());
    HttpResponse::NoContent().finish()
}

#[cors(policy = APP)]
#[post("/logout")]
async fn log_out(accounts: Data<Accounts>, request: HttpRequest) -> HttpResponse {
    if let Some(token) = session(request.headers()) {
        accounts.log_out(token);
    }
    HttpResponse::NoContent().insert_header((SET_COOKIE, FORGET)).finish()
}

/// A handler with a `User` argument answers 401 if nobody is logged in. The page can read this response, too.
impl FromRequest for User {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let accounts = request.app_data::<Data<Accounts>>();
        let user = session(request.headers()).and_then(|token| accounts?.user(token));
        ready(user.ok_or_else(|| ErrorUnauthorized("log in first")))
    }
}

fn session(headers: &HeaderMap) -> Option<&str> {
    headers.get_all(COOKIE).filter_map(|value| value.to_str().ok()).find_map(token)
}

/// Returns the configuration of the API.
pub fn api(accounts: Accounts) -> impl Fn(&mut ServiceConfig) + Clone {
    let accounts = Data::new(accounts);
    move |config| {
        config.app_data(accounts.clone()).service(routes![log_in, me, write_note, log_out]);
    }
}

/// Configures the server of the page.
pub fn page(config: &mut ServiceConfig) {
    config.route("/", web::get().to(|| async { Html::new(PAGE) }));
}
