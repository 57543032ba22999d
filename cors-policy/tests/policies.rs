//! Whole policies: which rules they break, and where.

use cors_policy::{
    Danger, Draft, DraftEnforcement, DraftHeaders, DraftOrigin, Key, Rule, check, check_method,
    check_runtime_origins, split_list,
};

#[expect(clippy::unnecessary_wraps, reason = "as the field of a draft")]
fn origins(texts: &[&str]) -> Option<Vec<DraftOrigin>> {
    let element = |text: &&str| match *text {
        "LATER" => DraftOrigin::AtRuntime,
        "OR_ANY" => DraftOrigin::AtRuntimeOrAny,
        "UNREADABLE" => DraftOrigin::Unreadable,
        text => DraftOrigin::Text(text.to_owned()),
    };
    Some(texts.iter().map(element).collect())
}

#[expect(clippy::unnecessary_wraps, reason = "as the field of a draft")]
fn names(names: &[&str]) -> Option<DraftHeaders> {
    let element = |name: &&str| (*name != "UNREADABLE").then(|| (*name).to_owned());
    Some(DraftHeaders::Names(names.iter().map(element).collect()))
}

/// `origins[1] origin-duplicate`
fn broken(draft: &Draft) -> Vec<String> {
    let place = |key: Key, element: Option<usize>| match element {
        Some(i) => format!("{key}[{i}]"),
        None => key.to_string(),
    };
    check(draft).iter().map(|e| format!("{} {}", place(e.key(), e.element()), e.rule())).collect()
}

fn sample() -> Draft {
    Draft { origins: origins(&["https://a.example"]), ..Draft::default() }
}

/// `env(.., or_any)` may be `*`, and excludes the same keys and elements.
#[test]
fn a_variable_that_may_allow_every_origin() {
    const A: &str = "https://a.example";
    let of = |list: &[&str]| Draft { origins: origins(list), ..Draft::default() };
    let with_dev = |list: &[&str], dev: &[&str]| Draft { dev_origins: origins(dev), ..of(list) };
    for (draft, expected) in [
        (of(&["OR_ANY"]), &[][..]),
        (Draft { credentials: true, ..of(&["OR_ANY"]) }, &["origins[0] wildcard-credentials"]),
        (
            Draft { enforce: Some(DraftEnforcement::default()), ..of(&["OR_ANY"]) },
            &["enforce wildcard-enforce"],
        ),
        (of(&["OR_ANY", A]), &["origins[0] origin-shadowed"]),
        (of(&[A, "OR_ANY"]), &["origins[1] origin-shadowed"]),
        (of(&["LATER", "OR_ANY"]), &["origins[1] origin-shadowed"]),
        (of(&["OR_ANY", "OR_ANY"]), &["origins[0] origin-shadowed", "origins[1] origin-shadowed"]),
        (of(&["OR_ANY", "*"]), &["origins[1] origin-shadowed"]),
        (with_dev(&["OR_ANY"], &[A]), &["origins[0] origin-shadowed"]),
        (with_dev(&["OR_ANY"], &[]), &[]),
        (with_dev(&[A], &["OR_ANY"]), &[]),
        (
            with_dev(&[A], &["OR_ANY", A]),
            &["dev_origins[0] origin-shadowed", "dev_origins[1] origin-duplicate"],
        ),
        (
            Draft { credentials: true, ..with_dev(&[A], &["OR_ANY"]) },
            &["dev_origins[0] wildcard-credentials"],
        ),
        (Draft { enforce: Some(DraftEnforcement::default()), ..with_dev(&[A], &["OR_ANY"]) }, &[]),
    ] {
        assert_eq!(broken(&draft), expected, "{draft:?}");
    }
}

#[test]
fn lists_of_origins() {
    const A: &str = "https://a.example";
    const B: &str = "https://b.example";
    for (list, dev, expected) in [
        (&[A, B][..], &[][..], &[][..]),
        (&[], &[], &["origins origins-missing"]),
        (&[], &[A], &["origins origins-missing"]),
        (&["LATER"], &[], &[]),
        (&["UNREADABLE"], &[], &[]),
        (&["LATER", "LATER", "UNREADABLE", "UNREADABLE"], &["LATER"], &[]),
        (&[A, A], &[], &["origins[1] origin-duplicate"]),
        (&[A, B, A, A], &[], &["origins[2] origin-duplicate", "origins[3] origin-duplicate"]),
        (&[A], &[B, A], &["dev_origins[1] origin-duplicate"]),
        (&[A], &[B, B], &["dev_origins[1] origin-duplicate"]),
        (&["*", "*"], &[], &["origins[1] origin-duplicate"]),
        (&["https://*.a.example", "https://*.a.example"], &[], &["origins[1] origin-duplicate"]),
        // An element that is refused is neither a duplicate nor covers other elements.
        (
            &["https://a.example/", "https://a.example/"],
            &[],
            &["origins[0] origin-trailing-slash", "origins[1] origin-trailing-slash"],
        ),
        (&["https://*.com", "https://a.com"], &[], &["origins[0] origin-public-suffix"]),
        (&["https://*.a.example", "https://x.a.example", A], &[], &["origins[1] origin-shadowed"]),
        (&["https://y.x.a.example", "https://*.a.example"], &[], &["origins[0] origin-shadowed"]),
        (&["https://*.x.a.example", "https://*.a.example"], &[], &["origins[0] origin-shadowed"]),
        (
            &["https://*.a.example", "http://x.a.example", "https://x.a.example:8443", "https://xa.example"],
            &[],
            &[],
        ),
        (&["https://*.a.example:8443", "https://x.a.example:8443"], &[], &["origins[1] origin-shadowed"]),
        (
            &[
                "https://*.a.example:*",
                "https://x.a.example:8443",
                "https://x.a.example",
                "https://*.a.example",
            ],
            &[],
            &["origins[1] origin-shadowed", "origins[2] origin-shadowed", "origins[3] origin-shadowed"],
        ),
        (
            &["http://localhost:*", "http://localhost:3000", "http://localhost"],
            &[],
            &["origins[1] origin-shadowed", "origins[2] origin-shadowed"],
        ),
        (
            &["http://localhost:*", "https://localhost:3000", "http://127.0.0.1:3000", "http://x.localhost"],
            &[],
            &[],
        ),
        (&["http://*.localhost:*", "http://x.localhost:*"], &[], &["origins[1] origin-shadowed"]),
        (&["http://localhost:*"], &["http://localhost:3000"], &["dev_origins[0] origin-shadowed"]),
        (&["http://localhost:3000"], &["http://localhost:*"], &[]),
        (&[A, "*", B], &[], &["origins[0] origin-shadowed", "origins[2] origin-shadowed"]),
        (&["*"], &[A], &["dev_origins[0] origin-shadowed"]),
        (&["*", "LATER"], &[], &["origins[0] origin-shadowed"]),
        (&[A], &["*"], &[]),
        (&["https://a.example.", A], &[], &[]),
        (&["capacitor://localhost", "ionic://localhost", "http://localhost"], &[], &[]),
    ] {
        let dev_origins = if dev.is_empty() { None } else { origins(dev) };
        let draft = Draft { origins: origins(list), dev_origins, ..Draft::default() };
        assert_eq!(broken(&draft), expected, "{list:?} {dev:?}");
    }
}

#[test]
fn missing_origins() {
    assert_eq!(broken(&Draft::default()), ["origins origins-missing"]);
    assert_eq!(broken(&Draft { has_base: true, ..Draft::default() }), [""; 0]);
    let empty = Draft { has_base: true, origins: origins(&[]), ..Draft::default() };
    assert_eq!(broken(&empty), ["origins origins-missing"]);
}

#[test]
fn wildcards() {
    let any = || Draft { origins: origins(&["*"]), ..Draft::default() };
    for (draft, expected) in [
        (any(), &[][..]),
        (Draft { credentials: true, ..any() }, &["origins[0] wildcard-credentials"]),
        (Draft { enforce: Some(DraftEnforcement::default()), ..any() }, &["enforce wildcard-enforce"]),
        (Draft { enforce: Some(DraftEnforcement::default()), ..sample() }, &[]),
        (Draft { enforce: Some(DraftEnforcement::default()), dev_origins: origins(&["*"]), ..sample() }, &[]),
        (
            Draft { credentials: true, dev_origins: origins(&["*"]), ..sample() },
            &["dev_origins[0] wildcard-credentials"],
        ),
        // A wildcard that is refused covers nothing.
        (
            Draft { credentials: true, origins: origins(&["*", "https://a.example"]), ..any() },
            &["origins[0] wildcard-credentials"],
        ),
        (Draft { allow_headers: names(&["*", "Authorization"]), ..any() }, &[]),
        (Draft { allow_headers: names(&["*"]), expose_headers: names(&["*"]), ..sample() }, &[]),
        (
            Draft {
                credentials: true,
                allow_headers: names(&["*", "x-a"]),
                expose_headers: names(&["*"]),
                ..sample()
            },
            &[
                "allow_headers[0] wildcard-headers-credentials",
                "expose_headers[0] wildcard-expose-credentials",
            ],
        ),
        (Draft { credentials: true, allow_headers: Some(DraftHeaders::Any), ..sample() }, &[]),
    ] {
        assert_eq!(broken(&draft), expected, "{draft:?}");
    }
}

#[rustfmt::skip]
const ALLOWED: &[(&str, &str)] = &[
    ("content-type", ""), ("Content-Type", ""), ("accept", ""), ("range", ""), ("authorization", ""), ("user-agent", ""),
    ("x-requested-with", ""), ("traceparent", ""), ("if-none-match", ""), ("x-http-method-override", ""), ("a!#$%&'+.^_`|~", ""),
    ("secret", ""), ("sec", ""), ("security-token", ""), ("proxied-by", ""), ("proxy", ""), ("hostname", ""), ("dated", ""),
    ("cookies", ""), ("x-cookie", ""), ("origin-id", ""), ("teapot", ""), ("viable", ""), ("varying", ""), ("server-timing", ""),
    ("access-controls", ""), ("access-control", ""), ("any", ""), ("null", ""), ("1", ""), ("etag", ""),
    ("", "header-name"), (" ", "header-name"), ("x a", "header-name"), ("x-a ", "header-name"), ("x-a:", "header-name"),
    ("x-a: 1", "header-name"), ("x-a,x-b", "header-name"), ("x-a, x-b", "header-name"), ("x-a\r\nx-b: 1", "header-name"),
    ("x-\u{fc}", "header-name"), ("\"x-a\"", "header-name"), ("(x)", "header-name"), ("x-\0", "header-name"), ("x-*", "header-name"),
    ("cookie", "header-forbidden"), ("Cookie", "header-forbidden"), ("cookie ", "header-forbidden"), ("origin", "header-forbidden"),
    ("host", "header-forbidden"), ("content-length", "header-forbidden"), ("sec-fetch-mode", "header-forbidden"),
    ("Sec-CH-UA", "header-forbidden"), ("proxy-authorization", "header-forbidden"), ("date", "header-forbidden"),
    ("te", "header-forbidden"), ("set-cookie", "header-forbidden"), ("access-control-request-method", "header-forbidden"),
    ("access-control-allow-origin", "header-direction"), ("www-authenticate", "header-direction"), ("Vary", "header-direction"),
    ("server", "header-direction"), ("strict-transport-security", "header-direction"),
];

#[rustfmt::skip]
const EXPOSED: &[(&str, &str)] = &[
    ("etag", ""), ("ETag", ""), ("location", ""), ("content-type", ""), ("x-total-count", ""), ("date", ""), ("server", ""),
    ("vary", ""), ("www-authenticate", ""), ("authorization", ""), ("sec-x", ""), ("set-cookies", ""), ("hosts", ""), ("via", ""),
    ("set-cookie", "header-not-exposable"), ("Set-Cookie2", "header-not-exposable"),
    ("access-control-allow-origin", "header-direction"), ("Access-Control-Max-Age", "header-direction"),
    ("origin", "header-direction"), ("host", "header-direction"), ("cookie", "header-direction"), ("User-Agent", "header-direction"),
    ("x-a, x-b", "header-name"), ("", "header-name"),
];

#[test]
fn names_of_headers() {
    for (name, rule) in ALLOWED {
        let draft = Draft { allow_headers: names(&[name]), ..sample() };
        let expected = if rule.is_empty() { vec![] } else { vec![format!("allow_headers[0] {rule}")] };
        assert_eq!(broken(&draft), expected, "{name:?}");
    }
    for (name, rule) in EXPOSED {
        let draft = Draft { expose_headers: names(&[name]), ..sample() };
        let expected = if rule.is_empty() { vec![] } else { vec![format!("expose_headers[0] {rule}")] };
        assert_eq!(broken(&draft), expected, "{name:?}");
    }
}

#[test]
fn lists_of_headers() {
    for (list, expected) in [
        (&["x-a", "x-b"][..], &[][..]),
        (&[], &[]),
        (&["UNREADABLE", "UNREADABLE"], &[]),
        (&["x-a", "X-A", "x-b", "x-a"], &["[1] header-duplicate", "[3] header-duplicate"]),
        (&["*", "*"], &["[1] header-duplicate"]),
        (&["x-a", "*", "Authorization"], &["[0] header-duplicate"]),
        (&["x a", "x a"], &["[0] header-name", "[1] header-name"]),
    ] {
        for key in [Key::AllowHeaders, Key::ExposeHeaders] {
            let draft = if key == Key::AllowHeaders {
                Draft { allow_headers: names(list), ..sample() }
            } else {
                Draft { expose_headers: names(list), ..sample() }
            };
            let expected: Vec<_> = expected.iter().map(|rest| format!("{key}{rest}")).collect();
            assert_eq!(broken(&draft), expected, "{list:?}");
        }
    }
}

#[test]
fn messages_about_names() {
    const NO_NAME: &str = "write letters, digits and `-`, such as `\"x-request-id\"`";
    for (name, message, help) in [
        ("", "the name of a header cannot be empty", NO_NAME),
        ("x-a ", "not the name of a header", "write `\"x-a\"`"),
        ("x-a:", "not the name of a header", "write `\"x-a\"`"),
        ("x-a: 1", "not the name of a header", "write `\"x-a\"`"),
        ("x-a, x-b", "several headers in one element", "write `\"x-a\", \"x-b\"`"),
        ("x-a x-b", "several headers in one element", "write `\"x-a\", \"x-b\"`"),
        ("x-a\r\nx-b", "several headers in one element", "write `\"x-a\", \"x-b\"`"),
        ("x-a, cookie", "not the name of a header", NO_NAME),
        (
            "X Request Id",
            "the name of a header has no blanks",
            "write `\"x-request-id\"`, or one element for each name",
        ),
        (
            "a b c d e f g h",
            "the name of a header has no blanks",
            "write `\"a-b-c-d-e-f-g-h\"`, or one element for each name",
        ),
        // An offer of more words would be too long to read.
        ("a b c d e f g h i", "not the name of a header", NO_NAME),
        ("a b c d e f g h i j", "not the name of a header", NO_NAME),
        ("a,b,c,d,e,f,g,h,i", "not the name of a header", NO_NAME),
    ] {
        let errors = check(&Draft { allow_headers: names(&[name]), ..sample() });
        let finding = errors[0].finding();
        assert!(finding.message.starts_with(message), "{name:?}: {finding}");
        assert_eq!(finding.help.as_deref(), Some(help), "{name:?}");
    }
}

#[test]
fn a_duplicate_names_the_list_that_has_the_text_already() {
    const A: &str = "https://a.example";
    for (draft, message) in [
        (Draft { origins: origins(&[A, A]), ..sample() }, "`https://a.example` is already listed"),
        (
            Draft { origins: origins(&[A]), dev_origins: origins(&[A]), ..sample() },
            "`https://a.example` is already listed in `origins`",
        ),
    ] {
        assert_eq!(check(&draft)[0].finding().message, message);
    }
}

#[test]
fn max_age() {
    for (seconds, right) in [
        (0, true),
        (1, true),
        (86400, true),
        (-1, false),
        (86401, false),
        (i128::MAX, false),
        (i128::MIN, false),
    ] {
        let expected: &[&str] = if right { &[] } else { &["max_age max-age-range"] };
        assert_eq!(broken(&Draft { max_age: Some(seconds), ..sample() }), expected, "{seconds}");
    }
}

#[test]
fn everything_at_once_in_order() {
    let draft = Draft {
        origins: origins(&["https://a.example/", "null", "http://b.example"]),
        dev_origins: origins(&["localhost:3000"]),
        credentials: true,
        allow_headers: names(&["*", "cookie"]),
        expose_headers: names(&["set-cookie"]),
        max_age: Some(-1),
        ..Draft::default()
    };
    assert_eq!(
        broken(&draft),
        [
            "origins[0] origin-trailing-slash",
            "origins[1] origin-null",
            "origins[2] origin-insecure",
            "dev_origins[0] origin-host",
            "allow_headers[0] wildcard-headers-credentials",
            "allow_headers[1] header-forbidden",
            "expose_headers[0] header-not-exposable",
            "max_age max-age-range",
        ]
    );
}

#[test]
fn methods() {
    const NO_METHOD: &str = "write a method, such as `\"GET\"`";
    for (name, rule, help) in [
        ("GET", None, ""),
        ("PATCH", None, ""),
        ("PROPFIND", None, ""),
        ("M-SEARCH", None, ""),
        ("TRACER", None, ""),
        ("patch", Some(Rule::MethodCase), "write `\"PATCH\"`"),
        ("Put", Some(Rule::MethodCase), "write `\"PUT\"`"),
        ("trace", Some(Rule::MethodForbidden), "remove it"),
        ("CONNECT", Some(Rule::MethodForbidden), "remove it"),
        ("Track", Some(Rule::MethodForbidden), "remove it"),
        ("*", Some(Rule::MethodName), "write each method, such as `\"GET\", \"PUT\"`"),
        ("", Some(Rule::MethodName), NO_METHOD),
        ("GET, PUT", Some(Rule::MethodName), "write `\"GET\", \"PUT\"`"),
        ("get put", Some(Rule::MethodName), "write `\"GET\", \"PUT\"`"),
        ("GET ", Some(Rule::MethodName), "write `\"GET\"`"),
        ("G\u{cb}T", Some(Rule::MethodName), NO_METHOD),
        (
            "A B C D E F G H",
            Some(Rule::MethodName),
            "write `\"A\", \"B\", \"C\", \"D\", \"E\", \"F\", \"G\", \"H\"`",
        ),
        ("A B C D E F G H I", Some(Rule::MethodName), NO_METHOD),
    ] {
        let finding = check_method(name);
        assert_eq!(finding.as_ref().map(|f| f.rule), rule, "{name:?}");
        assert_eq!(finding.and_then(|f| f.help).unwrap_or_default(), help, "{name:?}");
    }
    let message = |name| check_method(name).unwrap().message;
    assert_eq!(message("G\u{cb}T"), "not a method: `G\u{cb}T`");
    assert_eq!(message("GET "), "not a method: `GET `");
    assert_eq!(message("GET, PUT"), "several methods in one element: `GET, PUT`");
}

#[test]
fn lists_that_are_read_at_runtime() {
    let read = |list, present: &[&'static str]| {
        let present = present.iter().copied();
        let found = check_runtime_origins(split_list(list), present, true, Danger::default());
        match found {
            Ok(found) => {
                let dropped =
                    found.dropped.iter().map(|d| format!("{} {} {}", d.index, d.rule, d.covered_by));
                (found.kept.join(" "), dropped.collect::<Vec<_>>())
            }
            Err(errors) => {
                let all = errors.iter().map(|e| format!("{:?} {}", e.element(), e.rule()));
                ("refused".to_owned(), all.collect())
            }
        }
    };
    for (list, present, kept, others) in [
        ("", &[][..], "", &[][..]),
        (" https://a.example , https://b.example,\n", &[], "https://a.example https://b.example", &[]),
        (
            "https://a.example,https://a.example",
            &[],
            "https://a.example",
            &["1 origin-duplicate https://a.example"],
        ),
        (
            "https://x.a.example,https://*.a.example",
            &[],
            "https://*.a.example",
            &["0 origin-shadowed https://*.a.example"],
        ),
        (
            "https://x.a.example,https://*.a.example,https://*.a.example",
            &[],
            "https://*.a.example",
            &["0 origin-shadowed https://*.a.example", "2 origin-duplicate https://*.a.example"],
        ),
        ("https://a.example", &["https://a.example"], "", &["0 origin-duplicate https://a.example"]),
        ("https://x.a.example", &["https://*.a.example"], "", &["0 origin-shadowed https://*.a.example"]),
        ("https://a.example", &["*"], "", &["0 origin-shadowed *"]),
        ("https://a.example,*", &[], "refused", &["Some(1) origin-shadowed"]),
        (
            "https://a.example/,https://b.example,http://c.example,https://*.com",
            &[],
            "refused",
            &["Some(0) origin-trailing-slash", "Some(2) origin-insecure", "Some(3) origin-public-suffix"],
        ),
    ] {
        let (found, all) = read(list, present);
        assert_eq!(
            (found.as_str(), &all[..]),
            (kept, &others.iter().map(ToString::to_string).collect::<Vec<_>>()[..]),
            "{list}"
        );
    }
    let relaxed = Danger { insecure_origins: true, public_suffixes: true };
    assert!(check_runtime_origins(["http://c.example", "https://*.com"], [], true, relaxed).is_ok());
    assert!(check_runtime_origins(["http://c.example"], [], false, Danger::default()).is_ok());
}
