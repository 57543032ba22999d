//! Prints the allocations per request, for `benches::allocations`.

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    benches::allocations::print(|| {
        let stats = ALLOCATOR.stats();
        stats.allocations + stats.reallocations
    });
}
