//! What holds for the whole run: the options that every command takes, and the user's defaults.
//!
//! Why one value for the process: standard output and standard error are the process's, and so is how they are written to.

use std::io::IsTerminal as _;
use std::sync::OnceLock;

use crate::args::{Colour, Everywhere, Format};
use crate::config::Config;

static SETTINGS: OnceLock<Settings> = OnceLock::new();

/// What holds for the whole run.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// Whether notices are kept back.
    pub(crate) is_quiet: bool,
    /// Whether long answers are shown page by page.
    pub(crate) pages: bool,
    colour: Colour,
    config: Config,
}

impl Settings {
    /// The bank of the user's file.
    pub(crate) fn bank(&self) -> Option<&str> {
        self.config.bank.as_deref()
    }

    /// The format of the user's file.
    pub(crate) fn format(&self) -> Option<Format> {
        self.config.format
    }

    /// The pager: what our own variable says, else the user's file, else the variable of all programs, else `less`.
    pub(crate) fn pager(&self) -> Option<String> {
        let variable = |name: &str| std::env::var(name).ok();
        let said = variable("BANKSPHERE_PAGER").or_else(|| self.config.pager.clone()).or_else(|| variable("PAGER"));
        let pager = said.or_else(|| (!cfg!(windows)).then(|| "less".to_owned()))?;
        Some(pager).filter(|pager| self.pages && !matches!(pager.trim(), "" | "cat"))
    }

    /// Whether text for a stream has colours: as `--color` says, else the environment, else the user's file, else where it is
    /// a terminal.
    fn colours(&self, is_terminal: bool) -> bool {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        match self.colour {
            Colour::Always => return true,
            Colour::Never => return false,
            Colour::Auto => {}
        }
        // A value of any kind counts (no-color.org).
        if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
            return false;
        }
        if is_set("CLICOLOR_FORCE") {
            return true;
        }
        match self.config.colour {
            Some(Colour::Always) => true,
            Some(Colour::Never) => false,
            Some(Colour::Auto) | None => {
                let is_off = |name: &str, off: &str| std::env::var_os(name).is_some_and(|value| value == off);
                is_terminal && !is_off("CLICOLOR", "0") && !is_off("TERM", "dumb")
            }
        }
    }

    /// Whether standard output has colours.
    pub(crate) fn colours_output(&self) -> bool {
        self.colours(std::io::stdout().is_terminal())
    }

    /// Whether standard error has colours.
    pub(crate) fn colours_talk(&self) -> bool {
        self.colours(std::io::stderr().is_terminal())
    }
}

/// Makes the settings hold. The first of a process do.
pub(crate) fn install(said: &Everywhere, config: Config) {
    let colour = said.colour.unwrap_or_default();
    let settings = Settings { is_quiet: said.quiet, pages: !said.no_pager, colour, config };
    // A second run in one process has the settings of the first.
    let _ = SETTINGS.set(settings);
}

/// The settings; before they are installed, such as in a test, those of a user who says nothing.
pub(crate) fn settings() -> &'static Settings {
    SETTINGS.get_or_init(Settings::default)
}
