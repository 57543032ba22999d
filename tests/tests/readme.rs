//! A new user follows the README: its lines are written into new projects, its programs are started, and a page sends
//! requests to them.

use cors_runtime::testing::{Browser, Fetch};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

const README: &str = include_str!("../../README.md");
const PAGE: &str = "https://app.example.com";

/// The code block that contains this text.
fn block(language: &str, text: &str) -> &'static str {
    let begin = format!("```{language}\n");
    let blocks = README.split(&*begin).skip(1).map(|rest| rest.split("```").next().unwrap());
    let found: Vec<_> = blocks.filter(|block| block.contains(text)).collect();
    let [block] = *found else { panic!("{language} with {text}: {found:#?}") };
    block
}

/// Creates a project with `cargo new` and the lines of the README.
fn new_project(folder: &Path, framework: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let ours = format!("path = '{}'", root.join("cors-runtime").display());
    let dependencies = block("toml", &format!("[\"{framework}\"]")).replace(r#"version = "0.1""#, &ours);
    let package = format!("[workspace]\n[package]\nname = \"new-user-{framework}\"\nedition = \"2024\"\n");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("Cargo.toml"), package + &dependencies).unwrap();
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

async fn try_out(framework: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("new-user-{framework}"));
    new_project(&folder, framework);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let program = block("rust,no_run", &format!("cors_runtime::{framework}::"));
    let program = program.replace("127.0.0.1:3000", &format!("127.0.0.1:{port}"));
    fs::write(folder.join("src/main.rs"), program).unwrap();

    let target = folder.with_file_name("new-user-target");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap());
    let built = cargo.current_dir(&folder).env("CARGO_TARGET_DIR", &target).arg("build").status().unwrap();
    assert!(built.success(), "{framework}");
    let program = target.join("debug").join(format!("new-user-{framework}{}", env::consts::EXE_SUFFIX));
    let _server = Server(Command::new(program).spawn().unwrap());
    let begin = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begin.elapsed() < Duration::from_secs(20), "{framework} does not listen");
        thread::sleep(Duration::from_millis(20));
    }

    let server = format!("http://127.0.0.1:{port}");
    let page = Browser::new().page(PAGE);
    let changed = page.fetch(&*server, Fetch::put("/me").credentials().json("\"Grace\"")).await.unwrap();
    assert_eq!(changed.status(), 204);
    let me = page.fetch(&*server, Fetch::get("/me").credentials()).await.unwrap();
    assert_eq!(me.text(), "\"Grace\"");
    let other = Browser::new().page("https://evil.example");
    assert!(other.fetch(&*server, Fetch::get("/me").credentials()).await.is_err());
}

#[tokio::test]
#[ignore = "builds two projects from nothing: `cargo test -p tests --test readme -- --ignored`"]
async fn the_programs_of_the_readme_work_in_new_projects() {
    for framework in ["axum", "actix"] {
        try_out(framework).await;
    }
}
