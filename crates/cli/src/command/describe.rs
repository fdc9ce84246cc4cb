//! `banksphere describe`: each column of the customers in one line.

use std::sync::Arc;

use bank::{Bank, Place, Query};

use super::quality::pasted;
use crate::args::{self, Format};
use crate::failure::Failure;
use crate::{interrupt, output, place};

/// Runs the command.
pub(crate) fn run(args: &args::Describe) -> Result<(), Failure> {
    let place = place::of(&args.run.bank)?;
    output::check(&[("--output", args.output.as_deref())], &[place::file(&args.run.bank)], Some(&place))?;
    if args.show_pipeline {
        let text: String = shown(args, &place)?.iter().map(pasted).collect();
        return output::write(args.output.as_deref(), text.as_bytes());
    }
    let cancel = Arc::default();
    let bank = place::open_by(&args.run, None, Some(&args.contract), Some(&cancel))?;
    interrupt::while_writing(args.output.as_deref(), &cancel, || write(args, &bank))
}

fn write(args: &args::Describe, bank: &Bank) -> Result<(), Failure> {
    let (page, _) = bank.description(&args.filter.all)?;
    if page.customers == 0 && !args.filter.all.is_empty() {
        output::notice(&bank::no_customer_meets(&args.filter.all));
    }
    let format = args.format.unwrap_or(Format::Table);
    let width = if output::file(args.output.as_deref()).is_some() { None } else { output::width() };
    let is_for_people = matches!(format, Format::Table | Format::Md);
    let table = if is_for_people { page.description_in_words() } else { page.description() };
    let written = report::table::render(&table, format.of_table(), width);
    let (heading, extent) = (page.description_heading(), page.extent());
    let text = match format {
        Format::Table => format!("{heading}\n{extent}\n\n{written}"),
        Format::Md => format!("## {heading}\n\n{extent}\n\n{written}"),
        Format::Csv | Format::Spreadsheet | Format::Json | Format::Ndjson => written,
    };
    output::write(args.output.as_deref(), text.as_bytes())?;
    output::tell_formulas(format, [&table]);
    Ok(())
}

/// The pipelines that are shown. A bank's contract names the columns; where there is no bank, that of the card data does.
fn shown(args: &args::Describe, place: &Place) -> Result<Vec<(String, Query)>, Failure> {
    let filters = &args.filter.all;
    if place::is_there(place) {
        return Ok(place::open_by(&args.run, None, Some(&args.contract), None)?.description(filters)?.1);
    }
    Ok(bank::description_queries(&bank::open_catalog(None, None)?, filters)?)
}
