//! The time that annotations cost the compiler: CPU time of building generated crates.

use crate::candidate::Framework;
use crate::median::median;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs, io};

/// The number of handlers in a generated crate.
const HANDLERS: u32 = 200;
const ROUNDS: usize = 3;

/// A generated crate, which is compiled with annotated handlers and with handlers of the framework alone.
struct Case {
    name: &'static str,
    /// The name of its folder.
    folder: &'static str,
    framework: Framework,
    /// The annotation of each handler.
    annotation: &'static str,
    /// Whether rustc reuses what an edit of one handler does not change.
    incremental: bool,
}

const CASES: [Case; 3] = [
    Case {
        name: "axum",
        folder: "axum",
        framework: Framework::Axum,
        annotation: r#"#[cors(origins = ["https://app.example.com"], credentials, max_age = 7200)]"#,
        incremental: false,
    },
    Case {
        name: "actix-web",
        folder: "actix",
        framework: Framework::Actix,
        annotation: r#"#[cors(origins = ["https://app.example.com"], credentials, max_age = 7200)]"#,
        incremental: false,
    },
    Case {
        name: "axum, two origins and `allow_headers`, incremental",
        folder: "axum-incremental",
        framework: Framework::Axum,
        annotation: r#"#[cors(
            origins = ["https://app.example.com", "https://admin.example.com"],
            allow_headers = ["content-type"],
            credentials,
            max_age = 7200
        )]"#,
        incremental: true,
    },
];

/// Measures and prints the CPU time of builds and checks, each after an edit of one handler.
///
/// # Errors
///
/// Returns an error if cargo fails.
pub fn print(scratch: &Path) -> io::Result<()> {
    let scratch = scratch.join("compile");
    println!(
        "| {HANDLERS} handlers, CPU after an edit of one | without | with | more per route |\n|---|--:|--:|--:|"
    );
    for case in &CASES {
        let without = GeneratedCrate::with_handlers(&scratch, case, false)?;
        let with = GeneratedCrate::with_handlers(&scratch, case, true)?;
        for command in ["build", "check"] {
            // The first run also compiles the dependencies.
            without.cargo(command)?;
            with.cargo(command)?;
            let (mut times, mut differences) = ([Vec::new(), Vec::new()], Vec::new());
            for round in 0..ROUNDS {
                let times_of_round =
                    [without.cargo_after_edit(command, round)?, with.cargo_after_edit(command, round)?];
                for (times, time) in times.iter_mut().zip(times_of_round) {
                    times.push(time);
                }
                differences.push(times_of_round[1] - times_of_round[0]);
            }
            let [without, with] = times.map(median);
            let more = median(differences) / f64::from(HANDLERS) * 1000.0;
            println!("| {}, {command} | {without:.2} s | {with:.2} s | {more:.2} ms |", case.name);
        }
    }
    println!("\n| cold build, CPU | |\n|---|--:|");
    // Both crates have one target directory, so the second build compiles only what this crate adds.
    let without = GeneratedCrate::with_dependencies(&scratch, false)?.cargo_from_scratch()?;
    let more = GeneratedCrate::with_dependencies(&scratch, true)?.cargo("build")?;
    println!("| axum, and a macro crate with syn and quote | {without:.1} s |");
    println!("| cors-runtime on top | {more:.1} s |");
    Ok(())
}

struct GeneratedCrate {
    folder: PathBuf,
    target: PathBuf,
    code: String,
    incremental: bool,
}

impl GeneratedCrate {
    /// Generates a crate with the handlers of a case, annotated or not.
    fn with_handlers(scratch: &Path, case: &Case, annotated: bool) -> io::Result<Self> {
        let (dependencies, feature) = match case.framework {
            Framework::Axum => ("axum = { version = \"0.8\", default-features = false }\n", "axum"),
            Framework::Actix => (
                "actix-web = { version = \"4\", default-features = false, features = [\"macros\"] }\n",
                "actix",
            ),
        };
        let names: Vec<String> = (0..HANDLERS).map(|number| format!("handler{number}")).collect();
        let code = match case.framework {
            Framework::Axum => axum_code(&names, annotated.then_some(case.annotation)),
            Framework::Actix => actix_code(&names, annotated.then_some(case.annotation)),
        };
        let runtime = if annotated { runtime_dependency(feature) } else { String::new() };
        let name = format!("{}-{}", case.folder, if annotated { "with" } else { "without" });
        let generated = Self {
            folder: scratch.join(&name),
            target: scratch.join(format!("target-{name}")),
            code,
            incremental: case.incremental,
        };
        generated.write(&format!("{dependencies}{runtime}"))?;
        Ok(generated)
    }

    /// Generates a crate with dependencies and no code. It has a macro crate with syn and quote, which nearly every
    /// project compiles anyway.
    fn with_dependencies(scratch: &Path, with_runtime: bool) -> io::Result<Self> {
        let macros = scratch.join("cold-macros");
        fs::create_dir_all(macros.join("src"))?;
        fs::write(
            macros.join("Cargo.toml"),
            "[package]\nname = \"cold-macros\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[lib]\nproc-macro = true\n\
             [dependencies]\nproc-macro2 = \"1\"\nquote = \"1\"\nsyn = \"3\"\n[workspace]\n",
        )?;
        fs::write(macros.join("src/lib.rs"), "")?;
        let dependencies = "axum = \"0.8\"\ncold-macros = { path = \"../cold-macros\" }\n";
        let runtime = if with_runtime { runtime_dependency("axum") } else { String::new() };
        let generated = Self {
            folder: scratch.join(if with_runtime { "cold-with" } else { "cold-without" }),
            target: scratch.join("target-cold"),
            code: "fn main() {}\n".to_owned(),
            incremental: false,
        };
        generated.write(&format!("{dependencies}{runtime}"))?;
        Ok(generated)
    }

    fn write(&self, dependencies: &str) -> io::Result<()> {
        fs::create_dir_all(self.folder.join("src"))?;
        let name = self.folder.file_name().unwrap_or_default().to_string_lossy();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\n{dependencies}[workspace]\n"
        );
        fs::write(self.folder.join("Cargo.toml"), manifest)?;
        fs::write(self.folder.join("src/main.rs"), &self.code)?;
        // Cargo takes the versions of the workspace from its lock file, and adds what is missing.
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
        fs::copy(lock, self.folder.join("Cargo.lock"))?;
        Ok(())
    }

    /// Changes the body of one handler, and returns the CPU seconds of the command.
    fn cargo_after_edit(&self, command: &str, round: usize) -> io::Result<f64> {
        let edited = self.code.replacen(
            &body("handler0"),
            &body(&format!("handler0, after edit {round} before {command}")),
            1,
        );
        fs::write(self.folder.join("src/main.rs"), edited)?;
        self.cargo(command)
    }

    /// Returns the CPU seconds of compiling the crate and all its dependencies.
    fn cargo_from_scratch(&self) -> io::Result<f64> {
        if self.target.exists() {
            fs::remove_dir_all(&self.target)?;
        }
        self.cargo("build")
    }

    /// Returns the CPU seconds of the command.
    fn cargo(&self, command: &str) -> io::Result<f64> {
        let before = cpu_of_children()?;
        let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args([command, "--quiet"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", if self.incremental { "1" } else { "0" })
            .stderr(Stdio::inherit())
            .status()?;
        if !status.success() {
            return Err(io::Error::other(format!("{} does not build", self.folder.display())));
        }
        Ok(cpu_of_children()? - before)
    }
}

/// Returns the body of a handler.
fn body(text: &str) -> String {
    format!("{{ String::from(\"{text}\") }}")
}

/// Returns the code of an axum app, without CORS or with an annotation on each handler.
fn axum_code(names: &[String], annotation: Option<&str>) -> String {
    let mut code = String::new();
    if annotation.is_some() {
        code.push_str("use cors_runtime::axum::{cors, routes};\n");
    }
    for name in names {
        if let Some(annotation) = annotation {
            let _ = writeln!(code, "{annotation}\n#[get(\"/{name}\")]");
        }
        let _ = writeln!(code, "async fn {name}() -> String {}", body(name));
    }
    if annotation.is_some() {
        let list = names.join(", ");
        let _ = writeln!(code, "pub fn app() -> axum::Router {{ routes![{list}].into_router() }}");
    } else {
        code.push_str("pub fn app() -> axum::Router {\n    axum::Router::new()\n");
        for name in names {
            let _ = writeln!(code, ".route(\"/{name}\", axum::routing::get({name}))");
        }
        code.push_str("}\n");
    }
    code.push_str("fn main() { drop(app()); }\n");
    code
}

/// Returns the code of an actix-web app, without CORS or with an annotation on each handler.
fn actix_code(names: &[String], annotation: Option<&str>) -> String {
    let mut code = String::from("use actix_web::{get, web::ServiceConfig};\n");
    if annotation.is_some() {
        code.push_str("use cors_runtime::actix::{cors, routes};\n");
    }
    for name in names {
        let annotation = annotation.unwrap_or_default();
        let _ =
            writeln!(code, "{annotation}\n#[get(\"/{name}\")]\nasync fn {name}() -> String {}", body(name));
    }
    code.push_str("pub fn app(config: &mut ServiceConfig) {\n");
    if annotation.is_some() {
        let _ = writeln!(code, "config.service(routes![{}]);", names.join(", "));
    } else {
        for name in names {
            let _ = writeln!(code, "config.service({name});");
        }
    }
    code.push_str("}\nfn main() { drop(actix_web::App::new().configure(app)); }\n");
    code
}

/// Returns the dependency on this crate.
fn runtime_dependency(feature: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cors-runtime");
    format!("cors-runtime = {{ path = \"{}\", features = [\"{feature}\"] }}\n", folder.display())
}

/// Returns the CPU seconds of all child processes that have ended, and of their child processes. Linux counts hundredths
/// of a second.
fn cpu_of_children() -> io::Result<f64> {
    let text = fs::read_to_string("/proc/self/stat")?;
    // The name of the program can contain spaces, and ends with the last bracket.
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |number: usize| fields.get(number).and_then(|field| field.parse::<f64>().ok());
    match (ticks(13), ticks(14)) {
        (Some(user), Some(system)) => Ok((user + system) / 100.0),
        _ => Err(io::Error::other("/proc/self/stat is not as expected")),
    }
}
