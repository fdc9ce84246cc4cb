//! Where data goes: stdout, or a file that appears whole or not at all.

use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};
use std::path::Path;

use bank::{Output, Place, Table};
use diagnostic::Diagnostic;

use crate::args::Format;
use crate::failure::Failure;
use crate::spell::spell;

/// Bytes that are gathered before they are written.
const BUFFER: usize = 1 << 20;

/// What means standard output where a file may be named.
const STANDARD_OUTPUT: &str = "-";

/// The file that an option names; none where it means standard output. A file whose name is `-` is called `./-`.
pub(crate) fn file(named: Option<&Path>) -> Option<&Path> {
    named.filter(|file| *file != Path::new(STANDARD_OUTPUT))
}

/// Refuses outputs that would destroy what is read, the bank, or each other, before any work is done.
pub(crate) fn check(
    outputs: &[(&str, Option<&Path>)],
    inputs: &[Option<&Path>],
    bank: Option<&Place>,
) -> Result<(), Failure> {
    let outputs: Vec<Output<'_>> =
        outputs.iter().filter_map(|(option, named)| Some(Output { option, file: file(*named)? })).collect();
    let inputs: Vec<&Path> = inputs.iter().copied().flatten().collect();
    Ok(bank::check_outputs(&outputs, &inputs, bank)?)
}

/// Writes data to `file`, or to stdout where none is named.
pub(crate) fn write(file: Option<&Path>, data: &[u8]) -> Result<(), Failure> {
    match self::file(file) {
        Some(file) => Ok(bank::write_file(file, data)?),
        None => print(data),
    }
}

/// Writes what `write` writes to `file`, which appears whole or not at all, or to stdout where none is named.
pub(crate) fn stream(
    file: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let Some(file) = self::file(file) else {
        let mut stdout = BufWriter::with_capacity(BUFFER, Stdout(std::io::stdout().lock()));
        write(&mut stdout)?;
        return Ok(stdout.flush()?);
    };
    let mut buffered = BufWriter::with_capacity(BUFFER, bank::Outgoing::to(file)?);
    write(&mut buffered)?;
    buffered.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish()?;
    Ok(())
}

/// Writes data to stdout.
pub(crate) fn print(data: &[u8]) -> Result<(), Failure> {
    let mut stdout = Stdout(std::io::stdout().lock());
    stdout.write_all(data)?;
    stdout.flush()?;
    Ok(())
}

/// Standard output, which names itself where it cannot be written.
struct Stdout(StdoutLock<'static>);

impl Write for Stdout {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.0.write(data).map_err(|error| named(&error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(|error| named(&error))
    }
}

/// The kind stays, by which a reader who has gone is known.
fn named(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("standard output cannot be written: {}", bank::reason(error)))
}

/// The columns that a table may take: the terminal's, or `None` where stdout is none.
pub(crate) fn width() -> Option<usize> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// Says what the user should know beside an answer.
pub(crate) fn notice(notice: &Diagnostic) {
    say(&format!("notice: {}", notice.render(spell)));
}

/// Says how many texts of tables that were written as CSV a spreadsheet takes for formulas, where it does.
pub(crate) fn tell_formulas<'a>(format: Format, tables: impl IntoIterator<Item = &'a Table>) {
    if format == Format::Csv {
        bank::formulas_notice(tables).iter().for_each(notice);
    }
}

/// Says something that is not data. What a file or a server said may be in it, so nothing of it moves the terminal.
#[expect(clippy::print_stderr, reason = "talk goes to stderr")]
pub(crate) fn say(text: &str) {
    eprintln!("{}", diagnostic::printable(text));
}

/// Refuses to write a contract over a file that is there.
pub(crate) fn refuse_contract(file: &Path) -> Result<(), Failure> {
    if !file.is_file() {
        return Ok(());
    }
    let message = format!("there is a file `{}` already, which may be a contract that was changed", file.display());
    Err(Failure::hinted(message, "name another file, or remove it"))
}
