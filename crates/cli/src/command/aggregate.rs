//! `banksphere aggregate`: any pipeline over any collection, one document a line as it comes.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bank::{Bank, Query};
use pipeline::{Collation, Document, Rows, print};

use crate::args::{Aggregate, Question, WrittenArgs};
use crate::command::explain;
use crate::failure::Failure;
use crate::{input, interrupt, output, place};

/// Runs the command.
pub(crate) fn run(args: &Aggregate) -> Result<(), Failure> {
    let question = &args.question;
    let inputs = [question.pipeline.strip_prefix('@').map(Path::new), place::file(&question.run.bank)];
    output::check(&[("--output", args.written.output.as_deref())], &inputs, Some(&place::of(&question.run.bank)?))?;
    let cancel = Arc::default();
    let bank = place::open(&question.run, None, Some(&cancel))?;
    let query = asked(question, &bank)?;
    if query.explains() {
        return explain::tell(&bank, &query, false);
    }
    let written = &args.written;
    interrupt::while_writing(written.output.as_deref(), &cancel, || write(written, bank.rows(&query)?, &cancel))
}

/// Writes documents as they come, or all of them as a table.
pub(crate) fn write(args: &WrittenArgs, rows: Rows, cancel: &AtomicBool) -> Result<(), Failure> {
    let notices = rows.notices().clone();
    if let Some(format) = args.format {
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let table = report::documents_table(&rows);
        let text = report::table::render(&table, format.of_table(), output::width());
        output::write(args.output.as_deref(), text.as_bytes())?;
        output::tell_formulas(format, [&table]);
    } else {
        let format = if args.canonical { print::Format::Canonical } else { print::Format::Relaxed };
        write_lines(args.output.as_deref(), rows, cancel, |row| print::document(&row, format))?;
    }
    notices.all().iter().for_each(output::notice);
    Ok(())
}

/// Writes one line for each row as it comes.
pub(crate) fn write_lines(
    file: Option<&Path>,
    rows: Rows,
    cancel: &AtomicBool,
    line: impl Fn(Document) -> String,
) -> Result<(), Failure> {
    output::stream(file, |out| {
        for row in rows {
            writeln!(out, "{}", line(row?))?;
            if cancel.load(Ordering::Relaxed) {
                return Err(Failure::Interrupted);
            }
        }
        Ok(())
    })
}

/// The query of a command that takes one.
pub(crate) fn asked(question: &Question, bank: &Bank) -> Result<Query, Failure> {
    let strict = question.strict.then(|| bank.strict());
    let collation = question.collation.as_deref().map(collation).transpose()?.flatten();
    Ok(query(&question.collection, &question.pipeline, strict.as_ref().unwrap_or(bank))?.under(collation)?)
}

/// The collation that a text names; none where strings are to be compared by their bytes.
pub(crate) fn collation(text: &str) -> Result<Option<Collation>, Failure> {
    let read = pipeline::read(text).and_then(|value| Collation::parse(&value));
    read.map_err(|error| {
        let word = text.trim_matches(['"', '\'']);
        let is_word = word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '@' | '='));
        if is_word && !word.is_empty() {
            let message = format!("a collation is an object, and `{word}` is a word");
            return Failure::hinted(message, format!("name the locale: `--collation '{{locale: \"{word}\"}}'`"));
        }
        Failure::of(error.within("--collation").into_diagnostic())
    })
}

/// The query that an argument is or names.
pub(crate) fn query(collection: &str, argument: &str, bank: &Bank) -> Result<Query, Failure> {
    bank.require(collection)?;
    let (text, source) = text(argument)?;
    Ok(bank.query(&text, source.as_deref(), collection)?)
}

/// The pipeline's text, and the file that it came from.
pub(crate) fn text(argument: &str) -> Result<(String, Option<String>), Failure> {
    if let Some(text) = input::text(argument, "the pipeline")? {
        return Ok((text, Some("standard input".to_owned())));
    }
    match argument.strip_prefix('@') {
        Some(file) => Ok((bank::read_text(Path::new(file))?, Some(file.to_owned()))),
        None => Ok((argument.to_owned(), None)),
    }
}
