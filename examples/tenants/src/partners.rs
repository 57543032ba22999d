//! The origins of the partners: the lines of a file, which is read again whenever it changes.

use cors_runtime::OriginSet;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The origins that the file contains. Requests never wait while the set is replaced.
pub static PARTNERS: OriginSet = OriginSet::new();

/// Reads the file and replaces the set. If a line is wrong, the set stays as it is.
///
/// # Errors
///
/// If the file cannot be read or is empty, or if lines are wrong. The error then lists all of them.
pub fn load(file: &Path) -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let origins: Vec<_> = lines.collect();
    if origins.is_empty() {
        // An editor may empty the file for a moment while it writes it.
        return Err("the file contains no origins".into());
    }
    Ok(PARTNERS.replace(origins)?)
}

/// Reads the file now, and again whenever it changes, until the returned watcher is dropped.
///
/// # Errors
///
/// If [`load`] fails now, or if the file cannot be watched.
pub fn watch(file: &Path) -> Result<RecommendedWatcher, Box<dyn Error>> {
    // Many editors replace the file instead of changing it. So the directory is watched.
    let file: PathBuf = fs::canonicalize(file)?;
    let directory = file.parent().ok_or_else(|| io::Error::other("the file has no directory"))?.to_owned();
    load(&file)?;
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        if event.is_ok_and(|event| !event.kind.is_access() && event.paths.contains(&file)) {
            match load(&file) {
                Ok(()) => println!("partners: {}", PARTNERS.len()),
                Err(error) => eprintln!("the set of partners was not replaced:\n{error}"),
            }
        }
    })?;
    watcher.watch(&directory, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}
