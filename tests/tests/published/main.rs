//! Tests that other projects have published, as cases of this one.

mod platform_tests;
