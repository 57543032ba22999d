//! Regular expressions that PCRE (nginx) and RE2 (Envoy) read alike.
//!
//! They contain no backslash, except before `^`, and no quote.

use std::{iter::Peekable, str::Chars};

/// The characters that a parameter can stand for, as the body of a negated class. Nothing else separates a path from
/// what follows it in a request.
pub(super) const PATH_END: &str = "?#[:space:]";
pub(super) const PATH_END_OR_ENCODING: &str = "%?#[:space:]";
/// A method that a route for every method takes. `*` would allow the methods of other routes as well.
/// <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2>
pub(super) const ANY_METHOD: &str = "[!#$%&'+.^_`|~0-9A-Za-z-]+";
/// RE2 refuses more repetitions.
const MAX_REPETITIONS: u32 = 1000;

/// A regular expression for a text. Special characters become classes where that is possible, because a backslash has to
/// be doubled in the quotes of some formats.
pub(super) fn escape(text: &str) -> String {
    let mut regex = String::with_capacity(text.len());
    for c in text.chars() {
        if ".$()*+?[]{}|".contains(c) {
            regex.extend(['[', c, ']']);
        } else if c == '^' {
            regex.push_str("\\^");
        } else {
            regex.push(c);
        }
    }
    regex
}

/// Whether a URL path can contain the character unencoded. <https://www.rfc-editor.org/rfc/rfc3986#section-3.3>
pub(super) fn is_path_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/".contains(c)
}

/// Translates the regular expression of a parameter. Only constructs that mean the same everywhere, and that are fast
/// everywhere, are translated: characters, classes, `.`, `\d`, `\w`, alternatives, groups, and repetitions of single
/// characters. Nothing is copied unread, so that a manifest cannot inject anything.
pub(super) fn translate(regex: &str) -> Result<String, String> {
    let mut translation = Translation { rest: regex.chars().peekable(), out: String::new() };
    translation.alternatives(0).map_err(|what| {
        format!("the regular expression `{regex}` in its path has {what}, which is not exported")
    })?;
    Ok(translation.out)
}

struct Translation<'a> {
    rest: Peekable<Chars<'a>>,
    out: String,
}

impl Translation<'_> {
    fn alternatives(&mut self, depth: usize) -> Result<(), String> {
        if depth > 10 {
            return Err("deeply nested groups".to_owned());
        }
        while let Some(c) = self.rest.next() {
            match c {
                ')' if depth > 0 => return Ok(()),
                '|' => self.out.push('|'),
                '(' => {
                    if self.rest.next_if_eq(&'?').is_some() && self.rest.next() != Some(':') {
                        return Err("a group with options".to_owned());
                    }
                    self.out.push_str("(?:");
                    self.alternatives(depth + 1)?;
                    self.out.push(')');
                    // A repeated group can take exponential time in PCRE.
                    if self.rest.next_if_eq(&'?').is_some() {
                        self.out.push('?');
                    } else if self.rest.peek().is_some_and(|c| "*+{".contains(*c)) {
                        return Err("a repeated group".to_owned());
                    }
                }
                '[' => {
                    self.class()?;
                    self.repetition()?;
                }
                '.' => {
                    self.out.extend(["[^", PATH_END_OR_ENCODING, "]"]);
                    self.repetition()?;
                }
                '\\' => {
                    let body = escaped_class(self.rest.next())?;
                    self.out.extend(["[", &body, "]"]);
                    self.repetition()?;
                }
                c if is_path_character(c) && !"$)*+".contains(c) => {
                    self.out.push(c);
                    self.repetition()?;
                }
                other => return Err(format!("`{other}`")),
            }
        }
        if depth == 0 { Ok(()) } else { Err("an open group".to_owned()) }
    }

    fn class(&mut self) -> Result<(), String> {
        let is_negated = self.rest.next_if_eq(&'^').is_some();
        let (mut body, mut has_hyphen) = (String::new(), false);
        loop {
            let c = self.rest.next().ok_or("an open class")?;
            match c {
                ']' if body.is_empty() && !has_hyphen => return Err("an empty class".to_owned()),
                ']' => break,
                '-' if self.rest.peek() == Some(&'-') => return Err("`--` in a class".to_owned()),
                '-' => has_hyphen = true,
                '\\' => match &*escaped_class(self.rest.next())? {
                    "-" => has_hyphen = true,
                    class => body.push_str(class),
                },
                c if c.is_ascii_alphanumeric() => {
                    body.push(c);
                    if self.rest.next_if_eq(&'-').is_some() {
                        match self.rest.peek() {
                            Some(end) if same_kind(c, *end) && c <= *end => {
                                body.push('-');
                                body.extend(self.rest.next());
                            }
                            Some(']') => has_hyphen = true,
                            _ => return Err("a range that is not one of letters or digits".to_owned()),
                        }
                    }
                }
                // `&&` and `~~` are operators of classes in Rust.
                '&' | '~' => return Err(format!("`{c}` in a class")),
                c if is_path_character(c) => {
                    body.push(c);
                    if self.rest.next_if_eq(&'-').is_some() {
                        has_hyphen = true;
                        if self.rest.peek() != Some(&']') {
                            return Err("a range that is not one of letters or digits".to_owned());
                        }
                    }
                }
                other => return Err(format!("`{other}` in a class")),
            }
        }
        // `[:a:]` would be the name of a class in PCRE.
        if body.len() > 1 && body.starts_with([':', '.', '=']) && body.ends_with([':', '.', '=']) {
            return Err("a class that could be a name".to_owned());
        }
        let (begin, end) = if is_negated { ("[^", PATH_END_OR_ENCODING) } else { ("[", "") };
        // At the end, a hyphen is no range.
        self.out.extend([begin, &body, end, if has_hyphen { "-]" } else { "]" }]);
        Ok(())
    }

    fn repetition(&mut self) -> Result<(), String> {
        match self.rest.peek() {
            Some('*' | '+' | '?') => self.out.extend(self.rest.next()),
            Some('{') => {
                self.rest.next();
                let mut text = String::new();
                loop {
                    match self.rest.next() {
                        Some('}') => break,
                        Some(c) if c.is_ascii_digit() || c == ',' => text.push(c),
                        _ => return Err("a repetition without a number".to_owned()),
                    }
                }
                let (least, most) = text.split_once(',').unwrap_or((&text, &text));
                let number =
                    |text: &str| text.parse::<u32>().ok().filter(|number| *number <= MAX_REPETITIONS);
                let is_valid = match (number(least), number(most)) {
                    (Some(least), Some(most)) => least <= most,
                    (Some(_), None) => most.is_empty(),
                    _ => false,
                };
                if !is_valid {
                    return Err(format!("the repetition `{{{text}}}`"));
                }
                self.out.extend(["{", &text, "}"]);
            }
            _ => return Ok(()),
        }
        match self.rest.peek() {
            Some('*' | '+' | '?' | '{') => Err("two repetitions in a row".to_owned()),
            _ => Ok(()),
        }
    }
}

/// The body of the class that stands for an escape.
fn escaped_class(c: Option<char>) -> Result<String, String> {
    match c {
        Some('d') => Ok("0-9".to_owned()),
        Some('w') => Ok("0-9A-Za-z_".to_owned()),
        Some(c) if is_path_character(c) && !c.is_ascii_alphanumeric() => Ok(c.to_string()),
        Some(other) => Err(format!("`\\{other}`")),
        None => Err("a backslash at its end".to_owned()),
    }
}

fn same_kind(a: char, b: char) -> bool {
    (a.is_ascii_digit() && b.is_ascii_digit())
        || (a.is_ascii_lowercase() && b.is_ascii_lowercase())
        || (a.is_ascii_uppercase() && b.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    #[test]
    fn translated_expressions_match_what_the_originals_match() {
        let texts =
            ["", "a", "b", "ab", "a-b", "a.b", "_", "-", "7", "77", "777", "me", "A", "a/b", "+", "~"];
        for regex in [
            "[a-c]+",
            "[-a]+",
            "[a-]+",
            "[^a]",
            "\\d{2}",
            "\\d{2,}",
            "a|b|me",
            "(a|b)-?b?",
            ".+",
            ".",
            "[._-]",
            "[.]",
            "\\w+",
            "me?",
        ] {
            let translated = translate(regex).expect("an expression that is supported");
            let [original, translated] = [regex, &translated]
                .map(|regex| Regex::new(&format!("^(?:{regex})$")).expect("a valid expression"));
            for text in texts {
                assert_eq!(original.is_match(text), translated.is_match(text), "{regex} {text}");
            }
        }
    }

    #[test]
    fn expressions_that_other_engines_read_differently_are_not_translated() {
        for regex in [
            "\\b",
            "\\p{L}",
            "\\s",
            "\\D",
            "\\",
            "^a",
            "a$",
            "(?i)a",
            "(?P<n>a)",
            "(?=a)",
            "(a+)+",
            "(a){2}",
            "a**",
            "a+?",
            "a{2}{3}",
            "a{1001}",
            "a{3,2}",
            "a{,2}",
            "a{x}",
            "a{+1}",
            "[a",
            "[]",
            "[[:alpha:]]",
            "[a&&b]",
            "[a~~b]",
            "[a--b]",
            "[\\d--5]",
            "[+-/]",
            "[a-Z]",
            "[Z-a]",
            "[0-A]",
            "[:a:]",
            "(a",
            "a)",
            "ü",
            "a b",
            "\"",
            "'\n",
            "a;}",
            "%41",
            "[%]",
            "*",
            "+a",
            "x{",
            "\u{0}",
        ] {
            assert!(translate(regex).is_err(), "{regex}: {:?}", translate(regex));
        }
    }

    #[test]
    fn no_expression_is_slow_to_translate() {
        assert!(translate(&"(".repeat(100_000)).is_err());
        assert!(translate(&"a|".repeat(100_000)).is_ok());
        for (depth, is_translated) in [(10, true), (11, false)] {
            let regex = format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
            assert_eq!(translate(&regex).is_ok(), is_translated, "{regex}");
        }
    }
}
