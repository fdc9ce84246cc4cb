//! `banksphere describe`: each column of the customers in one line, or the histogram of one.

use std::sync::Arc;

use bank::{Bank, Place, Query};

use report::file::{Format, Sheet};
use report::table;

use super::quality::pasted;
use crate::args;
use crate::failure::Failure;
use crate::tables::Target;
use crate::{interrupt, output, picture, place};

/// Runs the command.
pub(crate) fn run(args: &args::Describe) -> Result<(), Failure> {
    let place = place::of(&args.run.bank)?;
    let outputs = [("--output", args.table.output.as_deref()), ("--chart", args.chart.as_deref())];
    output::check(&outputs, &[place::file(&args.run.bank)], Some(&place))?;
    if args.table.show_pipeline {
        let text: String = shown(args, &place)?.iter().map(pasted).collect();
        return output::write(args.table.output.as_deref(), text.as_bytes());
    }
    let target = Target::of(args.table.format, args.table.output.as_deref())?;
    picture::check(args.chart.as_deref(), args.table.output.as_deref(), &target)?;
    let cancel = Arc::default();
    let bank = place::open_by(&args.run, None, Some(&args.contract), Some(&cancel))?;
    let written = args.table.output.as_deref().or(args.chart.as_deref());
    interrupt::while_writing(written, &cancel, || match &args.column {
        Some(column) => distribution(args, column, &bank, &target),
        None => write(args, &bank, &target),
    })
}

/// How the values of one column are spread.
fn distribution(args: &args::Describe, column: &str, bank: &Bank, target: &Target<'_>) -> Result<(), Failure> {
    let (answer, _) = bank.distribution(column, &args.filter.all)?;
    picture::write(args.chart.as_deref(), &answer)?;
    let answers = std::slice::from_ref(&answer);
    let charts = if picture::is_drawn_here(args.chart.as_deref()) { picture::in_text(answers)? } else { Vec::new() };
    target.write_drawn(&answer.heading(), &[Sheet::from(&answer)], &charts)
}

fn write(args: &args::Describe, bank: &Bank, target: &Target<'_>) -> Result<(), Failure> {
    let (page, _) = bank.description(&args.filter.all)?;
    if page.customers == 0 && !args.filter.all.is_empty() {
        output::notice(&bank::no_customer_meets(&args.filter.all));
    }
    match target.format() {
        Format::Text(table::Format::Table) => target.write_text(report::description_text(&page, target.width())),
        Format::Text(table::Format::Markdown) => target.write_text(report::description_markdown(&page)),
        Format::Page => target.write_text(report::description_html(&page)),
        _ => target.write(&page.description_heading(), &[Sheet::from(&page.description_answer())]),
    }
}

/// The pipelines that are shown. A bank's contract names the columns; where there is no bank, that of the card data does.
fn shown(args: &args::Describe, place: &Place) -> Result<Vec<(String, Query)>, Failure> {
    let (filters, column) = (&args.filter.all, args.column.as_deref());
    if place::is_there(place) {
        let bank = place::open_by(&args.run, None, Some(&args.contract), None)?;
        return Ok(match column {
            Some(column) => bank.distribution(column, filters)?.1,
            None => bank.description(filters)?.1,
        });
    }
    Ok(bank::description_queries(&bank::open_catalog(None, None)?, filters, column)?)
}
