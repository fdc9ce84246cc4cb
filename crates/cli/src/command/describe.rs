//! `banksphere describe`: each column of the customers in one line.

use std::sync::Arc;

use bank::{Bank, Place, Query};

use report::file::{Format, Rows, Sheet};
use report::table::{self, render};

use super::quality::pasted;
use crate::args;
use crate::failure::Failure;
use crate::tables::Target;
use crate::{interrupt, output, place};

/// Runs the command.
pub(crate) fn run(args: &args::Describe) -> Result<(), Failure> {
    let place = place::of(&args.run.bank)?;
    output::check(&[("--output", args.table.output.as_deref())], &[place::file(&args.run.bank)], Some(&place))?;
    if args.table.show_pipeline {
        let text: String = shown(args, &place)?.iter().map(pasted).collect();
        return output::write(args.table.output.as_deref(), text.as_bytes());
    }
    let target = Target::of(args.table.format, args.table.output.as_deref())?;
    let cancel = Arc::default();
    let bank = place::open_by(&args.run, None, Some(&args.contract), Some(&cancel))?;
    interrupt::while_writing(args.table.output.as_deref(), &cancel, || write(args, &bank, &target))
}

fn write(args: &args::Describe, bank: &Bank, target: &Target<'_>) -> Result<(), Failure> {
    let (page, _) = bank.description(&args.filter.all)?;
    if page.customers == 0 && !args.filter.all.is_empty() {
        output::notice(&bank::no_customer_meets(&args.filter.all));
    }
    let (heading, extent) = (page.description_heading(), page.extent());
    let in_words = |format| render(&page.description_in_words(), format, target.width());
    match target.format() {
        Format::Text(format @ table::Format::Table) => {
            target.write_text(format!("{heading}\n{extent}\n\n{}", in_words(format)))
        }
        Format::Text(format @ table::Format::Markdown) => {
            target.write_text(format!("## {heading}\n\n{extent}\n\n{}", in_words(format)))
        }
        _ => target.write(&heading, &[Sheet { name: "columns", rows: Rows::Table(&page.description()) }]),
    }
}

/// The pipelines that are shown. A bank's contract names the columns; where there is no bank, that of the card data does.
fn shown(args: &args::Describe, place: &Place) -> Result<Vec<(String, Query)>, Failure> {
    let filters = &args.filter.all;
    if place::is_there(place) {
        return Ok(place::open_by(&args.run, None, Some(&args.contract), None)?.description(filters)?.1);
    }
    Ok(bank::description_queries(&bank::open_catalog(None, None)?, filters)?)
}
