//! `banksphere compare`: two segments of customers side by side.

use std::sync::Arc;

use bank::{Bank, Place, Segments};
use pipeline::Pipeline;
use report::file::{Format, Rows, Sheet};
use report::table;

use super::list::pasted;
use crate::args;
use crate::failure::Failure;
use crate::tables::Target;
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
    output::check(&[("--output", args.table.output.as_deref())], &[place::file(&args.run.bank)], Some(&place))?;
    if args.table.show_pipeline {
        let text: String = shown(args, &segments, &place)?.iter().map(pasted).collect();
        return output::write(args.table.output.as_deref(), text.as_bytes());
    }
    let target = Target::of(args.table.format, args.table.output.as_deref())?;
    let cancel = Arc::default();
    let bank = place::open(&args.run, Some(&args.asked), Some(&cancel))?;
    interrupt::while_writing(args.table.output.as_deref(), &cancel, || write(&segments, &bank, &target))
}

fn write(segments: &Segments, bank: &Bank, target: &Target<'_>) -> Result<(), Failure> {
    let (compared, _) = bank.compare(segments)?;
    match target.format() {
        Format::Text(table::Format::Table) => target.write_text(report::comparison_text(&compared, target.width())),
        Format::Text(table::Format::Markdown) => target.write_text(report::comparison_markdown(&compared)),
        Format::Page => target.write_text(report::comparison_html(&compared)),
        format => {
            let answer = compared.answer();
            let table = if format == Format::Workbook { &compared.labelled() } else { &answer.table };
            let sheet = Sheet { name: "comparison", rows: Rows::Answer(&answer, table) };
            target.write(&compared.heading(), &[sheet])
        }
    }
}

/// The pipelines that are shown. A bank's contract names the columns; where there is no bank, that of the card data does.
fn shown(args: &args::Compare, segments: &Segments, place: &Place) -> Result<Vec<(String, Pipeline)>, Failure> {
    if place::is_there(place) {
        return Ok(segments.queries(place::open(&args.run, Some(&args.asked), None)?.catalog())?);
    }
    Ok(segments.queries(&bank::open_catalog(None, args.asked.catalog.folder())?)?)
}
