//! Long work, done on a thread of its own and without the interpreter's lock.
//!
//! In: work that knows nothing of Python. Out: what it gives. Meanwhile the calling thread looks at Python's signals and
//! shows how far the work is: Ctrl-C raises the work's own flag, and becomes a `KeyboardInterrupt` once the work has
//! stopped. Always holds: no thread is left behind, and a panic of ours comes as an exception.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use bank::{Error, Step, Talk};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;

use crate::errors;

/// How often the calling thread looks at signals and progress.
const TICK: Duration = Duration::from_millis(50);
/// What the command line's main thread has: pipelines nest as deep here as there.
const STACK: usize = 8 << 20;

/// What the work said since the last look.
#[derive(Default)]
struct Heard {
    lines: Vec<String>,
    step: Option<At>,
}

/// A [`Step`] that outlives its call.
struct At {
    what: String,
    done: u64,
    of: Option<u64>,
    unit: String,
}

/// Who is told how far the work is.
pub(crate) enum Ear<'py> {
    /// No one.
    Silent,
    /// A bar, as a notebook or a terminal shows it.
    Bar(Bound<'py, PyAny>),
    /// No one, but notices become Python's warnings.
    Warnings,
}

impl<'py> Ear<'py> {
    /// A bar if there shall be one.
    pub(crate) fn bar(py: Python<'py>, progress: bool) -> PyResult<Self> {
        if !progress {
            return Ok(Self::Silent);
        }
        Ok(Self::Bar(py.import("banksphere._progress")?.getattr("Bar")?.call0()?))
    }

    /// Passes on what was said. A bar that cannot be shown is no reason to stop, an interrupt in the middle of it is.
    fn hear(&mut self, py: Python<'py>, heard: Heard) -> PyResult<()> {
        match self.pass_on(py, heard) {
            Err(error) if matches!(self, Self::Bar(_)) && error.is_instance_of::<PyException>(py) => {
                *self = Self::Silent;
                Ok(())
            }
            passed => passed,
        }
    }

    fn pass_on(&self, py: Python<'py>, heard: Heard) -> PyResult<()> {
        match self {
            Self::Silent => {}
            Self::Bar(bar) => {
                for line in heard.lines {
                    bar.call_method1("say", (line,))?;
                }
                if let Some(At { what, done, of, unit }) = heard.step {
                    bar.call_method1("step", (what, done, of, unit))?;
                }
            }
            Self::Warnings => {
                let warn = py.import("warnings")?.getattr("warn")?;
                for line in heard.lines {
                    warn.call1((line.strip_prefix("notice: ").unwrap_or(&line),))?;
                }
            }
        }
        Ok(())
    }

    fn close(self) {
        if let Self::Bar(bar) = self {
            // What it could not take away stays on the screen.
            let _ = bar.call_method0("close");
        }
    }
}

/// The process that first worked: the engine's threads are there, and in no process that is forked off it.
static PROCESS: OnceLock<u32> = OnceLock::new();

/// Does the work, without telling how far it is.
pub(crate) fn run<T: Send>(
    py: Python<'_>,
    work: impl FnOnce(&Arc<AtomicBool>) -> Result<T, Error> + Send,
) -> PyResult<T> {
    let done = talk(py, Ear::Silent, |talk| work(talk.cancel))?;
    done.map_err(|error| errors::of_home(py, &error))
}

/// Does the work under a flag that outlives it; Ctrl-C raises it for good.
pub(crate) fn run_until<T: Send>(
    py: Python<'_>,
    flag: &Arc<AtomicBool>,
    work: impl FnOnce() -> Result<T, Error> + Send,
) -> PyResult<T> {
    let done = talk_until(py, Ear::Silent, flag, |_| work())?;
    done.map_err(|error| errors::of_home(py, &error))
}

/// Does the work, which tells `ear` how far it is. What goes wrong in it comes back for the caller to say what it means;
/// what is not the work's fault is an exception at once.
pub(crate) fn talk<'py, T: Send>(
    py: Python<'py>,
    ear: Ear<'py>,
    work: impl FnOnce(&Talk<'_>) -> Result<T, Error> + Send,
) -> PyResult<Result<T, Error>> {
    talk_until(py, ear, &Arc::new(AtomicBool::new(false)), work)
}

fn talk_until<'py, T: Send>(
    py: Python<'py>,
    mut ear: Ear<'py>,
    cancel: &Arc<AtomicBool>,
    work: impl FnOnce(&Talk<'_>) -> Result<T, Error> + Send,
) -> PyResult<Result<T, Error>> {
    if *PROCESS.get_or_init(std::process::id) != std::process::id() {
        return Err(errors::usage_hinted(
            "BankSphere worked before this process was forked, and its threads stayed there",
            "start processes by `spawn`: `multiprocessing.get_context(\"spawn\")`",
        ));
    }
    let heard = Mutex::new(Heard::default());
    let (done, mut waiting) = mpsc::sync_channel(1);
    let ended = thread::scope(|scope| {
        let (heard, cancel, ear) = (&heard, &cancel, &mut ear);
        let worker = move || {
            let say = |line: &str| lock(heard).lines.push(line.to_owned());
            let progress = |step: Step<'_>| lock(heard).step = Some(At::of(step));
            let talk = Talk { say: &say, progress: &progress, cancel };
            // Who waits for it waits until it comes.
            let _ = done.send(catch_unwind(AssertUnwindSafe(|| work(&talk))));
        };
        let thread = thread::Builder::new().name("banksphere".to_owned()).stack_size(STACK);
        thread.spawn_scoped(scope, worker)?;
        Ok::<_, std::io::Error>(wait(py, ear, &mut waiting, heard, cancel))
    });
    let (answer, interrupt) = ended.map_err(|error| errors::bug(&format!("no thread can be started: {error}")))?;
    let heard = std::mem::take(&mut *lock(&heard));
    let told = if interrupt.is_none() { ear.hear(py, heard) } else { Ok(()) };
    ear.close();
    match (interrupt.or(told.err()), answer) {
        (Some(interrupt), _) => Err(interrupt),
        (None, Some(Ok(answer))) => Ok(answer),
        (None, Some(Err(panic))) => Err(errors::bug(words(panic.as_ref()))),
        (None, None) => Err(errors::bug("a thread ended without an answer")),
    }
}

type Ended<T> = thread::Result<Result<T, Error>>;

/// Waits for the work; also gives what came in between, such as a `KeyboardInterrupt`.
fn wait<'py, T: Send>(
    py: Python<'py>,
    ear: &mut Ear<'py>,
    waiting: &mut Receiver<Ended<T>>,
    heard: &Mutex<Heard>,
    cancel: &AtomicBool,
) -> (Option<Ended<T>>, Option<PyErr>) {
    let mut interrupt: Option<PyErr> = None;
    loop {
        let waiting = &mut *waiting;
        match py.detach(move || waiting.recv_timeout(TICK)) {
            Ok(ended) => return (Some(ended), interrupt),
            Err(RecvTimeoutError::Disconnected) => return (None, interrupt),
            Err(RecvTimeoutError::Timeout) => {}
        }
        let looked = py.check_signals().and_then(|()| {
            // Warnings wait for the end, where one that is made an error does no harm any more.
            if matches!(ear, Ear::Bar(_)) { ear.hear(py, std::mem::take(&mut *lock(heard))) } else { Ok(()) }
        });
        if let Err(error) = looked {
            cancel.store(true, Ordering::SeqCst);
            interrupt.get_or_insert(error);
        }
    }
}

impl At {
    fn of(step: Step<'_>) -> Self {
        Self { what: step.what.to_owned(), done: step.done, of: step.of, unit: step.unit.to_owned() }
    }
}

/// A lock that is held only to put something in or take it out.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a panic said.
fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic without words")
}
