//! The messages that Chromium writes to its console.

/// The beginning of messages about CORS. Those about scripts, images and uploads have another word for `fetch`.
const BEGINNING: &str = "Access to fetch at ";

/// The messages of Chromium about CORS, sorted, without the page and the place in it.
pub(crate) fn of_chromium(entries: &[String]) -> Vec<String> {
    about_cors(entries.iter().filter_map(|entry| Some(entry[entry.find(BEGINNING)?..].to_owned())))
}

/// The messages of the simulated browser about CORS, sorted.
pub(crate) fn about_cors(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<String> = texts.into_iter().filter(|text| text.starts_with(BEGINNING)).collect();
    texts.sort_unstable();
    texts
}

/// The name of the case for which Chromium has another message. It revalidates a cached response, which names the other
/// page. The simulated browser has no HTTP cache.
pub(crate) const FROM_THE_CACHE: &str = "nothing new, for an origin that may not read";

/// The messages that only one of the browsers has, without those of the case with the number `except`.
pub(crate) fn differences(real: &[String], simulated: &[String], except: usize) -> Vec<String> {
    let mut missing = simulated.to_vec();
    let mut wrong = Vec::new();
    for text in real {
        match missing.iter().position(|other| other == text) {
            Some(at) => drop(missing.swap_remove(at)),
            None => wrong.push(format!("Chromium:  {text}")),
        }
    }
    wrong.extend(missing.into_iter().map(|text| format!("simulated: {text}")));
    let except = format!("/{except}/");
    wrong.retain(|text| !text.contains(&except));
    wrong.sort_by_key(|text| text.split_once(": ").map(|(_, text)| text.trim_start().to_owned()));
    wrong
}
