//! Placeholder of the first commit.

#[cfg(feature = "testing")]
pub mod testing;
