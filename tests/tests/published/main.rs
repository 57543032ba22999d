//! What others have published about right and wrong in CORS, as cases of ours.
//! `cargo test -p tests --test published -- --nocapture` prints their numbers.

mod accidents;
mod peers;
mod platform_tests;
