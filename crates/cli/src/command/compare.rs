//! `banksphere compare`: two segments of customers side by side.

use std::sync::Arc;

use bank::{Bank, Place, Segments};
use pipeline::Pipeline;

use super::list::pasted;
use crate::args::{self, Format};
use crate::failure::Failure;
use crate::{interrupt, output, place};

/// Runs the command.
pub(crate) fn run(args: &args::Compare) -> Result<(), Failure> {
    let segments = Segments {
        first: args.first.clone(),
        second: args.second.clone(),
        filters: args.filter.all.clone(),
        measures: args.measures.clone(),
    };
    let place = place::of(&args.run.bank)?;
    output::check(&[("--output", args.output.as_deref())], &[place::file(&args.run.bank)], Some(&place))?;
    if args.show_pipeline {
        let text: String = shown(args, &segments, &place)?.iter().map(pasted).collect();
        return output::write(args.output.as_deref(), text.as_bytes());
    }
    let cancel = Arc::default();
    let bank = place::open(&args.run, Some(&args.asked), Some(&cancel))?;
    interrupt::while_writing(args.output.as_deref(), &cancel, || write(args, &segments, &bank))
}

fn write(args: &args::Compare, segments: &Segments, bank: &Bank) -> Result<(), Failure> {
    let (compared, _) = bank.compare(segments)?;
    let format = args.format.unwrap_or(Format::Table);
    let width = if output::file(args.output.as_deref()).is_some() { None } else { output::width() };
    let table = compared.table();
    let text = match format {
        Format::Table => report::comparison_text(&compared, width),
        Format::Md => report::comparison_markdown(&compared),
        Format::Csv | Format::Spreadsheet | Format::Json | Format::Ndjson => {
            report::table::render(&table, format.of_table(), width)
        }
    };
    output::write(args.output.as_deref(), text.as_bytes())?;
    output::tell_formulas(format, [&table]);
    Ok(())
}

/// The pipelines that are shown. A bank's contract names the columns; where there is no bank, that of the card data does.
fn shown(args: &args::Compare, segments: &Segments, place: &Place) -> Result<Vec<(String, Pipeline)>, Failure> {
    if place::is_there(place) {
        return Ok(segments.queries(place::open(&args.run, Some(&args.asked), None)?.catalog())?);
    }
    Ok(segments.queries(&bank::open_catalog(None, args.asked.catalog.folder())?)?)
}
