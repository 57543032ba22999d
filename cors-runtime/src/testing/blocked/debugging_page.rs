//! `docs/debugging.md` contains the message of every reason.

use std::fmt::Write as _;

use super::{Blocked, Details, Reason};

const ALL: [Reason; 31] = {
    use Reason as R;
    [
        R::InvalidUrl,
        R::UrlWithUserinfo,
        R::InvalidMethod,
        R::ForbiddenMethod,
        R::InvalidHeader,
        R::BodyNotAllowed,
        R::NeedsCors,
        R::UnsupportedScheme,
        R::MixedContent,
        R::SameOriginMode,
        R::MissingAllowOrigin,
        R::SeveralAllowOrigins,
        R::InvalidAllowOrigin,
        R::AllowOriginMismatch,
        R::WildcardWithCredentials,
        R::MissingAllowCredentials,
        R::InvalidAllowCredentials,
        R::PreflightRedirect,
        R::PreflightStatus,
        R::InvalidAllowMethods,
        R::InvalidAllowHeaders,
        R::MethodNotAllowed,
        R::HeaderNotAllowed,
        R::RedirectError,
        R::InvalidRedirect,
        R::RedirectScheme,
        R::RedirectWithUserinfo,
        R::RedirectOfStream,
        R::TooManyRedirects,
        R::ResourcePolicy,
        R::NoAnswer,
    ]
};

/// Returns a value that fails with this reason.
fn value(reason: Reason) -> Option<&'static str> {
    // A new reason does not compile here, as a reminder: it also needs a line in `ALL`, and a message in the docs.
    Some(match reason {
        Reason::InvalidUrl => "https://[",
        Reason::UrlWithUserinfo => "https://ada:secret@api.example.com/",
        Reason::InvalidMethod => "PUT it",
        Reason::ForbiddenMethod => "TRACE",
        Reason::InvalidHeader => "x request id",
        Reason::NeedsCors => "PUT",
        Reason::SeveralAllowOrigins => "*, *",
        Reason::InvalidAllowOrigin | Reason::InvalidAllowCredentials => "yes",
        Reason::AllowOriginMismatch => "https://www.example.com",
        Reason::WildcardWithCredentials => "*",
        Reason::InvalidAllowMethods => "GET PUT",
        Reason::InvalidAllowHeaders => "x a",
        Reason::InvalidRedirect => "//[",
        Reason::RedirectScheme => "ftp://api.example.com/",
        Reason::RedirectWithUserinfo => "https://ada:secret@www.example.com/",
        Reason::ResourcePolicy => "same-origin",
        Reason::NoAnswer => "connection refused",
        Reason::BodyNotAllowed
        | Reason::UnsupportedScheme
        | Reason::MixedContent
        | Reason::SameOriginMode
        | Reason::MissingAllowOrigin
        | Reason::MissingAllowCredentials
        | Reason::PreflightRedirect
        | Reason::PreflightStatus
        | Reason::MethodNotAllowed
        | Reason::HeaderNotAllowed
        | Reason::RedirectError
        | Reason::RedirectOfStream
        | Reason::TooManyRedirects => return None,
    })
}

/// Returns the code block for a reason. The words with which every message about CORS begins are left out.
fn block(name: &str, circumstances: &str) -> String {
    let reason = *ALL.iter().find(|reason| format!("{reason:?}") == name).unwrap_or_else(|| {
        panic!("`{name}` is not a reason");
    });
    let page = "https://app.example.com";
    let url = match reason {
        Reason::UnsupportedScheme => "ftp://api.example.com/me",
        Reason::MixedContent => "http://api.example.com/me",
        _ => "https://api.example.com/me",
    };
    let details = Details {
        reason,
        in_preflight: circumstances.contains("preflight"),
        method: if reason == Reason::BodyNotAllowed { "GET" } else { "PUT" }.to_owned(),
        url: url.to_owned(),
        first_url: url.to_owned(),
        origin: if circumstances == "null" { "null" } else { page }.to_owned(),
        page_origin: page.to_owned(),
        credentials: true,
        status: circumstances.split(' ').next_back().and_then(|status| status.parse().ok()),
        header_name: Some("x-request-id".to_owned()),
        value: value(reason).map(str::to_owned),
    };
    let text = Blocked::new(details).to_string();
    let (console, help) = text.split_once("\nhelp: ").unwrap();
    let message = console.split_once("has been blocked by CORS policy: ").map_or(console, |(_, rest)| rest);
    let message =
        message.trim_start_matches("Response to preflight request doesn't pass access control check: ");
    format!("```text\n{}\n{}\n```\n", wrapped(message, ""), wrapped(&format!("help: {help}"), "      "))
}

fn wrapped(text: &str, indent: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().unwrap();
        if line.len() + word.len() > 110 {
            lines.push(format!("{indent}{word}"));
        } else {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
    }
    lines.join("\n")
}

/// Compares the code blocks of the page with the messages, or rewrites them if `BLESS=1` is set.
#[test]
fn every_reason_has_its_message_in_the_docs() {
    const START: &str = "<!-- reason: ";
    const END: &str = "<!-- end -->";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/debugging.md");
    let docs = std::fs::read_to_string(path).unwrap();
    let mut pieces = docs.split(START);
    let mut expected = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let (circumstances, rest) = piece.split_once(" -->\n").unwrap();
        let (_, rest) = rest.split_once(END).unwrap();
        let (name, how) = circumstances.split_once(", ").unwrap_or((circumstances, ""));
        write!(expected, "{START}{circumstances} -->\n{}{END}{rest}", block(name, how)).unwrap();
    }
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, &expected).unwrap();
    } else {
        assert!(docs == expected, "docs/debugging.md is out of date: run this test with BLESS=1");
    }
    for reason in ALL {
        assert!(docs.contains(&format!("\n### `{reason:?}`\n")), "{reason:?} has no heading");
        assert!(docs.contains(&format!("{START}{reason:?}")), "{reason:?} has no message");
    }
}
