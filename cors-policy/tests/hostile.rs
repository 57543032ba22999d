//! Hostile text: no panic, and no time that grows faster than the length of the text.

use cors_policy::{
    Danger, Draft, DraftEnforcement, DraftHeaders, DraftOrigin, HostList, Key, OriginEntry, OriginIndex,
    OriginRef, check, check_method, check_runtime_origins,
};
use std::time::{Duration, Instant};

/// Far more than a linear check takes, and far less than a quadratic one.
const SOON: Duration = Duration::from_secs(60);

fn draft(texts: impl IntoIterator<Item = String>) -> Draft {
    Draft { origins: Some(texts.into_iter().map(DraftOrigin::Text).collect()), ..Draft::default() }
}

fn enforce(host: &str) -> DraftEnforcement {
    DraftEnforcement { navigations: false, hosts: Some(vec![Some(host.to_owned())]) }
}

#[test]
fn random_text() {
    const PIECES: &[&str] = &[
        "https://",
        "http://",
        "://",
        ":",
        "/",
        "//",
        "*",
        "*.",
        ".",
        "a",
        "example",
        "com",
        "localhost",
        "127.0.0.1",
        "[::1]",
        "[",
        "]",
        "@",
        "?",
        "#",
        "\\",
        "%",
        "%41",
        "%ff",
        "xn--",
        "xn--bcher-kva",
        "\u{fc}",
        "\u{3002}",
        "\u{202e}",
        "\u{0}",
        " ",
        "\n",
        ",",
        ";",
        "|",
        "null",
        "blob:",
        "file:",
        "443",
        "80",
        "0",
        "65536",
        "-",
        "_",
        "{",
        "}",
        "$",
        "^",
        "(",
        ")",
        "A",
        "\u{1f4a9}",
        "\u{130}",
        "\"",
        "`",
        "0x",
        "\u{feff}",
        "ws://",
    ];
    let mut seed = 7_u64;
    for _ in 0..10_000 {
        let mut text = String::new();
        for _ in 0..next(&mut seed) % 9 {
            text.push_str(PIECES[next(&mut seed) % PIECES.len()]);
        }
        let mut draft = draft([text.clone()]);
        draft.credentials = next(&mut seed).is_multiple_of(2);
        draft.allow_headers = Some(DraftHeaders::Names(vec![Some(text.clone())]));
        draft.enforce = Some(enforce(&text));
        let errors = check(&draft);
        for error in &errors {
            let finding = error.finding();
            assert!(!finding.to_string().contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
            // The text that is offered is accepted.
            let help = finding.help.as_deref().unwrap_or_default();
            let offer = help.strip_prefix("write `\"").and_then(|rest| rest.split_once('"'));
            let Some((offer, _)) = offer else { continue };
            match error.key() {
                Key::Origins => draft.origins = Some(vec![DraftOrigin::Text(offer.to_owned())]),
                Key::Enforce => draft.enforce = Some(enforce(offer)),
                _ => continue,
            }
            let again = check(&draft);
            assert!(again.iter().all(|other| other.key() != error.key()), "{text:?} -> {offer:?}: {again:?}");
        }
        // A request for a valid host without a pattern is allowed.
        if errors.iter().all(|error| error.key() != Key::Enforce) {
            let hosts = HostList::from_joined(&text).expect("a valid host is not empty");
            assert!(hosts.allows(&text.replace(":*", ":8080")), "{text:?}");
        }
        // A valid element can be divided into its parts, and an exact one is an origin.
        if errors.iter().all(|error| error.key() != Key::Origins) {
            let entry = OriginEntry::split(&text).expect("a valid element can be divided");
            if let OriginEntry::Exact(text) = entry {
                assert!(OriginRef::parse(text).is_some(), "{text:?}");
                assert!(OriginIndex::new([text]).contains(text.as_bytes()));
            }
        }
        let _ =
            (check_method(&text), Key::nearest(&text), OriginRef::parse(&text), OriginEntry::split(&text));
        let _ = check_runtime_origins([text.as_str()], [], true, Danger::default());
    }
}

/// If a browser can read a text as a URL, an offer has the host that the browser reads. The crate `url` is the oracle.
#[test]
fn an_offer_names_the_host_that_a_browser_reads() {
    const PIECES: &[&str] = &[
        "a.example",
        "evil.example",
        "app",
        "localhost",
        "127.0.0.1",
        "[::1]",
        "me",
        ":pw",
        ":443",
        ":8443",
        ":",
        "@",
        "\\",
        "/",
        "//",
        "?",
        "#",
        ".",
        "*",
        "*.",
        "%2e",
        "%40",
        "%5c",
        "%2f",
        "\u{3002}",
        "\u{ff20}",
        "\u{ff0f}",
        "\u{fc}",
        " ",
        "\t",
        "https://",
        "http:",
    ];
    let mut seed = 11_u64;
    let mut compared = 0;
    for _ in 0..200_000 {
        let mut text = ["https://", "http://", "HTTPS:", "wss://", "//", ""][next(&mut seed) % 6].to_owned();
        for _ in 0..=next(&mut seed) % 6 {
            text.push_str(PIECES[next(&mut seed) % PIECES.len()]);
        }
        // Without a scheme a browser reads a reference that begins with two slashes.
        let base = url::Url::parse("https://base.example").expect("it is a URL");
        let url = if text.starts_with("//") { base.join(&text) } else { url::Url::parse(&text) };
        let Ok(url) = url else { continue };
        let Some(host) = url.host_str() else { continue };
        for error in check(&draft([text.clone()])) {
            let Some(offers) =
                error.finding().help.as_deref().and_then(|help| help.strip_prefix("write `\""))
            else {
                continue;
            };
            let offer = offers.split('"').next().unwrap_or_default();
            let offered = url::Url::parse(offer).expect("an offer is a URL");
            let without_wildcard = |host: &str| host.trim_start_matches(['*', '.']).to_owned();
            // Browsers read `*` as any other character.
            if without_wildcard(host).contains('*') {
                continue;
            }
            assert_eq!(
                offered.host_str().map(without_wildcard),
                Some(without_wildcard(host)),
                "{text:?} -> {offer:?}"
            );
            compared += 1;
        }
    }
    assert!(compared > 10_000, "{compared}");
}

#[test]
fn long_text() {
    let start = Instant::now();
    for unit in [
        "a",
        "a.",
        ".",
        ":",
        "*",
        "*.",
        "/",
        "@",
        "[",
        "%41",
        "%",
        "\u{fc}",
        "\u{fc}.",
        "https://",
        "https://a.example,",
        "blob:",
        "blob:https://",
        "xn--",
        "xn--a.",
        "0.",
        "0",
        "\\",
        " ",
        "\"",
        "::",
        "null,",
        "x-a,",
    ] {
        for prefix in ["", "https://", "https://*.", "http://[", "https://a:", "blob:https://", "app://"] {
            let text = format!("{prefix}{}", unit.repeat(10_000));
            let mut draft = draft([text.clone()]);
            draft.allow_headers = Some(DraftHeaders::Names(vec![Some(text.clone())]));
            for error in check(&draft) {
                assert!(error.to_string().len() < 2_000, "{unit} {}", error.rule());
            }
            let _ = (
                check_method(&text),
                Key::nearest(&text),
                OriginRef::parse(&text),
                OriginEntry::split(&text),
            );
        }
    }
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

#[test]
fn long_lists() {
    let start = Instant::now();
    let hosts = |i| format!("https://h{i}.example");
    assert_eq!(check(&draft((0..30_000).map(hosts))), []);
    assert_eq!(check(&draft((0..30_000).map(|_| hosts(0)))).len(), 29_999);
    assert_eq!(check(&draft((0..30_000).map(|i| format!("https://*.h{i}.example")))), []);
    let deep = |i| format!("https://{}h{i}.a.example", "a.".repeat(110));
    let patterns = (0..15_000).map(|i| format!("https://*.p{i}.example"));
    let covered = patterns.chain((0..5_000).map(deep)).chain(["https://*.a.example".to_owned()]);
    assert_eq!(check(&draft(covered)).len(), 5_000);
    let broken = (0..30_000).map(|i| format!("https://h{i}.example/"));
    assert_eq!(check(&draft(broken)).len(), 30_000);
    // Each of these lies above several hundred public suffixes.
    let above_suffixes = (1..1_001).map(|port| format!("https://*.amazonaws.com:{port}"));
    assert_eq!(check(&draft(above_suffixes)).len(), 1_000);
    let names = (0..30_000).map(|i| Some(format!("x-{i}"))).collect();
    let headers = Draft { allow_headers: Some(DraftHeaders::Names(names)), ..draft([hosts(0)]) };
    assert_eq!(check(&headers), []);
    let list: Vec<_> = (0..30_000).map(|i| hosts(i % 15_000)).collect();
    let found = check_runtime_origins(list.iter().map(String::as_str), [], true, Danger::default());
    assert_eq!(found.map(|found| (found.kept.len(), found.dropped.len())), Ok((15_000, 15_000)));
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

fn next(seed: &mut u64) -> usize {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    usize::try_from(*seed >> 33).unwrap_or_default()
}
