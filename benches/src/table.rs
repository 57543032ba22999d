//! The tables.

use crate::candidate::{Candidate, Framework, Implementation, candidate, check};
use crate::instructions::Selection;
use crate::row::{Row, rows};
use crate::{allocations, instructions, start, time};
use std::io;
use std::path::Path;

/// Measures all rows, and prints the tables.
///
/// # Errors
///
/// Returns an error if cargo or valgrind cannot be run.
pub fn print(scratch: &Path, rounds: usize) -> io::Result<()> {
    let rows = rows();
    for row in &rows {
        for framework in Framework::ALL {
            for implementation in Implementation::ALL {
                check(framework, implementation, row);
            }
        }
    }
    let allocations = allocations::measure()?;
    let instructions = if instructions::is_available() {
        instructions::measure(Selection::All, scratch)?
    } else {
        println!("valgrind is not installed: INSTRUCTIONS WERE NOT COUNTED\n");
        Vec::new()
    };
    for framework in Framework::ALL {
        let (name, peer) = (framework.name(), framework.peer());
        println!(
            "\n| {name} | bare | ours | by hand | {peer} | ours / by hand | {peer} / ours | allocations: bare, ours, by hand, {peer} |"
        );
        println!("|---|--:|--:|--:|--:|--:|--:|--:|");
        for (number, row) in rows.iter().enumerate() {
            let number = number * Framework::ALL.len() + usize::from(framework == Framework::Actix);
            print_row(framework, row, rounds, instructions.get(number), allocations.get(number));
        }
    }
    start::print();
    Ok(())
}

/// Measures and prints the times of the rows whose names begin so.
pub fn print_some(beginning: &str) {
    for framework in Framework::ALL {
        for row in rows().iter().filter(|row| row.name.starts_with(beginning)) {
            print_row(framework, row, 400, None, None);
        }
    }
}

fn print_row(
    framework: Framework,
    row: &Row,
    rounds: usize,
    instructions: Option<&Vec<u64>>,
    allocations: Option<&Vec<i64>>,
) {
    let mut candidates: Vec<Box<dyn Candidate>> =
        Implementation::ALL.map(|implementation| candidate(framework, implementation, row.app)).into();
    let times = time::overheads(&mut candidates, &row.request, rounds);
    let counts: Vec<f64> = instructions.into_iter().flatten().map(|count| to_f64(*count)).collect();
    let cells: Vec<String> = times
        .iter()
        .enumerate()
        .map(|(number, time)| match (counts.first(), counts.get(number)) {
            (Some(bare), Some(count)) if number > 0 => format!("{time:.0} ns ({:.0})", count - bare),
            (_, Some(count)) => format!("{time:.0} ns ({count:.0})"),
            _ => format!("{time:.0} ns"),
        })
        .collect();
    let ratio = |above: usize, below: usize| {
        let of_times = times[above] / times[below];
        match (counts.first(), counts.get(above), counts.get(below)) {
            (Some(bare), Some(above), Some(below)) => {
                format!("{of_times:.2} ({:.2})", (above - bare) / (below - bare))
            }
            _ => format!("{of_times:.2}"),
        }
    };
    let allocations = allocations.map(|counts| {
        let bare = counts[0];
        let more: Vec<_> = counts.iter().skip(1).map(|count| format!("{:+}", count - bare)).collect();
        format!("{bare}, {}", more.join(", "))
    });
    println!(
        "| {} | {} | {} | {} | {} |",
        row.name,
        cells.join(" | "),
        ratio(1, 2),
        ratio(3, 1),
        allocations.unwrap_or_default()
    );
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn to_f64(count: u64) -> f64 {
    count as f64
}
