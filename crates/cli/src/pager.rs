//! Long answers page by page, as git shows them: `less` leaves at once what fits one screen, keeps colours, and clears nothing.
//!
//! In: text for people. Out: the same on the terminal; through the pager where it is longer than the screen.

use std::io::{IsTerminal as _, Write as _};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::output;
use crate::settings::settings;

/// What `less` is told where the user tells it nothing: leave if it fits, colours, no clearing.
const LESS: &str = "FRX";

/// Shows text for people.
pub(crate) fn show(text: &str) -> Result<(), Failure> {
    match settings().pager() {
        Some(pager) if std::io::stdout().is_terminal() && is_long(text) => page(&pager, text),
        _ => output::print(text.as_bytes()),
    }
}

fn is_long(text: &str) -> bool {
    terminal_size::terminal_size().is_some_and(|(width, height)| {
        let width = usize::from(width.0).max(1);
        let rows: usize = text.lines().map(|line| line.chars().count().div_ceil(width).max(1)).sum();
        rows >= usize::from(height.0)
    })
}

/// A pager that cannot be started leaves the text as it is.
fn page(pager: &str, text: &str) -> Result<(), Failure> {
    let mut command = if cfg!(windows) { Command::new("cmd") } else { Command::new("sh") };
    command.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(pager).stdin(Stdio::piped());
    for (variable, value) in [("LESS", LESS), ("LV", "-c")] {
        if std::env::var_os(variable).is_none() {
            command.env(variable, value);
        }
    }
    leave_interrupts_to_the_pager();
    let Ok(mut running) = command.spawn() else { return output::print(text.as_bytes()) };
    if let Some(mut input) = running.stdin.take() {
        // A reader who leaves early has seen enough.
        let _ = input.write_all(text.as_bytes());
    }
    // What a shell says of a command that it does not find.
    match running.wait()?.code() {
        Some(126 | 127) => output::print(text.as_bytes()),
        _ => Ok(()),
    }
}

/// Ctrl-C within a pager stops its search or its wait, and must not take the terminal from it.
#[cfg(unix)]
fn leave_interrupts_to_the_pager() {
    // Without the handler Ctrl-C ends both, which is no harm.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGINT, std::sync::Arc::default());
}

#[cfg(not(unix))]
fn leave_interrupts_to_the_pager() {}
