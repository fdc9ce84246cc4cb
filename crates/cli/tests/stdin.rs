//! Files that come in by the standard input: read like any other, and nothing of them stays behind.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot start a process has failed")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A folder to run the program in, and another for what it makes for a time.
struct Program {
    folder: TempDir,
    temporary: TempDir,
}

impl Program {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), temporary: tempfile::tempdir().unwrap() }
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env("TMPDIR", self.temporary.path()).env_remove("BANKSPHERE_URI");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn start(&self, args: &[&str]) -> Child {
        self.command(env!("CARGO_BIN_EXE_banksphere")).args(args).spawn().unwrap()
    }

    /// Runs it with that standard input: exit code, stdout, stderr.
    fn run(&self, args: &[&str], stdin: &[u8]) -> (Option<i32>, String, String) {
        let answer = told(self.start(args), stdin);
        assert_eq!(names(self.temporary.path()), Vec::<String>::new(), "{args:?}");
        answer
    }
}

/// Gives a program its standard input, and what came of it.
fn told(mut child: Child, stdin: &[u8]) -> (Option<i32>, String, String) {
    // A program that has ended early reads no more.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs_err::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/commands/import.in").join(name)
}

fn good() -> Vec<u8> {
    fs_err::read(file("good.csv")).unwrap()
}

const COUNT: [&str; 5] = ["aggregate", "customers", "[{$count: 'n'}]", "--bank", "b.sphere"];

#[test]
fn customers_and_documents_are_imported_from_a_pipe() {
    let program = Program::new();
    let (code, stdout, stderr) = program.run(&["import", "-", "--bank", "b.sphere"], &good());
    assert_eq!((code, stdout.as_str()), (Some(0), ""), "{stderr}");
    assert!(stderr.starts_with("data quality of standard input\n  Rows                 2\n"), "{stderr}");
    assert!(stderr.ends_with("imported 2 customers\n"), "{stderr}");
    assert_eq!(program.run(&COUNT, b"").1, "{\"n\": 2}\n");
    let documents = b"{\"a\": 1}\n{\"a\": 2}\n{\"a\": 3}\n";
    let (code, _, stderr) = program.run(&["import", "--into", "notes", "-", "--bank", "b.sphere"], documents);
    assert_eq!((code, stderr.as_str()), (Some(0), "3 documents in `notes`\n"));
    let (code, stdout, stderr) = program.run(&["analyze", "-"], &good());
    assert!(code == Some(0) && stdout.contains("standard input"), "{stdout}{stderr}");
    assert!(program.folder.path().join("report.html").is_file());
}

#[test]
fn messages_name_the_standard_input_and_the_line() {
    let program = Program::new();
    let refused = |args: &[&str], stdin: &[u8], expected: &str| {
        let (code, _, stderr) = program.run(args, stdin);
        assert_eq!((code, stderr.as_str()), (Some(2), expected), "{args:?}");
    };
    let import = ["import", "-", "--bank", "b.sphere"];
    refused(
        &import,
        &fs_err::read(file("duplicate.csv")).unwrap(),
        "error: the customer `700000001` is in the file twice\n  at standard input:3, column `CLIENTNUM`\n\
         hint: the first one is at standard input:2; keep one row a customer\n",
    );
    refused(
        &["import", "--into", "notes", "-", "--bank", "b.sphere"],
        b"{\"a\": 1}\n{\"a\": }\n",
        "error: expected a value, found `}`\n  at standard input:2:7\n",
    );
    refused(
        &import,
        &fs_err::read(file("picture.csv")).unwrap(),
        "error: standard input is binary, not text\nhint: check that it is the right file\n",
    );
    let nothing = "error: standard input is empty\nhint: see whether the command that writes it has failed\n";
    refused(&import, b"", nothing);
    refused(&["analyze", "-"], b"", nothing);
    refused(&["import", "--into", "notes", "-", "--bank", "b.sphere"], b"\n \n", nothing);
    assert_eq!(names(program.folder.path()), Vec::<String>::new());
}

#[test]
fn a_file_of_that_name_has_a_path() {
    let program = Program::new();
    fs_err::write(program.folder.path().join("-"), good()).unwrap();
    let (code, _, stderr) = program.run(&["import", "./-", "--bank", "b.sphere"], b"");
    assert!(code == Some(0) && stderr.starts_with("data quality of -\n"), "{stderr}");
}

#[test]
fn what_cannot_be_read_is_named() {
    let program = Program::new();
    let mut command = program.command(env!("CARGO_BIN_EXE_banksphere"));
    let folder = fs_err::File::open(program.folder.path()).unwrap().into_parts().0;
    let output = command.args(["import", "-", "--bank", "b.sphere"]).stdin(folder).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error: failed to read from standard input: Is a directory"), "{said}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn an_interrupt_ends_the_waiting_and_leaves_nothing() {
    for signal in ["-INT", "-TERM", "-KILL"] {
        let program = Program::new();
        let mut child = program.start(&["import", "-", "--bank", "b.sphere"]);
        let mut stdin = child.stdin.take().unwrap();
        // More than a pipe holds: what is written was read, but for the last of it.
        stdin.write_all(&good().repeat(1_000)).unwrap();
        assert_eq!(names(program.temporary.path()), Vec::<String>::new(), "what is copied has no name");
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let start = Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < Duration::from_mins(1), "{signal} does not end it");
            std::thread::sleep(Duration::from_millis(5));
        }
        let output = child.wait_with_output().unwrap();
        // Only now: an end of the input is not what ended it.
        drop(stdin);
        assert_eq!(names(program.temporary.path()), Vec::<String>::new(), "{signal}");
        if signal != "-KILL" {
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!((output.status.code(), said.as_str()), (Some(130), "interrupted: nothing was changed\n"));
            assert_eq!(names(program.folder.path()), Vec::<String>::new(), "{signal}");
        }
    }
}

/// `script` gives the program a terminal, whose end of input it sends when its own ends.
#[cfg(target_os = "linux")]
#[test]
fn at_a_terminal_the_user_is_told_what_is_waited_for() {
    let program = Program::new();
    let run = |arguments: &str, stdin: &[u8]| {
        let mut command = program.command("script");
        let line = format!("{} {arguments}", env!("CARGO_BIN_EXE_banksphere"));
        match command.args(["--quiet", "--return", "--command", &line, "/dev/null"]).spawn() {
            Ok(child) => Some(told(child, stdin)),
            Err(error) => {
                #[expect(clippy::print_stderr, reason = "a test says what it left out")]
                {
                    eprintln!("skipped: `script` gives no terminal: {error}");
                }
                None
            }
        }
    };
    let Some((code, said, _)) = run("import - --bank b.sphere", &good()) else { return };
    assert!(said.contains("reading the file from the terminal: Ctrl-D on a line of its own ends it\r\n"), "{said}");
    assert!(code == Some(0) && said.contains("imported 2 customers"), "{said}");
    let Some((code, said, _)) = run("aggregate customers - --bank b.sphere", b"[{$count: 'n'}]\n") else { return };
    assert!(said.contains("reading the pipeline from the terminal: "), "{said}");
    assert!(code == Some(0) && said.contains("{\"n\": 2}"), "{said}");
}

/// Not the system's own words, and not without a name.
#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_named() {
    let program = Program::new();
    let full = || std::fs::File::options().write(true).open("/dev/full").unwrap();
    let told = |args: &[&str], stdout: Stdio| {
        let child = program.command(env!("CARGO_BIN_EXE_banksphere")).args(args).stdout(stdout).spawn().unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for args in [&["sample", "1000"][..], &["catalog", "list"]] {
        let wanted = "error: standard output cannot be written: no space left on device\n".to_owned();
        assert_eq!(told(args, full().into()), (Some(2), wanted), "{args:?}");
    }
    let wanted = "error: `/dev/full` cannot be written: no space left on device\n".to_owned();
    assert_eq!(told(&["sample", "1000", "-o", "/dev/full"], Stdio::null()), (Some(2), wanted));
}
