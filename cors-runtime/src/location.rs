//! Places in the source code.

use std::fmt;

/// A place in the source code, such as the attribute that declares a policy.
///
/// ```
/// # #[cfg(feature = "axum")] {
/// use cors_runtime::axum::{Routes, cors, routes};
///
/// #[cors(origins = ["https://app.example.com"])]
/// #[get("/me")]
/// async fn me() {}
///
/// let routes: Routes = routes![me];
/// for route in routes.manifest().iter() {
///     let location = route.location();
///     assert_eq!(location.file, file!());
///     assert_eq!(location.to_string(), format!("{}:{}", location.file, location.line));
/// }
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct SourceLocation {
    /// The file, as the compiler names it.
    pub file: &'static str,
    /// The line, counted from 1.
    pub line: u32,
}

impl SourceLocation {
    /// What the macros expand to.
    #[doc(hidden)]
    pub const fn new(file: &'static str, line: u32) -> Self {
        Self { file, line }
    }

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
