//! Reads `enforce`, `enforce(navigations)` and `enforce(hosts = [..])`.

use super::read::{elements, flag, wrong_list};
use super::value::{Value, ValueKind};
use super::{Element, EnforceArg, missing_comma, next_option, set};
use crate::errors::{Errors, message};
use crate::tokens::{as_written, only_call, only_group, only_string, split_at_commas, stream};
use cors_policy::Rule;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::LitStr;
use syn::ext::IdentExt;

const HOST: &str = "\"api.example.com\"";

/// `enforce`
pub(super) fn enforce(value: &Value<'_>, errors: &mut Errors) -> EnforceArg {
    let mut arg = EnforceArg::default();
    match &value.kind {
        ValueKind::Flag => {}
        ValueKind::Group(options) => arg.options(options.clone(), value, errors),
        ValueKind::Is(..) | ValueKind::Stray(_) => {
            let written = value.written();
            let first = written.first().map(ToString::to_string);
            let options = as_written(&written);
            match first.as_deref() {
                Some("navigations" | "hosts") => value.wrong(
                    errors,
                    "the options of `enforce` are in parentheses",
                    format_args!("write `enforce({options})`"),
                ),
                _ if is_hosts(&written) => value.wrong(
                    errors,
                    "the hosts of `enforce` are in parentheses",
                    format_args!("write `enforce(hosts = {})`", in_brackets(&written)),
                ),
                _ => flag(value, errors),
            }
        }
    }
    arg
}

impl EnforceArg {
    fn options(&mut self, options: TokenStream, value: &Value<'_>, errors: &mut Errors) {
        let pieces = split_at_commas(options);
        if pieces.is_empty() {
            let help = "write `enforce`, `enforce(navigations)` or `enforce(hosts = [..])`";
            value.wrong(errors, "the parentheses of `enforce()` are empty", help);
        }
        for piece in pieces {
            if piece.tokens.is_empty() {
                let what = "an option is missing before this comma";
                errors.push(&piece.comma, message(Rule::OptionValue, what, "remove the comma"));
            }
            let mut rest = &*piece.tokens;
            while let Some(next) = next_option(rest, |word| matches!(word, "navigations" | "hosts")) {
                let (option, others) = rest.split_at(next);
                self.option(option, errors);
                missing_comma(others, errors);
                rest = others;
            }
            self.option(rest, errors);
        }
    }

    fn option(&mut self, tokens: &[TokenTree], errors: &mut Errors) {
        let (key, rest) = match tokens {
            [] => return,
            [TokenTree::Ident(key), rest @ ..] => (key, rest),
            stray => return Self::stray(stray, errors),
        };
        let name = key.unraw().to_string();
        match &*name {
            "navigations" => {
                let value = Value::parse(key, rest, false, errors);
                set(&mut self.navigations, key, &value, errors, flag);
            }
            "hosts" => {
                let value = Value::parse(key, rest, true, errors);
                set(&mut self.hosts, key, &value, errors, hosts);
            }
            _ => {
                let help = if name.starts_with("nav") {
                    "write `navigations`"
                } else if name.contains("host") {
                    "write `hosts`"
                } else {
                    "the options of `enforce` are `navigations` and `hosts`"
                };
                let what = format!("`enforce` has no option `{name}`");
                errors.push(key, message(Rule::OptionUnknown, what, help));
            }
        }
    }

    /// Reports an option that does not begin with a name.
    fn stray(tokens: &[TokenTree], errors: &mut Errors) {
        let written = as_written(tokens);
        let (what, help) = if is_hosts(tokens) {
            let what = format!("`{written}` has no option in front of it");
            (what, format!("write `hosts = {}`", in_brackets(tokens)))
        } else {
            let what = format!("`{written}` is not an option of `enforce`");
            (what, "the options of `enforce` are `navigations` and `hosts`".to_owned())
        };
        errors.push(stream(tokens), message(Rule::OptionValue, what, help));
    }
}

/// Whether these are the hosts, or one of them, without the name of the option.
fn is_hosts(tokens: &[TokenTree]) -> bool {
    only_group(tokens, Delimiter::Bracket).is_some() || only_string(tokens).is_some()
}

fn in_brackets(tokens: &[TokenTree]) -> String {
    let written = as_written(tokens);
    if only_group(tokens, Delimiter::Bracket).is_some() { written } else { format!("[{written}]") }
}

/// `hosts`
fn hosts(value: &Value<'_>, errors: &mut Errors) -> Vec<Element<LitStr>> {
    let Some(list) = value.tokens().and_then(|tokens| only_group(tokens, Delimiter::Bracket)) else {
        if only_call(&value.written(), "env").is_some() {
            not_at_runtime(value.place(), &value.written(), errors);
        } else {
            wrong_list(value, errors, HOST);
        }
        return vec![Element { tokens: value.place(), value: None }];
    };
    elements(list.stream(), errors, |tokens, errors| {
        let host = only_string(tokens);
        if host.is_none() && only_call(tokens, "env").is_some() {
            not_at_runtime(stream(tokens), tokens, errors);
        } else if host.is_none() {
            let what = format!("`{}` is not a host in quotes", as_written(tokens));
            let help = format!("write the host as a string: `{HOST}`");
            errors.push(stream(tokens), message(Rule::OptionValue, what, help));
        }
        host
    })
}

fn not_at_runtime(place: TokenStream, written: &[TokenTree], errors: &mut Errors) {
    let what =
        format!("`hosts` takes no `{}`: only origins are read from the environment", as_written(written));
    let help =
        format!("write the hosts, such as `hosts = [{HOST}]`, or build the policy with `Policy::builder()`");
    errors.push(place, message(Rule::OptionValue, what, help));
}
