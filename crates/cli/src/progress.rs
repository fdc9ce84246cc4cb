//! A progress bar on stderr for work that may take long; nothing where stderr is no terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A spinner with a message, for work whose steps cannot be counted.
pub(crate) fn spinner() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// A bar that counts `unit` up to `total`, or spins where the total is not known. It appears only after a moment.
pub(crate) fn bar(total: Option<u64>, unit: &str) -> ProgressBar {
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
