//! The partners: a file with an origin in each line, read again whenever it changes.

use cors_runtime::OriginSet;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Requests read it while it is replaced.
pub static PARTNERS: OriginSet = OriginSet::new();

/// Reads the file. If one line is wrong, nothing changes.
///
/// # Errors
///
/// If the file cannot be read, or with every line that is wrong.
pub fn load(file: &Path) -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let origins: Vec<_> = lines.collect();
    if origins.is_empty() {
        // A file that is being written is empty for a moment.
        return Err("there are no partners in the file".into());
    }
    Ok(PARTNERS.replace(origins)?)
}

/// Reads the file now, and again whenever it changes, as long as the watcher lives.
///
/// # Errors
///
/// If it cannot be read now, or not be watched.
pub fn watch(file: &Path) -> Result<RecommendedWatcher, Box<dyn Error>> {
    // Many editors replace the file: what is watched is its directory.
    let file: PathBuf = fs::canonicalize(file)?;
    let directory = file.parent().ok_or_else(|| io::Error::other("a file is in a directory"))?.to_owned();
    load(&file)?;
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        if event.is_ok_and(|event| !event.kind.is_access() && event.paths.contains(&file)) {
            match load(&file) {
                Ok(()) => println!("partners: {}", PARTNERS.len()),
                Err(error) => eprintln!("the partners stay as they were:\n{error}"),
            }
        }
    })?;
    watcher.watch(&directory, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}
