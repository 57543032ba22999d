//! Paths, checked as the framework would check them at start-up.

use crate::errors::{Errors, message};
use cors_policy::Rule;
use syn::LitStr;

/// Whether axum 0.8 takes this path; if not, the error says what to write.
pub(super) fn check_axum(path: &LitStr, errors: &mut Errors) -> bool {
    let text = path.value();
    if text.starts_with('/') {
        return true;
    }
    errors.push(
        path,
        message(
            Rule::RoutePath,
            format_args!("a path starts with a slash: `{text}`"),
            format_args!("write `\"/{text}\"`"),
        ),
    );
    false
}

/// Whether actix-web 4 takes this path.
pub(super) fn check_actix(_path: &LitStr, _errors: &mut Errors) -> bool {
    true
}
