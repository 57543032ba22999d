//! Header lists, and the values in them: <https://fetch.spec.whatwg.org/#concept-header-list>.

use std::fmt;

/// The headers of a request or a response: names in lower case, in the order of the lines.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct HeaderList(Vec<(String, Vec<u8>)>);

/// The error for a list header that contains something other than tokens.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct InvalidList;

impl HeaderList {
    /// Appends a line. Whitespace around the value is
    /// [not part of it](https://fetch.spec.whatwg.org/#concept-header-value-normalize).
    pub(super) fn push(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        let value = trim(&value.into()).to_vec();
        self.0.push((name.to_ascii_lowercase(), value));
    }

    pub(super) fn push_if_absent(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        if !self.contains(name) {
            self.push(name, value);
        }
    }

    /// Removes all lines of a name. `name` is in lower case.
    pub(super) fn remove(&mut self, name: &str) {
        self.0.retain(|(line_name, _)| line_name != name);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    /// Returns the value of each line of a name.
    pub(super) fn lines<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.iter().filter(move |(line_name, _)| line_name.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Returns the value of the first line of a name, if it is UTF-8.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.lines(name).next().and_then(|value| std::str::from_utf8(value).ok())
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.lines(name).next().is_some()
    }

    /// Returns all lines of a name, joined by `, `: <https://fetch.spec.whatwg.org/#concept-header-list-get>.
    pub(super) fn get(&self, name: &str) -> Option<Vec<u8>> {
        let lines: Vec<&[u8]> = self.lines(name).collect();
        (!lines.is_empty()).then(|| trim(&lines.join(&b", "[..])).to_vec())
    }

    /// Returns the tokens of a list header: <https://fetch.spec.whatwg.org/#extract-header-list-values>.
    ///
    /// All lines of the name are one list, and empty elements are ignored. `None` if there is no such header.
    pub(super) fn tokens(&self, name: &str) -> Result<Option<Vec<String>>, InvalidList> {
        let mut tokens = None;
        for line in self.lines(name) {
            let tokens: &mut Vec<String> = tokens.get_or_insert_default();
            for element in line.split(|&byte| byte == b',').map(trim).filter(|element| !element.is_empty()) {
                if !is_token(element) {
                    return Err(InvalidList);
                }
                tokens.push(latin1(element));
            }
        }
        Ok(tokens)
    }

    /// Returns the number of bytes in all names and values.
    pub(super) fn size(&self) -> usize {
        self.0.iter().map(|(name, value)| name.len() + value.len()).sum()
    }
}

impl fmt::Debug for HeaderList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, value)| format!("{name}: {}", latin1(value)))).finish()
    }
}

/// Removes HTTP whitespace at both ends: <https://fetch.spec.whatwg.org/#http-whitespace>.
pub(super) fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = value {
        value = rest;
    }
    while let [rest @ .., b' ' | b'\t' | b'\r' | b'\n'] = value {
        value = rest;
    }
    value
}

/// Returns whether the bytes are a token: <https://httpwg.org/specs/rfc9110.html#rfc.section.5.6.2>.
pub(super) fn is_token(value: &[u8]) -> bool {
    !value.is_empty()
        && value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

/// Converts each byte to one character, as browsers do for scripts.
pub(super) fn latin1(value: &[u8]) -> String {
    value.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Expected = Result<Option<&'static [&'static str]>, InvalidList>;

    #[test]
    fn lines_are_one_list_and_empty_elements_are_ignored() {
        let cases: &[(&[&str], Expected)] = &[
            (&[], Ok(None)),
            (&[""], Ok(Some(&[]))),
            (&["PUT"], Ok(Some(&["PUT"]))),
            (&[",,PUT,"], Ok(Some(&["PUT"]))),
            (&["GET ,\tPUT"], Ok(Some(&["GET", "PUT"]))),
            (&["GET", "PUT, PATCH"], Ok(Some(&["GET", "PUT", "PATCH"]))),
            (&["*"], Ok(Some(&["*"]))),
            (&["x-*"], Ok(Some(&["x-*"]))),
            (&["GET PUT"], Err(InvalidList)),
            (&["PUT; GET"], Err(InvalidList)),
            (&["\"PUT\""], Err(InvalidList)),
            (&["x-a:"], Err(InvalidList)),
            (&["x-ä"], Err(InvalidList)),
            (&["PUT", "a b"], Err(InvalidList)),
        ];
        for (lines, expected) in cases {
            let mut headers = HeaderList::default();
            for line in *lines {
                headers.push("List", *line);
            }
            let expected = match expected {
                Ok(tokens) => Ok(tokens.map(|tokens| tokens.iter().map(ToString::to_string).collect())),
                Err(_) => Err(InvalidList),
            };
            assert_eq!(headers.tokens("list"), expected, "{lines:?}");
        }
    }
}
