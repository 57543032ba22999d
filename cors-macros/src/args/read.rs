//! Reads the values of options: one function for each kind of value.

use super::value::{Value, ValueKind};
use super::{Element, Headers, MaxAge, OriginArg, Origins};
use crate::errors::{Errors, message};
use crate::tokens::{
    as_written, is_punct, is_word, only_call, only_group, only_path, only_string, split_at_commas, stream,
};
use cors_policy::{IfEmpty, Rule};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::LitStr;
use syn::ext::IdentExt;

/// `credentials`, and `navigations` in `enforce(..)`
pub(super) fn flag(value: &Value<'_>, errors: &mut Errors) {
    let name = value.key.unraw().to_string();
    let what = format!("`{name}` is a flag and takes no value");
    match &value.kind {
        ValueKind::Flag => {}
        ValueKind::Is(_, tokens) if is_word(tokens, "false") => {
            value.wrong(errors, &what, format_args!("remove it: without `{name}` it is off"));
        }
        _ => value.wrong(errors, &what, format_args!("write `{name}`")),
    }
}

/// `origins`
pub(super) fn origins(value: &Value<'_>, errors: &mut Errors) -> Origins {
    const EXAMPLE: &str = "\"https://app.example.com\"";
    let Some(tokens) = value.tokens() else {
        wrong_list(value, errors, EXAMPLE);
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
        let quoted = only_string(&inner).map(|text| text.value()).filter(|text| is_path(text));
        value.wrong(
            errors,
            "`dynamic` takes the path of one `#[origin_check]` function",
            format_args!("write `origins = dynamic({})`", quoted.as_deref().unwrap_or("check")),
        );
    } else if is_word(tokens, "any") {
        value.wrong(errors, "`any` is not a list of origins", "write `origins = [\"*\"]`");
    } else if let Some(path) = only_path(tokens) {
        let value = readable(OriginArg::Set(path), tokens, errors);
        return Origins::List(vec![Element { tokens: stream(tokens), value }]);
    } else {
        wrong_list(value, errors, EXAMPLE);
    }
    Origins::Unreadable
}

/// `dev_origins`
pub(super) fn dev_origins(value: &Value<'_>, errors: &mut Errors) -> Vec<Element<OriginArg>> {
    let Some(list) = value.tokens().and_then(|tokens| only_group(tokens, Delimiter::Bracket)) else {
        wrong_list(value, errors, "\"http://localhost:*\"");
        return vec![Element { tokens: value.place(), value: None }];
    };
    sources(list.stream(), errors)
}

fn sources(list: TokenStream, errors: &mut Errors) -> Vec<Element<OriginArg>> {
    elements(list, errors, |tokens, errors| {
        if let Some(text) = only_string(tokens) {
            return Some(OriginArg::Text(text));
        }
        let written = as_written(tokens);
        let (what, help) = if let [TokenTree::Ident(word)] = tokens
            && word == "null"
        {
            // The rule `origin-null` reports it, with the reason.
            return Some(OriginArg::Text(LitStr::new("null", word.span())));
        } else if let Some(call) = only_call(tokens, "env") {
            let name = match env(&call.stream()) {
                Ok(source) => return readable(source, tokens, errors),
                Err(name) => name.unwrap_or_else(|| "ALLOWED_ORIGINS".to_owned()),
            };
            (
                "`env` takes the name of a variable, and `optional` or `or_any` if it may be missing"
                    .to_owned(),
                format!("write `env(\"{name}\")`, `env(\"{name}\", optional)` or `env(\"{name}\", or_any)`"),
            )
        } else if only_call(tokens, "dynamic").is_some() {
            (
                format!("`{written}` cannot stand in a list"),
                format!("write `origins = {written}`, and nothing beside it"),
            )
        } else if let Some(path) = only_path(tokens) {
            return readable(OriginArg::Set(path), tokens, errors);
        } else if matches!(tokens, [star] if is_punct(star, '*')) {
            ("`*` needs quotes".to_owned(), "write `\"*\"`".to_owned())
        } else {
            // `"..".into()`, `b".."`
            let text = match tokens {
                [TokenTree::Literal(first), ..] => first.to_string(),
                _ => String::new(),
            };
            let text = text.find('"').and_then(|at| text.get(at..)).unwrap_or("\"https://app.example.com\"");
            (
                format!("`{written}` is not an origin in quotes"),
                format!("write the origin as a string: `{text}`"),
            )
        };
        errors.push(stream(tokens), message(Rule::OptionValue, what, help));
        None
    })
}

/// Reports an element that is read at run time if the runtime is built without the feature that reads it.
fn readable(source: OriginArg, tokens: &[TokenTree], errors: &mut Errors) -> Option<OriginArg> {
    if cfg!(feature = "runtime-policies") {
        return Some(source);
    }
    let written = as_written(tokens);
    let what = match source {
        OriginArg::Set(_) => format!("`{written}` would be an `OriginSet`"),
        OriginArg::Text(_) | OriginArg::Env { .. } => format!("`{written}` is read at run time"),
    };
    errors.push(
        stream(tokens),
        message(
            Rule::OptionValue,
            format_args!("{what}, which needs the feature `runtime-policies` of `cors-runtime`"),
            "add `runtime-policies` to the features of `cors-runtime` in `Cargo.toml`, or list the origins",
        ),
    );
    None
}

/// Reads the arguments of `env(..)`: `"NAME"`, `"NAME", optional` or `"NAME", or_any`. The error is the name of the
/// variable, if there is
/// one.
fn env(arguments: &TokenStream) -> Result<OriginArg, Option<String>> {
    let pieces = split_at_commas(arguments.clone());
    let (first, rest) = pieces.split_first().ok_or(None)?;
    let Some(name) = only_string(&first.tokens) else {
        return Err(match &*first.tokens {
            [TokenTree::Ident(word)] => Some(word.to_string()),
            _ => None,
        });
    };
    match rest {
        [] => Ok(OriginArg::Env { name, if_empty: IfEmpty::Error }),
        [flag] if is_word(&flag.tokens, "optional") => {
            Ok(OriginArg::Env { name, if_empty: IfEmpty::NoOrigin })
        }
        [flag] if is_word(&flag.tokens, "or_any") => {
            Ok(OriginArg::Env { name, if_empty: IfEmpty::AnyOrigin })
        }
        _ => Err(Some(name.value())),
    }
}

/// `allow_headers`
pub(super) fn allow_headers(value: &Value<'_>, errors: &mut Errors) -> Headers {
    if value.tokens().is_some_and(|tokens| is_word(tokens, "any")) {
        return Headers::Any;
    }
    header_list(value, errors)
}

/// `expose_headers`
pub(super) fn expose_headers(value: &Value<'_>, errors: &mut Errors) -> Headers {
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
            let name = written.trim_matches('"').to_ascii_lowercase().replace('_', "-");
            let is_name = cors_policy::is_token(&name);
            errors.push(
                stream(tokens),
                message(
                    Rule::OptionValue,
                    format_args!("`{written}` is not the name of a header in quotes"),
                    format_args!("write `\"{}\"`", if is_name { &name } else { "content-type" }),
                ),
            );
        }
        name
    }))
}

/// `max_age`
pub(super) fn max_age(value: &Value<'_>, errors: &mut Errors) -> MaxAge {
    let written = value.written();
    let meant = seconds(&written).filter(|seconds| (0..=86400).contains(seconds)).unwrap_or(7200);
    let help = format!("write `max_age = {meant}`");
    let Some(tokens) = value.tokens() else {
        value.wrong(errors, "`max_age` takes a number of seconds", help);
        return MaxAge::Unreadable;
    };
    let (negative, number) = match tokens {
        [minus, number] if is_punct(minus, '-') => (true, std::slice::from_ref(number)),
        number => (false, number),
    };
    if let [literal @ TokenTree::Literal(_)] = number
        && let Ok(syn::Lit::Int(number)) = syn::parse2(literal.to_token_stream())
        && is_integer_type(number.suffix())
    {
        // A literal that is no `i128` is too large for one.
        return MaxAge::Seconds(match number.base10_parse::<i128>() {
            Ok(seconds) if negative => -seconds,
            Ok(seconds) => seconds,
            Err(_) if negative => i128::MIN,
            Err(_) => i128::MAX,
        });
    }
    let what = format!("`max_age` is a whole number of seconds, not `{}`", as_written(tokens));
    errors.push(value.place(), message(Rule::MaxAgeRange, what, help));
    MaxAge::Unreadable
}

/// The seconds that are probably meant by `"600"`, `10m`, `60 * 60`, `0.5` or `Duration::from_secs(60)`.
fn seconds(tokens: &[TokenTree]) -> Option<i128> {
    if let [left @ .., star, right] = tokens
        && is_punct(star, '*')
    {
        return seconds(left)?.checked_mul(seconds(std::slice::from_ref(right))?);
    }
    // `Duration::from_secs(60)`
    if let [.., TokenTree::Ident(function), TokenTree::Group(argument)] = tokens {
        let factor = match &*function.to_string() {
            "from_secs" => 1,
            "from_mins" => 60,
            "from_hours" => 3600,
            "from_days" => 86400,
            _ => return None,
        };
        let argument: Vec<_> = argument.stream().into_iter().collect();
        return seconds(&argument)?.checked_mul(factor);
    }
    let [literal @ TokenTree::Literal(_)] = tokens else { return None };
    let (digits, unit) = match syn::parse2(literal.to_token_stream()).ok()? {
        syn::Lit::Int(number) => (number.base10_digits().to_owned(), number.suffix().to_owned()),
        syn::Lit::Float(number) => {
            let (whole, fraction) = number.base10_digits().split_once('.')?;
            // Rounded up: 0 would forbid what was meant to be short.
            let up = i128::from(fraction.bytes().any(|digit| digit != b'0'));
            return whole.parse::<i128>().ok()?.checked_add(up);
        }
        syn::Lit::Str(text) => {
            let text = text.value();
            let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            let (digits, unit) = text.split_at(end);
            (digits.to_owned(), unit.trim().to_owned())
        }
        _ => return None,
    };
    let factor = match &*unit {
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3600,
        "d" | "day" | "days" => 86400,
        other => i128::from(is_integer_type(other)),
    };
    digits.parse::<i128>().ok()?.checked_mul(factor).filter(|_| factor > 0)
}

/// Whether this is the suffix of an integer literal, or empty.
fn is_integer_type(suffix: &str) -> bool {
    suffix.is_empty()
        || suffix
            .strip_prefix(['i', 'u'])
            .is_some_and(|bits| ["8", "16", "32", "64", "128", "size"].contains(&bits))
}

/// `policy`, `crate`
pub(super) fn path(value: &Value<'_>, errors: &mut Errors) -> Option<syn::Path> {
    let path = only_path(value.tokens().unwrap_or_default());
    if path.is_none() {
        let name = value.key.unraw().to_string();
        let (what, example) = if name == "policy" {
            ("`policy` takes the path of a `static` or `const` policy", "PARTNERS")
        } else {
            ("`crate` takes the path of the runtime", "::cors_runtime")
        };
        let written = value.written();
        let meant = match only_string(&written) {
            Some(text) => Some(text.value()).filter(|text| is_path(text)),
            None => only_path(&written).map(|_| as_written(&written)),
        };
        let meant = meant.as_deref().unwrap_or(example);
        value.wrong(errors, what, format_args!("write `{name} = {meant}`"));
    }
    path
}

fn is_path(text: &str) -> bool {
    text.parse::<TokenStream>()
        .is_ok_and(|tokens| only_path(&tokens.into_iter().collect::<Vec<_>>()).is_some())
}

/// Reports `origins = "x"` and `origins("x")`. The help shows the list with the elements that were written.
pub(super) fn wrong_list(value: &Value<'_>, errors: &mut Errors, example: &str) {
    let name = value.key.unraw().to_string();
    let written = value.written();
    let is_element =
        |tokens: &[TokenTree]| only_string(tokens).is_some() || only_call(tokens, "env").is_some();
    let list = if let [TokenTree::Group(group)] = &*written {
        group.stream()
    } else if is_element(&written) || matches!(value.kind, ValueKind::Group(_)) {
        stream(&written)
    } else {
        TokenStream::new()
    };
    let pieces = split_at_commas(list);
    let help = if !pieces.is_empty() && pieces.iter().all(|piece| is_element(&piece.tokens)) {
        let elements: Vec<_> = pieces.iter().map(|piece| as_written(&piece.tokens)).collect();
        format!("write `{name} = [{}]`", elements.join(", "))
    } else {
        format!("write `{name} = [{example}]`")
    };
    value.wrong(errors, &format!("`{name}` takes a list"), help);
}

/// Reads the elements of a list, each by itself.
pub(super) fn elements<T>(
    list: TokenStream,
    errors: &mut Errors,
    mut read: impl FnMut(&[TokenTree], &mut Errors) -> Option<T>,
) -> Vec<Element<T>> {
    let mut elements = Vec::new();
    for piece in split_at_commas(list) {
        if piece.tokens.is_empty() {
            let what = "an element is missing before this comma";
            errors.push(&piece.comma, message(Rule::OptionValue, what, "remove the comma"));
            // The element stays in the list, so that the list is not also reported as empty.
            elements.push(Element { tokens: piece.comma.to_token_stream(), value: None });
            continue;
        }
        // `"a" "b"`: the comma between two elements is missing.
        let mut rest = &*piece.tokens;
        while let [first @ TokenTree::Literal(_), second @ TokenTree::Literal(_), ..] = rest {
            let help = format!(
                "write `{}, {}`",
                as_written(std::slice::from_ref(first)),
                as_written(std::slice::from_ref(second))
            );
            let what = "a comma is missing between two elements";
            errors.push(second, message(Rule::OptionValue, what, help));
            let value = read(std::slice::from_ref(first), errors);
            elements.push(Element { tokens: first.to_token_stream(), value });
            rest = &rest[1..];
        }
        let value = read(rest, errors);
        elements.push(Element { tokens: stream(rest), value });
    }
    elements
}
