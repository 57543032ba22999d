//! The options of `#[cors(..)]` and `policy!(..)` as they are written.

mod enforce;
mod read;
mod value;

use crate::errors::{Errors, message};
use crate::tokens::{as_written, is_word, only_group, only_string, split_at_commas, stream};
use cors_policy::{IfEmpty, Key, Rule};
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::LitStr;
use syn::ext::IdentExt;
use value::{Value, ValueKind};

/// The options. Each keeps the tokens that errors about it underline.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) origins: Option<Arg<Origins>>,
    pub(crate) dev_origins: Option<Arg<Vec<Element<OriginArg>>>>,
    pub(crate) credentials: Option<Arg<()>>,
    pub(crate) allow_headers: Option<Arg<Headers>>,
    pub(crate) expose_headers: Option<Arg<Headers>>,
    pub(crate) max_age: Option<Arg<MaxAge>>,
    pub(crate) enforce: Option<Arg<EnforceArg>>,
    pub(crate) policy: Option<Arg<Option<syn::Path>>>,
    pub(crate) insecure_origins: Option<Arg<()>>,
    pub(crate) public_suffixes: Option<Arg<()>>,
    pub(crate) krate: Option<Arg<Option<syn::Path>>>,
    has_danger: bool,
}

/// One option.
#[derive(Clone)]
pub(crate) struct Arg<T> {
    pub(crate) key: Ident,
    /// The tokens of the value; for a flag, the key.
    pub(crate) tokens: TokenStream,
    pub(crate) value: T,
}

/// One element of a list.
#[derive(Clone)]
pub(crate) struct Element<T> {
    pub(crate) tokens: TokenStream,
    /// `None` if the element could not be read. The error is reported then.
    pub(crate) value: Option<T>,
}

/// The value of `origins`.
#[derive(Clone)]
pub(crate) enum Origins {
    List(Vec<Element<OriginArg>>),
    /// `dynamic(check)`
    Dynamic(syn::Path),
    /// The value could not be read. The error is reported then.
    Unreadable,
}

/// One element of `origins` or `dev_origins`.
#[derive(Clone)]
pub(crate) enum OriginArg {
    Text(LitStr),
    Env { name: LitStr, if_empty: IfEmpty },
    Set(syn::Path),
}

/// The value of `allow_headers` or `expose_headers`.
#[derive(Clone)]
pub(crate) enum Headers {
    Any,
    Names(Vec<Element<LitStr>>),
    /// The value could not be read. The error is reported then.
    Unreadable,
}

/// The value of `enforce`.
#[derive(Clone, Default)]
pub(crate) struct EnforceArg {
    pub(crate) navigations: Option<Arg<()>>,
    pub(crate) hosts: Option<Arg<Vec<Element<LitStr>>>>,
}

/// The value of `max_age`.
#[derive(Clone, Copy)]
pub(crate) enum MaxAge {
    Seconds(i128),
    /// The value could not be read. The error is reported then.
    Unreadable,
}

impl Args {
    /// Reads the options. Each is read by itself, so that a broken one is one error and the others are still checked.
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut args = Self::default();
        for piece in split_at_commas(tokens) {
            if piece.tokens.is_empty() {
                let what = "an option is missing before this comma";
                errors.push(&piece.comma, message(Rule::OptionValue, what, "remove the comma"));
            }
            let mut rest = &*piece.tokens;
            while let Some(next) = next_option(rest, |word| Key::parse(word).is_some()) {
                let (option, others) = rest.split_at(next);
                args.option(option, errors);
                missing_comma(others, errors);
                rest = others;
            }
            args.option(rest, errors);
        }
        args
    }

    fn option(&mut self, tokens: &[TokenTree], errors: &mut Errors) {
        let (key, rest) = match tokens {
            [] => return,
            [TokenTree::Ident(key), rest @ ..] => (key, rest),
            stray => return self.stray(stray, errors),
        };
        let name = key.unraw().to_string();
        match Key::parse(&name) {
            Some(known) => self.known(known, key, rest, errors),
            None => self.unknown(key, &name, rest, errors),
        }
    }

    fn known(&mut self, known: Key, key: &Ident, rest: &[TokenTree], errors: &mut Errors) {
        let takes_value = !matches!(known, Key::Credentials | Key::Enforce | Key::Danger);
        let value = Value::parse(key, rest, takes_value, errors);
        match known {
            Key::Origins => set(&mut self.origins, key, &value, errors, read::origins),
            Key::DevOrigins => set(&mut self.dev_origins, key, &value, errors, read::dev_origins),
            Key::Credentials => set(&mut self.credentials, key, &value, errors, read::flag),
            Key::AllowHeaders => set(&mut self.allow_headers, key, &value, errors, read::allow_headers),
            Key::ExposeHeaders => set(&mut self.expose_headers, key, &value, errors, read::expose_headers),
            Key::MaxAge => set(&mut self.max_age, key, &value, errors, read::max_age),
            Key::Enforce => set(&mut self.enforce, key, &value, errors, enforce::enforce),
            Key::BasePolicy => set(&mut self.policy, key, &value, errors, read::path),
            Key::Crate => set(&mut self.krate, key, &value, errors, read::path),
            Key::Danger => self.danger(&value, errors),
            // `Key` is not exhaustive.
            _ => {}
        }
    }

    /// Reports an option that does not begin with a name.
    fn stray(&mut self, tokens: &[TokenTree], errors: &mut Errors) {
        let written = as_written(tokens);
        let is_list = only_group(tokens, Delimiter::Bracket).is_some();
        if !is_list && only_string(tokens).is_none() {
            return errors.push(
                stream(tokens),
                message(
                    Rule::OptionValue,
                    format_args!("`{written}` is not an option"),
                    "options are written `name = value`, and flags as their name",
                ),
            );
        }
        let list = if is_list { written.clone() } else { format!("[{written}]") };
        errors.push(
            stream(tokens),
            message(
                Rule::OptionValue,
                format_args!("`{written}` has no option in front of it"),
                format_args!("write `origins = {list}`"),
            ),
        );
        // Treat the list as `origins`, so that they are not also reported as missing.
        if self.origins.is_none()
            && let Some(TokenTree::Literal(_) | TokenTree::Group(_)) = tokens.first()
        {
            let key = Ident::new(Key::Origins.name(), proc_macro2::Span::call_site());
            self.origins = Some(Arg { key, tokens: stream(tokens), value: Origins::Unreadable });
        }
    }

    fn unknown(&mut self, key: &Ident, name: &str, rest: &[TokenTree], errors: &mut Errors) {
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
        let option_of_enforce = match name {
            "navigations" | "allow_navigations" => Some("write `enforce(navigations)`"),
            "hosts" | "host" | "allowed_hosts" | "allow_hosts" => Some(
                "write `origins` for the pages that may call the handler, and `enforce(hosts = [..])` for the hosts of \
                 this server",
            ),
            _ => None,
        };
        if let Some(help) = option_of_enforce {
            // The list may have been meant as `origins`, so that they are not also reported as missing.
            if name.contains("host") {
                self.known(Key::Origins, key, rest, &mut Errors::default());
            }
            return errors
                .push(key, message(Rule::OptionUnknown, format_args!("there is no option `{name}`"), help));
        }
        if name == "private_network" || name == "allow_private_network" {
            return errors.push(
                key,
                message(
                    Rule::OptionUnknown,
                    format_args!("there is no option `{name}`: browsers no longer send its preflights"),
                    "remove it; Chrome asks the user before a public page may send requests to the local network, \
                     and no header changes that",
                ),
            );
        }
        let nearest = Key::nearest(name);
        // Treat a misspelt option as its nearest match, and ignore errors about its value: the name may come from a
        // library in which the option has another shape.
        if let Some(nearest) = nearest {
            self.known(nearest, key, rest, &mut Errors::default());
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
        if std::mem::replace(&mut self.has_danger, true) {
            errors.push(value.key, duplicate("danger", "write all opt-outs into one `danger(..)`"));
        }
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
                    let written = as_written(tokens);
                    let help = if written.contains("secur") || written.contains("http") {
                        "write `insecure_origins`"
                    } else if written.contains("suffix") || written.contains("public") {
                        "write `public_suffixes`"
                    } else {
                        "the opt-outs are `insecure_origins` and `public_suffixes`"
                    };
                    errors.push(
                        stream(if tokens.is_empty() { piece.comma.as_slice() } else { tokens }),
                        message(Rule::OptionUnknown, format_args!("there is no opt-out `{written}`"), help),
                    );
                    continue;
                }
            };
            if let [TokenTree::Ident(word)] = &*piece.tokens {
                if slot.is_some() {
                    errors.push(word, duplicate(&word.to_string(), "keep one of the two"));
                } else {
                    *slot = Some(Arg { key: word.clone(), tokens: word.to_token_stream(), value: () });
                }
            }
        }
    }
}

/// The position of the next option, if the comma before it is missing: `["x"] credentials`.
fn next_option(tokens: &[TokenTree], is_option: fn(&str) -> bool) -> Option<usize> {
    let mut before = tokens.first()?;
    for (position, token) in tokens.iter().enumerate().skip(1) {
        if let TokenTree::Ident(word) = token
            && !matches!(before, TokenTree::Punct(_))
            && is_option(&word.unraw().to_string())
        {
            return Some(position);
        }
        before = token;
    }
    None
}

/// Reports that no comma precedes these tokens, which begin with an option.
fn missing_comma(tokens: &[TokenTree], errors: &mut Errors) {
    let word = as_written(&tokens[..1]);
    let what = format!("a comma is missing before `{word}`");
    errors.push(tokens.first(), message(Rule::OptionValue, what, format_args!("write `, {word}`")));
}

/// Reads a value into its slot. A second value is an error.
fn set<T>(
    slot: &mut Option<Arg<T>>,
    key: &Ident,
    value: &Value<'_>,
    errors: &mut Errors,
    read: fn(&Value<'_>, &mut Errors) -> T,
) {
    if slot.is_some() {
        return errors.push(key, duplicate(&key.unraw().to_string(), "keep one of the two"));
    }
    *slot = Some(Arg { key: key.clone(), tokens: value.place(), value: read(value, errors) });
}

fn duplicate(name: &str, help: &str) -> String {
    message(Rule::OptionDuplicate, format_args!("`{name}` is given twice"), help)
}
