//! A small reader of configurations of nginx, and an interpreter of their maps:
//! <https://nginx.org/en/docs/http/ngx_http_map_module.html>

use crate::request::{Gateway, Said};
use regex::Regex;
use std::collections::HashMap;

/// nginx refuses longer words.
const MAX_WORD: usize = 4096;
const VARIABLES: [&str; 6] = [
    "http_origin",
    "http_access_control_request_method",
    "http_access_control_request_headers",
    "http_host",
    "request_method",
    "request_uri",
];

pub(crate) struct Nginx {
    maps: HashMap<String, Map>,
    /// The names and values of `add_header`.
    headers: Vec<(String, String)>,
}

struct Map {
    source: String,
    default: String,
    texts: Vec<(String, String)>,
    expressions: Vec<(Expression, String)>,
}

struct Expression {
    regex: Regex,
    /// Whether `(?!OPTIONS )` was taken out.
    refuses_options: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    End,
    Open,
    Close,
}

#[derive(Debug)]
struct Directive {
    words: Vec<String>,
    block: Option<Vec<Directive>>,
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            c if c.is_ascii_whitespace() => {}
            '#' => while rest.next().is_some_and(|c| c != '\n') {},
            ';' => tokens.push(Token::End),
            '{' => tokens.push(Token::Open),
            '}' => tokens.push(Token::Close),
            '"' | '\'' => {
                let mut word = String::new();
                loop {
                    match rest.next().expect("a quote is closed") {
                        end if end == c => break,
                        '\\' => match rest.next().expect("a quote is closed") {
                            kept @ ('"' | '\'' | '\\') => word.push(kept),
                            't' => word.push('\t'),
                            'r' => word.push('\r'),
                            'n' => word.push('\n'),
                            other => word.extend(['\\', other]),
                        },
                        other => word.push(other),
                    }
                }
                let is_end = rest.peek().is_none_or(|c| c.is_ascii_whitespace() || ";{)".contains(*c));
                assert!(is_end, "a word follows a quote");
                tokens.push(Token::Word(word));
            }
            c => {
                let mut word = c.to_string();
                while let Some(c) = rest.next_if(|c| !c.is_ascii_whitespace() && !";{".contains(*c)) {
                    assert!(c != '\\', "a backslash outside of quotes");
                    word.push(c);
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    for token in &tokens {
        assert!(!matches!(token, Token::Word(word) if word.len() > MAX_WORD), "a long word");
    }
    tokens
}

fn block(tokens: &mut impl Iterator<Item = Token>, is_outermost: bool) -> Vec<Directive> {
    let (mut directives, mut words) = (Vec::new(), Vec::new());
    loop {
        match tokens.next() {
            Some(Token::Word(word)) => words.push(word),
            Some(Token::End) => {
                assert!(!words.is_empty(), "a `;` without words");
                directives.push(Directive { words: std::mem::take(&mut words), block: None });
            }
            Some(Token::Open) => {
                assert!(!words.is_empty(), "a block without a name");
                let inner = block(tokens, false);
                directives.push(Directive { words: std::mem::take(&mut words), block: Some(inner) });
            }
            end => {
                assert_eq!(end.is_none(), is_outermost, "braces are balanced");
                assert_eq!(words, Vec::<String>::new(), "a directive has no `;`");
                return directives;
            }
        }
    }
}

impl Directive {
    fn words(&self) -> Vec<&str> {
        self.words.iter().map(String::as_str).collect()
    }
}

impl Nginx {
    /// Reads a configuration, which has only the directives that are exported.
    pub(crate) fn read(text: &str) -> Self {
        let mut nginx = Self { maps: HashMap::new(), headers: Vec::new() };
        let mut servers = 0;
        for directive in block(&mut tokens(text).into_iter(), true) {
            match (&directive.words()[..], &directive.block) {
                (["map", source, name], Some(lines)) => {
                    let name = name.strip_prefix('$').expect("a variable");
                    let is_new = nginx.maps.insert(name.to_owned(), Map::new(source, lines)).is_none();
                    assert!(is_new && !VARIABLES.contains(&name), "{name} is there twice");
                }
                (["server"], Some(inner)) => {
                    servers += 1;
                    nginx.server(inner);
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(servers, 1);
        for map in nginx.maps.values() {
            let values = map.texts.iter().map(|(_, value)| value);
            let values = values.chain(map.expressions.iter().map(|(_, value)| value));
            for text in values.chain([&map.source, &map.default]) {
                nginx.check_variables(text);
            }
        }
        for (_, value) in &nginx.headers {
            nginx.check_variables(value);
        }
        nginx
    }

    fn server(&mut self, directives: &[Directive]) {
        let [listen, location] = directives else { panic!("{directives:?}") };
        assert_eq!(listen.words(), ["listen", "127.0.0.1:8000"]);
        assert_eq!(location.words(), ["location", "/"]);
        let mut returns = Vec::new();
        for directive in location.block.as_ref().expect("a block") {
            match (&directive.words()[..], &directive.block) {
                (["add_header", name, value, "always"], None) => {
                    self.headers.push((name.to_lowercase(), (*value).to_owned()));
                }
                (["if", "($cors_status", "=", status], Some(inner)) => {
                    let [inner] = &inner[..] else { panic!("{inner:?}") };
                    assert_eq!(inner.words(), ["return", status.trim_end_matches(')')]);
                    returns.push(status.trim_end_matches(')').to_owned());
                }
                (
                    ["proxy_hide_header", _]
                    | ["proxy_http_version", "1.1"]
                    | ["proxy_set_header", "Host", "$http_host"]
                    | ["proxy_pass", "http://backend:8080"],
                    None,
                ) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(returns, ["204", "403"]);
    }

    /// Every variable is one of nginx or of a map.
    fn check_variables(&self, text: &str) {
        interpolate(text, &|name| {
            assert!(VARIABLES.contains(&name) || self.maps.contains_key(name), "there is no ${name}");
            String::new()
        });
    }

    fn value(&self, name: &str, builtin: &impl Fn(&str) -> Option<String>) -> String {
        let Some(map) = self.maps.get(name) else { return builtin(name).unwrap_or_default() };
        let resolve = |name: &str| self.value(name, builtin);
        let source = interpolate(&map.source, &resolve);
        let text = map.texts.iter().find(|(key, _)| key.eq_ignore_ascii_case(&source));
        let expression = || map.expressions.iter().find(|(key, _)| key.matches(&source));
        let value = text.map(|(_, value)| value).or_else(|| expression().map(|(_, value)| value));
        interpolate(value.unwrap_or(&map.default), &resolve)
    }
}

impl Map {
    fn new(source: &str, lines: &[Directive]) -> Self {
        let (mut default, mut texts, mut expressions) = (None, Vec::<(String, String)>::new(), Vec::new());
        for line in lines {
            let ([key, value], None) = (&line.words[..], &line.block) else { panic!("{line:?}") };
            assert!(!["hostnames", "include", "volatile"].contains(&key.as_str()), "{key}");
            if key == "default" {
                assert_eq!(default.replace(value.clone()), None, "two defaults");
            } else if let Some(regex) = key.strip_prefix('~') {
                expressions.push((Expression::new(regex), value.clone()));
            } else {
                let is_new = !texts.iter().any(|(other, _)| other.eq_ignore_ascii_case(key));
                assert!(is_new, "{key} is there twice");
                texts.push((key.clone(), value.clone()));
            }
        }
        Self { source: source.to_owned(), default: default.unwrap_or_default(), texts, expressions }
    }
}

impl Expression {
    /// An expression of PCRE. Rust has no assertions.
    fn new(pcre: &str) -> Self {
        let refuses_options = pcre.contains("(?!OPTIONS )");
        Self { regex: crate::regex(&pcre.replacen("(?!OPTIONS )", "", 1)), refuses_options }
    }

    fn matches(&self, text: &str) -> bool {
        let method = text.strip_prefix("preflight ").unwrap_or(text);
        !(self.refuses_options && method.starts_with("OPTIONS ")) && self.regex.is_match(text)
    }
}

/// Replaces the variables of a text.
fn interpolate(text: &str, resolve: &impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        assert!(end > 0, "`$` without a name in {text}");
        out.push_str(&resolve(&after[..end]));
        rest = &after[end..];
    }
    out + rest
}

impl Gateway for Nginx {
    fn ask(&self, method: &str, path: &str, headers: &[(String, String)]) -> Said {
        let builtin = |name: &str| match name {
            "request_method" => Some(method.to_owned()),
            "request_uri" => Some(path.to_owned()),
            name => {
                let name = name.strip_prefix("http_")?.replace('_', "-");
                headers.iter().find(|(have, _)| *have == name).map(|(_, value)| value.clone())
            }
        };
        let resolve = |name: &str| self.value(name, &builtin);
        let status = resolve("cors_status");
        let values = self.headers.iter().map(|(name, value)| (name.clone(), interpolate(value, &resolve)));
        let headers = values.filter(|(_, value)| !value.is_empty()).collect();
        Said { status: if status.is_empty() { 200 } else { status.parse().expect("a status") }, headers }
    }

    fn reads_only_serialized_origins(&self) -> bool {
        false
    }
}
