//! The pages of the examples in a real browser.

mod login;
mod pages;
mod playground;
