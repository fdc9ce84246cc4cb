//! The program and the server, side by side.
//!
//! In: a connection string. Out: [`Harness`], which runs the program with this bank in a folder of its own, and [`Said`].

use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use bson::doc;
use mongod::{Client, OWNER, READER, Server, Setup};
use tempfile::TempDir;

/// Longer than any election, lease or time limit of these tests.
pub(crate) const PATIENCE: Duration = Duration::from_mins(3);

/// What a run of the program left for its user to see.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    fn new(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let said = Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
        for secret in [OWNER.password, READER.password, "Error {", "ErrorKind", "Some(", "kind:"] {
            assert!(!said.stderr.contains(secret), "`{secret}` is not for the user to read: {}", said.stderr);
        }
        said
    }

    /// It went well.
    #[track_caller]
    pub(crate) fn fine(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        self.stdout
    }

    /// It could not run, and said so in these words.
    #[track_caller]
    pub(crate) fn failed(self, words: &[&str]) -> String {
        assert_eq!(self.code, Some(2), "{}{}", self.stdout, self.stderr);
        for words in words {
            assert!(self.stderr.contains(words), "`{words}` was not said, but: {}", self.stderr);
        }
        self.stderr
    }
}

/// A bank and a folder to work in.
pub(crate) struct Harness {
    pub(crate) folder: TempDir,
    pub(crate) uri: String,
}

impl Harness {
    pub(crate) fn new(uri: impl Into<String>) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), uri: uri.into() }
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Said {
        Said::new(self.command(args).output().unwrap())
    }

    /// Starts the program.
    pub(crate) fn start(&self, args: &[&str]) -> Running {
        let child = self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        Running { child }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_banksphere"));
        command.args(args).current_dir(self.folder.path()).env("BANKSPHERE_URI", &self.uri);
        // What a killed run leaves behind goes with the folder.
        command.env("TMPDIR", self.folder.path());
        command
    }
}

/// The program at work.
pub(crate) struct Running {
    child: Child,
}

impl Running {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal by name.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.pid().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Waits until something is so while it works.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, is_so: impl Fn() -> bool) {
        until(what, || {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "the program ended before {what}: {}", self.take_stderr());
            is_so()
        });
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn end(mut self) -> Said {
        let start = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            if start.elapsed() > PATIENCE {
                self.child.kill().unwrap();
                panic!("the program does not end: {}", self.take_stderr());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Said::new(self.child.wait_with_output().unwrap())
    }

    fn take_stderr(&mut self) -> String {
        self.child.stderr.take().map(|stderr| std::io::read_to_string(stderr).unwrap()).unwrap_or_default()
    }
}

/// Waits until something is so.
#[track_caller]
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A server whose commands can be made slow.
pub(crate) fn slowable(test: &str, members: u8) -> Option<Server> {
    mongod::own(test, &Setup { members, failpoints: true, ..Setup::default() })
}

/// The server's database, seen without the product's code; of a replica set the primary's.
pub(crate) fn client(server: &Server, database: &str) -> Client {
    Client::connect(&server.uri(database)).unwrap()
}

/// From its `after`th run on, the program's command takes `ms` longer, on the member that is the primary now.
pub(crate) fn slow(server: &Server, command: &str, after: i32, ms: i32) {
    let data = doc! { "failCommands": [command], "blockConnection": true, "blockTimeMS": ms, "appName": "banksphere" };
    let admin = client(server, "admin");
    admin.command(doc! { "configureFailPoint": "failCommand", "mode": { "skip": after }, "data": data }).unwrap();
}

/// Ends [`slow`] for commands to come.
pub(crate) fn slow_no_more(server: &Server) {
    client(server, "admin").command(doc! { "configureFailPoint": "failCommand", "mode": "off" }).unwrap();
}

/// Whether the program has a command of this name running on the server.
pub(crate) fn is_running(server: &Server, command: &str) -> bool {
    let filter = doc! { "currentOp": 1, "appName": "banksphere", "active": true, format!("command.{command}"): { "$exists": true } };
    let answer = client(server, "admin").command(filter).unwrap();
    !answer.get_array("inprog").unwrap().is_empty()
}
