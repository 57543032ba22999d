//! The simulated browser against [web-platform-tests](https://github.com/web-platform-tests/wpt), the tests of the
//! standards that browsers run.
//!
//! Each file of `cors/`, `fetch/api/cors/` and `fetch/metadata/` that is considered here has a data file in this folder: the
//! page, the requests of each subtest and what its script has to see. [`server`] answers as the handlers of the suite do.
//! Each subtest runs in a new browser with a new server, once for every browser that is simulated. Requests of
//! `XMLHttpRequest` are written as `fetch()`, since both follow the same rules: `withCredentials` is `credentials:
//! "include"`, and a network error is a `TypeError`.

mod data;
mod run;
mod server;
mod table;

use std::{env, fs, path::Path};

use cors_runtime::testing::{Fetch, WireRequest};

use self::{
    data::TestFile,
    run::{ENGINES, STANDARD},
    server::Server,
};

/// At least this many subtests have to agree.
const MINIMUM: usize = 150;

#[tokio::test(flavor = "current_thread")]
async fn simulated_browsers_agree_with_web_platform_tests() {
    let mut wrong = Vec::new();
    let files = data::load();
    for file in &files {
        for subtest in &file.subtests {
            for (engine, browser) in ENGINES {
                let result = run::run(file, subtest, browser()).await;
                let name = format!("{}: {}: {engine}", file.path, subtest.name);
                let reason = subtest.differs.get(engine).map(|reason| &file.reasons[reason]);
                match (result, reason) {
                    (Ok(()), None) => {}
                    (Err(error), Some(reason)) if error.contains(&reason.shows) => {}
                    (Ok(()), Some(_)) => wrong.push(format!("{name}: does not differ")),
                    (Err(error), _) => wrong.push(format!("{name}: {error}")),
                }
            }
        }
    }
    let agree = files.iter().map(TestFile::agreeing).sum::<usize>();
    println!("{}\n{agree} subtests agree with the standard browser", table::plain(&files));
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    assert!(agree >= MINIMUM, "only {agree} subtests agree");
}

/// No subtest of the suite sends `Authorization` twice.
#[tokio::test(flavor = "current_thread")]
async fn only_safari_remembers_that_a_wildcard_allows_authorization() {
    let url = "/fetch/api/resources/preflight.py?allow_headers=*&max_age=600";
    for (engine, create) in ENGINES {
        let browser = create();
        let page = browser.page("https://web-platform.test:8443");
        let server = Server::default();
        let target = |request: WireRequest| server.answer(&request);
        for _ in 0..2 {
            let allowed = page.fetch(&target, Fetch::get(url).header("authorization", "x")).await.is_ok();
            assert_eq!(allowed, engine != STANDARD, "{engine}");
        }
        assert_eq!(browser.preflights(), if engine == "safari" { 1 } else { 2 }, "{engine}");
    }
}

#[test]
fn a_subtest_is_listed_once_and_its_differences_have_reasons() {
    for file in data::load() {
        let mut names: Vec<&str> = file.subtests.iter().map(|subtest| subtest.name.as_str()).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{}: a name is not unique", file.path);
        assert!(file.source.ends_with(&file.path), "{}: {}", file.path, file.source);
        for subtest in &file.subtests {
            let name = format!("{}: {}", file.path, subtest.name);
            assert!(subtest.fetches.iter().any(|fetch| fetch.gives.is_some()), "{name}: asserts nothing");
            for (engine, reason) in &subtest.differs {
                assert!(ENGINES.iter().any(|(known, _)| known == engine), "{name}: {engine}");
                assert!(file.reasons.contains_key(reason), "{name}: {reason}");
            }
            // A subtest that no simulated browser passes is not in the scope, and belongs to `outside`.
            assert!(subtest.differs.len() < ENGINES.len(), "{name}: nobody agrees");
        }
        let used =
            |reason: &String| file.subtests.iter().any(|test| test.differs.values().any(|id| id == reason));
        assert!(file.reasons.keys().all(used), "{}: a reason is not used", file.path);
    }
}

/// `BLESS=1 cargo test -p tests --test published` writes the table.
#[test]
fn the_documentation_shows_the_table() {
    const BEGIN: &str = "<!-- table of web-platform-tests -->\n";
    const END: &str = "<!-- end of the table -->\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/platform-tests.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the page marks the begin of the table");
    let (shown, after) = rest.split_once(END).expect("the page marks the end of the table");
    let expected = table::markdown(&data::load());
    if env::var_os("BLESS").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{expected}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(shown, expected, "run with BLESS=1 to write the table");
}

impl TestFile {
    /// Returns how many subtests a browser that follows the standard passes.
    fn agreeing(&self) -> usize {
        self.subtests.iter().filter(|subtest| !subtest.differs.contains_key(STANDARD)).count()
    }
}
