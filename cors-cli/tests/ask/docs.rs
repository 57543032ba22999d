//! `docs/cli.md` agrees with what the command does. With `BLESS=1` the recorded parts are written.

use std::{
    collections::BTreeSet,
    env, fs,
    path::Path,
    sync::{Mutex, PoisonError},
};

use cors_cli::ask::Cause;
use serde_json::Value;

use crate::{
    mistakes::{MISTAKES, PAGE},
    process::{ask, command, cors, output},
    server::{Authority, Request, Response, Server},
};

fn path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/cli.md")
}

/// Replaces the text between each `<!-- name -->` and the next `<!-- end -->`, and compares the result with the file.
fn assert_recorded(name: &str, mut record: impl FnMut(&str) -> String) {
    // Two tests that write the file must not overwrite what the other has written.
    static FILE: Mutex<()> = Mutex::new(());
    let _lock = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    let document = fs::read_to_string(path()).unwrap();
    let (begin, end) = (format!("<!-- {name} -->\n"), "<!-- end -->");
    let mut parts = document.split(&begin);
    let mut expected = parts.next().unwrap().to_owned();
    let mut count = 0;
    for part in parts {
        let (recorded, rest) = part.split_once(end).unwrap();
        expected = format!("{expected}{begin}{}{end}{rest}", record(recorded));
        count += 1;
    }
    assert!(count > 0, "there is no {begin}");
    if env::var_os("BLESS").is_some() {
        fs::write(path(), expected).unwrap();
    } else {
        assert!(
            document == expected,
            "docs/cli.md is not what the command prints; run the test with BLESS=1"
        );
    }
}

/// The server of the recorded sessions.
fn api(request: &Request) -> Response {
    let response = Response::new(200).allow_origin(PAGE).header("vary", "Origin");
    if request.is_preflight() {
        return response
            .status(204)
            .header("access-control-allow-credentials", "true")
            .header("access-control-allow-methods", "GET, PUT");
    }
    response.header("content-type", "application/json").header("x-total-count", "3").body("[1, 2, 3]")
}

/// Splits a command line at spaces, except between single quotes.
fn split(line: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        if index % 2 == 1 {
            arguments.push(part.to_owned());
        } else {
            arguments.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    arguments
}

#[test]
fn the_sessions_are_what_the_command_prints() {
    const HOST: &str = "api.example.com";
    let authority = Authority::new();
    let roots = env::temp_dir().join(format!("cors-docs-authority-{}.pem", std::process::id()));
    fs::write(&roots, authority.pem()).unwrap();
    let server = Server::with_tls(authority.certificate(HOST), api);
    let origin = server.url_of(HOST, "");
    assert_recorded("session", |recorded| {
        let line = recorded.lines().find_map(|line| line.strip_prefix("$ cors ")).unwrap();
        let mut command = command();
        command.env("SSL_CERT_FILE", &roots);
        for argument in split(line) {
            command.arg(argument.replace("https://api.example.com", &origin));
        }
        let result = output(command.args(["--resolve", &server.resolve(HOST)]));
        let text = result.text().replace(&origin, "https://api.example.com");
        format!("```console\n$ cors {line}\n{}\n```\n", text.trim_end())
    });
    fs::remove_file(roots).unwrap();
}

/// Returns a table of these causes, from the output for the servers that make the mistakes.
fn table<'a>(causes: impl Iterator<Item = &'a Cause>) -> String {
    let mut table =
        "| mistake | cause | what `cors ask` explains | what to change |\n|---|---|---|---|\n".to_owned();
    for cause in causes {
        let mistake = MISTAKES.iter().find(|mistake| mistake.cause == *cause).unwrap();
        let verdict = mistake.verdict();
        let text = |value: &Value| value.as_str().unwrap().replace('|', "\\|");
        let row = format!(
            "| {} | `{}` | {} | {} |\n",
            cause.title(),
            cause.name(),
            text(&verdict["explanation"]),
            text(&verdict["change"]["general"])
        );
        table.push_str(&row);
    }
    table
}

#[test]
fn the_tables_of_causes_are_those_of_the_servers() {
    assert_recorded("frequent", |_| table(Cause::FREQUENT.iter()));
    let is_frequent = |cause: &&Cause| Cause::FREQUENT.contains(cause);
    assert_recorded("others", |_| table(Cause::ALL.iter().filter(|cause| !is_frequent(cause))));
}

#[test]
fn every_option_is_documented() {
    let document = fs::read_to_string(path()).unwrap();
    let help = cors(["ask", "--help"]).stdout;
    let options = help.split([' ', ',', '\n']).filter(|word| word.starts_with("--") && word.len() > 2);
    let undocumented: BTreeSet<_> = options
        .filter(|option| !matches!(*option, "--help" | "--header" | "--data"))
        .filter(|option| {
            !document.contains(&format!("`{option} ")) && !document.contains(&format!("`{option}`"))
        })
        .collect();
    assert!(undocumented.is_empty(), "{undocumented:?}");
}

#[test]
fn the_keys_and_the_names_of_notes_are_documented() {
    fn keys(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    found.insert(key.clone());
                    if key == "note" {
                        found.insert(value.as_str().unwrap().to_owned());
                    }
                    keys(value, found);
                }
            }
            Value::Array(values) => values.iter().for_each(|value| keys(value, found)),
            _ => {}
        }
    }
    let server = Server::start(|request| {
        let response = Response::new(200).header("set-cookie", "a=1");
        if request.method == "GET" { response.allow_origin("*") } else { response }
    });
    let mut found = BTreeSet::new();
    for arguments in [
        format!("GET {} --json", server.url("/")),
        format!("PUT {} --json", server.url("/")),
        "GET http://api.invalid/ --json".to_owned(),
    ] {
        keys(&ask(PAGE, &arguments).json(), &mut found);
    }
    assert!(found.len() > 30, "{found:?}");
    let document = fs::read_to_string(path()).unwrap();
    found.retain(|key| !document.contains(&format!("`{key}`")));
    assert!(found.is_empty(), "{found:?}");
}
