//! Places in the source code.

use std::fmt;

/// A place in the source code, such as the attribute that declares a policy.
///
/// ```
/// use cors_runtime::SourceLocation;
///
/// let location = SourceLocation { file: "src/account.rs", line: 7 };
/// assert_eq!(location.to_string(), "src/account.rs:7");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceLocation {
    /// The file, as the compiler names it.
    pub file: &'static str,
    /// The line, counted from 1.
    pub line: u32,
}

impl SourceLocation {
    /// The place from which the calling function was called, if that function is `#[track_caller]`. Otherwise it is the
    /// place of this call.
    #[cfg(any(feature = "axum", feature = "actix"))]
    #[track_caller]
    pub(crate) fn caller() -> Self {
        let location = std::panic::Location::caller();
        Self { file: location.file(), line: location.line() }
    }
}

impl fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
