//! Cases that others have published. `cargo test -p tests --test published -- --nocapture` prints their numbers.

mod peers;
