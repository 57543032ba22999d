//! The grammar of the list headers: <https://fetch.spec.whatwg.org/#extract-header-list-values>.

use super::wire::{HeaderList, latin1, trim};

/// A list with something in it that is no token. It makes the whole preflight fail.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct InvalidList;

/// `None` if there is no such header; the lines of one name are one list, empty elements do not count.
pub(super) fn names(headers: &HeaderList, name: &str) -> Result<Option<Vec<String>>, InvalidList> {
    let mut found = None;
    for line in headers.all(name) {
        let list: &mut Vec<String> = found.get_or_insert_default();
        for element in line.split(|&byte| byte == b',').map(trim).filter(|element| !element.is_empty()) {
            if !is_token(element) {
                return Err(InvalidList);
            }
            list.push(latin1(element));
        }
    }
    Ok(found)
}

/// A token of RFC 9110, section 5.6.2.
pub(super) fn is_token(value: &[u8]) -> bool {
    !value.is_empty()
        && value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Expected = Result<Option<&'static [&'static str]>, InvalidList>;

    #[test]
    fn lists() {
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
                Ok(names) => Ok(names.map(|names| names.iter().map(ToString::to_string).collect())),
                Err(_) => Err(InvalidList),
            };
            assert_eq!(names(&headers, "list"), expected, "{lines:?}");
        }
    }
}
