//! Every candidate answers every row as the row expects, so that the tables compare equal work.

use benches::candidate::{Framework, Implementation, check};
use benches::row::{GATE, rows};

#[test]
fn every_candidate_answers_as_expected() {
    // Longer lists take minutes in a build without optimizations. The tables check them, too, before measuring.
    for row in rows().iter().filter(|row| row.app.origins.list().len() <= 1_000) {
        for framework in Framework::ALL {
            for implementation in Implementation::ALL {
                check(framework, implementation, row);
            }
        }
    }
}

#[test]
fn the_rows_of_the_gate_exist() {
    for name in GATE {
        assert!(rows().iter().any(|row| row.name == name), "{name}");
    }
}
