//! The macros as functions from tokens to tokens: they read, check and expand.

use crate::args::Args;
use crate::check::{CheckedPolicy, check};
use crate::errors::{Errors, message};
use crate::expand;
use crate::expand::registration::{HandlerPath, MethodEntry};
use crate::item::{self, Function};
use crate::paths::Runtime;
use crate::route;
use crate::tokens::{Piece, as_written, only_group, split_at_commas, split_paths, stream};
use cors_policy::Rule;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Attribute;
use syn::parse::{Parse, ParseStream, Parser};

pub(crate) fn cors_axum(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::of_attribute(&item);
    let (runtime, checked) = read_options(options, &mut errors);
    let mut function = match Function::parse(item, "cors", &mut errors) {
        Ok(function) => function,
        Err(item) => return without_handler(item, errors),
    };
    refuse_second(&mut function.attrs, &mut errors);
    function.move_expected_dead_code();
    let routes = route::axum::take_routes(&mut function.attrs, &mut errors);
    let expansion = expand::axum::handler(&function, &checked, routes.as_deref(), &runtime);
    let errors = errors.into_compile_errors();
    quote!(#errors #expansion)
}

pub(crate) fn cors_actix(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::of_attribute(&item);
    let (runtime, checked) = read_options(options, &mut errors);
    let mut function = match Function::parse(item, "cors", &mut errors) {
        Ok(function) => function,
        Err(item) => return without_handler(item::using(item, route::actix::is_route), errors),
    };
    refuse_second(&mut function.attrs, &mut errors);
    refuse_utoipa(&mut function.attrs, &mut errors);
    function.move_expected_dead_code();
    if let [first, ..] = &*function.generics {
        errors.push(
            first,
            message(
                Rule::Item,
                "a handler of actix-web has no generic parameters: its route cannot name them",
                "write one function for each type, or register `handler::<Type>` with `Routes::route(..)`",
            ),
        );
    }
    let mut attributes = route::actix::take_routes(&mut function.attrs, &mut errors);
    if !function.generics.is_empty() {
        // Without the types of its parameters, rustc would report a second error.
        attributes.routes.clear();
    }
    if attributes.paths.is_empty() {
        errors.push(
            &function.name,
            message(
                Rule::RouteMissing,
                format_args!("`{}` has no route below its `#[cors(..)]`", function.name),
                "write `#[get(\"/path\")]` or another route attribute between `#[cors(..)]` and the function\n\
                 note: a route attribute above `#[cors(..)]` is not seen: move it down",
            ),
        );
    }
    let expansion = expand::actix::handler(&function, &checked, &attributes, &runtime);
    let errors = errors.into_compile_errors();
    quote!(#errors #expansion)
}

pub(crate) fn origin_check_axum(options: TokenStream, item: TokenStream) -> TokenStream {
    origin_check(options, item, expand::axum::origin_check)
}

pub(crate) fn origin_check_actix(options: TokenStream, item: TokenStream) -> TokenStream {
    origin_check(options, item, expand::actix::origin_check)
}

fn origin_check(
    options: TokenStream,
    item: TokenStream,
    expand: fn(&Function, Option<&[syn::Type]>, &Runtime) -> TokenStream,
) -> TokenStream {
    let mut errors = Errors::default();
    let runtime = read_crate(options, &mut errors);
    let function = match Function::parse(item, "origin_check", &mut errors) {
        Ok(function) => function,
        Err(item) => return without_handler(item, errors),
    };
    let types = function.parameter_types().unwrap_or_else(|error| {
        errors.push_syn(error);
        Vec::new()
    });
    if let [first, ..] = &*function.generics {
        let help = "write one function for each type";
        errors.push(first, message(Rule::Item, "an origin check has no generic parameters", help));
    }
    if errors.is_empty() && !matches!(types.first(), Some(syn::Type::Reference(_))) {
        errors.push(
            types.first().map_or_else(|| function.name.to_token_stream(), ToTokens::to_token_stream),
            message(
                Rule::Item,
                "the first parameter of an origin check is the origin",
                format_args!("write `fn {}(origin: &Origin, ..) -> bool`", function.name),
            ),
        );
    }
    let extractors = types.get(1..).filter(|_| errors.is_empty());
    let expansion = expand(&function, extractors, &runtime);
    let errors = errors.into_compile_errors();
    quote!(#errors #expansion)
}

/// `crate = path`, the only option of `#[origin_check]`.
fn read_crate(options: TokenStream, errors: &mut Errors) -> Runtime {
    let mut krate = None;
    for piece in split_at_commas(options) {
        let tokens = stream(&piece.tokens);
        if matches!(piece.tokens.first(), Some(TokenTree::Ident(key)) if key == "crate") {
            krate = Args::parse(tokens, errors).krate.and_then(|arg| arg.value);
        } else {
            let what = format!("`{}` is not an option of `#[origin_check]`", as_written(&piece.tokens));
            let help =
                "remove it: the policy stands in `#[cors(..)]`, and names this function in `dynamic(..)`";
            errors.push(tokens, message(Rule::OptionUnknown, what, help));
        }
    }
    Runtime::new(krate.as_ref())
}

pub(crate) fn policy(options: TokenStream) -> TokenStream {
    let (root, options) = root(options);
    let mut errors = Errors::of_call(&options);
    let (runtime, checked) = read_options(options, &mut errors);
    let runtime = runtime.or(root);
    if let Some(check) = &checked.dynamic {
        errors.push(
            check,
            message(
                Rule::OptionValue,
                "`dynamic` cannot stand in `policy!`: what it needs of a request is known at the route",
                format_args!("write `origins = dynamic({})` in `#[cors(..)]`", as_written_path(check)),
            ),
        );
    }
    let policy = expand::policy::policy(&checked, &runtime);
    let warnings = expand::policy::warnings(&checked, std::iter::empty());
    let errors = errors.into_compile_errors();
    quote!({ #errors #warnings #policy })
}

pub(crate) fn routes_axum(handlers: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let (root, handlers) = root(handlers);
    let handlers = handler_list(handlers, &mut errors);
    let expansion = expand::registration::axum_routes(&handlers, &root);
    let errors = errors.into_compile_errors();
    quote!({ #errors #expansion })
}

pub(crate) fn routes_actix(handlers: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let (root, handlers) = root(handlers);
    let handlers = handler_list(handlers, &mut errors);
    let expansion = expand::registration::actix_routes(&handlers, &root);
    let errors = errors.into_compile_errors();
    quote!({ #errors #expansion })
}

pub(crate) fn methods_axum(handlers: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let (root, handlers) = root(handlers);
    let mut entries = Vec::new();
    for piece in split_paths(handlers) {
        match method_entry(&piece.tokens) {
            Some(entry) => entries.push(entry),
            None if piece.tokens.is_empty() => missing_element(&piece, &mut errors),
            None => errors.push(
                stream(&piece.tokens),
                message(
                    Rule::OptionValue,
                    format_args!("`{}` is not a method and its handler", as_written(&piece.tokens)),
                    "write `methods![get(handler), put(other)]`",
                ),
            ),
        }
    }
    let expansion = expand::registration::axum_methods(&entries, &root);
    let errors = errors.into_compile_errors();
    quote!({ #errors #expansion })
}

/// Takes the path of the runtime off the tokens: the `macro_rules!` that users call put `$crate` in front of them. So
/// the macros work if the dependency is renamed.
fn root(tokens: TokenStream) -> (Runtime, TokenStream) {
    let mut tokens = tokens.into_iter();
    let root = tokens.next();
    (Runtime::from_root(root), tokens.collect())
}

fn read_options(options: TokenStream, errors: &mut Errors) -> (Runtime, CheckedPolicy) {
    let args = Args::parse(options, errors);
    let runtime = Runtime::new(args.krate.as_ref().and_then(|arg| arg.value.as_ref()));
    let checked = check(&args, errors);
    // After an error the policy is empty, so that constant evaluation does not add errors.
    (runtime, if errors.is_empty() { checked } else { CheckedPolicy::default() })
}

/// The expansion for an item that is no handler: the item without the attributes that would add errors.
fn without_handler(item: TokenStream, errors: Errors) -> TokenStream {
    let errors = errors.into_compile_errors();
    let item = item::without(item, |attr| route::is_route(attr) || is_cors(attr));
    quote!(#errors #item)
}

fn is_cors(attr: &Attribute) -> bool {
    attr.path().segments.last().is_some_and(|last| last.ident == "cors")
}

/// Removes and reports a second `#[cors]`, which would expand again.
fn refuse_second(attrs: &mut Vec<Attribute>, errors: &mut Errors) {
    attrs.retain(|attr| {
        let second = is_cors(attr);
        if second {
            errors.push(
                attr.path(),
                message(
                    Rule::Item,
                    "a handler has one `#[cors(..)]`, and this is its second",
                    "put all options into one of the two, and remove the other",
                ),
            );
        }
        !second
    });
}

/// Removes and reports `#[utoipa::path]` below `#[cors]` of actix-web. It would expand inside of the method that contains the
/// function, where no document can name what it defines.
fn refuse_utoipa(attrs: &mut Vec<Attribute>, errors: &mut Errors) {
    attrs.retain(|attr| {
        let segments = &attr.path().segments;
        let is_utoipa = segments.iter().map(|segment| &segment.ident).eq(["utoipa", "path"]);
        if is_utoipa {
            errors.push(
                attr.path(),
                message(
                    Rule::Item,
                    "`#[utoipa::path(..)]` is below `#[cors(..)]`, so no document can contain this handler",
                    "move it above `#[cors(..)]`\n\
                     note: it describes the route attributes, which `#[cors(..)]` removes",
                ),
            );
        }
        !is_utoipa
    });
}

fn handler_list(handlers: TokenStream, errors: &mut Errors) -> Vec<HandlerPath> {
    let mut list = Vec::new();
    for piece in split_paths(handlers) {
        match handler_path(&piece.tokens) {
            Some(path) => list.push(path),
            None if piece.tokens.is_empty() => missing_element(&piece, errors),
            None => errors.push(
                stream(&piece.tokens),
                message(
                    Rule::OptionValue,
                    format_args!("`{}` is not the path of a handler", as_written(&piece.tokens)),
                    "write `routes![me, account::update_me]`",
                ),
            ),
        }
    }
    list
}

fn as_written_path(path: &syn::Path) -> String {
    as_written(&path.to_token_stream().into_iter().collect::<Vec<_>>())
}

fn missing_element(piece: &Piece, errors: &mut Errors) {
    let what = "an element is missing before this comma";
    errors.push(&piece.comma, message(Rule::OptionValue, what, "remove the comma"));
}

/// `me`, `account::update_me`, `generic::<Pg>`, also behind `#[cfg(..)]`
fn handler_path(tokens: &[TokenTree]) -> Option<HandlerPath> {
    let (cfgs, mut path) = with_cfgs(tokens, syn::Path::parse)?;
    let last = path.segments.last_mut()?;
    // These keywords name modules and types, and no import can rename something to them.
    if ["self", "super", "crate", "Self"].iter().any(|keyword| last.ident == keyword) {
        return None;
    }
    let arguments = std::mem::take(&mut last.arguments);
    Some(HandlerPath { cfgs, path, arguments: quote!(#arguments) })
}

/// Reads an element of a list with its `#[cfg(..)]` attributes. It takes no other attributes.
fn with_cfgs<T>(
    tokens: &[TokenTree],
    parse: fn(ParseStream<'_>) -> syn::Result<T>,
) -> Option<(Vec<Attribute>, T)> {
    let parser = |input: ParseStream<'_>| Ok((input.call(Attribute::parse_outer)?, parse(input)?));
    let (cfgs, element) = parser.parse2(stream(tokens)).ok()?;
    cfgs.iter().all(|attr| attr.path().is_ident("cfg")).then_some((cfgs, element))
}

/// `get(me)`, also behind `#[cfg(..)]`
fn method_entry(tokens: &[TokenTree]) -> Option<MethodEntry> {
    let (cfgs, call) = with_cfgs(tokens, TokenStream::parse)?;
    let call: Vec<_> = call.into_iter().collect();
    let (group, word) = call.split_last()?;
    let handler = only_group(std::slice::from_ref(group), Delimiter::Parenthesis)?;
    let [TokenTree::Ident(word)] = word else { return None };
    let methods = route::axum::methods_of(&word.to_string())?;
    let inner: Vec<_> = handler.stream().into_iter().collect();
    let mut handler = handler_path(&inner)?;
    handler.cfgs.extend(cfgs);
    Some(MethodEntry { word: word.clone(), methods, handler })
}
