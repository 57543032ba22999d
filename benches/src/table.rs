//! The tables.

use crate::allocations;
use crate::candidate::{Framework, Implementation, check};
use crate::instructions::{self, Selection};
use crate::row::rows;
use crate::start;
use std::io;
use std::path::Path;

/// Counts the instructions and allocations of all rows, and prints the tables.
///
/// # Errors
///
/// Returns an error if cargo or valgrind cannot be run.
pub fn print(scratch: &Path) -> io::Result<()> {
    let rows = rows();
    for row in &rows {
        for framework in Framework::ALL {
            for implementation in Implementation::ALL {
                check(framework, implementation, row);
            }
        }
    }
    let allocations = allocations::measure()?;
    let instructions = instructions::measure(Selection::All, scratch)?;
    for framework in Framework::ALL {
        let (name, peer) = (framework.name(), framework.peer());
        println!(
            "\n| {name} | bare | ours | by hand | {peer} | ours / by hand | ours / {peer} | allocations: bare, ours, by hand, {peer} |"
        );
        println!("|---|--:|--:|--:|--:|--:|--:|--:|");
        for (number, row) in rows.iter().enumerate() {
            let number = number * Framework::ALL.len() + usize::from(framework == Framework::Actix);
            print_row(&row.name, &instructions[number], &allocations[number]);
        }
    }
    start::print();
    Ok(())
}

/// Prints the counts of a row: that of the framework alone, and how much more each implementation costs.
fn print_row(name: &str, instructions: &[u64], allocations: &[i64]) {
    let bare = to_f64(instructions[0]);
    let more: Vec<f64> = instructions.iter().skip(1).map(|count| to_f64(*count) - bare).collect();
    let [ours, by_hand, peer] = more[..] else { unreachable!("there are four implementations") };
    let allocations_more: Vec<_> =
        allocations.iter().skip(1).map(|count| format!("{:+}", count - allocations[0])).collect();
    println!(
        "| {name} | {bare:.0} | {ours:+.0} | {by_hand:+.0} | {peer:+.0} | {} | {} | {}, {} |",
        ratio(ours, by_hand),
        ratio(ours, peer),
        allocations[0],
        allocations_more.join(", ")
    );
}

/// The ratio of two overheads. Where an implementation costs less than the framework alone, there is none.
fn ratio(ours: f64, other: f64) -> String {
    if ours > 0.0 && other > 0.0 { format!("{:.2}", ours / other) } else { "-".to_owned() }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn to_f64(count: u64) -> f64 {
    count as f64
}
