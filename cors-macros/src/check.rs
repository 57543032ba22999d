//! From options as they are written to a policy that the rules let through.

use crate::args::{Args, Element, Headers, MaxAge, Origins, Source};
use crate::errors::Errors;
use cors_policy::{Danger, Draft, DraftHeaders, DraftOrigin, Key, OriginEntry, PolicyError, Rule};
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::LitStr;

/// A policy that the rules let through. Nothing in it can be wrong, as far as literals go.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags of the attribute")]
pub(crate) struct CheckedPolicy {
    /// The policy to start from.
    pub(crate) base: Option<syn::Path>,
    /// `None`: as in the base.
    pub(crate) origins: Option<Vec<Source>>,
    pub(crate) dev_origins: Option<Vec<Source>>,
    pub(crate) dynamic: Option<syn::Path>,
    pub(crate) credentials: bool,
    /// Lower case, joined by `, `.
    pub(crate) allow_headers: Option<CheckedHeaders>,
    pub(crate) expose_headers: Option<String>,
    pub(crate) max_age: Option<u32>,
    pub(crate) enforce: bool,
    pub(crate) insecure_origins: bool,
    pub(crate) public_suffixes: bool,
    /// What can only be checked in constant evaluation, together with the base.
    pub(crate) merged: Vec<MergedCheck>,
}

/// A rule about two keys of which one comes from the base.
pub(crate) struct MergedCheck {
    /// The predicate of the runtime: `breaks_wildcard_credentials`.
    pub(crate) predicate: &'static str,
    /// The key that is written here.
    pub(crate) key: Ident,
    pub(crate) message: String,
}

/// The value of `allow_headers`.
pub(crate) enum CheckedHeaders {
    Any,
    Names(String),
}

/// Asks the rules. What they find goes to the tokens that it is about.
pub(crate) fn check(args: &Args, errors: &mut Errors) -> CheckedPolicy {
    let draft = draft(args);
    for error in cors_policy::check(&draft) {
        match place(args, &error) {
            Some(tokens) => errors.push(tokens, error.finding()),
            None => errors.push_at_call(error.finding()),
        }
    }
    CheckedPolicy {
        base: args.policy.as_ref().and_then(|arg| arg.value.clone()),
        origins: args.origins.as_ref().and_then(|arg| match &arg.value {
            Origins::List(list) => Some(values(list)),
            Origins::Dynamic(_) => Some(Vec::new()),
            Origins::Unreadable => None,
        }),
        dev_origins: args.dev_origins.as_ref().map(|arg| values(&arg.value)),
        dynamic: args.origins.as_ref().and_then(|arg| match &arg.value {
            Origins::Dynamic(path) => Some(path.clone()),
            _ => None,
        }),
        credentials: draft.credentials,
        allow_headers: args.allow_headers.as_ref().and_then(|arg| match &arg.value {
            Headers::Any => Some(CheckedHeaders::Any),
            Headers::Names(names) => Some(CheckedHeaders::Names(joined(names))),
            Headers::Unreadable => None,
        }),
        expose_headers: args.expose_headers.as_ref().and_then(|arg| match &arg.value {
            Headers::Names(names) => Some(joined(names)),
            Headers::Any | Headers::Unreadable => None,
        }),
        max_age: draft.max_age.and_then(|seconds| seconds.try_into().ok()),
        enforce: draft.enforce,
        insecure_origins: draft.danger.insecure_origins,
        public_suffixes: draft.danger.public_suffixes,
        merged: merged_checks(args),
    }
}

/// A rule, its predicate, the keys on its two sides with what they say when they break it, and the way out.
type Pair<'a> = (Rule, &'static str, [(&'a [Option<&'a Ident>], &'static str); 2], &'static str);

/// The rules about two keys of which one is written here and the other comes from the base.
fn merged_checks(args: &Args) -> Vec<MergedCheck> {
    let Some(base) = args.policy.as_ref().and_then(|arg| arg.value.as_ref()) else {
        return Vec::new();
    };
    let base = base.to_token_stream().to_string().replace(' ', "");
    let origins = [args.origins.as_ref().map(|arg| &arg.key)];
    let dev_origins = [args.dev_origins.as_ref().map(|arg| &arg.key)];
    let credentials = [args.credentials.as_ref().map(|arg| &arg.key)];
    let allow_headers = [args.allow_headers.as_ref().map(|arg| &arg.key)];
    let expose_headers = [args.expose_headers.as_ref().map(|arg| &arg.key)];
    let enforce = [args.enforce.as_ref().map(|arg| &arg.key)];
    let any_origins = [origins[0], dev_origins[0]];
    let pairs: [Pair<'_>; 7] = [
        (
            Rule::WildcardCredentials,
            "breaks_wildcard_credentials",
            [(&credentials, "`credentials`"), (&any_origins, "the origin `\"*\"`")],
            "list the origins: `origins = [\"https://app.example.com\"]`",
        ),
        (
            Rule::WildcardHeadersCredentials,
            "breaks_wildcard_headers_credentials",
            [(&credentials, "`credentials`"), (&allow_headers, "`allow_headers = [\"*\"]`")],
            "list the names, or write `allow_headers = any`",
        ),
        (
            Rule::WildcardExposeCredentials,
            "breaks_wildcard_expose_credentials",
            [(&credentials, "`credentials`"), (&expose_headers, "`expose_headers = [\"*\"]`")],
            "list the names",
        ),
        (
            Rule::WildcardEnforce,
            "breaks_wildcard_enforce",
            [(&enforce, "`enforce`"), (&origins, "`origins = [\"*\"]`")],
            "list the origins: `origins = [\"https://app.example.com\"]`",
        ),
        (
            Rule::OriginInsecure,
            "breaks_origin_insecure",
            [(&credentials, "`credentials`"), (&any_origins, "a plain `http` origin")],
            "list the `https` origin, or opt out with `danger(insecure_origins)`",
        ),
        (
            Rule::OriginShadowed,
            "breaks_origin_shadowed",
            [(&origins, "`origins = [\"*\"]`"), (&dev_origins, "`dev_origins`")],
            "list the origins instead of `\"*\"`, or remove `dev_origins`",
        ),
        (
            Rule::OriginDuplicate,
            "breaks_origin_duplicate",
            [(&origins, ""), (&dev_origins, "")],
            "remove it here",
        ),
    ];
    pairs
        .into_iter()
        .filter_map(|(rule, predicate, keys, help)| {
            // With all keys here the rules have looked at them already.
            let [one, two] = keys;
            let ((here, text), (_, of_base)) =
                [(one, two), (two, one)].into_iter().find(|((here, _), (there, _))| {
                    here.iter().any(Option::is_some) && there.iter().any(Option::is_none)
                })?;
            let key = here.iter().copied().flatten().next()?;
            let mut help = help;
            let what = match rule {
                Rule::OriginInsecure if args.credentials.is_none() && !has_insecure_origin(args) => {
                    // The origins here are fine. Those in the `dev_origins` of the base lose their opt-out.
                    if args.origins.is_none() || args.dev_origins.is_some() {
                        return None;
                    }
                    help = "write `danger(insecure_origins)` here, too, or replace `dev_origins` as well";
                    format!(
                        "`{base}` has a plain `http` origin in its `dev_origins`, \
                         and its `danger(insecure_origins)` ends where `origins` is replaced"
                    )
                }
                Rule::OriginDuplicate if args.origins.is_some() => {
                    format!("one of these origins is in the `dev_origins` of `{base}` already")
                }
                Rule::OriginDuplicate => {
                    format!("one of these origins is in the `origins` of `{base}` already")
                }
                _ => format!("{text} cannot be added to `{base}`, which has {of_base}"),
            };
            Some(MergedCheck {
                predicate,
                key: key.clone(),
                message: crate::errors::message(rule, what, help),
            })
        })
        .collect()
}

/// Whether one of the origins that are written here is plain `http`, and not loopback.
fn has_insecure_origin(args: &Args) -> bool {
    let origins = args.origins.as_ref().map(|arg| match &arg.value {
        Origins::List(list) => &**list,
        Origins::Dynamic(_) | Origins::Unreadable => &[],
    });
    let dev_origins = args.dev_origins.as_ref().map(|arg| &*arg.value);
    [origins, dev_origins].into_iter().flatten().flatten().any(|element| match &element.value {
        Some(Source::Text(text)) => {
            OriginEntry::split(&text.value()).is_some_and(|entry| entry.is_insecure())
        }
        Some(Source::Env { .. } | Source::Set(_)) | None => false,
    })
}

fn draft(args: &Args) -> Draft {
    Draft {
        has_base: args.policy.is_some(),
        origins: args.origins.as_ref().map(|arg| match &arg.value {
            Origins::List(list) => draft_origins(list),
            Origins::Dynamic(_) => vec![DraftOrigin::Later],
            Origins::Unreadable => vec![DraftOrigin::Unreadable],
        }),
        dev_origins: args.dev_origins.as_ref().map(|arg| draft_origins(&arg.value)),
        credentials: args.credentials.is_some(),
        allow_headers: args.allow_headers.as_ref().and_then(|arg| draft_headers(&arg.value)),
        expose_headers: args.expose_headers.as_ref().and_then(|arg| draft_headers(&arg.value)),
        max_age: args.max_age.as_ref().and_then(|arg| match arg.value {
            MaxAge::Seconds(seconds) => Some(seconds),
            MaxAge::Unreadable => None,
        }),
        enforce: args.enforce.is_some(),
        danger: Danger {
            insecure_origins: args.insecure_origins.is_some(),
            public_suffixes: args.public_suffixes.is_some(),
        },
    }
}

fn draft_origins(list: &[Element<Source>]) -> Vec<DraftOrigin> {
    list.iter()
        .map(|element| match &element.value {
            Some(Source::Text(text)) => DraftOrigin::Text(text.value()),
            Some(Source::Env { .. } | Source::Set(_)) => DraftOrigin::Later,
            None => DraftOrigin::Unreadable,
        })
        .collect()
}

fn draft_headers(headers: &Headers) -> Option<DraftHeaders> {
    match headers {
        Headers::Any => Some(DraftHeaders::Any),
        Headers::Names(names) => Some(DraftHeaders::Names(
            names.iter().map(|name| name.value.as_ref().map(LitStr::value)).collect(),
        )),
        Headers::Unreadable => None,
    }
}

/// The tokens that an error is about; `None` if a missing key is the error.
fn place(args: &Args, error: &PolicyError) -> Option<TokenStream> {
    fn find<T>(list: &[Element<T>], number: Option<usize>) -> Option<TokenStream> {
        list.get(number?).map(|element| element.tokens.clone())
    }
    let number = error.element();
    let headers = |arg: &Option<crate::args::Arg<Headers>>| {
        let arg = arg.as_ref()?;
        let element = match &arg.value {
            Headers::Names(names) => find(names, number),
            Headers::Any | Headers::Unreadable => None,
        };
        element.or_else(|| Some(arg.tokens.clone()))
    };
    match error.key() {
        Key::Origins => {
            let arg = args.origins.as_ref()?;
            let element = match &arg.value {
                Origins::List(list) => find(list, number),
                Origins::Dynamic(_) | Origins::Unreadable => None,
            };
            element.or_else(|| Some(arg.tokens.clone()))
        }
        Key::DevOrigins => {
            let arg = args.dev_origins.as_ref()?;
            find(&arg.value, number).or_else(|| Some(arg.tokens.clone()))
        }
        Key::AllowHeaders => headers(&args.allow_headers),
        Key::ExposeHeaders => headers(&args.expose_headers),
        Key::Credentials => Some(args.credentials.as_ref()?.key.to_token_stream()),
        Key::MaxAge => Some(args.max_age.as_ref()?.tokens.clone()),
        Key::Enforce => Some(args.enforce.as_ref()?.key.to_token_stream()),
        Key::Policy => Some(args.policy.as_ref()?.tokens.clone()),
        _ => None,
    }
}

fn values<T: Clone>(list: &[Element<T>]) -> Vec<T> {
    list.iter().filter_map(|element| element.value.clone()).collect()
}

fn joined(names: &[Element<LitStr>]) -> String {
    values(names).iter().map(|name| name.value().to_ascii_lowercase()).collect::<Vec<_>>().join(", ")
}
