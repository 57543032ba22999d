//! Reads the item below an attribute. Function bodies stay raw tokens.

use crate::errors::{Errors, message};
use crate::tokens::{Piece, is_punct, is_word, split_at_commas, stream};
use cors_policy::Rule;
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Meta, MetaList, Visibility};

/// A function.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) name: Ident,
    /// The tokens between name and parameters, `<` and `>` included.
    pub(crate) generics: Vec<TokenTree>,
    /// The parameters, without parentheses.
    pub(crate) parameters: TokenStream,
    /// All tokens behind the visibility.
    pub(crate) rest: TokenStream,
    /// `#[expect(dead_code)]`, for the generated item that the compiler reports as unused in place of the function.
    pub(crate) expected_dead_code: Vec<Attribute>,
}

impl Function {
    /// Reads a free function. For any other item an error is reported, and the item is returned unchanged.
    pub(crate) fn parse(
        item: TokenStream,
        attribute: &str,
        errors: &mut Errors,
    ) -> Result<Self, TokenStream> {
        let parsed = (|input: ParseStream<'_>| {
            let attrs = input.call(Attribute::parse_outer)?;
            let vis = input.parse::<Visibility>()?;
            Ok((attrs, vis, input.parse::<TokenStream>()?))
        })
        .parse2(item.clone());
        let (attrs, vis, rest) = match parsed {
            Ok(parts) => parts,
            Err(error) => {
                errors.push_syn(error);
                return Err(item);
            }
        };
        let tokens: Vec<_> = rest.clone().into_iter().collect();
        let Some(keyword) = function_keyword(&tokens) else {
            let place = item_keyword(&tokens)
                .map_or_else(|| stream(&tokens[..tokens.len().min(1)]), ToTokens::to_token_stream);
            let what =
                item_keyword(&tokens).map_or_else(|| "this".to_owned(), |keyword| format!("`{keyword}`"));
            errors.push(
                place,
                message(
                    Rule::Item,
                    format_args!("`#[{attribute}]` belongs on a function, not on {what}"),
                    if attribute == "cors" {
                        "write it above the function that handles the requests"
                    } else {
                        "write it above the function that decides"
                    },
                ),
            );
            return Err(item);
        };
        let Some(signature) = signature(&tokens[keyword + 1..]) else {
            // The function is malformed: rustc reports it.
            return Err(item);
        };
        let (name, generics, parameters) = signature;
        if let Some(receiver) = receiver(&parameters) {
            errors.push(
                receiver,
                message(
                    Rule::Item,
                    format_args!("`#[{attribute}]` belongs on a free function, not on a method"),
                    "move the function out of the `impl` block",
                ),
            );
            return Err(item);
        }
        if let Some(word) = self_type(&tokens[keyword + 1..]) {
            errors.push(
                word,
                message(
                    Rule::Item,
                    format_args!("`#[{attribute}]` belongs on a free function, not on a function of a type"),
                    if attribute == "cors" {
                        "move the function out of the `impl` block, or keep it there without `#[cors]` and register it \
                         with `Routes::route(..)`"
                    } else {
                        "move the function out of the `impl` block"
                    },
                ),
            );
            return Err(item);
        }
        Ok(Self { attrs, vis, name, generics, parameters, rest, expected_dead_code: Vec::new() })
    }

    /// Whether the function is `async`.
    pub(crate) fn is_async(&self) -> bool {
        let before_fn = |token: &TokenTree| !matches!(token, TokenTree::Ident(word) if word == "fn");
        self.rest
            .clone()
            .into_iter()
            .take_while(before_fn)
            .any(|token| matches!(token, TokenTree::Ident(word) if word == "async"))
    }

    /// The types of the parameters.
    pub(crate) fn parameter_types(&self) -> syn::Result<Vec<syn::Type>> {
        let types = |input: ParseStream<'_>| {
            let mut types = Vec::new();
            while !input.is_empty() {
                input.call(Attribute::parse_outer)?;
                // The pattern ends at a single colon.
                while !input.peek(syn::Token![:]) || input.peek(syn::Token![::]) {
                    if input.parse::<Option<syn::Token![::]>>()?.is_none() {
                        input.parse::<TokenTree>()?;
                    }
                }
                input.parse::<syn::Token![:]>()?;
                types.push(input.parse()?);
                if !input.is_empty() {
                    input.parse::<syn::Token![,]>()?;
                }
            }
            Ok(types)
        };
        types.parse2(self.parameters.clone())
    }

    /// The `#[cfg(..)]` attributes, which the generated items need, too.
    pub(crate) fn cfgs(&self) -> impl Iterator<Item = &Attribute> {
        self.attrs.iter().filter(|attr| attr.path().is_ident("cfg"))
    }

    /// The documentation of the function.
    pub(crate) fn docs(&self) -> impl Iterator<Item = &Attribute> {
        self.attrs.iter().filter(|attr| attr.path().is_ident("doc"))
    }

    /// The lint levels that are set on the function. Without `expect`, which generated code would not fulfil: see
    /// [`expected_dead_code`](Self::expected_dead_code).
    pub(crate) fn lints(&self) -> impl Iterator<Item = &Attribute> {
        self.attrs.iter().filter(|attr| {
            ["allow", "warn", "deny", "forbid"].iter().any(|level| attr.path().is_ident(level))
        })
    }

    /// Moves `dead_code` from `#[expect(..)]` to [`expected_dead_code`](Self::expected_dead_code), with the reason.
    pub(crate) fn move_expected_dead_code(&mut self) {
        let mut kept = Vec::new();
        for attr in std::mem::take(&mut self.attrs) {
            let (expected, rest) = split_expectation(&attr);
            self.expected_dead_code.extend(expected);
            kept.extend(rest);
        }
        self.attrs = kept;
    }
}

/// Divides `#[expect(dead_code, other)]` into `#[expect(dead_code)]` and the rest.
fn split_expectation(attr: &Attribute) -> (Option<Attribute>, Option<Attribute>) {
    let list = match &attr.meta {
        Meta::List(list) if attr.path().is_ident("expect") => list,
        _ => return (None, Some(attr.clone())),
    };
    let pieces = split_at_commas(list.tokens.clone());
    let is_reason =
        |piece: &&Piece| matches!(piece.tokens.first(), Some(TokenTree::Ident(word)) if word == "reason");
    let reason = pieces.iter().find(is_reason);
    let (expected, rest): (Vec<_>, Vec<_>) = pieces
        .iter()
        .filter(|piece| !is_reason(piece))
        .partition(|piece| is_word(&piece.tokens, "dead_code"));
    let with_lints = |lints: Vec<&Piece>| {
        let pieces = lints.iter().copied().chain(reason).map(|piece| stream(&piece.tokens));
        let meta = Meta::List(MetaList { tokens: quote!(#(#pieces),*), ..list.clone() });
        (!lints.is_empty()).then(|| Attribute { meta, ..attr.clone() })
    };
    (with_lints(expected), with_lints(rest))
}

/// Removes some of the attributes of an item.
pub(crate) fn without(item: TokenStream, is_removed: impl Fn(&Attribute) -> bool) -> TokenStream {
    let Ok((mut attrs, rest)) = attributes(item.clone()) else { return item };
    attrs.retain(|attr| !is_removed(attr));
    quote!(#(#attrs)* #rest)
}

/// Adds a `use` of some attributes to the body of a function, so that their imports are not reported as unused when the
/// attributes are removed.
pub(crate) fn using(item: TokenStream, is_used: impl Fn(&Attribute) -> bool) -> TokenStream {
    let Ok((attrs, rest)) = attributes(item.clone()) else { return item };
    let used = attrs.iter().filter(|attr| is_used(attr)).map(Attribute::path);
    let mut tokens: Vec<_> = rest.into_iter().collect();
    let is_function = tokens.iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "fn"));
    match tokens.last_mut() {
        Some(TokenTree::Group(body)) if is_function && body.delimiter() == Delimiter::Brace => {
            let (inner, span) = (body.stream(), body.span());
            *body = Group::new(Delimiter::Brace, quote!(#(#[allow(unused_imports)] use #used as _;)* #inner));
            body.set_span(span);
        }
        _ => {}
    }
    let rest = stream(&tokens);
    quote!(#(#attrs)* #rest)
}

fn attributes(item: TokenStream) -> syn::Result<(Vec<Attribute>, TokenStream)> {
    (|input: ParseStream<'_>| Ok((input.call(Attribute::parse_outer)?, input.parse()?))).parse2(item)
}

/// The position of `fn`, before which there may be `async`, `const`, `unsafe` and `extern "C"`.
fn function_keyword(tokens: &[TokenTree]) -> Option<usize> {
    for (position, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(word) if word == "fn" => return Some(position),
            TokenTree::Ident(word)
                if ["async", "const", "unsafe", "extern", "safe"].iter().any(|known| word == known) => {}
            TokenTree::Literal(_) => {}
            _ => return None,
        }
    }
    None
}

fn item_keyword(tokens: &[TokenTree]) -> Option<&Ident> {
    const KEYWORDS: [&str; 12] = [
        "struct",
        "enum",
        "union",
        "trait",
        "impl",
        "mod",
        "const",
        "static",
        "type",
        "use",
        "extern",
        "macro_rules",
    ];
    tokens.iter().find_map(|token| match token {
        TokenTree::Ident(word) if KEYWORDS.iter().any(|keyword| word == keyword) => Some(word),
        _ => None,
    })
}

/// The name, generics and parameters of a function.
fn signature(tokens: &[TokenTree]) -> Option<(Ident, Vec<TokenTree>, TokenStream)> {
    let [TokenTree::Ident(name), rest @ ..] = tokens else {
        return None;
    };
    // The parameters are the first parentheses outside of `<` and `>`.
    let mut depth = 0_usize;
    let mut arrow = false;
    for (position, token) in rest.iter().enumerate() {
        match token {
            TokenTree::Group(group) if depth == 0 && group.delimiter() == Delimiter::Parenthesis => {
                return Some((name.clone(), rest[..position].to_vec(), group.stream()));
            }
            token if is_punct(token, '<') => depth += 1,
            token if is_punct(token, '>') && !arrow => depth = depth.saturating_sub(1),
            _ => {}
        }
        arrow = is_punct(token, '-');
    }
    None
}

/// The word `Self`, which a free function can write only in an item of its body.
fn self_type(tokens: &[TokenTree]) -> Option<TokenTree> {
    const ITEMS: [&str; 5] = ["impl", "trait", "struct", "enum", "union"];
    let (body, signature) = tokens.split_last()?;
    let body = body.to_token_stream();
    first_word(stream(signature), &["Self"]).or_else(|| {
        let has_items = first_word(body.clone(), &ITEMS).is_some();
        if has_items { None } else { first_word(body, &["Self"]) }
    })
}

/// The first of these words, also in groups.
fn first_word(tokens: TokenStream, words: &[&str]) -> Option<TokenTree> {
    tokens.into_iter().find_map(|token| match &token {
        TokenTree::Ident(ident) => words.iter().any(|word| ident == word).then_some(token),
        TokenTree::Group(group) => first_word(group.stream(), words),
        _ => None,
    })
}

/// The parameter `self`, if the function has it.
fn receiver(parameters: &TokenStream) -> Option<TokenTree> {
    for token in parameters.clone() {
        match &token {
            TokenTree::Ident(word) if word == "self" => return Some(token),
            TokenTree::Ident(word) if word == "mut" => {}
            // `&'a self`
            TokenTree::Punct(punct) if matches!(punct.as_char(), '&' | '\'') => {}
            TokenTree::Ident(_) => {}
            _ => return None,
        }
    }
    None
}
