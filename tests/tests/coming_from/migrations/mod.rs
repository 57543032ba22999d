//! Whole applications before and after they are moved. The same requests are sent to both.

mod behind_a_login;
mod modules;
mod reverse_proxy;
mod steps;
