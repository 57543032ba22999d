//! Time, as medians of rounds in which the candidates take turns.
//!
//! Not criterion: it measures one candidate after the other, and on a machine that is not quiet what changes from one
//! minute to the next is more than the differences that are looked for. Here everything that is compared is measured
//! within a millisecond, and overheads are medians of differences within a round.

use crate::candidate::{Candidate, measured_batch};
use crate::row::Request;
use std::time::Instant;

/// A batch takes about this long, in nanoseconds.
const BATCH: f64 = 60_000.0;

/// Nanoseconds per request: the first candidate's own, and for the others what they take more.
pub fn overheads(candidates: &mut [Box<dyn Candidate>], request: &Request, rounds: usize) -> Vec<f64> {
    let counts: Vec<usize> =
        candidates.iter_mut().map(|candidate| calibrate(&mut **candidate, request)).collect();
    // Somebody takes so long that a batch is a single request: fewer rounds say enough about that one.
    let rounds = if counts.contains(&1) { rounds.min(40) } else { rounds };
    let mut samples: Vec<Vec<f64>> = vec![Vec::with_capacity(rounds); candidates.len()];
    for round in 0..rounds {
        let mut taken = vec![0.0; candidates.len()];
        for turn in 0..candidates.len() {
            // Whoever comes first differs from round to round.
            let number = (round + turn) % candidates.len();
            taken[number] = batch(&mut *candidates[number], request, counts[number]);
        }
        for (number, samples) in samples.iter_mut().enumerate() {
            samples.push(if number == 0 { taken[0] } else { taken[number] - taken[0] });
        }
    }
    samples.into_iter().map(median).collect()
}

fn calibrate(candidate: &mut dyn Candidate, request: &Request) -> usize {
    batch(candidate, request, 4);
    let one = batch(candidate, request, 4);
    // More would not fit into the pool of requests that actix-web keeps.
    [64_u8, 32, 16, 8, 4, 2].into_iter().find(|count| f64::from(*count) * one <= BATCH).unwrap_or(1).into()
}

/// Nanoseconds per request.
#[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
fn batch(candidate: &mut dyn Candidate, request: &Request, count: usize) -> f64 {
    candidate.prepare(request, count);
    let start = Instant::now();
    measured_batch(candidate);
    start.elapsed().as_nanos() as f64 / count as f64
}

/// The middle one.
pub fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or(f64::NAN)
}
