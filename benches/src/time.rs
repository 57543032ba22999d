//! Times, as medians over rounds in which the candidates take turns.
//!
//! Criterion measures one candidate after the other. On a machine that is not quiet, the speed changes from one minute to
//! the next by more than the candidates differ. Here all candidates of a row are measured within a millisecond, and an
//! overhead is the median of the differences within each round.

use crate::candidate::{Candidate, measured_batch};
use crate::row::Request;
use std::time::Instant;

/// The longest time of a batch, in nanoseconds.
const BATCH: f64 = 60_000.0;

/// Returns nanoseconds per request: the time of the first candidate, and how much longer each of the others takes.
pub fn overheads(candidates: &mut [Box<dyn Candidate>], request: &Request, rounds: usize) -> Vec<f64> {
    let counts: Vec<usize> =
        candidates.iter_mut().map(|candidate| calibrate(&mut **candidate, request)).collect();
    // Where a single request is longer than a batch, fewer rounds are exact enough.
    let rounds = if counts.contains(&1) { rounds.min(40) } else { rounds };
    let mut samples: Vec<Vec<f64>> = vec![Vec::with_capacity(rounds); candidates.len()];
    for round in 0..rounds {
        let mut times = vec![0.0; candidates.len()];
        for turn in 0..candidates.len() {
            // Another candidate begins in each round.
            let number = (round + turn) % candidates.len();
            times[number] = batch(&mut *candidates[number], request, counts[number]);
        }
        for (number, samples) in samples.iter_mut().enumerate() {
            samples.push(if number == 0 { times[0] } else { times[number] - times[0] });
        }
    }
    samples.into_iter().map(median).collect()
}

/// Returns how many requests a batch has.
fn calibrate(candidate: &mut dyn Candidate, request: &Request) -> usize {
    batch(candidate, request, 4);
    let time = batch(candidate, request, 4);
    // A larger batch would not fit into the pool of requests that actix-web keeps.
    [64_u8, 32, 16, 8, 4, 2].into_iter().find(|count| f64::from(*count) * time <= BATCH).unwrap_or(1).into()
}

/// Answers a batch, and returns nanoseconds per request.
#[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
fn batch(candidate: &mut dyn Candidate, request: &Request, count: usize) -> f64 {
    candidate.prepare(request, count);
    let start = Instant::now();
    measured_batch(candidate);
    start.elapsed().as_nanos() as f64 / count as f64
}

/// Returns the median, or NaN if there are no samples.
pub fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or(f64::NAN)
}
