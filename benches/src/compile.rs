//! What annotations cost the compiler: CPU time of building generated crates.

use crate::candidate::Framework;
use crate::time::median;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs, io};

/// Handlers of a generated crate.
const HANDLERS: u32 = 200;
const ROUNDS: usize = 3;

/// Measures and prints CPU time.
///
/// # Errors
///
/// If cargo fails.
pub fn print(scratch: &Path) -> io::Result<()> {
    let scratch = scratch.join("compile");
    println!("| {HANDLERS} handlers, CPU | without | with | more per route |\n|---|--:|--:|--:|");
    for framework in Framework::ALL {
        let crates = [false, true].map(|annotated| Generated::handlers(&scratch, framework, annotated));
        let [bare, ours] = crates;
        let (bare, ours) = (bare?, ours?);
        for command in ["build", "check"] {
            // The first run builds the dependencies.
            for generated in [&bare, &ours] {
                generated.cargo(command)?;
            }
            let (mut times, mut differences) = ([Vec::new(), Vec::new()], Vec::new());
            for _ in 0..ROUNDS {
                let (without, with) = (bare.again(command)?, ours.again(command)?);
                times[0].push(without);
                times[1].push(with);
                differences.push(with - without);
            }
            let [without, with] = times.map(median);
            let more = median(differences) / f64::from(HANDLERS) * 1000.0;
            println!("| {}, {command} | {without:.2} s | {with:.2} s | {more:.2} ms |", framework.name());
        }
    }
    println!("\n| cold build, CPU | |\n|---|--:|");
    // The second build finds what the first one left: it takes what comes on top, and nothing else.
    let without = Generated::cold(&scratch, false)?.all_again()?;
    let more = Generated::cold(&scratch, true)?.cargo("build")?;
    println!("| axum, and a macro crate with syn and quote | {without:.1} s |");
    println!("| cors-runtime on top | {more:.1} s |");
    Ok(())
}

/// A generated crate.
struct Generated {
    folder: PathBuf,
    target: PathBuf,
}

impl Generated {
    fn handlers(scratch: &Path, framework: Framework, annotated: bool) -> io::Result<Self> {
        let cors = if annotated {
            r#"#[cors(origins = ["https://app.example.com"], credentials, max_age = 7200)]"#
        } else {
            ""
        };
        let mut code = String::new();
        let (dependencies, feature) = match framework {
            Framework::Axum => ("axum = { version = \"0.8\", default-features = false }\n", "axum"),
            Framework::Actix => (
                "actix-web = { version = \"4\", default-features = false, features = [\"macros\"] }\n",
                "actix",
            ),
        };
        let numbers = 0..HANDLERS;
        let names: Vec<String> = numbers.clone().map(|number| format!("handler{number}")).collect();
        match (framework, annotated) {
            (Framework::Axum, false) => {
                for name in &names {
                    let _ = writeln!(code, "async fn {name}() -> String {{ String::from(\"{name}\") }}");
                }
                code.push_str("pub fn app() -> axum::Router {\n    axum::Router::new()\n");
                for name in &names {
                    let _ = writeln!(code, ".route(\"/{name}\", axum::routing::get({name}))");
                }
                code.push_str("}\n");
            }
            (Framework::Axum, true) => {
                code.push_str("use cors_runtime::axum::{cors, routes};\n");
                for name in &names {
                    let _ = writeln!(
                        code,
                        "{cors}\n#[get(\"/{name}\")]\nasync fn {name}() -> String {{ String::from(\"{name}\") }}"
                    );
                }
                let list = names.join(", ");
                let _ = writeln!(code, "pub fn app() -> axum::Router {{ routes![{list}].into_router() }}");
            }
            (Framework::Actix, _) => {
                code.push_str("use actix_web::{get, web::ServiceConfig};\n");
                if annotated {
                    code.push_str("use cors_runtime::actix::{cors, routes};\n");
                }
                for name in &names {
                    let _ = writeln!(
                        code,
                        "{cors}\n#[get(\"/{name}\")]\nasync fn {name}() -> String {{ String::from(\"{name}\") }}"
                    );
                }
                code.push_str("pub fn app(config: &mut ServiceConfig) {\n");
                if annotated {
                    let _ = writeln!(code, "config.service(routes![{}]);", names.join(", "));
                } else {
                    for name in &names {
                        let _ = writeln!(code, "config.service({name});");
                    }
                }
                code.push_str("}\n");
            }
        }
        let main = match framework {
            Framework::Axum => "fn main() { drop(app()); }\n",
            Framework::Actix => "fn main() { drop(actix_web::App::new().configure(app)); }\n",
        };
        code.push_str(main);
        let ours = if annotated { runtime(feature) } else { String::new() };
        let name = format!("{feature}-{}", if annotated { "with" } else { "without" });
        Self::write(scratch, &name, &format!("{dependencies}{ours}"), &code)
    }

    /// Dependencies alone. Projects that take ours have macro crates with syn and quote already.
    fn cold(scratch: &Path, ours: bool) -> io::Result<Self> {
        let macros = scratch.join("cold-macros");
        fs::create_dir_all(macros.join("src"))?;
        fs::write(
            macros.join("Cargo.toml"),
            "[package]\nname = \"cold-macros\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[lib]\nproc-macro = true\n\
             [dependencies]\nproc-macro2 = \"1\"\nquote = \"1\"\nsyn = \"3\"\n[workspace]\n",
        )?;
        fs::write(macros.join("src/lib.rs"), "")?;
        let dependencies = "axum = \"0.8\"\ncold-macros = { path = \"../cold-macros\" }\n";
        let ours_line = if ours { runtime("axum") } else { String::new() };
        let name = if ours { "cold-ours" } else { "cold-bare" };
        Self::write(scratch, name, &format!("{dependencies}{ours_line}"), "fn main() {}\n")
    }

    fn write(scratch: &Path, name: &str, dependencies: &str, code: &str) -> io::Result<Self> {
        let folder = scratch.join(name);
        fs::create_dir_all(folder.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\n{dependencies}[workspace]\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        fs::write(folder.join("src/main.rs"), code)?;
        // The versions of the workspace, as far as they go.
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
        fs::copy(lock, folder.join("Cargo.lock"))?;
        let target =
            scratch.join(format!("target-{}", name.trim_end_matches("-ours").trim_end_matches("-bare")));
        Ok(Self { folder, target })
    }

    /// CPU seconds of building the crate itself.
    fn again(&self, command: &str) -> io::Result<f64> {
        let main = self.folder.join("src/main.rs");
        let code = fs::read(&main)?;
        fs::write(&main, code)?;
        self.cargo(command)
    }

    /// CPU seconds of building everything.
    fn all_again(&self) -> io::Result<f64> {
        if self.target.exists() {
            fs::remove_dir_all(&self.target)?;
        }
        self.cargo("build")
    }

    fn cargo(&self, command: &str) -> io::Result<f64> {
        let before = cpu_of_children()?;
        let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args([command, "--quiet"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", "0")
            .stderr(Stdio::inherit())
            .status()?;
        if !status.success() {
            return Err(io::Error::other(format!("{} does not build", self.folder.display())));
        }
        Ok(cpu_of_children()? - before)
    }
}

fn runtime(feature: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cors-runtime");
    format!("cors-runtime = {{ path = \"{}\", features = [\"{feature}\"] }}\n", folder.display())
}

/// CPU seconds of all processes that were waited for, theirs included. Linux counts in hundredths.
fn cpu_of_children() -> io::Result<f64> {
    let text = fs::read_to_string("/proc/self/stat")?;
    // The program's name may hold spaces, and ends with the last bracket.
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |number: usize| fields.get(number).and_then(|field| field.parse::<f64>().ok());
    match (ticks(13), ticks(14)) {
        (Some(user), Some(system)) => Ok((user + system) / 100.0),
        _ => Err(io::Error::other("/proc/self/stat is not as expected")),
    }
}
