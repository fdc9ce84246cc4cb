//! Ctrl-C for commands that write: they are asked to stop, and leave nothing half-written. SIGTERM, and the SIGHUP of a
//! terminal that is closed, do the same.
//!
//! Out: a flag that the long work looks at. A second signal ends the program at once. A command that writes to stdout alone
//! leaves its signals to the system, which ends it as any filter.
//! Invariant: under `nohup`, SIGHUP stays unheard.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::Failure;

/// Makes Ctrl-C raise the flag given back.
pub(crate) fn install() -> Result<Arc<AtomicBool>, Failure> {
    let flag = Arc::new(AtomicBool::new(false));
    raise(&flag)?;
    Ok(flag)
}

/// Makes Ctrl-C raise this flag.
fn raise(flag: &Arc<AtomicBool>) -> Result<(), Failure> {
    listen(Arc::clone(flag)).map_err(|error| Failure::new(format!("Ctrl-C cannot be handled: {error}")))
}

/// Does work that may write a file. From here on a signal raises the flag, and the work's end by it is told as such, whatever
/// error the work made of it.
pub(crate) fn while_writing(
    file: Option<&Path>,
    flag: &Arc<AtomicBool>,
    work: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    if file.is_none() {
        return work();
    }
    raise(flag)?;
    work().map_err(|failure| if flag.load(Ordering::SeqCst) { Failure::Interrupted } else { failure })
}

fn heard(raised: &AtomicBool) {
    if raised.swap(true, Ordering::SeqCst) {
        std::process::exit(130);
    }
}

#[cfg(unix)]
fn listen(raised: Arc<AtomicBool>) -> std::io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    if !ignores(SIGHUP) {
        signals.add_signal(SIGHUP)?;
    }
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        signals.forever().for_each(|_| heard(&raised));
    })?;
    Ok(())
}

/// Whether this program was started with the signal ignored. Known on Linux alone: elsewhere none is ignored.
#[cfg(unix)]
fn ignores(signal: i32) -> bool {
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask >> (signal - 1) & 1 == 1
}

#[cfg(not(unix))]
fn listen(raised: Arc<AtomicBool>) -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(move || heard(&raised))
}
