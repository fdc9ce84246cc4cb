//! Ctrl-C in the middle of work: nothing half-written stays behind.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot start a process has failed")]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn start(folder: &Path, args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_banksphere"));
    command.args(args).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs_err::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// Waits until the work has begun, presses Ctrl-C, and gives the exit code with what was said.
fn interrupt(mut child: Child, has_begun: impl Fn() -> bool) -> (Option<i32>, String) {
    let start = Instant::now();
    while !has_begun() {
        assert!(start.elapsed() < Duration::from_mins(1), "the work never began");
        assert!(child.try_wait().unwrap().is_none(), "the work ended before it could be interrupted");
        std::thread::sleep(Duration::from_millis(5));
    }
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn an_interrupted_sample_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let child = start(folder.path(), &["sample", "500000000", "-o", "big.csv"]);
    let (code, said) = interrupt(child, || names(folder.path()).iter().any(|name| name.starts_with(".banksphere-")));
    assert_eq!((code, said.trim_end()), (Some(130), "interrupted: nothing was changed"));
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[test]
fn an_interrupted_analysis_leaves_neither_report_nor_customers() {
    let folder = tempfile::tempdir().unwrap();
    let bank = folder.path().join("b.sphere");
    let child = start(folder.path(), &["analyze", "--sample", "500000000", "--bank", "b.sphere"]);
    let (code, said) = interrupt(child, || names(&bank).len() > 1);
    assert_eq!(code, Some(130), "{said}");
    assert_eq!(names(folder.path()), ["b.sphere"]);
    assert!(!bank.join("manifest.json").exists(), "a bank without customers has no manifest: {:?}", names(&bank));
}

#[test]
fn a_reader_who_stops_reading_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_banksphere"));
    let mut child = command
        .args(["sample", "200000"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
}
