//! Single elements of `origins`: which rule refuses them, which texts are offered instead, and which elements look wrong
//! but are accepted.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cors_policy::{Danger, Draft, DraftOrigin, Finding, check, check_runtime_origins};

fn findings(text: &str, credentials: bool) -> Vec<Finding> {
    let origins = Some(vec![DraftOrigin::Text(text.to_owned())]);
    let errors = check(&Draft { origins, credentials, ..Draft::default() });
    errors.iter().map(|error| error.finding().clone()).collect()
}

/// The texts that the help offers to paste: every string in ``write `"..", ".."` ``.
fn offered(finding: &Finding) -> Vec<String> {
    let Some(list) = finding.help.as_deref().and_then(|help| help.strip_prefix("write `\"")) else {
        return vec![];
    };
    let Some((list, _)) = list.split_once("\"`") else { return vec![] };
    list.split("\", \"").map(str::to_owned).collect()
}

/// Text, rule, and the elements that are offered.
#[rustfmt::skip]
const WRONG: &[(&str, &str, &[&str])] = &[
    ("null", "origin-null", &[]),
    ("NULL", "origin-null", &[]),
    (" Null ", "origin-null", &[]),

    ("app.example.com", "origin-scheme", &["https://app.example.com"]),
    ("//app.example.com", "origin-scheme", &["https://app.example.com"]),
    ("//app.example.com:8443/", "origin-scheme", &["https://app.example.com:8443"]),
    ("://app.example.com", "origin-scheme", &["https://app.example.com"]),
    ("https:app.example.com", "origin-scheme", &["https://app.example.com"]),
    ("https:/app.example.com", "origin-scheme", &["https://app.example.com"]),
    ("https:///app.example.com", "origin-scheme", &["https://app.example.com"]),
    ("https:\\\\app.example.com", "origin-scheme", &["https://app.example.com"]),
    ("*://app.example.com", "origin-scheme", &["https://app.example.com"]),
    ("https?://app.example.com", "origin-scheme", &["https://app.example.com"]),
    ("http(s)://app.example.com", "origin-scheme", &["https://app.example.com"]),
    ("ht tps://app.example.com", "origin-scheme", &[]),
    ("1app://localhost", "origin-scheme", &[]),
    ("my_app://localhost", "origin-scheme", &[]),
    ("localhost", "origin-scheme", &["http://localhost"]),
    ("*.example.com", "origin-scheme", &["https://*.example.com"]),
    ("capacitor:localhost", "origin-scheme", &[]),
    ("mailto:someone", "origin-scheme", &[]),
    ("h\u{f6}ttps://a.example", "origin-scheme", &[]),

    ("ws://a.example", "origin-scheme-never", &["http://a.example"]),
    ("wss://a.example", "origin-scheme-never", &["https://a.example"]),
    ("WSS://a.example:443/socket", "origin-scheme-never", &["https://a.example"]),
    ("ftp://a.example", "origin-scheme-never", &["https://a.example"]),

    ("file://", "origin-opaque", &[]),
    ("file:///home/me/index.html", "origin-opaque", &[]),
    ("data:text/html,x", "origin-opaque", &[]),
    ("about:blank", "origin-opaque", &[]),
    ("javascript:void(0)", "origin-opaque", &[]),
    ("blob:https://a.example/0b9e", "origin-opaque", &["https://a.example"]),
    ("blob:x", "origin-opaque", &[]),

    ("https://a.example/", "origin-trailing-slash", &["https://a.example"]),
    ("HTTPS://A.example:443/", "origin-trailing-slash", &["https://a.example"]),
    ("http://localhost:3000/", "origin-trailing-slash", &["http://localhost:3000"]),
    ("https://*.a.example/", "origin-trailing-slash", &["https://*.a.example"]),
    ("https://B\u{fc}cher.example/", "origin-trailing-slash", &["https://xn--bcher-kva.example"]),

    ("https://a.example/app", "origin-path", &["https://a.example"]),
    ("https://a.example/*", "origin-path", &["https://a.example"]),
    ("https://a.example//", "origin-path", &["https://a.example"]),
    ("https://a.example?x=1", "origin-path", &["https://a.example"]),
    ("https://a.example/?x", "origin-path", &["https://a.example"]),
    ("https://a.example#top", "origin-path", &["https://a.example"]),
    ("https://a.example\\", "origin-path", &["https://a.example"]),
    ("capacitor://localhost/", "origin-trailing-slash", &["capacitor://localhost"]),

    ("https://user@a.example", "origin-userinfo", &["https://a.example"]),
    ("https://user:pw@a.example", "origin-userinfo", &["https://a.example"]),
    ("https://@a.example", "origin-userinfo", &["https://a.example"]),
    ("https://u:p@h.example/x", "origin-userinfo", &["https://h.example"]),
    ("//me@h.example", "origin-scheme", &["https://h.example"]),
    // Two hosts, of which either may be meant.
    ("https://a.example@evil.example", "origin-userinfo", &[]),
    ("https://a.example:443@evil.example", "origin-userinfo", &[]),
    ("https://a.example:pw@evil.example", "origin-userinfo", &[]),
    ("https://localhost@evil.example", "origin-userinfo", &[]),
    ("https://localhost:3000@evil.example", "origin-userinfo", &[]),
    ("https://intranet:8080@evil.example", "origin-userinfo", &[]),
    ("https://[::1]@evil.example", "origin-userinfo", &[]),
    ("https://me@a.example@evil.example", "origin-userinfo", &[]),
    ("https://me%40a.example@evil.example", "origin-userinfo", &[]),
    ("https://a.example @evil.example", "origin-userinfo", &[]),
    ("https://a.example\u{ff0f}@evil.example", "origin-userinfo", &[]),
    ("//a.example@evil.example", "origin-userinfo", &[]),
    ("app://a.example@evil.example", "origin-userinfo", &[]),
    ("wss://a.example@evil.example", "origin-userinfo", &[]),
    ("http(s)://a.example@evil.example", "origin-userinfo", &[]),
    // A browser ends the host at the back slash. Other programs begin it after the `@`.
    ("https://app.example\\@evil.example", "origin-path", &[]),
    ("https://app.example\\\\@evil.example", "origin-path", &[]),
    ("https://app.example:443\\@evil.example", "origin-path", &[]),
    ("https://app.example\\x@evil.example/y", "origin-path", &[]),
    ("https://app.example\\.evil.example", "origin-pattern", &[]),
    // E-mail addresses and other texts with an `@`, but without the host of a page.
    ("me@app.example.com", "origin-scheme", &[]),
    ("mailto:me@app.example.com", "origin-scheme", &[]),
    ("me:pw@app.example.com", "origin-scheme", &[]),
    ("localhost:3000@evil.example", "origin-scheme", &[]),
    ("app.example.com/@me", "origin-scheme", &["https://app.example.com"]),
    ("blob:https://a.example@evil.example/0b9e", "origin-opaque", &[]),
    ("blob:https://a.example\\@evil.example/0b9e", "origin-opaque", &[]),
    ("https://a.example,@evil.example", "origin-list-in-one", &[]),
    ("https://a.example;me@evil.example", "origin-list-in-one", &[]),
    ("https://a.example|b.example@evil.example", "origin-list-in-one", &[]),
    ("https://a.example https://b.example@evil.example", "origin-list-in-one", &[]),
    // No host has the name of a scheme.
    ("https://https://a.example", "origin-scheme", &[]),
    ("https://http://a.example/", "origin-scheme", &[]),
    ("https://https//a.example", "origin-scheme", &[]),
    ("HTTPS://WSS://a.example", "origin-scheme", &[]),

    ("https://a.example:443", "origin-default-port", &["https://a.example"]),
    ("http://a.example:80", "origin-default-port", &["http://a.example"]),
    ("https://*.a.example:443", "origin-default-port", &["https://*.a.example"]),

    ("https://a.example:", "origin-port", &["https://a.example"]),
    ("https://a.example:0", "origin-port", &[]),
    ("https://a.example:00", "origin-port", &[]),
    ("https://a.example:65536", "origin-port", &[]),
    ("https://a.example:99999999999999999999999", "origin-port", &[]),
    ("http://a.example:0080", "origin-port", &["http://a.example"]),
    ("https://a.example:08443", "origin-port", &["https://a.example:8443"]),
    ("https://a.example:+443", "origin-port", &[]),
    ("https://a.example:-1", "origin-port", &[]),
    ("https://a.example:https", "origin-port", &[]),
    ("https://a.example:80:81", "origin-port", &[]),
    ("http://localhost:3000-3010", "origin-port", &[]),
    ("http://localhost:3000,3001", "origin-port", &[]),
    ("http://[::1]:1:2", "origin-port", &[]),
    ("https://a.example:4 43", "origin-port", &[]),

    ("HTTPS://APP.Example.TEST", "origin-case", &["https://app.example.test"]),
    ("https://App.example", "origin-case", &["https://app.example"]),
    ("Https://app.example", "origin-case", &["https://app.example"]),
    ("https://*.Example.com", "origin-case", &["https://*.example.com"]),
    ("https://XN--BCHER-KVA.example", "origin-case", &["https://xn--bcher-kva.example"]),
    ("Capacitor://localhost", "origin-case", &["capacitor://localhost"]),

    ("https://b\u{fc}cher.example", "origin-idn", &["https://xn--bcher-kva.example"]),
    ("https://fa\u{df}.example", "origin-idn", &["https://xn--fa-hia.example"]),
    ("https://app\u{3002}example", "origin-idn", &["https://app.example"]),
    ("https://\u{65e5}\u{672c}.example", "origin-idn", &["https://xn--wgv71a.example"]),
    ("https://*.b\u{fc}cher.example", "origin-idn", &["https://*.xn--bcher-kva.example"]),
    ("https://\u{5e9}\u{5dc}\u{5d5}\u{5dd}.example", "origin-idn", &[]),
    ("https://xn--.example", "origin-idn", &[]),
    ("https://xn--a.example", "origin-idn", &[]),

    ("", "origin-host", &[]),
    (" ", "origin-host", &[]),
    ("https://", "origin-host", &[]),
    ("https://:443", "origin-host", &[]),
    ("localhost:3000", "origin-host", &["http://localhost:3000"]),
    ("localhost:3000/", "origin-host", &["http://localhost:3000"]),
    ("localhost:*", "origin-host", &["http://localhost:*"]),
    ("app.example.com:8443", "origin-host", &["https://app.example.com:8443"]),
    ("127.0.0.1:3000", "origin-host", &["http://127.0.0.1:3000"]),
    ("[::1]:3000", "origin-host", &["http://[::1]:3000"]),
    (" https://a.example", "origin-host", &["https://a.example"]),
    ("https://a.example\n", "origin-host", &["https://a.example"]),
    ("https:// a.example", "origin-host", &["https://a.example"]),
    ("https://a.example # production", "origin-host", &["https://a.example"]),
    ("http://localhost:3000 // dev", "origin-host", &["http://localhost:3000"]),
    ("https://a.example%2f.evil.example", "origin-host", &[]),
    ("\u{feff}https://a.example", "origin-host", &["https://a.example"]),
    ("\"https://a.example\"", "origin-host", &["https://a.example"]),
    ("'https://a.example'", "origin-host", &["https://a.example"]),
    ("https://a.example,", "origin-host", &["https://a.example"]),
    ("https://a.example;", "origin-host", &["https://a.example"]),
    ("https://my app.example", "origin-host", &[]),
    ("https://a.exam\tple", "origin-host", &[]),
    ("https://a.exam\u{0}ple", "origin-host", &[]),
    ("https://a..example", "origin-host", &[]),
    ("https://a.example..", "origin-host", &[]),
    ("https://.", "origin-host", &[]),
    ("https://.a.example", "origin-host", &["https://*.a.example"]),
    ("https://-a.example", "origin-host", &[]),
    ("https://a-.example", "origin-host", &[]),
    ("https://%61pp.example", "origin-host", &["https://app.example"]),
    ("https://b%C3%BCcher.example", "origin-host", &["https://xn--bcher-kva.example"]),
    ("https://app.example%40evil.example", "origin-host", &[]),
    ("https://app.example%5c.evil.example", "origin-host", &[]),
    ("https://a%.example", "origin-host", &[]),
    ("https://%HOST%", "origin-host", &[]),
    ("https://a!b.example", "origin-host", &[]),
    ("app://a!b", "origin-host", &[]),
    ("app://", "origin-host", &[]),

    ("http://10.1", "origin-ip", &["http://10.0.0.1"]),
    ("http://0x0a.0.0.1", "origin-ip", &["http://10.0.0.1"]),
    ("http://010.0.0.1", "origin-ip", &["http://8.0.0.1"]),
    ("http://167772161", "origin-ip", &["http://10.0.0.1"]),
    ("http://127.0.0.1.", "origin-ip", &["http://127.0.0.1"]),
    ("http://127.0.0.1./", "origin-trailing-slash", &["http://127.0.0.1"]),
    ("http://256.0.0.1", "origin-ip", &[]),
    ("http://1.2.3.4.5", "origin-ip", &[]),
    ("http://a.1", "origin-ip", &[]),
    ("http://a.example.0x1", "origin-ip", &[]),
    ("http://[2001:DB8:0:0:0:0:0:1]", "origin-ip", &["http://[2001:db8::1]"]),
    ("http://[::ffff:10.0.0.1]", "origin-ip", &["http://[::ffff:a00:1]"]),
    ("http://[fe80::1%25eth0]", "origin-ip", &[]),
    ("http://[fe80::1%eth0]:3000", "origin-ip", &[]),
    ("http://::1", "origin-ip", &["http://[::1]"]),
    ("http://2001:db8::1", "origin-ip", &["http://[2001:db8::1]"]),
    ("http://::1:3000", "origin-ip", &[]),
    ("::1", "origin-host", &["http://[::1]"]),
    ("http://[::1", "origin-ip", &[]),
    ("http://[::1]x", "origin-ip", &[]),
    ("http://[]", "origin-ip", &[]),

    ("https://a.example,https://b.example", "origin-list-in-one", &["https://a.example", "https://b.example"]),
    ("https://a.example, https://b.example/", "origin-list-in-one", &["https://a.example", "https://b.example"]),
    ("https://a.example https://b.example", "origin-list-in-one", &["https://a.example", "https://b.example"]),
    ("https://a.example;https://b.example", "origin-list-in-one", &["https://a.example", "https://b.example"]),
    ("https://a.example|https://b.example", "origin-list-in-one", &["https://a.example", "https://b.example"]),
    ("https://a.example, b.example", "origin-list-in-one", &["https://a.example", "https://b.example"]),
    ("http://localhost:3000,localhost:3001", "origin-list-in-one", &["http://localhost:3000", "http://localhost:3001"]),
    ("https://a.example, null", "origin-list-in-one", &[]),

    ("https://*example.com", "origin-pattern", &["https://*.example.com"]),
    ("https://**.example.com", "origin-pattern", &["https://*.example.com"]),
    ("https://*.*.example.com", "origin-pattern", &["https://*.example.com"]),
    ("https://*.", "origin-pattern", &[]),
    ("https://*", "origin-pattern", &[]),
    ("http://*:3000", "origin-pattern", &[]),
    ("*:*", "origin-pattern", &[]),
    ("**", "origin-pattern", &[]),
    (".*", "origin-pattern", &[]),
    ("https://app-*-team.host.example", "origin-pattern", &[]),
    ("https://*-app.example.com", "origin-pattern", &[]),
    ("https://app.*.example.com", "origin-pattern", &[]),
    ("https://example.*", "origin-pattern", &[]),
    ("https://*.example.*", "origin-pattern", &[]),
    ("https://example*", "origin-pattern", &[]),
    ("http://localhost:30*", "origin-pattern", &[]),
    ("https://*.127.0.0.1", "origin-pattern", &["https://127.0.0.1"]),
    ("https://*.[::1]", "origin-pattern", &[]),
    ("https://{tenant}.example.com", "origin-pattern", &[]),
    ("https://${HOST}", "origin-pattern", &[]),
    ("https://$HOST", "origin-pattern", &[]),
    ("https://<tenant>.example.com", "origin-pattern", &[]),
    ("https://:tenant.example.com", "origin-pattern", &[]),
    ("https://.*\\.example\\.com", "origin-pattern", &[]),
    ("^https://a\\.example$", "origin-pattern", &[]),
    ("https://(a|b).example", "origin-pattern", &[]),
    ("https://[a-z]+.example", "origin-pattern", &[]),
    ("https://a.example$", "origin-pattern", &[]),
    ("chrome-extension://*", "origin-pattern", &[]),

    ("https://*.com", "origin-public-suffix", &[]),
    ("https://*.co.uk", "origin-public-suffix", &[]),
    ("https://*.github.io", "origin-public-suffix", &[]),
    ("https://*.github.io/", "origin-public-suffix", &[]),
    ("https://*.COM", "origin-public-suffix", &[]),
    ("https://*.ck", "origin-public-suffix", &[]),
    ("https://*.com:*", "origin-public-suffix", &[]),
    ("https://*.\u{440}\u{444}", "origin-public-suffix", &[]),
    ("https://*.za", "origin-public-suffix", &[]),
    ("https://*.za.", "origin-public-suffix", &[]),
    ("https://*.amazonaws.com", "origin-public-suffix", &[]),
    ("https://*.us-east-1.amazonaws.com", "origin-public-suffix", &[]),
    ("https://*.windows.net", "origin-public-suffix", &[]),
    ("https://*.on.aws", "origin-public-suffix", &[]),
    ("https://*.kawasaki.jp", "origin-public-suffix", &[]),
];

#[test]
fn wrong() {
    let mut failures = String::new();
    for (text, rule, elements) in WRONG {
        let found = findings(text, false);
        let as_expected = matches!(&found[..], [finding]
            if finding.rule.name() == *rule && offered(finding) == *elements && finding.help.is_some());
        if !as_expected {
            let found: Vec<_> = found.iter().map(Finding::to_string).collect();
            let _ = writeln!(failures, "\n{text:?} should be {rule} {elements:?}:\n{}", found.join("\n"));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// What is wrong, and the beginning of the help.
#[rustfmt::skip]
const MESSAGES: &[(&str, &str, &str)] = &[
    ("http://a.example:443/path", "an origin has no path, query or fragment", "write `\"https://a.example\"` (with `credentials`, plain `http` is refused)"),
    ("https://a.example/it's", "an origin has no path, query or fragment", "write `\"https://a.example\"`"),
    ("https://a.example,", "no host has `,` in it", "write `\"https://a.example\"`"),
    ("https://a.example\u{3000}b", "no host has `\\u{3000}` in it", "write letters"),
    ("https://b\u{fc}cher.example/", "an origin has no trailing slash: `https://b\u{fc}cher.example/`", "write `\"https://xn--bcher-kva.example\"`"),
    ("https://$HOST", "nothing fills in a placeholder in an origin", "list the origins, read them with `env"),
    ("https://a.example$", "an origin is no regular expression", "list the origins, write `\"https://*.example.com\"`"),
    ("https://.*example.com", "an origin is no regular expression", "list the origins, write `\"https://*.example.com\"`"),
    ("https://a.+example.com", "an origin is no regular expression", "list the origins, write `\"https://*.example.com\"`"),
    ("https://a.example|", "an origin is no regular expression", "list the origins, write `\"https://*.example.com\"`"),
    ("app.example.com, www.example.com", "an origin has no white space", "remove the white space; several origins are several elements"),
    ("https://*.[::1]", "an IP address has no subdomains", "write the address without `*.`"),
    ("https://*.github.io", "anybody can register a name below `github.io`: `https://*.github.io`", "list the hosts"),
    ("https://.", "a host has no empty part between its dots", "write one dot between two parts"),
    ("https://.a.example", "a host does not begin with a dot", "write `\"https://*.a.example\"` for the subdomains, or `\"https://a.example\"`"),
    ("https://a*", "`*` cannot stand at the end of a host", "list the hosts, one element each"),
    ("https://*a.*", "`*` cannot stand at the end of a host", "list the hosts, one element each"),
    ("https://a.*b", "`*` cannot stand inside a host", "list the hosts, or decide in a function"),
    ("https://*.a*", "`*` cannot stand inside a host", "list the hosts, or decide in a function"),
    ("https://a.example:3000-3010", "an origin has one port, no list or range", "write one element for each port"),
    ("https://a.example:-80", "`-80` is not a port", "write a port from 1 to 65535"),
    ("https://a.example:3000a", "`3000a` is not a port", "write a port from 1 to 65535"),
    ("http://[::1]:80:90", "an origin has one port", "write one element for each port"),
    ("app://", "an origin has a host", "write the host behind the scheme"),
    ("app://a..b", "a host has no empty part between its dots", "write one dot between two parts"),
];

#[test]
fn messages() {
    for (text, message, help) in MESSAGES {
        let found = findings(text, true).remove(0);
        assert!(found.message.starts_with(message), "{text:?}: {found}");
        assert!(found.help.as_ref().is_some_and(|found| found.starts_with(help)), "{text:?}: {found}");
    }
}

/// A message quotes the first hundred bytes of a text.
#[test]
fn long_texts_are_cut() {
    let quoted = |length: usize| {
        let text = format!("https://{}", "a".repeat(length - "https://".len()));
        findings(&text, false).remove(0).message
    };
    assert!(quoted(100).ends_with("aaa`"), "{}", quoted(100));
    assert!(quoted(101).ends_with("aaa..`"), "{}", quoted(101));
}

/// Every text that is offered is accepted, with and without credentials.
#[test]
fn offers_are_right() {
    for (text, ..) in WRONG {
        for credentials in [false, true] {
            for finding in findings(text, credentials) {
                for offer in offered(&finding) {
                    assert_eq!(findings(&offer, credentials), [], "{text:?} -> {offer}");
                }
            }
        }
    }
}

/// A text is one line in lower case, unless it begins with the user's text, without a full stop and without control
/// characters.
#[test]
fn style_of_messages() {
    for (text, ..) in WRONG {
        let finding = findings(text, false).remove(0);
        for part in
            [Some(&finding.message), finding.help.as_ref(), finding.note.as_ref()].into_iter().flatten()
        {
            assert!(!part.ends_with('.') && !part.contains(char::is_control), "{part}");
            assert!(part.starts_with(|c: char| c.is_lowercase() || c == '`'), "{part}");
            assert_eq!(part.matches('`').count() % 2, 0, "{part}");
        }
    }
}

#[rustfmt::skip]
const RIGHT: &[&str] = &[
    "*",
    "https://a.example", "http://a.example", "https://app.example.com", "https://example.com", "https://localhost",
    "https://com", "https://co.uk", "https://github.io", "https://acme.github.io", "https://intranet",
    "https://a.example:1", "https://a.example:65535", "https://a.example:8443", "https://a.example:80",
    "http://a.example:443", "http://a.example:8080", "https://a.example:444", "http://a.example:81",
    "https://xn--bcher-kva.example", "https://xn--fa-hia.example", "https://xn--p1ai", "https://a.xn--p1ai",
    "https://xn--mgbh0fb.example", "https://xn--ls8h.example", "https://xnbcher.example", "https://a--b.example",
    "https://a-b.example", "https://a_b.example", "https://_a.example", "https://a_.example", "https://1.example",
    "https://1a.2b.example", "https://a.b.c.d.e.f.g.h.i.j.example", "https://a.example.", "https://localhost.",
    "https://null.example", "https://null", "https://nullify.example", "https://file.example", "https://ws.example",
    "https://https.example", "https://wss-gateway.example", "https://any.example", "https://0xz.example",
    "https://a.1b", "https://a.0xg", "https://1.2.3.4", "http://0.0.0.0", "http://255.255.255.255", "http://127.0.0.1",
    "http://127.0.0.1:3000", "http://10.0.0.1", "http://192.168.0.1:8080", "http://[::1]", "http://[::1]:3000",
    "http://[2001:db8::1]", "http://[2001:db8:0:1:1:1:1:1]", "http://[::ffff:a00:1]", "https://[fe80::1]",
    "http://[::]", "http://localhost", "http://localhost:3000", "http://localhost:*", "http://127.0.0.1:*",
    "http://[::1]:*", "https://a.example:*", "http://*.localhost:*", "http://*.localhost", "http://app.localhost:5173",
    "http://*.corp", "https://*.internal", "http://*.test:8080", "https://*.example.com", "https://*.example.com:8443",
    "https://*.example.com:*", "https://*.acme.github.io", "https://*.acme.co.uk", "https://*.a.b.c.example.com",
    "https://*.xn--bcher-kva.example", "https://*.example.com.", "https://*.www.ck", "https://*.city.kawasaki.jp", "https://*.my_app.example",
    "https://*.acme.co.za", "https://*.xza", "https://*.acme.blob.core.windows.net",
    "capacitor://localhost", "ionic://localhost", "tauri://localhost", "app://MyHost", "app://x:80", "app://x:443",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop", "moz-extension://0b9e7c1a-5f57-4f0f-9c7d-3f2f8f0a1b2c",
    "safari-web-extension://0B9E7C1A-5F57-4F0F-9C7D-3F2F8F0A1B2C", "com.example.app://localhost", "app+x://a",
    "vscode-webview://abc", "tauri://*.localhost",
];

#[test]
fn right() {
    assert!(RIGHT.len() > 70);
    for text in RIGHT {
        assert_eq!(findings(text, false), [], "{text}");
    }
    let label = "a".repeat(63);
    let host = format!("{label}.{label}.{label}.{}", "a".repeat(61));
    assert_eq!(findings(&format!("https://{host}"), false), []);
    assert_eq!(findings(&format!("https://{host}a"), false)[0].rule.name(), "origin-host");
    assert_eq!(findings(&format!("https://{label}a.example"), false)[0].rule.name(), "origin-host");
    assert_eq!(findings(&format!("app://{host}"), false), []);
    assert_eq!(findings(&format!("app://{host}a"), false)[0].rule.name(), "origin-host");
    // No host can match a pattern if it has at least two characters more than these.
    let base = host.strip_suffix("aa").unwrap();
    for scheme in ["https", "tauri"] {
        assert_eq!(findings(&format!("{scheme}://*.{base}"), false), []);
        assert_eq!(findings(&format!("{scheme}://*.{base}."), false), []);
        assert_eq!(findings(&format!("{scheme}://*.{base}a"), false)[0].rule.name(), "origin-host");
    }
}

/// A public suffix is a name below which strangers register names. `*.` covers any depth, so that a pattern is refused
/// if its base is a public suffix or lies above one. The crate `psl` says which names are public suffixes.
#[test]
fn no_pattern_covers_a_public_suffix() {
    let is_public_suffix = |name: &str| {
        psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.is_known() && suffix == name.as_bytes())
    };
    let list = include_str!("../src/public_suffixes.txt");
    let rules = || list.lines().filter(|line| !line.is_empty() && !line.starts_with("//"));
    let mut names = BTreeSet::new();
    let mut open = BTreeSet::new();
    for rule in rules() {
        let name = rule.trim_start_matches('!').replace('*', "any-label");
        assert_eq!(is_public_suffix(&name), !rule.starts_with('!'), "{rule}");
        let ancestors = name.match_indices('.').map(|(dot, _)| &name[dot + 1..]);
        names.extend(ancestors.clone().map(str::to_owned));
        if is_public_suffix(&name) {
            open.extend(ancestors.map(str::to_owned));
            open.insert(name.clone());
        }
        // A name that somebody has registered there.
        names.insert(format!("registered-name.{name}"));
        names.insert(name);
    }
    let only_above = open.iter().filter(|name| !is_public_suffix(name)).count();
    assert!(open.len() > 10_000 && only_above > 400, "{} {only_above}", open.len());
    let mut failures = String::new();
    for name in names {
        let expected = open.contains(&name) || is_public_suffix(&name);
        let text = format!("https://*.{name}");
        let rules: Vec<_> = findings(&text, false).iter().map(|finding| finding.rule.name()).collect();
        if rules != if expected { &["origin-public-suffix"][..] } else { &[] } {
            let _ = writeln!(failures, "{text}: {rules:?}");
        }
        let at_runtime = check_runtime_origins([&*text], [], false, Danger::default());
        assert_eq!(at_runtime.is_err(), !rules.is_empty(), "{text}");
    }
    assert!(failures.is_empty(), "{failures}");
}

/// The message names a public suffix that the pattern covers, and says why it covers it.
#[test]
fn the_message_about_a_pattern_names_a_public_suffix_below_it() {
    for base in ["za", "windows.net", "amazonaws.com", "on.aws"] {
        let found = findings(&format!("https://*.{base}"), false).remove(0);
        let (_, rest) = found.message.split_once("below `").unwrap();
        let (named, _) = rest.split_once('`').unwrap();
        assert!(named.ends_with(&format!(".{base}")), "{}", found.message);
        assert!(psl::suffix(format!("any-label.{named}").as_bytes()).is_some_and(|suffix| suffix.is_known()));
        assert!(found.help.unwrap().contains("danger(public_suffixes)"));
        assert!(found.note.unwrap().contains("at any depth"));
    }
}

#[test]
fn insecure() {
    for (text, offer) in [
        ("http://a.example", Some("https://a.example")),
        ("http://a.example:8080", Some("https://a.example:8080")),
        ("http://a.example:443", Some("https://a.example")),
        ("http://*.a.example", Some("https://*.a.example")),
        ("http://a.example:*", Some("https://a.example:*")),
        ("http://10.0.0.1", Some("https://10.0.0.1")),
        ("http://localhost.example", Some("https://localhost.example")),
        ("http://127.partner.host1", Some("https://127.partner.host1")),
        ("https://a.example", None),
        ("http://localhost:3000", None),
        ("http://localhost:*", None),
        ("http://*.localhost:*", None),
        ("http://app.localhost", None),
        ("http://127.1.2.3", None),
        ("http://[::1]:3000", None),
        ("capacitor://localhost", None),
    ] {
        let found: Vec<_> = findings(text, true).iter().map(|f| (f.rule.name(), offered(f))).collect();
        let expected: Vec<_> =
            offer.iter().map(|offer| ("origin-insecure", vec![(*offer).to_owned()])).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn dangers() {
    for (text, danger) in [
        ("http://a.example", Danger { insecure_origins: true, ..Danger::default() }),
        ("https://*.github.io", Danger { public_suffixes: true, ..Danger::default() }),
    ] {
        let origins = Some(vec![DraftOrigin::Text(text.to_owned())]);
        let draft = Draft { origins, credentials: true, danger, ..Draft::default() };
        assert_eq!(check(&draft), [], "{text}");
        assert_eq!(check(&Draft { danger: Danger::default(), ..draft }).len(), 1, "{text}");
    }
}
