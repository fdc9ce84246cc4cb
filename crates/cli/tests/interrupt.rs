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

/// Waits until the work has begun, sends the signal, and gives the exit code with what was said.
fn interrupt(mut child: Child, signal: &str, has_begun: impl Fn() -> bool) -> (Option<i32>, String) {
    let start = Instant::now();
    while !has_begun() {
        assert!(start.elapsed() < Duration::from_mins(1), "the work never began");
        assert!(child.try_wait().unwrap().is_none(), "the work ended before it could be interrupted");
        std::thread::sleep(Duration::from_millis(5));
    }
    let kill = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn an_interrupted_sample_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    for signal in ["-INT", "-TERM", "-HUP"] {
        let child = start(folder.path(), &["sample", "500000000", "-o", "big.csv"]);
        let has_begun = || names(folder.path()).iter().any(|name| name.starts_with(".banksphere-"));
        let (code, said) = interrupt(child, signal, has_begun);
        assert_eq!((code, said.trim_end()), (Some(130), "interrupted: nothing was changed"), "{signal}");
        assert_eq!(names(folder.path()), Vec::<String>::new(), "{signal}");
    }
}

#[test]
fn interrupted_rows_leave_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let analyze = ["analyze", "--sample", "60000", "--bank", "b.sphere", "--report", "r.html"];
    assert!(start(folder.path(), &analyze).wait().unwrap().success());
    let pipeline = "[{$lookup: {from: 'transactions', localField: '_id', foreignField: '_id', as: 't'}}]";
    for (signal, format) in [("-INT", None), ("-TERM", None), ("-HUP", None), ("-INT", Some("csv"))] {
        let mut args = vec!["aggregate", "customers", pipeline, "--bank", "b.sphere", "-o", "rows"];
        args.extend(format.iter().flat_map(|format| ["--format", format]));
        let child = start(folder.path(), &args);
        let began = Instant::now();
        let has_begun = || match format {
            None => names(folder.path()).iter().any(|name| name.starts_with(".banksphere-")),
            // All rows are there before the file is.
            Some(_) => began.elapsed() > Duration::from_millis(700),
        };
        let (code, said) = interrupt(child, signal, has_begun);
        assert_eq!((code, said.trim_end()), (Some(130), "interrupted: nothing was changed"), "{signal} {format:?}");
        let mut left = names(folder.path());
        left.sort();
        assert_eq!(left, ["b.sphere", "r.html"], "{signal} {format:?}");
    }
}

#[test]
fn a_temporary_bank_goes_with_its_command_and_a_killed_ones_with_the_next() {
    let (folder, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let analyze = |n: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_banksphere"));
        command.args(["analyze", "--sample", n]).current_dir(folder.path()).env("TMPDIR", temporary.path());
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let has_begun = || names(temporary.path()).iter().any(|name| temporary.path().join(name).join("bank").exists());
    let (code, said) = interrupt(analyze("500000000"), "-TERM", has_begun);
    assert_eq!((code, names(temporary.path())), (Some(130), Vec::new()), "{said}");
    interrupt(analyze("500000000"), "-KILL", has_begun);
    let left = names(temporary.path());
    assert_eq!(left.len(), 1, "{left:?}");
    let mode = fs_err::metadata(temporary.path().join(&left[0])).unwrap().permissions();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o700);
    // A folder this young could be one that is just being made.
    let lock =
        fs_err::OpenOptions::new().append(true).open(temporary.path().join(&left[0]).join("alive.lock")).unwrap();
    lock.into_parts().0.set_modified(std::time::SystemTime::now() - Duration::from_mins(1)).unwrap();
    assert!(analyze("100").wait().unwrap().success());
    assert_eq!(names(temporary.path()), Vec::<String>::new());
}

#[test]
fn under_nohup_a_closed_terminal_ends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("nohup");
    command.arg(env!("CARGO_BIN_EXE_banksphere")).args(["sample", "500000000", "-o", "big.csv"]);
    command.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    while !names(folder.path()).iter().any(|name| name.starts_with(".banksphere-")) {
        assert!(child.try_wait().unwrap().is_none(), "the work never began");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(Command::new("kill").args(["-HUP", &child.id().to_string()]).status().unwrap().success());
    std::thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none(), "it ended");
    assert_eq!(interrupt(child, "-TERM", || true).0, Some(130));
}

#[test]
fn an_interrupted_analysis_leaves_neither_report_nor_customers() {
    let folder = tempfile::tempdir().unwrap();
    let bank = folder.path().join("b.sphere");
    let child = start(folder.path(), &["analyze", "--sample", "500000000", "--bank", "b.sphere"]);
    let (code, said) = interrupt(child, "-INT", || names(&bank).len() > 1);
    assert_eq!(code, Some(130), "{said}");
    assert_eq!(names(folder.path()), <[String; 0]>::default(), "the folder that it made for the bank is gone too");
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
