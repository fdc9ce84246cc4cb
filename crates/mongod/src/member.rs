//! One `mongod` process with its port, its data and its log.
//!
//! In: a program and a configuration. Out: a member that takes connections.
//! Invariant: its folder (configuration, data, log) is removed with it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::supervisor::{Signal, Supervisor};
use crate::{Binary, Error, Setup};

/// How long anything of a server's own may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// A running or killed `mongod`.
pub(crate) struct Member {
    pub(crate) port: u16,
    pid: u32,
    folder: PathBuf,
    supervisor: Supervisor,
}

impl Member {
    /// Starts one on a free port with a new folder, open to all.
    pub(crate) fn start(binary: &Binary, setup: &Setup) -> Result<Self, Error> {
        let folder = tempfile::Builder::new().prefix("banksphere-mongod-").tempdir()?.keep();
        fs_err::create_dir(folder.join("data"))?;
        let mut command = binary.command();
        command.arg("--config").arg(folder.join("mongod.conf"));
        let supervisor = Supervisor::new(&folder, &mut command, setup.disk_mb)?;
        let mut member = Self { port: free_port()?, pid: 0, folder, supervisor };
        member.configure(setup, None)?;
        member.restart()?;
        Ok(member)
    }

    /// Writes the configuration for the next start.
    pub(crate) fn configure(&self, setup: &Setup, secrets: Option<&Path>) -> Result<(), Error> {
        let configuration = setup.configuration(self.port, &self.folder.join("data"), secrets);
        Ok(fs_err::write(self.folder.join("mongod.conf"), configuration)?)
    }

    /// Starts it where it is not running, and waits until it takes connections.
    pub(crate) fn restart(&mut self) -> Result<(), Error> {
        let before = self.log().len();
        self.pid = self.supervisor.start()?;
        wait_until("a server takes connections", || {
            let log = self.log();
            let news = log.get(before..).unwrap_or_default();
            if news.contains("\"exitCode\":") {
                return Err(Error::new(format!("a server did not start; its log ends:\n{}", last_lines(news))));
            }
            Ok(news.contains("\"Waiting for connections\""))
        })
    }

    /// Sends it a signal.
    pub(crate) fn signal(&mut self, signal: Signal) -> Result<(), Error> {
        self.supervisor.signal(signal)
    }

    /// The process.
    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// Where its files are.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its data as only it sees it, where it has a disk of its own.
    pub(crate) fn disk(&self) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.supervisor.pid()));
        let data = self.folder.join("data");
        root.join(data.strip_prefix("/").unwrap_or(&data))
    }

    /// What it wrote so far.
    pub(crate) fn log(&self) -> String {
        let log = fs_err::read(self.folder.join("log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }
}

/// Asks again and again until it is so.
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> Result<bool, Error>) -> Result<(), Error> {
    let start = Instant::now();
    while !is_so()? {
        if start.elapsed() > PATIENCE {
            return Err(Error::new(format!("waited {} s in vain until {what}", PATIENCE.as_secs())));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// A port that is free now; the kernel does not hand it out again soon.
fn free_port() -> Result<u16, Error> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn last_lines(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}
