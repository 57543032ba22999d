//! What others have published about right and wrong in CORS, as cases of ours.

mod accidents;
mod peers;
mod platform_tests;
