//! The compiler that the texts are from.

use std::process::Command;

/// The compiler whose output the `.stderr` files hold; CI runs these tests with it.
const PINNED: &str = "rustc 1.95.";

/// Whether the texts are those of this compiler. If not, says that they were not compared.
pub fn is_pinned_compiler() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().expect("there is a compiler").stdout;
    let version = String::from_utf8_lossy(&version);
    let is_pinned = version.starts_with(PINNED);
    if !is_pinned {
        println!("not run: the expected texts are those of {PINNED}x, and this is {version}");
    }
    is_pinned
}
