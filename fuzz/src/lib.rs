//! Runs fuzz targets as tests: the inputs of the corpus, and then random ones until the time is over.
//!
//! | variable | |
//! |---|---|
//! | `FUZZ_SECONDS` | how long each target runs, 2 by default |
//! | `FUZZ_SEED` | the seed of the random inputs; a failure names it |
//! | `FUZZ_INPUT` | a file: the target runs with this input alone |

pub use arbitrary::{Result, Unstructured};

use std::cell::Cell;
use std::hash::{BuildHasher as _, DefaultHasher, Hash as _, Hasher as _, RandomState};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Once;
use std::time::{Duration, Instant};
use std::{env, fmt, fs};

/// How long a target runs without `FUZZ_SECONDS`.
const SECONDS: u64 = 2;

/// Also on a slow machine, a target runs with at least this many random inputs.
const MIN_INPUTS: u64 = 50;

/// The length of the longest random input.
const MAX_LEN: usize = 4096;

/// How long a failing input is made shorter.
const SHRINKING: Duration = Duration::from_secs(10);

/// Runs a target with the inputs in `fuzz/corpus/{name}` and with random ones. The target panics if a property does not
/// hold. An error says that the input is too short, and is ignored.
///
/// # Panics
///
/// If the target does. The message names a file with a short input for which the target panics.
pub fn run(name: &str, target: impl Fn(&mut Unstructured<'_>) -> Result<()>) {
    let target = |input: &[u8]| {
        let _ = target(&mut Unstructured::new(input));
    };
    if let Some(path) = env::var_os("FUZZ_INPUT") {
        let input = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", Path::new(&path).display()));
        return target(&input);
    }
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = read_corpus(&package.join("corpus").join(name));
    for (path, input) in &corpus {
        check(name, &format!("the input {}", path.display()), input, &target);
    }
    let seed = number("FUZZ_SEED").unwrap_or_else(random_seed);
    let mut random = Random(seed);
    let end = Instant::now() + Duration::from_secs(number("FUZZ_SECONDS").unwrap_or(SECONDS));
    let mut inputs = 0;
    while inputs < MIN_INPUTS || Instant::now() < end {
        let input = random.input(&corpus);
        check(name, &format!("FUZZ_SEED={seed}"), &input, &target);
        inputs += 1;
    }
    println!("{name}: {} inputs of the corpus and {inputs} random ones", corpus.len());
}

/// A number in a variable of the environment.
fn number<T: FromStr>(name: &str) -> Option<T> {
    let text = env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

fn read_corpus(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("the corpus can be read").path());
    let mut corpus: Vec<_> = paths
        .map(|path| {
            let input = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path, input)
        })
        .collect();
    corpus.sort();
    assert!(!corpus.is_empty(), "{} is empty", folder.display());
    corpus
}

/// Runs the target with one input. If it panics, makes the input shorter, writes it to a file, and panics with its name.
fn check(name: &str, origin: &str, input: &[u8], target: &impl Fn(&[u8])) {
    if !fails(input, target) {
        return;
    }
    let short = shrink(input.to_vec(), target);
    let mut hasher = DefaultHasher::new();
    short.hash(&mut hasher);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts");
    let path = folder.join(format!("{name}-{:016x}", hasher.finish()));
    let written = fs::create_dir_all(&folder).and_then(|()| fs::write(&path, &short));
    let place = match written {
        Ok(()) => format!(
            "repeat it with FUZZ_INPUT={}, and move this file to fuzz/corpus/{name} to keep it",
            path.display()
        ),
        Err(error) => format!("{}: {error}", path.display()),
    };
    eprintln!("{name} fails with {origin}; a short input is {short:?}\n{place}");
    target(&short);
    unreachable!(
        "{name} has failed with this input before, and passes now: it does not depend on the input alone"
    );
}

/// Says what a failure is about: if the target panics while this value exists, its text is printed.
pub struct Explanation<F: Fn() -> String>(pub F);

impl<F: Fn() -> String> fmt::Debug for Explanation<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&(self.0)())
    }
}

impl<F: Fn() -> String> Drop for Explanation<F> {
    fn drop(&mut self) {
        if std::thread::panicking() && !IS_QUIET.get() {
            eprintln!("{}", (self.0)());
        }
    }
}

fn fails(input: &[u8], target: &impl Fn(&[u8])) -> bool {
    quiet_panics();
    IS_QUIET.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(|| target(input)));
    IS_QUIET.set(false);
    result.is_err()
}

thread_local! {
    /// Whether this thread reports its panics.
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Shrinking panics a thousand times.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_QUIET.get() {
                report(info);
            }
        }));
    });
}

/// Removes pieces of the input and sets bytes to zero as long as the target panics.
fn shrink(mut input: Vec<u8>, target: &impl Fn(&[u8])) -> Vec<u8> {
    let end = Instant::now() + SHRINKING;
    let mut piece = input.len().div_ceil(2);
    while piece > 0 {
        let mut start = 0;
        while start < input.len() && Instant::now() < end {
            let mut shorter = input.clone();
            shorter.drain(start..(start + piece).min(input.len()));
            if fails(&shorter, target) {
                input = shorter;
            } else {
                start += piece;
            }
        }
        piece /= 2;
    }
    for i in 0..input.len() {
        let mut simpler = input.clone();
        simpler[i] = 0;
        if Instant::now() < end && simpler != input && fails(&simpler, target) {
            input = simpler;
        }
    }
    input
}

fn random_seed() -> u64 {
    // Small numbers are easier to copy from a log.
    RandomState::new().hash_one(0) % 1_000_000_000
}

/// `SplitMix64`: <https://prng.di.unimi.it/splitmix64.c>
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below the limit.
    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("it is below a `usize`")
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.next().to_le_bytes()[0]).collect()
    }

    /// Random bytes, or an input of the corpus with some changes.
    fn input(&mut self, corpus: &[(PathBuf, Vec<u8>)]) -> Vec<u8> {
        if self.below(4) > 0 {
            let limit = [64, 512, MAX_LEN][self.below(3)];
            let len = self.below(limit + 1);
            return self.bytes(len);
        }
        let mut input = corpus[self.below(corpus.len())].1.clone();
        for _ in 0..=self.below(8) {
            let at = self.below(input.len() + 1);
            let end = (at + self.below(9)).min(input.len());
            match self.below(3) {
                0 => drop(input.drain(at..end)),
                1 => {
                    let replacement = self.bytes(end - at);
                    input[at..end].copy_from_slice(&replacement);
                }
                _ => {
                    let len = 1 + self.below(8);
                    let inserted = self.bytes(len);
                    input.splice(at..at, inserted);
                }
            }
        }
        input
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_input_becomes_short() {
        let target = |input: &[u8]| assert!(!input.windows(2).any(|pair| pair == [7, 9]));
        let mut input = vec![1; 300];
        input[200] = 7;
        input[201] = 9;
        assert!(fails(&input, &target));
        assert_eq!(shrink(input, &target), [7, 9]);
    }

    #[test]
    fn random_inputs_repeat_with_their_seed_and_differ_from_each_other() {
        let corpus = [(PathBuf::new(), b"input".to_vec())];
        let inputs = |seed| {
            let mut random = Random(seed);
            (0..100).map(|_| random.input(&corpus)).collect::<Vec<_>>()
        };
        assert_eq!(inputs(1), inputs(1));
        assert_ne!(inputs(1), inputs(2));
    }
}
