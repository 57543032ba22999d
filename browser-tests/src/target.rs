//! Files and folders in the target directory.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

/// A folder in the target directory, which is created if it does not exist.
pub(super) fn folder(name: &str) -> PathBuf {
    // The program of a test is `target/debug/deps/<name>-<hash>`.
    let test = env::current_exe().expect("a test knows its own program");
    let folder = test.ancestors().nth(3).expect("the program is in the target directory").join(name);
    fs::create_dir_all(&folder).expect("the target directory can be written to");
    folder
}

/// The path of a program that `.ci/install-tool` installs.
pub(super) fn tool(name: &str) -> PathBuf {
    folder("tools/bin").join(name)
}

/// A new, empty folder, which is removed when the value is dropped.
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
        // If the folder cannot be removed, it stays in the target directory until `cargo clean`.
        let _ = fs::remove_dir_all(&self.0);
    }
}
