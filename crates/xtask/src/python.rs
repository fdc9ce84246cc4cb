//! Python beside Rust: the package built and installed as pip does it, its tests, and the notebooks run whole.
//!
//! In: a Python of 3.10 or newer. Out: `Err` says what failed; where there is no such Python, these tests are left out, and in
//! CI that is a failure too.
//! Invariant: all of it happens in an environment below `target`; the Python of the system is not touched.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Fails where a Python is too old, or cannot make environments.
const FITS: &str = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))";

const NO_PYTHON: &str = "no Python of 3.10 or newer with `venv` and `ensurepip` is on the PATH";

/// Builds and installs the package, then tests it.
pub(crate) fn test() -> Result<(), String> {
    if !fits(&python()) && found().is_none() {
        return left_out(NO_PYTHON);
    }
    let python = environment()?;
    // The profile of the other tests, whose crates are compiled already; without its symbols the package is quick to pack.
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ".[test]"];
    run(Command::new(&python).args(install).env("MATURIN_PEP517_ARGS", "--profile dev --strip"))?;
    let mut tests = Command::new(&python);
    tests.args(["-m", "pytest", "-q", "python/tests"]);
    match mongod::shared() {
        Some(uri) => run(tests.env("BANKSPHERE_TEST_URI", uri)),
        None => left_out("some of them need a MongoDB server").and_then(|()| run(&mut tests)),
    }
}

/// The Python of the environment, which is made where it is not there.
pub(crate) fn environment() -> Result<PathBuf, String> {
    let python = python();
    if !fits(&python) {
        let found = found().ok_or(NO_PYTHON)?;
        run(Command::new(found).args(["-m", "venv", "--clear"]).arg(folder()))?;
    }
    Ok(python)
}

/// A Python on the PATH that can make environments.
fn found() -> Option<&'static str> {
    ["python3", "python"].into_iter().find(|python| fits(Path::new(python)))
}

/// The environment, below the folder that git ignores.
fn folder() -> PathBuf {
    crate::root().join("target/python")
}

/// The environment's Python.
fn python() -> PathBuf {
    folder().join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

fn fits(python: &Path) -> bool {
    Command::new(python).args(["-c", FITS]).output().is_ok_and(|output| output.status.success())
}

fn left_out(reason: &str) -> Result<(), String> {
    if std::env::var_os("CI").is_some_and(|value| !value.is_empty()) {
        return Err(reason.to_owned());
    }
    crate::say(&format!("left out, wholly or in part: {reason}"));
    Ok(())
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{program}` ended with {status}")),
        Err(error) => Err(format!("`{program}` could not be started: {error}")),
    }
}
