//! Single elements of the `hosts` of `enforce`: which rule refuses them, which texts are offered instead, and which
//! elements look wrong but are accepted.

use cors_policy::{Draft, DraftEnforcement, DraftOrigin, Finding, Key, check};

fn errors(hosts: &[&str]) -> Vec<(Option<usize>, Finding)> {
    let hosts = Some(hosts.iter().map(|host| Some((*host).to_owned())).collect());
    let errors = check(&Draft {
        origins: Some(vec![DraftOrigin::Text("https://a.example".to_owned())]),
        enforce: Some(DraftEnforcement { navigations: false, hosts }),
        ..Draft::default()
    });
    assert!(errors.iter().all(|error| error.key() == Key::Enforce));
    errors.iter().map(|error| (error.element(), error.finding().clone())).collect()
}

/// The texts that the help offers to paste: every string in ``write `"..", ".."` ``.
fn offered(finding: &Finding) -> Vec<String> {
    let Some(list) = finding.help.as_deref().and_then(|help| help.strip_prefix("write `\"")) else {
        return vec![];
    };
    let Some((list, "`")) = list.split_at_checked(list.len() - 1) else { return vec![] };
    list.trim_end_matches('"').split("\", \"").map(str::to_owned).collect()
}

/// Text, rule, and the elements that are offered.
#[rustfmt::skip]
const WRONG: &[(&str, &str, &[&str])] = &[
    ("", "host-name", &[]),
    ("  ", "host-name", &[]),
    ("null", "host-name", &[]),

    ("https://api.example.com", "host-name", &["api.example.com"]),
    ("HTTP://API.example.com:8080/v1/", "host-name", &["api.example.com:8080"]),
    ("https://api.example.com:443", "host-name", &["api.example.com"]),
    ("http://localhost:*", "host-name", &["localhost:*"]),
    ("//api.example.com", "host-name", &["api.example.com"]),
    ("https:api.example.com", "host-name", &["api.example.com"]),
    ("https://https://api.example.com", "host-name", &[]),
    ("app://api.example.com", "host-name", &["api.example.com"]),
    ("https://", "host-name", &[]),

    ("api.example.com/", "host-name", &["api.example.com"]),
    ("localhost:3000/", "host-name", &["localhost:3000"]),
    ("api.example.com/v1", "host-name", &["api.example.com"]),
    ("api.example.com?x", "host-name", &["api.example.com"]),
    ("api.example.com#top", "host-name", &["api.example.com"]),

    ("user@api.example.com", "host-name", &["api.example.com"]),
    ("user:pw@api.example.com:3000", "host-name", &["api.example.com:3000"]),
    ("api.example.com@evil.example", "host-name", &[]),

    ("API.example.com", "host-name", &["api.example.com"]),
    ("Localhost:3000", "host-name", &["localhost:3000"]),

    ("b\u{fc}cher.example", "host-name", &["xn--bcher-kva.example"]),
    ("B\u{dc}CHER.example:3000", "host-name", &["xn--bcher-kva.example:3000"]),
    ("api\u{3002}example", "host-name", &["api.example"]),
    ("\u{1f600}.example", "host-name", &[]),
    ("xn--a.example", "host-name", &[]),

    (" api.example.com", "host-name", &["api.example.com"]),
    ("\"api.example.com\"", "host-name", &["api.example.com"]),
    ("api.example.com,", "host-name", &["api.example.com"]),
    ("api example com", "host-name", &[]),
    ("api_1.exam ple", "host-name", &[]),
    ("api.exam\0ple.com", "host-name", &[]),
    ("api.exa'mple.com", "host-name", &[]),
    ("api%2eexample.com", "host-name", &["api.example.com"]),
    ("api..example.com", "host-name", &[]),
    (".", "host-name", &[]),
    ("-api.example.com", "host-name", &[]),
    ("api.example.com.", "host-name", &["api.example.com"]),
    ("localhost.:3000", "host-name", &["localhost:3000"]),

    ("api.example.com, localhost:*", "host-name", &["api.example.com", "localhost:*"]),
    ("api.example.com www.example.com", "host-name", &["api.example.com", "www.example.com"]),
    ("localhost;127.0.0.1", "host-name", &["localhost", "127.0.0.1"]),
    ("https://a.example, https://b.example", "host-name", &[]),

    ("*", "host-name", &[]),
    ("*:3000", "host-name", &[]),
    ("*:*", "host-name", &[]),
    ("*.example.com", "host-name", &[]),
    (".example.com", "host-name", &[]),
    ("api-*.example.com", "host-name", &[]),
    ("*.[::1]", "host-name", &[]),
    ("^api.example.com$", "host-name", &[]),
    ("(api|www).example.com", "host-name", &[]),
    ("{host}.example.com", "host-name", &[]),
    ("${HOST}", "host-name", &[]),

    ("127.1", "host-name", &["127.0.0.1"]),
    ("0x7f000001:3000", "host-name", &["127.0.0.1:3000"]),
    ("127.0.0.1.", "host-name", &["127.0.0.1"]),
    ("127.0.0.256", "host-name", &[]),
    ("::1", "host-name", &["[::1]"]),
    ("2001:db8::1:3000", "host-name", &[]),
    ("[0:0:0:0:0:0:0:1]:3000", "host-name", &["[::1]:3000"]),
    ("[::1%lo]:3000", "host-name", &[]),
    ("[::1", "host-name", &[]),
    ("[localhost]:3000", "host-name", &[]),

    ("api.example.com:80", "host-port", &["api.example.com"]),
    ("api.example.com:443", "host-port", &["api.example.com"]),
    ("[::1]:80", "host-port", &["[::1]"]),
    ("api.example.com:", "host-port", &["api.example.com"]),
    ("api.example.com:0", "host-port", &[]),
    ("api.example.com:65536", "host-port", &[]),
    ("api.example.com:08080", "host-port", &["api.example.com:8080"]),
    ("api.example.com:http", "host-port", &[]),
    ("api.example.com:+80", "host-port", &[]),
    ("localhost:3000-3010", "host-port", &[]),
    ("localhost:3000,3001", "host-port", &[]),
    ("localhost:3000:3001", "host-port", &[]),
    ("localhost:30*", "host-port", &[]),
    ("http:0", "host-port", &[]),
];

#[test]
fn each_mistake_breaks_its_rule_and_offers_hosts_that_are_accepted() {
    for &(text, rule, offers) in WRONG {
        let errors = errors(&[text]);
        let [(Some(0), finding)] = &*errors else { panic!("{text:?}: {errors:?}") };
        assert_eq!(finding.rule.name(), rule, "{text:?}: {finding}");
        assert!(finding.help.is_some(), "{text:?}: {finding}");
        assert_eq!(offered(finding), offers, "{text:?}: {finding}");
    }
    for (text, _, offers) in WRONG.iter().filter(|(_, _, offers)| !offers.is_empty()) {
        assert_eq!(errors(offers), [], "{text:?}");
    }
}

#[test]
fn messages() {
    for (text, message) in [
        (".", "a host has no empty part between its dots"),
        (".a.example", "there are no patterns for names of hosts"),
        ("a*", "there are no patterns for names of hosts"),
        ("//null", "an origin is not a host"),
    ] {
        let (_, finding) = errors(&[text]).remove(0);
        assert!(finding.message.starts_with(message), "{text:?}: {finding}");
    }
}

#[test]
fn what_browsers_send_is_accepted() {
    for host in [
        "api.example.com",
        "localhost",
        "localhost:*",
        "a.localhost:3000",
        "http:3000",
        "intranet",
        "my_app.example:8443",
        "a--b.example",
        "xn--bcher-kva.example",
        "127.0.0.1",
        "127.0.0.1:3000",
        "192.168.0.10:*",
        "[::1]",
        "[::1]:*",
        "[2001:db8::1]:65535",
        "api.example.com:8080",
    ] {
        assert_eq!(errors(&[host]), [], "{host}");
    }
}

#[test]
fn a_host_is_listed_once() {
    let rules = |hosts: &[&str]| {
        let errors = errors(hosts).into_iter();
        errors.map(|(place, finding)| format!("{place:?} {}", finding.message)).collect::<Vec<_>>()
    };
    assert_eq!(rules(&["a.example", "b.example", "a.example"]), ["Some(2) `a.example` is already listed"]);
    let covered = "`localhost:3000` is already allowed by `localhost:*`";
    assert_eq!(rules(&["localhost:3000", "localhost:*"]), [format!("Some(0) {covered}")]);
    assert_eq!(rules(&["localhost:*", "localhost:3000"]), [format!("Some(1) {covered}")]);
    assert_eq!(rules(&["[::1]", "[::1]:*"]), ["Some(0) `[::1]` is already allowed by `[::1]:*`"]);
    assert_eq!(rules(&["localhost", "localhost:3000", "localhost:3001"]), [""; 0]);
    // A malformed element is one error.
    assert_eq!(rules(&["a.example/", "a.example/"]).len(), 2);
}

#[test]
fn an_empty_list_is_refused() {
    let errors = errors(&[]);
    let [(None, finding)] = &*errors else { panic!("{errors:?}") };
    assert_eq!(finding.rule.name(), "host-empty");
}

/// Nothing in a message is longer than it has to be, and no text takes long.
#[test]
fn hostile_hosts_are_refused_with_short_messages() {
    for part in ["a", ".", ":", "*", "[", "@", "a.", "1.", "%41", "a.b,", "http://", "\u{fc}", "xn--", " a.b"]
    {
        let text = part.repeat(100_000);
        for (_, finding) in errors(&[&text]) {
            assert!(finding.to_string().len() < 1000, "{part}: {}", finding.to_string().len());
        }
    }
}
