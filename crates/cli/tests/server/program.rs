//! The program, run in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A folder to run the program in.
pub(crate) struct Program {
    folder: TempDir,
}

impl Program {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs it: exit code, stdout, stderr.
    pub(crate) fn run(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let output = self.command(args).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    /// Runs it, which must go well; gives stdout.
    #[track_caller]
    pub(crate) fn fine(&self, args: &[&str]) -> String {
        let (code, stdout, stderr) = self.run(args);
        assert_eq!(code, Some(0), "{args:?}: {stderr}");
        stdout
    }

    /// Runs it, which must fail; gives stderr.
    #[track_caller]
    pub(crate) fn fails(&self, args: &[&str]) -> String {
        let (code, stdout, stderr) = self.run(args);
        assert_eq!(code, Some(2), "{args:?}: {stdout}{stderr}");
        stderr
    }

    pub(crate) fn start(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_banksphere"));
        command.args(args).current_dir(self.folder.path()).env_remove("BANKSPHERE_URI");
        command
    }
}

/// The bank's real file, if it is at hand.
pub(crate) fn real_file() -> Option<PathBuf> {
    let folder = std::env::var_os("BANKSPHERE_DATA").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let file = folder.join("BankChurners.csv");
    if file.exists() {
        return Some(file);
    }
    #[expect(clippy::print_stderr, reason = "a test says what it left out")]
    {
        eprintln!("skipped: no BankChurners.csv at {}", folder.display());
    }
    None
}
