//! Tasks of the project: `cargo xtask test` is the one test command, the same for developers and in CI.
//!
//! In: a task's name. Out: its steps' own output, one line a step; exit 0 if all passed, 1 at the first that did not.

mod architecture;

use std::process::{Command, ExitCode};

const HELP: &str = "\
usage: cargo xtask <task>

tasks:
  test    everything a change must pass: format, lints, tests, documentation, docs/ARCHITECTURE.md
";

/// A step's name and what runs it; `Err` says what failed.
type Step = (&'static str, fn() -> Result<(), String>);

const STEPS: &[Step] = &[
    ("format", || cargo(&["fmt", "--all", "--check"], &[])),
    ("lints", || cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], &[])),
    ("tests", || cargo(&["test", "--workspace"], &[])),
    ("documentation", || cargo(&["doc", "--workspace", "--no-deps"], &[("RUSTDOCFLAGS", "-D warnings")])),
    ("docs/ARCHITECTURE.md", architecture::check),
    ("licences and sources", licences),
];

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("test") => test(),
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

fn test() -> ExitCode {
    for (name, run) in STEPS {
        say(&format!("── {name}"));
        if let Err(reason) = run() {
            say(&format!("error: the step `{name}` failed: {reason}"));
            return ExitCode::FAILURE;
        }
    }
    say("all steps passed");
    ExitCode::SUCCESS
}

fn cargo(args: &[&str], env: &[(&str, &str)]) -> Result<(), String> {
    let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let status = Command::new(program)
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
