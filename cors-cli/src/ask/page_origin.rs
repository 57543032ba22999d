//! The origin of a page, as the command line takes it.

use reqwest::Url;

/// Parses the origin of a page as browsers write it into `Origin`: `https://app.example.com` or `null`.
pub(super) fn parse_page_origin(text: &str) -> Result<String, String> {
    if text == "null" {
        return Ok(text.to_owned());
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        let opaque = ["about:", "blob:", "data:", "file:", "javascript:"];
        return Err(if text.is_empty() {
            "the origin of the page is missing; write `https://app.example.com`".to_owned()
        } else if opaque.iter().any(|scheme| text.starts_with(scheme)) {
            "such a page has no origin of its own; write `null`".to_owned()
        } else {
            let is_local = text.starts_with("localhost") || text.starts_with("127.");
            let scheme = if is_local { "http" } else { "https" };
            let host = text.split(['/', '?', '#']).next().unwrap_or_default();
            format!("an origin begins with its scheme; write `{scheme}://{host}`")
        });
    };
    if text.contains('*') {
        return Err("a page has one origin, and no pattern; write `https://app.example.com`".to_owned());
    }
    let url = Url::parse(text)
        .map_err(|error| format!("this is no origin ({error}); write `https://app.example.com`"))?;
    let host = url.host_str().unwrap_or_default();
    if scheme.eq_ignore_ascii_case("file") || host.is_empty() {
        return Err(format!("a page of `{scheme}:` has no origin of its own; write `null`"));
    }
    // `Url::origin` returns no origin for apps and extensions, such as `capacitor://localhost`.
    let origin = match url.port() {
        Some(port) => format!("{}://{host}:{port}", url.scheme()),
        None => format!("{}://{host}", url.scheme()),
    };
    if origin == text {
        return Ok(origin);
    }
    let authority = rest.find(['/', '?', '#', '\\']).map_or(rest, |end| &rest[..end]);
    let mistake = if authority.contains('@') {
        "an origin has no user name"
    } else if &rest[authority.len()..] == "/" {
        "an origin has no slash at its end"
    } else if authority.len() < rest.len() {
        "an origin has no path, no query and no fragment"
    } else {
        "browsers write this origin in another form"
    };
    Err(format!("{mistake}; write `{origin}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_taken_as_browsers_write_them() {
        for origin in [
            "https://app.example.com",
            "http://localhost:3000",
            "http://[::1]:8080",
            "capacitor://localhost",
            "chrome-extension://abcdefgh",
            "null",
        ] {
            assert_eq!(parse_page_origin(origin).unwrap(), origin);
        }
    }

    #[test]
    fn other_texts_get_the_origin_to_write() {
        for (text, mistake, origin) in [
            ("https://app.example.com/", "no slash", "https://app.example.com"),
            ("https://App.example.com/", "no slash", "https://app.example.com"),
            ("https://app.example.com/orders", "no path", "https://app.example.com"),
            ("https://app.example.com?x", "no path", "https://app.example.com"),
            ("https://app.example.com:443", "another form", "https://app.example.com"),
            ("https://App.Example.com", "another form", "https://app.example.com"),
            ("https://bücher.example", "another form", "https://xn--bcher-kva.example"),
            ("https://me@app.example.com", "no user name", "https://app.example.com"),
            ("app.example.com", "begins with its scheme", "https://app.example.com"),
            ("localhost:3000/", "begins with its scheme", "http://localhost:3000"),
            ("https://*.example.com", "no pattern", "https://app.example.com"),
            ("https://", "no origin", "https://app.example.com"),
            ("file:///home/me/index.html", "no origin of its own", "null"),
            ("file://server/index.html", "no origin of its own", "null"),
            ("capacitor:///index.html", "no origin of its own", "null"),
            ("data:text/html,x", "no origin of its own", "null"),
            ("", "missing", "https://app.example.com"),
        ] {
            let error = parse_page_origin(text).unwrap_err();
            assert!(error.contains(mistake), "{text}: {error}");
            assert!(error.ends_with(&format!("write `{origin}`")), "{text}: {error}");
        }
    }
}
