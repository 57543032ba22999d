//! The users and their sessions, which are kept in memory until the server ends.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use subtle::ConstantTimeEq as _;

/// The value of `Set-Cookie` that makes a browser delete the cookie of [`Accounts::log_in`].
pub const FORGET: &str = "session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0";

/// All users and sessions. Clones share the data.
#[derive(Clone, Debug, Default)]
pub struct Accounts(Arc<Mutex<Data>>);

#[derive(Debug, Default)]
struct Data {
    /// The user of each session token.
    sessions: HashMap<String, User>,
    notes: HashMap<User, String>,
}

/// A user who is logged in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct User(String);

/// The body of a login request.
#[derive(Debug, Deserialize)]
pub struct Login {
    name: String,
    password: String,
}

/// The data that a user can read.
#[derive(Debug, Serialize)]
pub struct Me {
    name: String,
    note: String,
}

impl Accounts {
    /// Starts a session and returns the value of `Set-Cookie`, or `None` if the name or the password is wrong.
    ///
    /// # Panics
    ///
    /// If the operating system provides no random numbers.
    pub fn log_in(&self, login: Login) -> Option<String> {
        let is_right = login.name.as_bytes().ct_eq(b"ada") & login.password.as_bytes().ct_eq(b"lovelace");
        if !bool::from(is_right) {
            return None;
        }
        let mut random = [0; 16];
        getrandom::fill(&mut random).expect("the system has random numbers");
        let token = format!("{:032x}", u128::from_ne_bytes(random));
        let cookie = format!("session={token}; Path=/; HttpOnly; SameSite=Strict");
        self.data().sessions.insert(token, User(login.name));
        Some(cookie)
    }

    /// Returns the user of a session.
    pub fn user(&self, token: &str) -> Option<User> {
        self.data().sessions.get(token).cloned()
    }

    /// Ends a session.
    pub fn log_out(&self, token: &str) {
        self.data().sessions.remove(token);
    }

    /// Returns the data that a user can read.
    pub fn me(&self, user: &User) -> Me {
        let note = self.data().notes.get(user).cloned().unwrap_or_default();
        Me { name: user.0.clone(), note }
    }

    /// Replaces a user's note.
    pub fn write_note(&self, user: User, note: String) {
        self.data().notes.insert(user, note);
    }

    fn data(&self) -> MutexGuard<'_, Data> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the session token from the value of a `Cookie` header.
pub fn token(cookies: &str) -> Option<&str> {
    cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix("session="))
}
