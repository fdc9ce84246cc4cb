//! Passwords: where they come from, and that no list of processes shows them.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot start a process has failed")]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Nothing listens on port 1; the program looks for a server there for some seconds.
const URI: &str = "mongodb://ann:s3cret@127.0.0.1:1/bank?serverSelectionTimeoutMS=3000";
/// Nor does it here, and the program gives up at once.
const HASTY: &str = "mongodb://ann:s3cret@127.0.0.1:1/bank?serverSelectionTimeoutMS=50";

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_banksphere"));
    command.env_remove("BANKSPHERE_URI");
    command
}

/// What a list of processes shows, with spaces between the arguments.
fn shown(pid: u32) -> String {
    let bytes = fs_err::read(format!("/proc/{pid}/cmdline")).unwrap();
    String::from_utf8(bytes).unwrap().trim_end_matches('\0').replace('\0', " ")
}

#[test]
fn no_list_of_processes_shows_a_password() {
    let bank = format!("--bank={URI}");
    let (quoted, loud) = (format!("'{URI}'"), URI.replace("mongodb:", "MONGODB:"));
    for (args, plain) in [
        (vec!["info", "--bank", URI], vec!["info", "--bank", URI]),
        (vec!["aggregate", "customers", "[]", &bank], vec!["aggregate", "customers", "[]", &bank]),
        (vec!["copy", "--from", URI, "--to", "there.sphere"], vec!["copy", "--from", URI, "--to", "there.sphere"]),
        (vec!["info", "--bank", &quoted], vec!["info", "--bank", URI]),
        (vec!["info", "--bank", &loud], vec!["info", "--bank", URI]),
    ] {
        let mut child = program().args(&args).stderr(Stdio::piped()).spawn().unwrap();
        let start = Instant::now();
        // The program starts itself again at once, and is the same process then.
        while !shown(child.id()).contains("***") {
            assert!(start.elapsed() < Duration::from_secs(2), "{}", shown(child.id()));
            std::thread::sleep(Duration::from_millis(1));
        }
        let shown = shown(child.id());
        assert!(child.try_wait().unwrap().is_none(), "the program had ended already");
        assert!(shown.ends_with(&plain.join(" ").replace("s3cret", "***")), "{shown}");
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.starts_with("error: no server answers: the connection was refused\n  at 127.0.0.1:1\n"), "{said}");
    }
}

#[test]
fn a_connection_string_comes_from_the_environment_or_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server.uri");
    fs_err::write(&file, format!("{HASTY}\n")).unwrap();
    let at_file = format!("@{}", file.display());
    let mut from_environment = program();
    from_environment.args(["info"]).env("BANKSPHERE_URI", HASTY);
    let mut from_file = program();
    from_file.args(["info", "--bank", &at_file]);
    for mut command in [from_environment, from_file] {
        let output = command.current_dir(folder.path()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("no server answers") && said.contains("at 127.0.0.1:1"), "{said}");
        assert!(!said.contains("s3cret"), "{said}");
    }
}

#[test]
fn looking_for_a_bank_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    for args in
        [vec!["info"], vec!["aggregate", "customers", "[]"], vec!["segment"], vec!["explain", "customers", "[]"]]
    {
        let output = program().args(&args).current_dir(folder.path()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("error: there is no bank at `bank.sphere`"), "{args:?}: {said}");
    }
    assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 0);
}
