//! What Chromium writes to its console.

/// How the texts on CORS begin. Scripts, images and uploads are named otherwise there; the sentence is the same.
const BEGINNING: &str = "Access to fetch at ";

/// The texts on CORS, sorted, without page and place.
pub(crate) fn of_chromium(entries: &[String]) -> Vec<String> {
    about_cors(entries.iter().filter_map(|entry| Some(entry[entry.find(BEGINNING)?..].to_owned())))
}

/// The same for texts of the simulated browser.
pub(crate) fn about_cors(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<String> = texts.into_iter().filter(|text| text.starts_with(BEGINNING)).collect();
    texts.sort_unstable();
    texts
}

/// The case in which Chromium finds another text: it asks whether what it has kept is still right, and what it has kept
/// names the other page. The simulated browser has no HTTP cache.
pub(crate) const FROM_THE_CACHE: &str = "nothing new, for an origin that may not read";

/// What only one of them has; but for the case with this number.
pub(crate) fn differences(real: &[String], simulated: &[String], but: usize) -> Vec<String> {
    let mut missing = simulated.to_vec();
    let mut wrong = Vec::new();
    for text in real {
        match missing.iter().position(|other| other == text) {
            Some(at) => drop(missing.swap_remove(at)),
            None => wrong.push(format!("Chromium:  {text}")),
        }
    }
    wrong.extend(missing.into_iter().map(|text| format!("simulated: {text}")));
    let but = format!("/{but}/");
    wrong.retain(|text| !text.contains(&but));
    wrong.sort_by_key(|text| text.split_once(": ").map(|(_, text)| text.trim_start().to_owned()));
    wrong
}
