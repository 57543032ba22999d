//! The options of `#[cors(..)]` and `policy!(..)`, as they are written.

use crate::errors::{Errors, message};
use crate::tokens::{
    Piece, as_written, is_punct, is_word, only_call, only_group, only_path, only_string, split_at_commas,
    stream,
};
use cors_policy::{Key, Rule};
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::LitStr;
use syn::ext::IdentExt;

/// The options, each with the tokens that errors about it underline.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) origins: Option<Arg<Origins>>,
    pub(crate) dev_origins: Option<Arg<Vec<Element<Source>>>>,
    pub(crate) credentials: Option<Arg<()>>,
    pub(crate) allow_headers: Option<Arg<Headers>>,
    pub(crate) expose_headers: Option<Arg<Headers>>,
    pub(crate) max_age: Option<Arg<MaxAge>>,
    pub(crate) enforce: Option<Arg<()>>,
    pub(crate) policy: Option<Arg<Option<syn::Path>>>,
    pub(crate) insecure_origins: Option<Arg<()>>,
    pub(crate) public_suffixes: Option<Arg<()>>,
    pub(crate) krate: Option<Arg<Option<syn::Path>>>,
}

/// One option.
#[derive(Clone)]
pub(crate) struct Arg<T> {
    pub(crate) key: Ident,
    /// The whole value; the key for a flag.
    pub(crate) tokens: TokenStream,
    pub(crate) value: T,
}

/// One element of a list.
#[derive(Clone)]
pub(crate) struct Element<T> {
    pub(crate) tokens: TokenStream,
    /// `None` if it was reported already.
    pub(crate) value: Option<T>,
}

/// The value of `origins`.
#[derive(Clone)]
pub(crate) enum Origins {
    List(Vec<Element<Source>>),
    /// `dynamic(check)`
    Dynamic(syn::Path),
    /// Reported already.
    Unreadable,
}

/// One element of `origins`.
#[derive(Clone)]
pub(crate) enum Source {
    Text(LitStr),
    Env { name: LitStr, optional: bool },
    Set(syn::Path),
}

/// The value of `allow_headers` or `expose_headers`.
#[derive(Clone)]
pub(crate) enum Headers {
    Any,
    Names(Vec<Element<LitStr>>),
    /// Reported already.
    Unreadable,
}

/// The value of `max_age`.
#[derive(Clone, Copy)]
pub(crate) enum MaxAge {
    Seconds(i128),
    /// Reported already.
    Unreadable,
}

impl Args {
    /// Reads the options. Each is read by itself, so that one that is broken costs one error.
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut args = Self::default();
        for piece in split_at_commas(tokens) {
            args.option(&piece, errors);
        }
        args
    }

    fn option(&mut self, piece: &Piece, errors: &mut Errors) {
        let [TokenTree::Ident(key), rest @ ..] = &*piece.tokens else {
            return errors.push(
                if piece.tokens.is_empty() { piece.comma.to_token_stream() } else { stream(&piece.tokens) },
                if piece.tokens.is_empty() {
                    message(Rule::OptionValue, "an option is missing before this comma", "remove the comma")
                } else {
                    not_an_option(&piece.tokens)
                },
            );
        };
        let name = key.unraw().to_string();
        let Some(known) = Key::parse(&name) else {
            return self.unknown(key, &name, errors);
        };
        let value = Value::parse(key, rest);
        match known {
            Key::Origins => set(&mut self.origins, key, &value, errors, origins),
            Key::DevOrigins => set(&mut self.dev_origins, key, &value, errors, dev_origins),
            Key::Credentials => set(&mut self.credentials, key, &value, errors, flag),
            Key::AllowHeaders => set(&mut self.allow_headers, key, &value, errors, allow_headers),
            Key::ExposeHeaders => set(&mut self.expose_headers, key, &value, errors, expose_headers),
            Key::MaxAge => set(&mut self.max_age, key, &value, errors, max_age),
            Key::Enforce => set(&mut self.enforce, key, &value, errors, flag),
            Key::Policy => set(&mut self.policy, key, &value, errors, path),
            Key::Crate => set(&mut self.krate, key, &value, errors, path),
            Key::Danger => self.danger(&value, errors),
            _ => self.unknown(key, &name, errors),
        }
    }

    fn unknown(&mut self, key: &Ident, name: &str, errors: &mut Errors) {
        if name == "methods" || name == "method" || name == "allow_methods" {
            return errors.push(
                key,
                message(
                    Rule::OptionMethods,
                    format_args!("`{name}` is not an option: methods come from the route"),
                    "remove it; the route attribute names the method, as in `#[get(\"/path\")]`",
                ),
            );
        }
        let nearest = Key::nearest(name);
        // Whoever misspelt `origins` did not forget it.
        if nearest == Some(Key::Origins) && self.origins.is_none() {
            self.origins =
                Some(Arg { key: key.clone(), tokens: key.to_token_stream(), value: Origins::Unreadable });
        }
        let help = match nearest {
            Some(key) => format!("write `{key}`"),
            None => format!(
                "the options are {}",
                Key::ALL.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
            ),
        };
        errors.push(key, message(Rule::OptionUnknown, format_args!("there is no option `{name}`"), help));
    }

    fn danger(&mut self, value: &Value<'_>, errors: &mut Errors) {
        let ValueKind::Group(flags) = &value.kind else {
            return errors.push(
                value.place(),
                message(
                    Rule::OptionValue,
                    "`danger` takes the opt-outs in parentheses",
                    "write `danger(insecure_origins)` or `danger(public_suffixes)`",
                ),
            );
        };
        let pieces = split_at_commas(flags.clone());
        if pieces.is_empty() {
            errors.push(
                value.place(),
                message(
                    Rule::OptionValue,
                    "`danger()` opts out of nothing",
                    "write `danger(insecure_origins)` or `danger(public_suffixes)`, or remove it",
                ),
            );
        }
        for piece in pieces {
            let slot = match &*piece.tokens {
                tokens if is_word(tokens, "insecure_origins") => &mut self.insecure_origins,
                tokens if is_word(tokens, "public_suffixes") => &mut self.public_suffixes,
                tokens => {
                    errors.push(
                        stream(tokens),
                        message(
                            Rule::OptionUnknown,
                            format_args!("there is no opt-out `{}`", as_written(tokens)),
                            "the opt-outs are `insecure_origins` and `public_suffixes`",
                        ),
                    );
                    continue;
                }
            };
            if let [TokenTree::Ident(word)] = &*piece.tokens {
                if slot.is_some() {
                    errors.push(word, duplicate(&word.to_string()));
                } else {
                    *slot = Some(Arg { key: word.clone(), tokens: word.to_token_stream(), value: () });
                }
            }
        }
    }
}

/// What stands behind a key.
struct Value<'a> {
    key: &'a Ident,
    kind: ValueKind<'a>,
}

enum ValueKind<'a> {
    /// Nothing.
    Flag,
    /// `= ..`; without tokens if nothing follows.
    Is(&'a TokenTree, &'a [TokenTree]),
    /// `(..)`
    Group(TokenStream),
    /// Something else.
    Stray(&'a [TokenTree]),
}

impl<'a> Value<'a> {
    fn parse(key: &'a Ident, rest: &'a [TokenTree]) -> Self {
        let kind = match rest {
            [] => ValueKind::Flag,
            [equals, value @ ..] if is_punct(equals, '=') => ValueKind::Is(equals, value),
            rest => match only_group(rest, Delimiter::Parenthesis) {
                Some(group) => ValueKind::Group(group.stream()),
                None => ValueKind::Stray(rest),
            },
        };
        Self { key, kind }
    }

    /// What errors about the value underline: the value if there is one.
    fn place(&self) -> TokenStream {
        match &self.kind {
            ValueKind::Flag | ValueKind::Group(_) => self.key.to_token_stream(),
            ValueKind::Is(equals, []) => equals.to_token_stream(),
            ValueKind::Is(_, value) | ValueKind::Stray(value) => stream(value),
        }
    }

    /// The tokens behind `=`.
    fn tokens(&self) -> Option<&'a [TokenTree]> {
        match self.kind {
            ValueKind::Is(_, value) if !value.is_empty() => Some(value),
            _ => None,
        }
    }

    fn wrong(&self, errors: &mut Errors, what: &str, help: impl std::fmt::Display) {
        errors.push(self.place(), message(Rule::OptionValue, what, help));
    }

    /// Two options without a comma between them: `["x"] credentials`.
    fn missing_comma(&self, errors: &mut Errors) -> bool {
        let stray = match self.kind {
            ValueKind::Is(_, [first, rest @ ..]) => match (first, rest) {
                (TokenTree::Literal(_), [TokenTree::Ident(_), ..]) => rest,
                (TokenTree::Group(group), [TokenTree::Ident(_), ..])
                    if group.delimiter() == Delimiter::Bracket =>
                {
                    rest
                }
                _ => return false,
            },
            ValueKind::Stray(rest @ [TokenTree::Ident(_), ..]) => rest,
            _ => return false,
        };
        let next = &stray[..1];
        errors.push(
            stream(next),
            message(
                Rule::OptionValue,
                format_args!("a comma is missing before `{}`", as_written(next)),
                format_args!("write `, {}`", as_written(next)),
            ),
        );
        true
    }
}

/// Reads a value into its slot, unless the slot is taken.
fn set<T>(
    slot: &mut Option<Arg<T>>,
    key: &Ident,
    value: &Value<'_>,
    errors: &mut Errors,
    read: fn(&Value<'_>, &mut Errors) -> T,
) {
    if slot.is_some() {
        return errors.push(key, duplicate(&key.unraw().to_string()));
    }
    *slot = Some(Arg { key: key.clone(), tokens: value.place(), value: read(value, errors) });
}

fn duplicate(name: &str) -> String {
    message(Rule::OptionDuplicate, format_args!("`{name}` is given twice"), "keep one of the two")
}

fn not_an_option(tokens: &[TokenTree]) -> String {
    let written = as_written(tokens);
    if only_string(tokens).is_some() || only_group(tokens, Delimiter::Bracket).is_some() {
        let list = if written.starts_with('[') { written.clone() } else { format!("[{written}]") };
        return message(
            Rule::OptionValue,
            format_args!("`{written}` has no option in front of it"),
            format_args!("write `origins = {list}`"),
        );
    }
    message(
        Rule::OptionValue,
        format_args!("`{written}` is not an option"),
        "options are written `name = value`, and flags as their name",
    )
}

/// `credentials`, `enforce`
fn flag(value: &Value<'_>, errors: &mut Errors) {
    let name = value.key.unraw().to_string();
    let what = format!("`{name}` is a flag and takes no value");
    match &value.kind {
        ValueKind::Flag => {}
        _ if value.missing_comma(errors) => {}
        ValueKind::Is(_, tokens) if is_word(tokens, "false") => {
            value.wrong(errors, &what, format_args!("remove it: without `{name}` it is off"));
        }
        _ => value.wrong(errors, &what, format_args!("write `{name}`")),
    }
}

/// `origins`
fn origins(value: &Value<'_>, errors: &mut Errors) -> Origins {
    let Some(tokens) = value.tokens() else {
        wrong_list(value, errors, "\"https://app.example.com\"");
        return Origins::Unreadable;
    };
    if let Some(list) = only_group(tokens, Delimiter::Bracket) {
        return Origins::List(sources(list.stream(), errors));
    }
    if let Some(check) = only_call(tokens, "dynamic") {
        let inner: Vec<_> = check.stream().into_iter().collect();
        if let Some(path) = only_path(&inner) {
            return Origins::Dynamic(path);
        }
        value.wrong(
            errors,
            "`dynamic` takes the path of one `#[origin_check]` function",
            "write `dynamic(check)`",
        );
    } else if is_word(tokens, "any") {
        value.wrong(errors, "`any` is not a list of origins", "write `origins = [\"*\"]`");
    } else if let Some(path) = only_path(tokens) {
        let element = Element { tokens: stream(tokens), value: Some(Source::Set(path)) };
        return Origins::List(vec![element]);
    } else {
        wrong_list(value, errors, "\"https://app.example.com\"");
    }
    Origins::Unreadable
}

/// `dev_origins`
fn dev_origins(value: &Value<'_>, errors: &mut Errors) -> Vec<Element<Source>> {
    match value.tokens().and_then(|tokens| only_group(tokens, Delimiter::Bracket)) {
        Some(list) => sources(list.stream(), errors),
        None => {
            wrong_list(value, errors, "\"http://localhost:*\"");
            vec![Element { tokens: value.place(), value: None }]
        }
    }
}

fn sources(list: TokenStream, errors: &mut Errors) -> Vec<Element<Source>> {
    elements(list, errors, |tokens, errors| {
        if let Some(text) = only_string(tokens) {
            return Some(Source::Text(text));
        }
        let (what, help) = if is_word(tokens, "null") {
            let what = "`null` is not an origin that can be trusted: every sandboxed page sends it";
            errors.push(
                stream(tokens),
                message(Rule::OriginNull, what, "list the origins of the pages that call"),
            );
            return None;
        } else if let Some(call) = only_call(tokens, "env") {
            match env(&call.stream()) {
                Some(source) => return Some(source),
                None => (
                    "`env` takes the name of a variable, and `optional` if it may be missing".to_owned(),
                    "write `env(\"ALLOWED_ORIGINS\")` or `env(\"ALLOWED_ORIGINS\", optional)`".to_owned(),
                ),
            }
        } else if only_call(tokens, "dynamic").is_some() {
            let call = as_written(tokens);
            (format!("`{call}` cannot stand in a list"), format!("write `origins = {call}`"))
        } else if let Some(path) = only_path(tokens) {
            return Some(Source::Set(path));
        } else if matches!(tokens, [star] if is_punct(star, '*')) {
            ("`*` needs quotes".to_owned(), "write `\"*\"`".to_owned())
        } else {
            (
                format!("`{}` is not an origin", as_written(tokens)),
                "write the origin as a string: `\"https://app.example.com\"`".to_owned(),
            )
        };
        errors.push(stream(tokens), message(Rule::OptionValue, what, help));
        None
    })
}

fn env(arguments: &TokenStream) -> Option<Source> {
    let pieces = split_at_commas(arguments.clone());
    let name = only_string(&pieces.first()?.tokens)?;
    match &pieces[1..] {
        [] => Some(Source::Env { name, optional: false }),
        [flag] if is_word(&flag.tokens, "optional") => Some(Source::Env { name, optional: true }),
        _ => None,
    }
}

/// `allow_headers`
fn allow_headers(value: &Value<'_>, errors: &mut Errors) -> Headers {
    if value.tokens().is_some_and(|tokens| is_word(tokens, "any")) {
        return Headers::Any;
    }
    header_list(value, errors)
}

/// `expose_headers`
fn expose_headers(value: &Value<'_>, errors: &mut Errors) -> Headers {
    if value.tokens().is_some_and(|tokens| is_word(tokens, "any")) {
        let help = "list the names, or without `credentials` write `expose_headers = [\"*\"]`";
        value.wrong(errors, "`expose_headers` takes a list of names", help);
        return Headers::Unreadable;
    }
    header_list(value, errors)
}

fn header_list(value: &Value<'_>, errors: &mut Errors) -> Headers {
    let Some(list) = value.tokens().and_then(|tokens| only_group(tokens, Delimiter::Bracket)) else {
        wrong_list(value, errors, "\"content-type\"");
        return Headers::Unreadable;
    };
    Headers::Names(elements(list.stream(), errors, |tokens, errors| {
        let name = only_string(tokens);
        if name.is_none() {
            let written = as_written(tokens);
            let quoted = written.trim_matches('"').to_ascii_lowercase().replace([' ', '_'], "");
            errors.push(
                stream(tokens),
                message(
                    Rule::OptionValue,
                    format_args!("`{written}` is not a header name in quotes"),
                    if quoted.is_empty() {
                        "write `\"content-type\"`".to_owned()
                    } else {
                        format!("write `\"{quoted}\"`")
                    },
                ),
            );
        }
        name
    }))
}

/// `max_age`
fn max_age(value: &Value<'_>, errors: &mut Errors) -> MaxAge {
    let mut wrong = |what: &str, help: &str| {
        errors.push(value.place(), message(Rule::MaxAgeRange, what, help));
        MaxAge::Unreadable
    };
    let Some(tokens) = value.tokens() else {
        value.wrong(errors, "`max_age` takes a number of seconds", "write `max_age = 7200`");
        return MaxAge::Unreadable;
    };
    let (negative, number) = match tokens {
        [minus, number] if is_punct(minus, '-') => (true, std::slice::from_ref(number)),
        number => (false, number),
    };
    if let Some(text) = only_string(number) {
        let text = text.value();
        return match text.trim().parse::<u32>() {
            Ok(seconds) => wrong(
                "`max_age` is a number of seconds, not a string",
                &format!("write `max_age = {seconds}`"),
            ),
            Err(_) => wrong("`max_age` is a number of seconds, not a string", "write `max_age = 7200`"),
        };
    }
    match number {
        [literal @ TokenTree::Literal(_)] => match syn::parse2::<syn::Lit>(literal.to_token_stream()) {
            Ok(syn::Lit::Int(number)) => match number.base10_parse::<i128>() {
                Ok(seconds) => MaxAge::Seconds(if negative { -seconds } else { seconds }),
                // Only its size can be wrong.
                Err(_) => MaxAge::Seconds(if negative { i128::MIN } else { i128::MAX }),
            },
            Ok(syn::Lit::Float(number)) => wrong(
                "`max_age` is a whole number of seconds",
                &format!("write `max_age = {}`", number.base10_digits().split('.').next().unwrap_or("0")),
            ),
            _ => wrong("`max_age` is a number of seconds", "write `max_age = 7200`"),
        },
        _ if value.missing_comma(errors) => MaxAge::Unreadable,
        _ => {
            let what = format!("`{}` is not a number of seconds", as_written(tokens));
            value.wrong(errors, &what, "write the number itself: `max_age = 7200`");
            MaxAge::Unreadable
        }
    }
}

/// `policy`, `crate`
fn path(value: &Value<'_>, errors: &mut Errors) -> Option<syn::Path> {
    let name = value.key.unraw().to_string();
    let example = if name == "policy" { "policy = PARTNERS" } else { "crate = ::cors_runtime" };
    let tokens = value.tokens().unwrap_or_default();
    let path = only_path(tokens);
    if path.is_none() && !value.missing_comma(errors) {
        let help = match only_string(tokens) {
            Some(text) => format!("remove the quotes: `{name} = {}`", text.value()),
            None => format!("write `{example}`"),
        };
        value.wrong(errors, &format!("`{name}` takes a path"), help);
    }
    path
}

fn wrong_list(value: &Value<'_>, errors: &mut Errors, example: &str) {
    if value.missing_comma(errors) {
        return;
    }
    let name = value.key.unraw().to_string();
    let help = match value.tokens() {
        Some(tokens) if only_string(tokens).is_some() => format!("write `{name} = [{}]`", as_written(tokens)),
        Some(tokens) => match tokens {
            [TokenTree::Group(group)] if group.delimiter() != Delimiter::Bracket => {
                format!("write it in brackets: `{name} = [{}]`", group.stream())
            }
            _ => format!("write `{name} = [{example}]`"),
        },
        None => match &value.kind {
            ValueKind::Group(list) => format!("write `{name} = [{list}]`"),
            _ => format!("write `{name} = [{example}]`"),
        },
    };
    value.wrong(errors, &format!("`{name}` takes a list"), help);
}

/// Reads the elements of a list, each by itself.
fn elements<T>(
    list: TokenStream,
    errors: &mut Errors,
    mut read: impl FnMut(&[TokenTree], &mut Errors) -> Option<T>,
) -> Vec<Element<T>> {
    let mut elements = Vec::new();
    for piece in split_at_commas(list) {
        if piece.tokens.is_empty() {
            let help = "remove the comma";
            errors.push(
                &piece.comma,
                message(Rule::OptionValue, "an element is missing before this comma", help),
            );
            continue;
        }
        // `"a" "b"`: two elements without a comma.
        if let [first @ TokenTree::Literal(_), second @ TokenTree::Literal(_), ..] = &*piece.tokens {
            errors.push(
                second,
                message(
                    Rule::OptionValue,
                    "a comma is missing between two elements",
                    format_args!(
                        "write `{}, {}`",
                        as_written(std::slice::from_ref(first)),
                        as_written(std::slice::from_ref(second))
                    ),
                ),
            );
            elements.push(Element { tokens: stream(&piece.tokens), value: None });
            continue;
        }
        let value = read(&piece.tokens, errors);
        elements.push(Element { tokens: stream(&piece.tokens), value });
    }
    elements
}
