//! `cargo xtask dist`: what can be handed to someone without Rust, tried before it is handed on.
//!
//! In: nothing but the sources. Out, in `target/dist`: an archive with the program, a wheel of the Python package, and
//! `SHA256SUMS` of both. Each is then taken into an empty folder and used there; `Err` says which one fails.
//! Invariant: a name promises nothing that was not looked at: the archive is called static only if the program asks for no
//! shared library, and the wheel's tag is what maturin finds true of it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::{cargo, python, root, say};

/// The target whose programs ask for no shared library; where its C compiler and its Rust library are there, it is taken.
const STATIC: &str = "x86_64-unknown-linux-musl";
const STATIC_COMPILER: &str = "musl-gcc";
const PROGRAM: &str = if cfg!(windows) { "banksphere.exe" } else { "banksphere" };
const SUMS: &str = "SHA256SUMS";

/// Makes all of it, and tries it.
pub(crate) fn run() -> Result<(), String> {
    let folder = root().join("target/dist");
    if folder.exists() {
        fs_err::remove_dir_all(&folder).map_err(said)?;
    }
    fs_err::create_dir_all(&folder).map_err(said)?;
    let archive = archive(&folder)?;
    let wheel = wheel(&folder)?;
    let mut sums = String::new();
    for file in [&archive, &wheel] {
        let _ = writeln!(sums, "{}  {}", sum(file)?, name(file));
    }
    fs_err::write(folder.join(SUMS), &sums).map_err(said)?;
    try_archive(&folder, &archive)?;
    try_wheel(&folder, &wheel)?;
    say(&format!("in {}, each tried in an empty folder:\n{}", folder.display(), sums.trim_end()));
    Ok(())
}

/// Builds the program and packs it with its licences.
fn archive(folder: &Path) -> Result<PathBuf, String> {
    let host = host()?;
    let is_static = host.ends_with("linux-gnu") && has_static_target();
    let target = if is_static { STATIC } else { host.as_str() };
    say(&format!("── the program, for {target}"));
    cargo(&["build", "--release", "--package", "cli", "--target", target], &[])?;
    let built = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let program = built.join(target).join("release").join(PROGRAM);
    match libraries(&program) {
        Some(libraries) if libraries.is_empty() => say("it asks for no shared library"),
        Some(libraries) => say(&format!("it asks for {}", libraries.join(", "))),
        None => say("which shared libraries it asks for is not known here: `ldd` is not on the PATH"),
    }
    let stem = format!("banksphere-{}-{target}", env!("CARGO_PKG_VERSION"));
    let inside = folder.join(&stem);
    fs_err::create_dir_all(&inside).map_err(said)?;
    fs_err::copy(&program, inside.join(PROGRAM)).map_err(said)?;
    let licences = [
        ("LICENSE", "LICENSE"),
        ("crates/report/src/chart/fonts/LICENSE", "LICENSE-DejaVu"),
        ("README.md", "README.md"),
    ];
    for (from, to) in licences {
        fs_err::copy(root().join(from), inside.join(to)).map_err(said)?;
    }
    let archive = folder.join(format!("{stem}.tar.gz"));
    run_in(folder, Command::new("tar").arg("-czf").arg(&archive).arg(&stem))?;
    fs_err::remove_dir_all(&inside).map_err(said)?;
    Ok(archive)
}

/// Builds the wheel, with the tag that is true of it: maturin looks at which symbols of which libraries it asks for.
fn wheel(folder: &Path) -> Result<PathBuf, String> {
    say("── the Python package");
    let python = python::environment()?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "maturin>=1.9.4,<2"];
    run_in(root(), Command::new(&python).args(pip))?;
    run_in(
        root(),
        Command::new(&python).args(["-m", "maturin", "build", "--release", "--strip", "--out"]).arg(folder),
    )?;
    let found = fs_err::read_dir(folder).map_err(said)?.filter_map(|entry| Some(entry.ok()?.path()));
    let mut wheels: Vec<PathBuf> =
        found.filter(|file| file.extension().is_some_and(|ending| ending == "whl")).collect();
    match (wheels.pop(), wheels.as_slice()) {
        (Some(wheel), []) if name(&wheel).contains("-abi3-") => Ok(wheel),
        (Some(wheel), []) => Err(format!("`{}` is for one version of Python only", name(&wheel))),
        _ => Err("maturin gave no wheel, or several".to_owned()),
    }
}

/// Unpacks the archive in an empty folder and has the program answer for a generated bank, with nothing on its PATH.
fn try_archive(folder: &Path, archive: &Path) -> Result<(), String> {
    let place = empty()?;
    let copy = taken(folder, archive, place.path())?;
    run_in(place.path(), Command::new("tar").arg("-xzf").arg(&copy))?;
    let program = place.path().join(name(archive).trim_end_matches(".tar.gz")).join(PROGRAM);
    let mut analyze = Command::new(program);
    run_in(place.path(), analyze.args(["analyze", "--sample", "2000", "--quiet"]).env_clear())?;
    let report = fs_err::read_to_string(place.path().join("report.html")).map_err(said)?;
    if report.contains("</html>") { Ok(()) } else { Err("the program wrote no whole report".to_owned()) }
}

/// Installs the wheel in an empty environment, without the index of packages, and asks it.
fn try_wheel(folder: &Path, wheel: &Path) -> Result<(), String> {
    let place = empty()?;
    let copy = taken(folder, wheel, place.path())?;
    let python = place.path().join(if cfg!(windows) { "venv/Scripts/python.exe" } else { "venv/bin/python" });
    run_in(place.path(), Command::new(python::environment()?).args(["-m", "venv", "venv"]))?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"];
    run_in(place.path(), Command::new(&python).args(install).arg(&copy))?;
    let asked = "import banksphere as bs; print(bs.sample(2000, progress=False).status.closed_accounts().sentence)";
    run_in(place.path(), Command::new(&python).args(["-c", asked]))?;
    run_in(place.path(), Command::new(&python).args(["-m", "banksphere", "--version"]))
}

/// A copy of a file in another folder, with the sum that the list has of it.
fn taken(folder: &Path, file: &Path, to: &Path) -> Result<PathBuf, String> {
    let copy = to.join(name(file));
    fs_err::copy(file, &copy).map_err(said)?;
    let sums = fs_err::read_to_string(folder.join(SUMS)).map_err(said)?;
    let line = format!("{}  {}", sum(&copy)?, name(file));
    if sums.lines().any(|known| known == line) { Ok(copy) } else { Err(format!("{SUMS} has not `{line}`")) }
}

/// The SHA-256 of a file, in the form of `sha256sum`.
fn sum(file: &Path) -> Result<String, String> {
    let data = fs_err::read(file).map_err(said)?;
    Ok(Sha256::digest(&data).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// The shared libraries that a program asks for, by the first word of each line of `ldd`; none where that is not there.
fn libraries(program: &Path) -> Option<Vec<String>> {
    let output = Command::new("ldd").arg(program).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Some(
        text.lines()
            .filter(|line| line.contains("=>"))
            .filter_map(|line| line.split_whitespace().next())
            .map(str::to_owned)
            .collect(),
    )
}

/// The triple of this machine, as the compiler tells it.
fn host() -> Result<String, String> {
    let output =
        Command::new("rustc").arg("-vV").output().map_err(|error| format!("rustc could not be started: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_owned).ok_or_else(|| "rustc does not tell its host".to_owned())
}

/// Whether programs can be built that ask for no shared library: for the C parts, too, which need a compiler of their own.
fn has_static_target() -> bool {
    let ran = |program: &str, argument: &str| {
        Command::new(program).arg(argument).output().is_ok_and(|output| output.status.success())
    };
    let installed = Command::new("rustc").args(["--print", "target-libdir", "--target", STATIC]).output();
    let has_library = installed.is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir());
    if has_library && ran(STATIC_COMPILER, "--version") {
        return true;
    }
    say(&format!("no static program: that needs `rustup target add {STATIC}` and `{STATIC_COMPILER}` on the PATH"));
    false
}

fn empty() -> Result<tempfile::TempDir, String> {
    tempfile::tempdir().map_err(said)
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
fn said(error: std::io::Error) -> String {
    error.to_string()
}

fn run_in(folder: &Path, command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    match command.current_dir(folder).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{program}` ended with {status}")),
        Err(error) => Err(format!("`{program}` could not be started: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_as_it_was_summed_is_refused() {
        let (folder, to) = (empty().unwrap(), empty().unwrap());
        let file = folder.path().join("a.tar.gz");
        fs_err::write(&file, "abc").unwrap();
        // By `printf abc | sha256sum`.
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sum(&file).unwrap(), known);
        fs_err::write(folder.path().join(SUMS), format!("{known}  a.tar.gz\n")).unwrap();
        assert_eq!(fs_err::read(taken(folder.path(), &file, to.path()).unwrap()).unwrap(), b"abc");
        fs_err::write(&file, "abd").unwrap();
        assert!(taken(folder.path(), &file, to.path()).unwrap_err().contains("a.tar.gz"));
    }

    #[test]
    fn what_ends_badly_is_told_by_its_program() {
        let folder = empty().unwrap();
        let ended = run_in(folder.path(), Command::new("rustc").arg("--no-such-option"));
        assert!(ended.unwrap_err().starts_with("`rustc` ended with"));
        assert!(host().unwrap().contains('-'));
    }
}
