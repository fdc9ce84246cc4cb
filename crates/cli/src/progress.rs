//! Progress on stderr for work that may take long; nothing where stderr is no terminal.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use bank::{Step, Talk};
use indicatif::{ProgressBar, ProgressStyle};

use crate::output;
use crate::settings::settings;

/// A spinner with a message, for work whose steps cannot be counted.
pub(crate) fn spinner() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// The bars of one command, of which one is shown at a time.
#[derive(Default)]
pub(crate) struct Bars {
    /// The bar, and what it counts.
    shown: RefCell<Option<(ProgressBar, String)>>,
}

impl Bars {
    /// Does long work: shows how far it is, says what it says, stops when the flag is raised. No bar is left at its end.
    pub(crate) fn talk<T>(&self, cancel: &Arc<AtomicBool>, work: impl FnOnce(&Talk<'_>) -> T) -> T {
        let say = |line: &str| {
            self.clear();
            output::say(line);
        };
        let result = work(&Talk { say: &say, progress: &|step| self.show(step), cancel });
        self.clear();
        result
    }

    fn show(&self, step: Step<'_>) {
        if settings().is_quiet {
            return;
        }
        let mut shown = self.shown.borrow_mut();
        if shown.as_ref().is_none_or(|(_, unit)| unit != step.unit) {
            if let Some((bar, _)) = shown.take() {
                bar.finish_and_clear();
            }
            *shown = Some((bar(step.of, step.unit), step.unit.to_owned()));
        }
        let Some((bar, _)) = &*shown else { return };
        if let Some(total) = step.of {
            bar.set_length(total);
        }
        bar.set_position(step.done);
        if !step.what.is_empty() {
            bar.set_message(format!("{} at {} a second", step.what, report::count(bar.per_sec() as u64)));
        }
    }

    fn clear(&self) {
        if let Some((bar, _)) = self.shown.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }
}

/// A bar that counts `unit` up to `total`, or spins where the total is not known. It appears only after a moment.
fn bar(total: Option<u64>, unit: &str) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), "{msg} {bar:30} {human_pos} of {human_len} UNIT, {eta} left"),
        None => (ProgressBar::new_spinner(), "{spinner} {msg} {human_pos} UNIT"),
    };
    if let Ok(style) = ProgressStyle::with_template(&template.replace("UNIT", unit)) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
