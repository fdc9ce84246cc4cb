//! Where data goes: stdout, or a file that appears whole or not at all.

use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};
use std::path::Path;

use bank::{Output, Place};
use clap::builder::styling::{AnsiColor, Style};
use diagnostic::Diagnostic;

use crate::failure::Failure;
use crate::pager;
use crate::settings::settings;
use crate::spell::spell;

/// Bytes that are gathered before they are written.
const BUFFER: usize = 1 << 20;

/// The heading of a text for people.
const HEADING: Style = Style::new().bold();

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

/// Refuses a file whose ending says that it is something else than what it gets. Names without an ending say nothing.
pub(crate) fn check_ending(file: Option<&Path>, endings: &[&str], what: &str) -> Result<(), Failure> {
    let Some(file) = self::file(file) else { return Ok(()) };
    let Some(ending) = file.extension().map(|ending| ending.to_string_lossy().to_lowercase()) else { return Ok(()) };
    if endings.contains(&ending.as_str()) {
        return Ok(());
    }
    let endings: Vec<String> = endings.iter().map(|ending| format!(".{ending}")).collect();
    let message = format!("`{}` would get {what}", diagnostic::quote(&file.display().to_string()));
    Err(Failure::hinted(message, format!("its name ends in {}", endings.join(" or "))))
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

/// Shows texts for people, each under its first line as a heading: on a terminal with colours, and page by page where they are
/// long.
pub(crate) fn show(texts: &[String]) -> Result<(), Failure> {
    if !settings().colours_output() {
        return pager::show(&texts.concat());
    }
    let headed = texts.iter().map(|text| {
        let (heading, rest) = text.split_once('\n').unwrap_or((text, ""));
        format!("{HEADING}{heading}{HEADING:#}\n{rest}")
    });
    pager::show(&headed.collect::<String>())
}

/// Sentences under each other, with their numbers.
pub(crate) fn numbered(sentences: &[String]) -> String {
    let numbered = sentences.iter().enumerate().map(|(at, sentence)| format!("{}. {sentence}\n", at + 1));
    numbered.collect()
}

/// Says what the user should know beside an answer.
pub(crate) fn notice(notice: &Diagnostic) {
    say(&format!("notice: {}", notice.render(spell)));
}

/// Says something that is not data, unless the user wants none of that.
pub(crate) fn say(text: &str) {
    if !settings().is_quiet {
        tell(text);
    }
}

/// Says what the user must know: why there is no answer. What a file or a server said may be in it, so nothing of it moves the
/// terminal.
#[expect(clippy::print_stderr, reason = "talk goes to stderr")]
pub(crate) fn tell(text: &str) {
    let text = diagnostic::printable(text);
    if settings().colours_talk() {
        let lines: Vec<String> = text.lines().map(coloured).collect();
        eprintln!("{}", lines.join("\n"));
    } else {
        eprintln!("{text}");
    }
}

/// The line with the word before its colon in colour, where it says what the line is. The word says it alone, too.
fn coloured(line: &str) -> String {
    let Some((word, rest)) = line.split_once(':') else { return line.to_owned() };
    let style = match word {
        "error" => AnsiColor::Red.on_default().bold(),
        "notice" | "note" => AnsiColor::Yellow.on_default().bold(),
        "hint" => AnsiColor::Cyan.on_default().bold(),
        _ => return line.to_owned(),
    };
    format!("{style}{word}:{style:#}{rest}")
}

/// Refuses to write over a file that says something else, which may have been changed by hand, unless the user insists.
pub(crate) fn refuse_changed(file: Option<&Path>, text: &str, is_forced: bool) -> Result<(), Failure> {
    let Some(file) = self::file(file).filter(|file| !is_forced && file.is_file()) else { return Ok(()) };
    if fs_err::read(file).is_ok_and(|there| there == text.as_bytes()) {
        return Ok(());
    }
    let message = format!("there is a file `{}` already, which may have been changed", file.display());
    Err(Failure::hinted(message, "name another file, or replace it with `--force`"))
}
