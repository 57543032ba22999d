//! Checks paths as the framework would check them at start-up.

use crate::errors::{Errors, message};
use cors_policy::Rule;
use syn::LitStr;

/// Whether axum 0.8 accepts the path. If not, an error is reported.
pub(super) fn check_axum(path: &LitStr, errors: &mut Errors) -> bool {
    let text = path.value();
    report(
        path,
        angle_brackets(&text, "axum", |name| format!("{{*{name}}}")).or_else(|| axum_problem(&text)),
        errors,
    )
}

/// Whether actix-web 4 accepts the path. If not, an error is reported.
pub(super) fn check_actix(path: &LitStr, errors: &mut Errors) -> bool {
    let text = path.value();
    report(
        path,
        angle_brackets(&text, "actix-web", |name| format!("{{{name}}}*")).or_else(|| actix_problem(&text)),
        errors,
    )
}

/// What is wrong with a path, and what to write instead.
type Problem = (String, String);

fn report(path: &LitStr, problem: Option<Problem>, errors: &mut Errors) -> bool {
    let Some((what, help)) = problem else { return true };
    errors.push(path, message(Rule::RoutePath, what, help));
    false
}

/// `/users/<id>`, `/users/<int:id>` and `/files/<path..>`, as other frameworks write parameters. They would be literal text
/// of the path. `tail` writes the parameter for the rest of a path.
fn angle_brackets(path: &str, framework: &str, tail: fn(&str) -> String) -> Option<Problem> {
    let mut written = None;
    let mut corrected = String::new();
    let mut rest = path;
    while let Some((before, parameter, after)) = rest
        .split_once('<')
        .and_then(|(before, inner)| {
            inner.split_once('>').map(|(parameter, after)| (before, parameter, after))
        })
        .filter(|(before, parameter, _)| !before.contains('{') && !parameter.contains(['/', '<']))
    {
        written.get_or_insert(parameter);
        let (kind, name) = parameter.split_once(':').unwrap_or(("", parameter));
        let is_tail = (kind == "path" || name.ends_with("..")) && after.is_empty();
        let name = Some(name.trim_end_matches('.')).filter(|name| !name.is_empty()).unwrap_or("id");
        let in_braces = if is_tail { tail(name) } else { format!("{{{name}}}") };
        corrected.extend([before, &in_braces]);
        rest = after;
    }
    let written = written?;
    corrected.push_str(rest);
    Some((
        format!("{framework} writes parameters in braces, not as `<{written}>`"),
        format!("write `\"{corrected}\"`"),
    ))
}

fn axum_problem(path: &str) -> Option<Problem> {
    if !path.starts_with('/') {
        let slashed = format!("/{path}");
        let help = if axum_problem(&slashed).is_none() { slashed } else { "/path".to_owned() };
        let what = match path {
            "" => "a path cannot be empty".to_owned(),
            path => format!("a path starts with a slash: `{path}`"),
        };
        return Some((what, format!("write `\"{help}\"`")));
    }
    let old = path.split('/').find(|segment| segment.starts_with([':', '*']));
    if let Some(old) = old {
        let new: Vec<_> = path.split('/').map(in_braces).collect();
        return Some((
            format!("axum 0.8 writes parameters in braces, not as `{old}`"),
            format!("write `\"{}\"`", new.join("/")),
        ));
    }
    let error = matchit::Router::new().insert(path, ()).err()?;
    Some(match error {
        matchit::InsertError::InvalidParamSegment => (
            format!(
                "a parameter ends its segment: nothing can stand between `}}` and the next slash in `{path}`"
            ),
            "take the whole segment as the parameter, and cut it in the handler".to_owned(),
        ),
        matchit::InsertError::InvalidCatchAll => (
            format!("a parameter with `*` takes the rest of the path, so it ends it: `{path}`"),
            "write it last, as in `\"/files/{*rest}\"`".to_owned(),
        ),
        _ => (
            format!("the braces of `{path}` are no parameter"),
            "write a parameter as in `\"/users/{id}\"`, and a brace itself as `{{` or `}}`".to_owned(),
        ),
    })
}

/// The segment with a parameter in braces: `:id` becomes `{id}`, and `*rest` becomes `{*rest}`.
fn in_braces(segment: &str) -> String {
    match segment.split_at_checked(1) {
        Some((":", name)) if !name.is_empty() => format!("{{{name}}}"),
        Some(("*", name)) => format!("{{*{}}}", if name.is_empty() { "rest" } else { name }),
        _ => segment.to_owned(),
    }
}

/// The mistakes for which actix-router panics. It also panics if the regular expression of a parameter is invalid,
/// which is not checked here.
fn actix_problem(path: &str) -> Option<Problem> {
    /// The limit of actix-router.
    const MOST_PARAMETERS: usize = 16;
    const EXAMPLE: &str = "write a parameter as in `\"/users/{id}\"` or `\"/users/{id:[0-9]+}\"`";
    let unbalanced = || Some((format!("the braces of `{path}` do not balance"), EXAMPLE.to_owned()));
    let mut names = Vec::new();
    let mut rest = path;
    while let Some(open) = rest.find('{') {
        if rest[..open].contains('}') {
            return unbalanced();
        }
        let Some(length) = closing_brace(&rest[open..]) else {
            return unbalanced();
        };
        let parameter = &rest[open + 1..open + length];
        rest = &rest[open + length + 1..];
        let (name, pattern) =
            parameter.split_once(':').map_or((parameter, None), |(name, regex)| (name, Some(regex)));
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_name {
            let what = match name {
                "" => format!("a parameter needs a name: `{path}`"),
                name => format!("`{name}` is not the name of a parameter: `{path}`"),
            };
            return Some((what, EXAMPLE.to_owned()));
        }
        if rest == "*" {
            return pattern.map(|_| {
                (
                    format!(
                        "a parameter that takes the rest of the path has no pattern of its own: `{path}`"
                    ),
                    format!("write `{{{name}}}*` at the end, or `{{{name}:.*}}`"),
                )
            });
        }
        if names.contains(&name) {
            return Some((
                format!("the parameter `{name}` is there twice in `{path}`"),
                "give the second another name".to_owned(),
            ));
        }
        names.push(name);
    }
    if rest.contains('}') {
        return unbalanced();
    }
    if rest.ends_with('*') {
        return Some((
            format!("the rest of a path needs a name: `{path}`"),
            format!("write `\"{}{{tail}}*\"`", path.trim_end_matches('*')),
        ));
    }
    (names.len() > MOST_PARAMETERS).then(|| {
        (
            format!(
                "actix-web takes at most {MOST_PARAMETERS} parameters in a path, and these are {}",
                names.len()
            ),
            "take the rest of the path as one parameter: `{tail}*`".to_owned(),
        )
    })
}

/// The position of the brace that closes the first one in `text`. Braces in a regular expression count.
fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.char_indices().find_map(|(at, character)| {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const AXUM: [(&str, Option<&str>); 15] = [
        ("/", None),
        ("/users/{id}", None),
        ("/files/{*rest}", None),
        ("/a-{id}", None),
        ("/{{literal}}", None),
        ("/b\u{fc}cher", None),
        ("", Some("write `\"/\"`")),
        ("users", Some("write `\"/users\"`")),
        ("/:id", Some("write `\"/{id}\"`")),
        ("/users/:id/:post", Some("write `\"/users/{id}/{post}\"`")),
        ("/files/*rest", Some("write `\"/files/{*rest}\"`")),
        ("/files/*", Some("write `\"/files/{*rest}\"`")),
        ("/{id", Some("write a parameter as in `\"/users/{id}\"`, and a brace itself as `{{` or `}}`")),
        ("/{id}-x", Some("take the whole segment as the parameter, and cut it in the handler")),
        ("/{*rest}/x", Some("write it last, as in `\"/files/{*rest}\"`")),
    ];

    const ACTIX: [(&str, bool); 17] = [
        ("", true),
        ("/", true),
        ("users", true),
        ("/users/{id}", true),
        ("/v{version}/{id:[[:digit:]]{6}}", true),
        ("/files/{tail}*", true),
        ("/files/{tail:.*}", true),
        ("/{a}-{b}.html", true),
        ("/{id", false),
        ("/{id:[0-9]{6}", false),
        ("/id}", false),
        ("/}{", false),
        ("/{}", false),
        ("/{1a}", false),
        ("/{id}/{id}", false),
        ("/{tail:.*}*", false),
        ("/files/*", false),
    ];

    #[test]
    fn axum_paths_and_what_to_write_instead() {
        for (path, expected) in AXUM {
            assert_eq!(axum_problem(path).map(|(_, help)| help).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn axum_itself_agrees() {
        for (path, problem) in AXUM {
            let result = std::panic::catch_unwind(|| {
                axum::Router::<()>::new().route(path, axum::routing::get(|| std::future::ready(())))
            });
            assert_eq!(result.is_ok(), problem.is_none(), "{path}");
        }
    }

    #[test]
    fn angle_brackets_and_what_to_write_instead() {
        for (path, in_axum, in_actix) in [
            ("/users/<id>", "/users/{id}", "/users/{id}"),
            ("/<int:id>/x/<>", "/{id}/x/{id}", "/{id}/x/{id}"),
            ("/files/<path..>", "/files/{*path}", "/files/{path}*"),
            ("/files/<path:rest>", "/files/{*rest}", "/files/{rest}*"),
        ] {
            let axum = angle_brackets(path, "axum", |name| format!("{{*{name}}}"));
            assert_eq!(axum.unwrap().1, format!("write `\"{in_axum}\"`"));
            let actix = angle_brackets(path, "actix-web", |name| format!("{{{name}}}*"));
            assert_eq!(actix.unwrap().1, format!("write `\"{in_actix}\"`"));
        }
        for path in ["/", "/a<b", "/a>b<c", "/{id:(?P<year>[0-9]+)}", "/a</b>"] {
            assert!(angle_brackets(path, "", str::to_owned).is_none(), "{path}");
        }
    }

    #[test]
    fn actix_paths() {
        for (path, expected) in ACTIX {
            assert_eq!(actix_problem(path).is_none(), expected, "{path}");
        }
        let many = |count: usize| (0..count).map(|n| format!("/{{p{n}}}")).collect::<Vec<_>>().concat();
        assert!(actix_problem(&many(16)).is_none());
        assert!(actix_problem(&many(17)).is_some());
    }

    #[test]
    fn actix_router_itself_takes_what_is_let_through() {
        // The router also accepts a stray `}` and a nameless tail, with a warning.
        for (path, expected) in ACTIX {
            let result = std::panic::catch_unwind(|| actix_router::ResourceDef::new(path));
            if expected {
                assert!(result.is_ok(), "{path}");
            }
        }
    }
}
