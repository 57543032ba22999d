//! Parses the table. `case.rs` describes its format.

use super::answer::{Answer, Body};
use super::case::{Ask, Case, Engine, Expected, Inside, Load, Outcome, Raw, Route, Sees, Step};
use super::outside::Outside;

const OPTIONS: [&str; 13] = [
    "include",
    "omit",
    "no-cors",
    "same-origin",
    "json",
    "text",
    "form",
    "stream",
    "upload",
    "redirect-error",
    "redirect-manual",
    "reload",
    "no-referrer",
];

/// Appends the cases of a file. Panics with the number of the line if it has a mistake.
pub(crate) fn parse(file: &str, text: &str, scheme: &'static str, cases: &mut Vec<Case>) {
    let mut place = Place::Nowhere;
    for (number, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        if trimmed.is_empty() || (trimmed.starts_with('#') && !trimmed.starts_with("###")) {
            continue;
        }
        if let Some(name) = line.strip_prefix("### ") {
            cases.push(Case {
                number: cases.len() + 1,
                scheme,
                name: format!("{file}: {name}"),
                routes: Vec::new(),
                raws: Vec::new(),
                inside: Vec::new(),
                outside: Vec::new(),
                compressed_outside: false,
                default: None,
                default_answers_first: false,
                steps: Vec::new(),
                skip: Vec::new(),
                skip_frameworks: Vec::new(),
            });
            place = Place::Case;
            continue;
        }
        let done = cases.last_mut().and_then(|case| {
            let line = trimmed.replace("{case}", &case.number.to_string());
            if trimmed.len() == text_of(number, text).len() {
                place = top(case, &line)?;
                Some(())
            } else {
                below(case, place, &line)
            }
        });
        assert!(done.is_some(), "{file}:{}: cannot be read: {line}", number + 1);
    }
    for case in cases {
        for step in &case.steps {
            let Step::Ask(ask) = step else { continue };
            let complete = ask.expected.iter().any(|(engines, _)| engines.is_empty())
                || Engine::ALL
                    .iter()
                    .all(|engine| ask.expected.iter().any(|(engines, _)| engines.contains(engine)));
            assert!(complete, "{}: {} {} has no result for some browser", case.name, ask.method, ask.url);
        }
    }
}

fn text_of(number: usize, text: &str) -> &str {
    text.lines().nth(number).map_or("", str::trim_end)
}

/// The item that the next indented lines belong to.
#[derive(Clone, Copy)]
enum Place {
    Nowhere,
    Case,
    Route,
    Raw,
    Ask,
}

fn top(case: &mut Case, line: &str) -> Option<Place> {
    let (word, rest) = line.split_once(' ')?;
    match word {
        "route" => {
            let (methods, path, policy) = three(rest)?;
            let answer = Answer::default();
            case.routes.push(Route { methods, path: path.to_owned(), policy: policy.to_owned(), answer });
            return Some(Place::Route);
        }
        "raw" => {
            let (methods, path, _) = three(rest)?;
            case.raws.push(Raw { methods, path: path.to_owned(), answer: Answer::default() });
            return Some(Place::Raw);
        }
        "inside" => case.inside.push(match rest {
            "login" => Inside::Login,
            "compression" => Inside::Compression,
            _ => return None,
        }),
        "outside" if rest == "compression" => case.compressed_outside = true,
        "outside" => case.outside.push(Outside::parse(rest)?),
        "default" | "default-answering-first" => {
            case.default = Some(rest.to_owned());
            case.default_answers_first = word == "default-answering-first";
        }
        "page" => case.steps.push(Step::Page(rest.to_owned())),
        "advance" => case.steps.push(Step::Advance(rest.strip_suffix('s')?.parse().ok()?)),
        "skip" => {
            let (engines, _why) = rest.split_once(':')?;
            engines.split(' ').try_for_each(|name| case.skip(name))?;
        }
        "fetch" | "load" => {
            let mut words = rest.split(' ');
            let first = words.next()?;
            let load = if word == "load" { Some(Load::named(first)?) } else { None };
            let method = match load {
                Some(Load::Form) => "POST",
                Some(_) => "GET",
                None => first,
            };
            let method = method.to_owned();
            let url = case.url(words.next()?);
            let options: Vec<String> = words.map(str::to_owned).collect();
            if options.iter().any(|option| !OPTIONS.contains(&option.as_str())) {
                return None;
            }
            let ask = Ask { method, url, load, options, ..Ask::default() };
            case.steps.push(Step::Ask(Box::new(ask)));
            return Some(Place::Ask);
        }
        _ => return None,
    }
    Some(Place::Case)
}

fn three(rest: &str) -> Option<(Vec<String>, &str, &str)> {
    let (methods, rest) = rest.split_once(' ')?;
    let (path, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    Some((methods.split(',').map(str::to_owned).collect(), path, rest))
}

fn below(case: &mut Case, place: Place, line: &str) -> Option<()> {
    match place {
        Place::Nowhere | Place::Case => None,
        Place::Route => answer(&mut case.routes.last_mut()?.answer, line),
        Place::Raw => answer(&mut case.raws.last_mut()?.answer, line),
        Place::Ask => {
            let number = case.number;
            let Some(Step::Ask(last)) = case.steps.last_mut() else { return None };
            ask(last, line, number)
        }
    }
}

fn answer(answer: &mut Answer, line: &str) -> Option<()> {
    match line.split_once(' ').unwrap_or((line, "")) {
        ("status", status) => answer.status = status.parse().ok()?,
        ("body", "png") => answer.body = Body::Png,
        ("body", "font") => answer.body = Body::Font,
        ("body", "module") => answer.body = Body::Module,
        ("body", text) => answer.body = Body::Text(quoted(text)?),
        ("streamed", "") => answer.streamed = true,
        ("etag", value) => answer.etag = Some(value.to_owned()),
        _ => answer.headers.push(header(line)?),
    }
    Some(())
}

fn ask(ask: &mut Ask, line: &str, number: usize) -> Option<()> {
    match line.split_once(' ').unwrap_or((line, "")) {
        ("=>", rest) => ask.expected.push(expected(rest)?),
        ("reads", rest) => ask.reads.push(header(rest)?),
        ("hides", rest) => ask.hides.push(rest.to_owned()),
        ("gets", text) => ask.gets = Some(quoted(text)?),
        ("at", url) => ask.at = Some(url.replace("{case}", &number.to_string())),
        ("answers", status) => ask.answers = Some(status.parse().ok()?),
        ("sends", rest) => ask.sends = Some(rest.split(' ').map(str::to_owned).collect()),
        ("sees", rest) => {
            let (method, rest) = rest.split_once(' ')?;
            let (name, value) = match rest.strip_prefix("no ") {
                Some(name) => (name.to_owned(), None),
                None => header(rest).map(|(name, value)| (name, Some(value)))?,
            };
            ask.sees.push(Sees { method: method.to_owned(), name, value });
        }
        _ => ask.headers.push(header(line)?),
    }
    Some(())
}

fn header(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    Some((name.to_owned(), repeated(value.trim())?))
}

fn quoted(text: &str) -> Option<String> {
    repeated(text.strip_prefix('"')?.strip_suffix('"')?)
}

/// Replaces `{x*9}` by nine `x`.
fn repeated(text: &str) -> Option<String> {
    let Some((before, rest)) = text.split_once('{').filter(|(_, rest)| rest.contains('*')) else {
        return Some(text.to_owned());
    };
    let (repeat, after) = rest.split_once('}')?;
    let (text, times) = repeat.split_once('*')?;
    Some(format!("{before}{}{after}", text.repeat(times.parse().ok()?)))
}

fn expected(text: &str) -> Option<(Vec<Engine>, Expected)> {
    let mut words = text.split(' ').peekable();
    let mut engines = Vec::new();
    while let Some(engine) = words.peek().copied().and_then(Engine::named) {
        engines.push(engine);
        words.next();
    }
    let outcome = match words.next()? {
        "opaque" => Outcome::Opaque,
        "opaqueredirect" => Outcome::OpaqueRedirect,
        "loaded" if words.peek() == Some(&"tainted") => {
            words.next();
            Outcome::LoadedTainted
        }
        "loaded" => Outcome::Loaded,
        "blocked" => {
            let in_preflight = words.next_if(|word| *word == "preflight").is_some();
            Outcome::Blocked(Some((words.next()?.to_owned(), in_preflight)))
        }
        status => Outcome::Status(status.parse().ok()?),
    };
    let preflights = match (words.next(), words.next(), words.next()) {
        (None, None, None) => 0,
        (Some("preflights"), Some(number), None) => number.parse().ok()?,
        _ => return None,
    };
    Some((engines, Expected { outcome, preflights }))
}
