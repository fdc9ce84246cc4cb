//! `banksphere aggregate`: any pipeline over any collection, one document a line.

use std::io::Read as _;

use bank::Bank;
use pipeline::{Pipeline, Run as _, print};

use crate::args::Aggregate;
use crate::failure::Failure;
use crate::{output, place};

/// Runs the command.
pub(crate) fn run(args: &Aggregate) -> Result<(), Failure> {
    let home = place::open(&args.question.run, None)?;
    let collection = &args.question.collection;
    let pipeline = pipeline(collection, &args.question.pipeline, &home)?;
    if let Some(format) = args.format {
        let rows = home.run(collection, &pipeline)?;
        let text = report::table::render(&report::documents_table(&rows), format.of_table(), output::width());
        return output::write(args.output.as_deref(), text.as_bytes());
    }
    let format = if args.canonical { print::Format::Canonical } else { print::Format::Relaxed };
    output::stream(args.output.as_deref(), |out| {
        home.each(collection, &pipeline, |row| Ok::<_, Failure>(writeln!(out, "{}", print::document(row, format))?))
    })
}

/// The pipeline that an argument is or names, parsed and checked against the bank's collections.
pub(crate) fn pipeline(collection: &str, argument: &str, home: &Bank) -> Result<Pipeline, Failure> {
    let schemas = home.schemas()?;
    bank::require(&schemas, collection)?;
    let (text, source) = text(argument)?;
    Ok(bank::pipeline(&text, source.as_deref(), collection, &schemas)?)
}

/// The pipeline's text, and the file that it came from.
fn text(argument: &str) -> Result<(String, Option<String>), Failure> {
    if argument == "-" {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| Failure::new(format!("the pipeline cannot be read from stdin: {error}")))?;
        return Ok((text, Some("stdin".to_owned())));
    }
    match argument.strip_prefix('@') {
        Some(file) => {
            let text = fs_err::read_to_string(file).map_err(Failure::new)?;
            Ok((text, Some(file.to_owned())))
        }
        None => Ok((argument.to_owned(), None)),
    }
}
