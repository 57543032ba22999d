//! Headers that handlers of the table set themselves.

/// The header lines that the handler of `/headers/{kind}` adds.
pub(crate) fn own_headers(kind: &str) -> &'static [(&'static str, &'static str)] {
    match kind {
        "vary" => &[("vary", "Accept-Encoding")],
        "vary-star" => &[("vary", "*")],
        "vary-origin" => &[("vary", "origin")],
        "vary-lines" => &[("vary", "Accept-Encoding"), ("vary", "accept-language,ORIGIN")],
        "vary-similar" => &[("vary", "X-Origin"), ("vary", "Original")],
        "cors" => &[
            ("access-control-allow-origin", "*"),
            ("access-control-allow-origin", "https://own.example"),
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-methods", "PUT"),
            ("access-control-allow-headers", "x-own"),
            ("access-control-expose-headers", "x-own"),
            ("access-control-max-age", "1"),
            // The header of a draft that browsers no longer implement.
            ("access-control-allow-private-network", "true"),
            ("x-own", "1"),
        ],
        _ => &[],
    }
}
