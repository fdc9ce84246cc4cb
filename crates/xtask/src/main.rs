//! Tasks of the project: `cargo xtask test` is the one test command, the same for developers and in CI, and
//! `cargo xtask mongod` a MongoDB server to try things on.
//!
//! In: a task's name. Out: its steps' own output, one line a step; exit 0 if all passed, 1 at the first that did not.

mod architecture;
mod bench;
mod columns;
mod dependencies;
mod dist;
mod files;
mod left_out;
mod mongod;
mod python;

use std::path::Path;
use std::process::{Command, ExitCode};

const HELP: &str = "\
usage: cargo xtask <task>

tasks:
  test                 everything a change must pass: format, lints, tests, the Python package and the notebooks,
                       documentation, docs/ARCHITECTURE.md, what crates may know
  mongod [options]     a private MongoDB server, found or fetched once; prints its address, stays until Ctrl-C
    --replica-set N      a replica set of N members
    --auth               with users: one may do everything, one may only read
    --tls                with a certificate that is valid for 127.0.0.1
  dist                 what can be handed to someone without Rust, in target/dist: an archive with the program, a wheel, and
                       their SHA-256 sums, each tried in an empty folder
  fuzz-pipelines --minutes N [--seed S]
                       random pipelines, asked of the embedded engine and of a MongoDB server; prints each difference as a
                       case file for tests/cases
  bench import [CUSTOMERS] [FOLDER]
                       times the import beside Polars and DuckDB, and writes the table into docs/BENCHMARKS.md
  bench documents [EVENTS] [FOLDER]
                       the same for pipelines over nested documents, beside a MongoDB server
  bench sample [FILE] [FOLDER]
                       how well a classifier tells generated customers from real ones; the same
  bench models [FILE] [FOLDER]
                       trains models of who left on the public file, beside scikit-learn's and interpret's

environment:
  MONGODB_URI          the server to use instead of a private one
  MONGOD               the `mongod` program to start instead of the one on the PATH
";

/// A step's name and what runs it; `Err` says what failed.
type Step = (&'static str, fn() -> Result<(), String>);

const STEPS: &[Step] = &[
    ("format", || cargo(&["fmt", "--all", "--check"], &[])),
    ("lints", || cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], &[])),
    ("tests", tests),
    ("Python package and notebooks", python::test),
    ("documentation", || cargo(&["doc", "--workspace", "--no-deps"], &[("RUSTDOCFLAGS", "-D warnings")])),
    ("docs/ARCHITECTURE.md", architecture::check),
    ("dependencies of the crates", dependencies::check),
    ("files of the crates", files::check),
    ("licences and sources", licences),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("test") => test(),
        Some("mongod") => done(mongod::run(&arguments[1..])),
        Some("dist") => done(dist::run()),
        Some("bench") => done(bench::run(&arguments[1..])),
        Some("fuzz-pipelines") => fuzz_pipelines(&arguments[1..]),
        Some("--help" | "-h" | "help") => {
            say(HELP);
            ExitCode::SUCCESS
        }
        _ => {
            say(HELP);
            ExitCode::from(2)
        }
    }
}

fn done(result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            say(&format!("error: {reason}"));
            ExitCode::from(2)
        }
    }
}

fn test() -> ExitCode {
    for (name, run) in STEPS {
        say(&format!("── {name}"));
        if let Err(reason) = run() {
            say(&format!("error: the step `{name}` failed: {reason}"));
            return ExitCode::FAILURE;
        }
    }
    say("all steps passed");
    if let Some(notice) = left_out::report() {
        say(&notice);
    }
    ExitCode::SUCCESS
}

/// The tool is a program of `crates/judge`, whose exit code says whether there was a difference.
fn fuzz_pipelines(arguments: &[String]) -> ExitCode {
    match cargo_command().args(["run", "--quiet", "-p", "judge", "--"]).args(arguments).status() {
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(2)),
        Err(error) => {
            say(&format!("error: cargo could not be started: {error}"));
            ExitCode::from(2)
        }
    }
}

fn tests() -> Result<(), String> {
    left_out::begin()?;
    let file = left_out::file().display().to_string();
    cargo(&["test", "--workspace"], &[(left_out::VARIABLE, &file)])
}

/// The cargo that runs this.
fn cargo_command() -> Command {
    Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
}

/// The folder of the workspace.
fn root() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest)
}

/// That there are no faults, or all of them.
fn none(faults: &[String]) -> Result<(), String> {
    if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
}

fn cargo(args: &[&str], env: &[(&str, &str)]) -> Result<(), String> {
    let status = cargo_command()
        .args(args)
        .envs(env.iter().copied())
        .status()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`cargo {}` ended with {status}", args.join(" "))) }
}

/// `cargo deny` is a tool of its own; where it is missing the step says that it was left out.
fn licences() -> Result<(), String> {
    if Command::new("cargo").args(["deny", "--version"]).output().is_ok_and(|output| output.status.success()) {
        return cargo(&["deny", "check", "licenses", "bans", "sources"], &[]);
    }
    say("left out: cargo-deny is not installed (`cargo install cargo-deny --locked` brings it)");
    Ok(())
}

#[expect(clippy::print_stderr, reason = "a task runner talks to the developer")]
fn say(line: &str) {
    eprintln!("{line}");
}
