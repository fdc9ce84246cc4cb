//! What a command reads from the standard input, where the user says `-`.
//!
//! In: an argument. Out: what an import reads, or the text. Invariant: where the standard input is a terminal, the user is
//! told what is waited for, and what ends it.

use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

use bank::Source;

use crate::failure::Failure;
use crate::output;

/// The argument that means the standard input.
const STANDARD_INPUT: &str = "-";

/// The file that an argument names. A file whose name is `-` is called `./-`.
pub(crate) fn named(file: &Path) -> Source<'_> {
    if file != Path::new(STANDARD_INPUT) {
        return Source::Path(file);
    }
    tell("the file");
    Source::StandardInput
}

/// The text of the standard input, if the argument means that.
pub(crate) fn text(argument: &str, what: &str) -> Result<Option<String>, Failure> {
    if argument != STANDARD_INPUT {
        return Ok(None);
    }
    tell(what);
    let mut text = String::new();
    match std::io::stdin().read_to_string(&mut text) {
        Ok(_) => Ok(Some(text)),
        Err(error) => Err(Failure::new(format!("{what} cannot be read from standard input: {error}"))),
    }
}

/// Why not refuse a terminal: the user may well paste what is asked for.
fn tell(what: &str) {
    if std::io::stdin().is_terminal() {
        let end = if cfg!(windows) { "Ctrl-Z and Enter end it" } else { "Ctrl-D on a line of its own ends it" };
        output::say(&format!("reading {what} from the terminal: {end}"));
    }
}
