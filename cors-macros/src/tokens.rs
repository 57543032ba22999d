//! Divides token streams at commas, and reads single tokens.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;

/// Removes the invisible groups that `macro_rules!` puts around the tokens of a fragment.
pub(crate) fn flatten(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => flatten(group.stream()),
            token => token.into(),
        })
        .collect()
}

/// The tokens between two commas, and the second comma.
#[derive(Clone, Default)]
pub(crate) struct Piece {
    pub(crate) tokens: Vec<TokenTree>,
    pub(crate) comma: Option<TokenTree>,
}

/// Divides tokens at the commas outside of groups. A comma at the end adds no piece.
pub(crate) fn split_at_commas(tokens: TokenStream) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut piece = Piece::default();
    for token in flatten(tokens) {
        if is_punct(&token, ',') {
            piece.comma = Some(token);
            pieces.push(std::mem::take(&mut piece));
        } else {
            piece.tokens.push(token);
        }
    }
    if !piece.tokens.is_empty() {
        pieces.push(piece);
    }
    pieces
}

/// Like [`split_at_commas`], for paths: the commas in `generic::<A, B>` do not divide.
pub(crate) fn split_paths(tokens: TokenStream) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    // The number of angle brackets that the previous pieces left open.
    let mut open = 0_usize;
    for piece in split_at_commas(tokens) {
        let joins = open > 0;
        let mut arrow = false;
        for token in &piece.tokens {
            if is_punct(token, '<') {
                open += 1;
            } else if is_punct(token, '>') && !arrow {
                open = open.saturating_sub(1);
            }
            arrow = is_punct(token, '-');
        }
        match pieces.last_mut() {
            Some(last) if joins => {
                last.tokens.extend(last.comma.take());
                last.tokens.extend(piece.tokens);
                last.comma = piece.comma;
            }
            _ => pieces.push(piece),
        }
    }
    pieces
}

pub(crate) fn is_punct(token: &TokenTree, expected: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == expected)
}

/// The tokens as one stream.
pub(crate) fn stream(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}

/// The only token, if it is a group with this delimiter.
pub(crate) fn only_group(tokens: &[TokenTree], delimiter: Delimiter) -> Option<&Group> {
    match tokens {
        [TokenTree::Group(group)] if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}

/// The only token, if it is a string literal.
pub(crate) fn only_string(tokens: &[TokenTree]) -> Option<syn::LitStr> {
    match tokens {
        [literal @ TokenTree::Literal(_)] => syn::parse2(literal.to_token_stream()).ok(),
        _ => None,
    }
}

/// Whether the only token is this word.
pub(crate) fn is_word(tokens: &[TokenTree], word: &str) -> bool {
    matches!(tokens, [TokenTree::Ident(ident)] if ident == word)
}

/// A path without generic arguments: `PARTNERS`, `crate::policies::PARTNERS`.
pub(crate) fn only_path(tokens: &[TokenTree]) -> Option<syn::Path> {
    syn::parse::Parser::parse2(syn::Path::parse_mod_style, stream(tokens)).ok()
}

/// A word and the parenthesised group behind it: `env("NAME")`.
pub(crate) fn only_call<'a>(tokens: &'a [TokenTree], word: &str) -> Option<&'a Group> {
    match tokens {
        [TokenTree::Ident(ident), TokenTree::Group(group)]
            if ident == word && group.delimiter() == Delimiter::Parenthesis =>
        {
            Some(group)
        }
        _ => None,
    }
}

/// The tokens as the user wrote them, in one line, cut to a readable length.
pub(crate) fn as_written(tokens: &[TokenTree]) -> String {
    const MOST: usize = 60;
    // Without the source text, blanks are written between words.
    let is_word = |token: &TokenTree| matches!(token, TokenTree::Ident(_) | TokenTree::Literal(_));
    let mut text = String::new();
    let mut before: Option<&TokenTree> = None;
    for token in tokens {
        let spaced = |token: &TokenTree| is_word(token) || is_punct(token, '=');
        if before.is_some_and(|before| spaced(before) && spaced(token) || is_punct(before, ',')) {
            text.push(' ');
        }
        text.push_str(&token.span().source_text().unwrap_or_else(|| token.to_string()));
        before = Some(token);
    }
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST {
        line
    } else {
        format!("{}..", line.chars().take(MOST).collect::<String>())
    }
}
