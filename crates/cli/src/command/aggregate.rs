//! `banksphere aggregate`: any pipeline over any collection, one document a line as it comes.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bank::{Bank, Query};
use pipeline::{Collation, Document, Rows, print};
use report::file::{self, Format, Sheet};
use report::table;

use crate::args::{Aggregate, Question, WrittenArgs};
use crate::command::explain;
use crate::failure::Failure;
use crate::tables::Target;
use crate::{input, interrupt, output, place};

/// Runs the command.
pub(crate) fn run(args: &Aggregate) -> Result<(), Failure> {
    let question = &args.question;
    let inputs = [question.pipeline.strip_prefix('@').map(Path::new), place::file(&question.run.bank)];
    output::check(&[("--output", args.written.output.as_deref())], &inputs, Some(&place::of(&question.run.bank)?))?;
    let target = target(&args.written)?;
    let cancel = Arc::default();
    let bank = place::open(&question.run, None, Some(&cancel))?;
    let query = asked(question, &bank)?;
    if query.explains() {
        return explain::tell(&bank, &query, false);
    }
    let written = &args.written;
    interrupt::while_writing(written.output.as_deref(), &cancel, || {
        write(written, &target, &question.collection, bank.rows(&query)?, &cancel)
    })
}

/// Writes documents as they come where the format has one document a line or an array of them, or all of them as a table.
pub(crate) fn write(
    args: &WrittenArgs,
    target: &Target<'_>,
    name: &str,
    rows: Rows,
    cancel: &AtomicBool,
) -> Result<(), Failure> {
    let notices = rows.notices().clone();
    let format = if args.canonical { print::Format::Canonical } else { print::Format::Relaxed };
    let line = |row: Document| print::document(&row, format);
    let file = args.output.as_deref();
    match target.said() {
        None | Some(Format::Text(table::Format::Ndjson)) => write_rows(file, LINES, rows, cancel, line)?,
        Some(Format::Text(table::Format::Json)) => write_rows(file, ARRAY, rows, cancel, line)?,
        Some(_) => {
            let documents = rows.collect::<Result<Vec<_>, _>>()?;
            target.write(name, &[Sheet { name, rows: file::Rows::Documents(&documents) }])?;
        }
    }
    notices.all().iter().for_each(output::notice);
    Ok(())
}

/// What stands before the first row, between two, behind the last, and where there are none.
pub(crate) type Around = [&'static str; 4];

/// A row a line.
pub(crate) const LINES: Around = ["", "\n", "\n", ""];
/// One JSON array.
const ARRAY: Around = ["[\n  ", ",\n  ", "\n]\n", "[]\n"];

/// Writes rows as they come, each as its text.
pub(crate) fn write_rows(
    file: Option<&Path>,
    [before, between, behind, none]: Around,
    rows: Rows,
    cancel: &AtomicBool,
    text: impl Fn(Document) -> String,
) -> Result<(), Failure> {
    output::stream(file, |out| {
        let mut lead = before;
        let mut is_empty = true;
        for row in rows {
            write!(out, "{lead}{}", text(row?))?;
            (lead, is_empty) = (between, false);
            if cancel.load(Ordering::Relaxed) {
                return Err(Failure::Interrupted);
            }
        }
        Ok(write!(out, "{}", if is_empty { none } else { behind })?)
    })
}

/// Where documents go. Canonical is a word of Extended JSON, which other formats are not.
pub(crate) fn target(args: &WrittenArgs) -> Result<Target<'_>, Failure> {
    let target = Target::of(args.format, args.output.as_deref())?;
    let is_json = matches!(target.said(), None | Some(Format::Text(table::Format::Json | table::Format::Ndjson)));
    if args.canonical && !is_json {
        return Err(Failure::hinted("`--canonical` is a form of JSON", "leave it out, or write .json or .ndjson"));
    }
    Ok(target)
}

/// The query of a command that takes one.
pub(crate) fn asked(question: &Question, bank: &Bank) -> Result<Query, Failure> {
    let bank = bank.knowingly(&question.knowingly.columns)?;
    let bank = if question.strict { bank.strict() } else { bank };
    let collation = question.collation.as_deref().map(collation).transpose()?.flatten();
    Ok(query(&question.collection, &question.pipeline, &bank)?.under(collation)?)
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
