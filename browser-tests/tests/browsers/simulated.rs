//! Runs the table in the simulated browser, in process.

use super::case::{Ask, Case, Engine, Framework, Load, Outcome, Step};
use super::chosen;
use super::outside::Surroundings;
use super::seen::{Seen, of_case};
use cors_runtime::testing::{self, Blocked, Browser, Fetch, Response, ResponseType, Target, WireResponse};
use std::time::Duration;

/// Runs every case as this browser. Returns their number and a description of each difference.
pub(crate) async fn run<T: Target<M>, M>(
    target: &T,
    surroundings: &Surroundings,
    engine: Engine,
    chosen: impl Fn(&Case) -> bool,
) -> (usize, Vec<String>) {
    let cases = surroundings.cases().iter().filter(|case| chosen(case));
    let (mut count, mut wrong) = (0, Vec::new());
    for case in cases {
        count += 1;
        let (seen, _) = play(target, surroundings, case, engine).await;
        wrong.extend(of_case(case, engine, &seen, surroundings));
    }
    (count, wrong)
}

/// The messages of the simulated Chromium for all cases that a real browser can run.
pub(crate) async fn console<T: Target<M>, M>(target: &T, surroundings: &Surroundings) -> Vec<String> {
    let mut texts = Vec::new();
    let chosen = chosen(Engine::Chromium, Framework::Axum);
    for case in surroundings.cases().iter().filter(|case| !case.takes_time() && chosen(case)) {
        texts.extend(play(target, surroundings, case, Engine::Chromium).await.1);
    }
    texts
}

async fn play<T: Target<M>, M>(
    target: &T,
    surroundings: &Surroundings,
    case: &Case,
    engine: Engine,
) -> (Vec<Seen>, Vec<String>) {
    let browser = match engine {
        Engine::Standard => Browser::new(),
        Engine::Chromium => Browser::chromium(),
        Engine::Firefox => Browser::firefox(),
        Engine::WebKit => Browser::safari(),
    };
    let mut page = None;
    let (mut seen, mut console) = (Vec::new(), Vec::new());
    for step in &case.steps {
        match step {
            Step::Page(origin) => page = Some(browser.page(origin)),
            Step::Advance(seconds) => browser.advance(Duration::from_secs(*seconds)),
            Step::Ask(ask) => {
                let page = page.as_ref().expect("a case opens a page first");
                if let Some(load) = ask.load.and_then(|load| without_cors(load, &ask.url)) {
                    seen.push(loaded(page.load(target, load).await, ask));
                    surroundings.mark(case.number);
                    continue;
                }
                let answer = page.fetch(target, fetch(ask, engine)).await;
                // Chromium's messages about uploads, images and so on have another word for `fetch`.
                let is_fetch = ask.load.is_none() && !ask.options.iter().any(|option| option == "upload");
                console.extend(answer.as_ref().err().filter(|_| is_fetch).map(Blocked::console_message));
                seen.push(saw(answer, ask));
                surroundings.mark(case.number);
            }
        }
    }
    (seen, console)
}

fn saw(answer: Result<Response, Blocked>, ask: &Ask) -> Seen {
    match answer {
        Err(blocked) => {
            let reason = format!("{:?}", blocked.reason());
            Seen::without_response(Outcome::Blocked(Some((reason, blocked.in_preflight()))))
        }
        Ok(response) if ask.load.is_some() => {
            Seen::without_response(match (response.response_type(), ask.load) {
                (ResponseType::Opaque, Some(Load::Image)) => Outcome::LoadedTainted,
                _ => Outcome::Loaded,
            })
        }
        Ok(response) => Seen {
            outcome: match response.response_type() {
                ResponseType::Opaque => Outcome::Opaque,
                ResponseType::OpaqueRedirect => Outcome::OpaqueRedirect,
                _ => Outcome::Status(response.status()),
            },
            headers: response.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: response.text().into_owned(),
            url: response.url().to_owned(),
        },
    }
}

/// The request of an element that asks without CORS.
fn without_cors(load: Load, url: &str) -> Option<testing::Load> {
    Some(match load {
        Load::Image => testing::Load::image(url),
        Load::Script => testing::Load::script(url),
        Load::Frame => testing::Load::frame(url),
        Load::Form => testing::Load::form(url, ""),
        Load::WebSocket => testing::Load::websocket(url),
        _ => return None,
    })
}

fn loaded(answer: Result<WireResponse, Blocked>, ask: &Ask) -> Seen {
    Seen::without_response(match answer {
        Err(blocked) => Outcome::Blocked(Some((format!("{:?}", blocked.reason()), blocked.in_preflight()))),
        Ok(response) => match ask.load {
            Some(Load::WebSocket) if response.status() != 101 => Outcome::Blocked(None),
            Some(Load::Image | Load::Script) if response.status() >= 400 => Outcome::Blocked(None),
            Some(Load::Image) => Outcome::LoadedTainted,
            _ => Outcome::Loaded,
        },
    })
}

fn fetch(ask: &Ask, engine: Engine) -> Fetch {
    let mut fetch = Fetch::new(&ask.method, &ask.url);
    for (name, value) in &ask.headers {
        fetch = fetch.header(name, value);
    }
    if let Some(load) = ask.load {
        fetch = if load.is_no_cors(engine) { fetch.no_cors() } else { fetch };
        return if load.includes_credentials() { fetch.credentials() } else { fetch };
    }
    ask.options.iter().fold(fetch, |fetch, option| match option.as_str() {
        "include" => fetch.credentials(),
        "omit" => fetch.omit_credentials(),
        "no-cors" => fetch.no_cors(),
        "same-origin" => fetch.same_origin(),
        "json" => fetch.json("{}"),
        "text" => fetch.text("text"),
        "form" => fetch.form("a=1"),
        "stream" => fetch.stream("stream"),
        "upload" => fetch.upload_listener(),
        "redirect-error" => fetch.redirect_error(),
        "redirect-manual" => fetch.redirect_manual(),
        "reload" => fetch.reload(),
        "no-referrer" => fetch.no_referrer(),
        option => panic!("the table has no option {option}"),
    })
}
