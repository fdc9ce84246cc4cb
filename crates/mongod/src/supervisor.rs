//! A process that ends with ours.
//!
//! In: a command and its folder. Out: its process id, and a way to send it signals.
//! Invariant: when this process ends, even killed, the command is killed and the folder removed. Why not a `Drop` alone: a
//! killed test binary drops nothing. A shell waits at our end of a pipe instead, which the kernel closes.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::Error;

/// Reads words, one a line: `start`, or a signal to send. Answers each with a line: the process id, or `done` (after a
/// signal that ends: when the process is gone).
const SCRIPT: &str = r#"
folder=$1
shift
trap '' HUP INT TERM
ulimit -n "$(ulimit -H -n)"
child=
while read -r word; do
    case $word in
        start) "$@" >>"$folder/log" 2>&1 & child=$!; echo "$child" ;;
        STOP | CONT) kill -s "$word" "$child"; echo done ;;
        *) kill -s "$word" "$child"; wait "$child"; echo done ;;
    esac
done
kill -s KILL "$child"
wait "$child"
umount "$folder/data"
rm -rf "$folder"
"#;

/// Mounts a file system of a given size where the data goes, seen by what is started from here on and by nothing else.
const WITH_DISK: &str = r#"mount -t tmpfs -o "size=$1m" tmpfs "$2/data" || exit
shift 2
exec "$@""#;

/// A signal.
#[derive(Clone, Copy)]
pub(crate) enum Signal {
    Kill,
    Stop,
    Continue,
}

impl Signal {
    fn word(self) -> &'static str {
        match self {
            Self::Kill => "KILL",
            Self::Stop => "STOP",
            Self::Continue => "CONT",
        }
    }
}

/// The shell that stands between.
pub(crate) struct Supervisor {
    shell: Child,
    answers: BufReader<ChildStdout>,
}

impl Supervisor {
    /// Prepares to run `command`, whose output goes to the file `log` in `folder`. With `disk_mb`, the disk below `data` there
    /// has this size.
    pub(crate) fn new(folder: &Path, command: &mut Command, disk_mb: Option<u32>) -> Result<Self, Error> {
        let mut shell = match disk_mb {
            None => Command::new("sh"),
            Some(size) => {
                let mut shell = with_own_mounts();
                shell.args(["sh", "-c", WITH_DISK, "disk", &size.to_string()]).arg(folder).arg("sh");
                shell
            }
        };
        shell.args(["-c", SCRIPT, "supervisor"]).arg(folder).arg(command.get_program()).args(command.get_args());
        shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let mut shell =
            shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(|error| {
                Error::new(format!("`{}` could not be started: {error}", shell.get_program().display()))
            })?;
        let answers = shell.stdout.take().ok_or_else(|| Error::new("`sh` has no output"))?;
        Ok(Self { shell, answers: BufReader::new(answers) })
    }

    /// Starts the command, or starts it again after it was killed; its process id.
    pub(crate) fn start(&mut self) -> Result<u32, Error> {
        let answer = self.say("start")?;
        answer.parse().map_err(|_| Error::new(format!("no process id, but `{answer}`")))
    }

    /// Sends a signal to the command.
    pub(crate) fn signal(&mut self, signal: Signal) -> Result<(), Error> {
        self.say(signal.word()).map(drop)
    }

    /// The shell's process, which sees the disk.
    pub(crate) fn pid(&self) -> u32 {
        self.shell.id()
    }

    fn say(&mut self, word: &str) -> Result<String, Error> {
        let stdin = self.shell.stdin.as_mut().ok_or_else(|| Error::new("`sh` has no input"))?;
        writeln!(stdin, "{word}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        Ok(answer.trim().to_owned())
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // Nothing can be done about a shell that does not end, and a drop must not panic.
        let _ = self.shell.wait();
    }
}

/// Whether this machine lets us mount a disk for one process and those that it starts; not every one does.
pub(crate) fn try_disk() -> Result<(), Error> {
    let output = with_own_mounts().args(["mount", "-t", "tmpfs", "tmpfs", "/tmp"]).output();
    let reason = match output {
        Ok(output) if output.status.success() => return Ok(()),
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        Err(error) => error.to_string(),
    };
    Err(Error::new(format!("a small disk cannot be had: `unshare --mount --map-root-user` says: {reason}")))
}

fn with_own_mounts() -> Command {
    let mut command = Command::new("unshare");
    command.args(["--mount", "--map-root-user"]);
    command
}

#[cfg(test)]
mod tests {
    use super::{Command, Signal, Supervisor};

    #[test]
    fn a_command_starts_again_and_ends_with_its_supervisor() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("member");
        fs_err::create_dir(&folder).unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo started; exec sleep 600"]);
        let mut supervisor = Supervisor::new(&folder, &mut command, None).unwrap();
        let first = supervisor.start().unwrap();
        supervisor.signal(Signal::Stop).unwrap();
        supervisor.signal(Signal::Continue).unwrap();
        supervisor.signal(Signal::Kill).unwrap();
        let second = supervisor.start().unwrap();
        assert!(!is_running(first) && is_running(second));
        drop(supervisor);
        assert!(!is_running(second) && !folder.exists());
    }

    fn is_running(pid: u32) -> bool {
        Command::new("kill").args(["-0", &pid.to_string()]).output().unwrap().status.success()
    }
}
