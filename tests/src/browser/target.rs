//! Files of the tests, in the target directory.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, io, process};

/// A folder of the target directory. It is made if it is not there.
pub(super) fn folder(name: &str) -> PathBuf {
    // A test is `target/debug/deps/test-hash`.
    let test = env::current_exe().expect("a test knows where it is");
    let folder = test.ancestors().nth(3).expect("a test is in the target directory").join(name);
    fs::create_dir_all(&folder).expect("the target directory can be written to");
    folder
}

/// A program that was installed with `cargo install --root` into the folder `tools` of the target directory.
pub(super) fn tool(name: &str) -> PathBuf {
    folder("tools/bin").join(name)
}

/// A new, empty folder that is removed when this is dropped.
#[derive(Debug)]
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(folder(&format!("scratch/{name}-{}-{count}", process::id())))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed stays in the target directory, where `cargo clean` finds it.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// To standard error, also from a test that passes: `eprintln!` would be swallowed.
pub(super) fn say_loudly(text: &str) {
    // Nobody is there to hear that nobody hears it.
    let _ = writeln!(io::stderr(), "\n*** {text}\n");
}
