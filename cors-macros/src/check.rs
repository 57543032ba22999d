//! Checks the options by the rules of `cors-policy`.

use crate::args::{Args, Element, Headers, MaxAge, OriginArg, Origins};
use crate::errors::{Errors, message};
use cors_policy::{
    Danger, Draft, DraftEnforcement, DraftHeaders, DraftOrigin, IfEmpty, Key, OriginEntry, PolicyError, Rule,
};
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::LitStr;

/// A policy whose literals break no rule.
#[derive(Default)]
pub(crate) struct CheckedPolicy {
    /// The policy to start from.
    pub(crate) base: Option<syn::Path>,
    /// `None` if the key is not there: then the base decides.
    pub(crate) origins: Option<CheckedOrigins>,
    pub(crate) dev_origins: Option<CheckedOrigins>,
    pub(crate) dynamic: Option<syn::Path>,
    pub(crate) credentials: bool,
    pub(crate) allow_headers: Option<CheckedHeaders>,
    pub(crate) expose_headers: Option<CheckedNames>,
    pub(crate) max_age: Option<u32>,
    pub(crate) enforce: Option<CheckedEnforcement>,
    pub(crate) insecure_origins: bool,
    pub(crate) public_suffixes: bool,
    /// The rules that can only be checked in constant evaluation, where the base is known.
    pub(crate) const_checks: Vec<ConstCheck>,
}

impl CheckedPolicy {
    /// Whether constant evaluation can find mistakes: in keys of the base, or where a path names no `OriginSet`.
    pub(crate) fn may_fail_in_constant_evaluation(&self) -> bool {
        let mut sources =
            [&self.origins, &self.dev_origins].into_iter().flatten().flat_map(|list| &list.sources);
        self.base.is_some() || sources.any(|source| matches!(source, OriginArg::Set(_)))
    }
}

/// A list of origins, and what constant evaluation needs to know about its texts.
#[derive(Default)]
pub(crate) struct CheckedOrigins {
    pub(crate) sources: Vec<OriginArg>,
    /// Whether the elements allow every origin (`*`), or may do so at run time (`env(.., or_any)`).
    pub(crate) allows_any: bool,
    /// Whether an element is plain `http` and not loopback.
    pub(crate) has_insecure: bool,
}

/// The value of `enforce`.
pub(crate) struct CheckedEnforcement {
    pub(crate) navigations: bool,
    /// The hosts, joined by `, `. `None` if they are not listed: then the base decides.
    pub(crate) hosts: Option<String>,
}

/// The value of `allow_headers`.
pub(crate) enum CheckedHeaders {
    Any,
    Names(CheckedNames),
}

/// Names of headers, and what constant evaluation needs to know about them.
pub(crate) struct CheckedNames {
    /// The names in lower case, joined by `, `.
    pub(crate) joined: String,
    /// Whether `*` is one of them.
    pub(crate) has_wildcard: bool,
}

/// A rule about two keys of which one is written here and the other comes from the base.
pub(crate) struct ConstCheck {
    /// The predicate in `cors-policy`, such as `breaks_wildcard_credentials`.
    pub(crate) predicate: &'static str,
    /// The key that is written here.
    pub(crate) key: Ident,
    pub(crate) message: String,
}

/// Checks the options, and reports each error on the tokens that it is about.
pub(crate) fn check(args: &Args, errors: &mut Errors) -> CheckedPolicy {
    let draft = draft(args);
    for error in cors_policy::check(&draft) {
        match place(args, &error) {
            Some(tokens) => errors.push(tokens, error.finding()),
            None => errors.push_at_call(error.finding()),
        }
    }
    let origins = args.origins.as_ref().and_then(|arg| match &arg.value {
        Origins::List(list) => Some(checked_origins(list)),
        Origins::Dynamic(_) => Some(CheckedOrigins::default()),
        Origins::Unreadable => None,
    });
    let dev_origins = args.dev_origins.as_ref().map(|arg| checked_origins(&arg.value));
    let const_checks = const_checks(args, &[origins.as_ref(), dev_origins.as_ref()]);
    CheckedPolicy {
        base: args.policy.as_ref().and_then(|arg| arg.value.clone()),
        origins,
        dev_origins,
        dynamic: args.origins.as_ref().and_then(|arg| match &arg.value {
            Origins::Dynamic(path) => Some(path.clone()),
            Origins::List(_) | Origins::Unreadable => None,
        }),
        credentials: draft.credentials,
        allow_headers: args.allow_headers.as_ref().and_then(|arg| match &arg.value {
            Headers::Any => Some(CheckedHeaders::Any),
            Headers::Names(names) => Some(CheckedHeaders::Names(checked_names(names))),
            Headers::Unreadable => None,
        }),
        expose_headers: args.expose_headers.as_ref().and_then(|arg| match &arg.value {
            Headers::Names(names) => Some(checked_names(names)),
            Headers::Any | Headers::Unreadable => None,
        }),
        max_age: draft.max_age.and_then(|seconds| seconds.try_into().ok()),
        enforce: draft.enforce.map(|DraftEnforcement { navigations, hosts }| CheckedEnforcement {
            navigations,
            hosts: hosts.map(|hosts| hosts.into_iter().flatten().collect::<Vec<_>>().join(", ")),
        }),
        insecure_origins: draft.danger.insecure_origins,
        public_suffixes: draft.danger.public_suffixes,
        const_checks,
    }
}

/// A rule about two keys, or two pairs of keys, that exclude each other.
struct ExclusiveKeys<'a> {
    rule: Rule,
    /// The predicate in `cors-policy`.
    predicate: &'static str,
    sides: [Side<'a>; 2],
    help: &'static str,
}

/// One side of an [`ExclusiveKeys`].
#[derive(Clone, Copy)]
struct Side<'a> {
    /// The keys, as far as they are written here.
    keys: &'a [Option<&'a Ident>],
    /// The value that the other side excludes, as a message shows it if it is written here.
    text: &'static str,
    /// The same if it is written in the base, where it is not known which of several values it is.
    in_base: &'static str,
}

impl<'a> Side<'a> {
    fn new(keys: &'a [Option<&'a Ident>], text: &'static str) -> Self {
        Self { keys, text, in_base: text }
    }

    /// Lists that may allow every origin.
    fn any_origin(keys: &'a [Option<&'a Ident>], written: &[Option<&CheckedOrigins>]) -> Self {
        let is_or_any =
            |source: &OriginArg| matches!(source, OriginArg::Env { if_empty: IfEmpty::AnyOrigin, .. });
        let mut sources = written.iter().flatten().flat_map(|origins| &origins.sources);
        let text = if sources.any(is_or_any) { "`env(.., or_any)`" } else { "the origin `\"*\"`" };
        Self { keys, text, in_base: "the origin `\"*\"` or `env(.., or_any)`" }
    }
}

/// The rules about two keys of which one is written here and the other comes from the base.
fn const_checks(args: &Args, written: &[Option<&CheckedOrigins>]) -> Vec<ConstCheck> {
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
    let both_lists = [origins[0], dev_origins[0]];
    let credentials = Side::new(&credentials, "`credentials`");
    let rules = [
        ExclusiveKeys {
            rule: Rule::WildcardCredentials,
            predicate: "breaks_wildcard_credentials",
            sides: [credentials, Side::any_origin(&both_lists, written)],
            help: "list the origins: `origins = [\"https://app.example.com\"]`",
        },
        ExclusiveKeys {
            rule: Rule::WildcardHeadersCredentials,
            predicate: "breaks_wildcard_headers_credentials",
            sides: [credentials, Side::new(&allow_headers, "`allow_headers = [\"*\"]`")],
            help: "list the names, or write `allow_headers = any`",
        },
        ExclusiveKeys {
            rule: Rule::WildcardExposeCredentials,
            predicate: "breaks_wildcard_expose_credentials",
            sides: [credentials, Side::new(&expose_headers, "`expose_headers = [\"*\"]`")],
            help: "list the names",
        },
        ExclusiveKeys {
            rule: Rule::WildcardEnforce,
            predicate: "breaks_wildcard_enforce",
            sides: [Side::new(&enforce, "`enforce`"), Side::any_origin(&origins, written)],
            help: "list the origins: `origins = [\"https://app.example.com\"]`",
        },
        ExclusiveKeys {
            rule: Rule::OriginInsecure,
            predicate: "breaks_origin_insecure",
            sides: [credentials, Side::new(&both_lists, "a plain `http` origin")],
            help: "list the `https` origin, or opt out with `danger(insecure_origins)`",
        },
        ExclusiveKeys {
            rule: Rule::OriginShadowed,
            predicate: "breaks_origin_shadowed",
            sides: [Side::any_origin(&origins, written), Side::new(&dev_origins, "`dev_origins`")],
            help: "list the origins instead of `\"*\"`, or remove `dev_origins`",
        },
        ExclusiveKeys {
            rule: Rule::OriginDuplicate,
            predicate: "breaks_origin_duplicate",
            sides: [Side::new(&origins, ""), Side::new(&dev_origins, "")],
            help: "remove it here",
        },
    ];
    let has_insecure = written.iter().flatten().any(|origins| origins.has_insecure);
    rules
        .into_iter()
        .filter_map(|ExclusiveKeys { rule, predicate, sides: [one, other], mut help }| {
            // If both sides are written here, `cors_policy::check` has compared them.
            let (here, in_base) = [(one, other), (other, one)].into_iter().find(|(here, in_base)| {
                here.keys.iter().any(Option::is_some) && in_base.keys.iter().any(Option::is_none)
            })?;
            let key = here.keys.iter().copied().flatten().next()?;
            let what = match rule {
                Rule::OriginInsecure if args.credentials.is_none() && !has_insecure => {
                    // The origins that are written here are secure, but those of the base may lose their opt-out.
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
                _ => format!("{} cannot be added to `{base}`, which has {}", here.text, in_base.in_base),
            };
            Some(ConstCheck { predicate, key: key.clone(), message: message(rule, what, help) })
        })
        .collect()
}

fn draft(args: &Args) -> Draft {
    Draft {
        has_base: args.policy.is_some(),
        origins: args.origins.as_ref().map(|arg| match &arg.value {
            Origins::List(list) => draft_origins(list),
            Origins::Dynamic(_) => vec![DraftOrigin::AtRuntime],
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
        enforce: args.enforce.as_ref().map(|arg| DraftEnforcement {
            navigations: arg.value.navigations.is_some(),
            hosts: arg.value.hosts.as_ref().map(|hosts| texts(&hosts.value)),
        }),
        danger: Danger {
            insecure_origins: args.insecure_origins.is_some(),
            public_suffixes: args.public_suffixes.is_some(),
        },
    }
}

fn draft_origins(list: &[Element<OriginArg>]) -> Vec<DraftOrigin> {
    list.iter()
        .map(|element| match &element.value {
            Some(OriginArg::Text(text)) => DraftOrigin::Text(text.value()),
            Some(OriginArg::Env { if_empty: IfEmpty::AnyOrigin, .. }) => DraftOrigin::AtRuntimeOrAny,
            Some(OriginArg::Env { .. } | OriginArg::Set(_)) => DraftOrigin::AtRuntime,
            None => DraftOrigin::Unreadable,
        })
        .collect()
}

fn draft_headers(headers: &Headers) -> Option<DraftHeaders> {
    match headers {
        Headers::Any => Some(DraftHeaders::Any),
        Headers::Names(names) => Some(DraftHeaders::Names(texts(names))),
        Headers::Unreadable => None,
    }
}

/// The elements of a list; `None` for an element that could not be read.
fn texts(list: &[Element<LitStr>]) -> Vec<Option<String>> {
    list.iter().map(|element| element.value.as_ref().map(LitStr::value)).collect()
}

/// The tokens that an error is about; `None` if the error is a missing key.
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
        Key::Enforce => {
            let arg = args.enforce.as_ref()?;
            let hosts = arg.value.hosts.as_ref();
            match error.finding().rule {
                Rule::WildcardEnforce => Some(arg.key.to_token_stream()),
                _ => {
                    hosts.and_then(|hosts| find(&hosts.value, number).or_else(|| Some(hosts.tokens.clone())))
                }
            }
        }
        Key::BasePolicy => Some(args.policy.as_ref()?.tokens.clone()),
        _ => None,
    }
}

fn checked_origins(list: &[Element<OriginArg>]) -> CheckedOrigins {
    let mut origins = CheckedOrigins::default();
    for source in list.iter().filter_map(|element| element.value.clone()) {
        match &source {
            OriginArg::Text(text) => {
                if let Some(entry) = OriginEntry::split(&text.value()) {
                    origins.allows_any |= entry == OriginEntry::Any;
                    origins.has_insecure |= entry.is_insecure();
                }
            }
            OriginArg::Env { if_empty, .. } => origins.allows_any |= *if_empty == IfEmpty::AnyOrigin,
            OriginArg::Set(_) => {}
        }
        origins.sources.push(source);
    }
    origins
}

fn checked_names(list: &[Element<LitStr>]) -> CheckedNames {
    let names = list.iter().filter_map(|element| element.value.as_ref());
    let names: Vec<_> = names.map(|name| name.value().to_ascii_lowercase()).collect();
    CheckedNames { joined: names.join(", "), has_wildcard: names.iter().any(|name| name == "*") }
}
