//! `banksphere quality`: what each column of the customers' data holds, and what is to be doubted.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bank::{Bank, Place, Query};
use diagnostic::Diagnostic;
use pipeline::print;
use report::Report;
use report::file::{Format, Rows, Sheet};
use report::table;

use crate::args;
use crate::failure::Failure;
use crate::progress::Bars;
use crate::tables::Target;
use crate::{interrupt, output, place};

/// Runs the command.
pub(crate) fn run(args: &args::Quality) -> Result<(), Failure> {
    let place = place::of(&args.run.bank)?;
    output::check(&[("--output", args.table.output.as_deref())], &[place::file(&args.run.bank)], Some(&place))?;
    if args.table.show_pipeline {
        let text: String = shown(args, &place)?.iter().map(pasted).collect();
        return output::write(args.table.output.as_deref(), text.as_bytes());
    }
    let target = Target::of(args.table.format, args.table.output.as_deref())?;
    let cancel = Arc::default();
    let bank = place::open_by(&args.run, None, Some(&args.contract), Some(&cancel))?;
    interrupt::while_writing(args.table.output.as_deref(), &cancel, || write(args, &bank, &target, &cancel))
}

fn write(args: &args::Quality, bank: &Bank, target: &Target<'_>, cancel: &Arc<AtomicBool>) -> Result<(), Failure> {
    let (page, _) = Bars::default().talk(cancel, |talk| bank.quality_page(&args.filter.all, talk))?;
    if page.customers == 0 && !args.filter.all.is_empty() {
        output::notice(&bank::no_customer_meets(&args.filter.all));
    }
    match target.format() {
        Format::Text(table::Format::Table) => target.write_text(report::quality_text(&page, target.width())),
        Format::Text(table::Format::Markdown) => target.write_text(report::quality_markdown(&page)),
        Format::Page => {
            let title = report::quality_heading(&page);
            target.write_text(report::html(&Report { title, page: Some(page), ..Report::default() }))
        }
        _ => {
            let tables = report::quality_tables(&page);
            let names: Vec<&str> = tables.iter().map(|(name, _)| *name).collect();
            let files = target.files(&names);
            let outputs: Vec<_> = files.iter().map(|file| ("--output", Some(file.as_path()))).collect();
            output::check(&outputs, &[place::file(&args.run.bank)], Some(bank.place()))?;
            let sheets: Vec<Sheet<'_>> =
                tables.iter().map(|(name, table)| Sheet { name, rows: Rows::Table(table) }).collect();
            if !files.is_empty() || target.format().holds_several() {
                return target.write("", &sheets);
            }
            let told = Diagnostic::new("these are the columns; the page has remarks, associations and first rows, too");
            output::notice(&told.hint("`-o FILE` writes each of its tables into a file of its own"));
            target.write("", &sheets[..1])
        }
    }
}

/// The pipelines that are shown. A bank's contract names the columns; where there is no bank, that of the card data does.
fn shown(args: &args::Quality, place: &Place) -> Result<Vec<(String, Query)>, Failure> {
    let filters = &args.filter.all;
    if place::is_there(place) {
        return Ok(place::open_by(&args.run, None, Some(&args.contract), None)?.quality_queries(filters)?);
    }
    Ok(bank::quality_queries(&bank::open_catalog(None, None)?, filters)?)
}

/// A pipeline with what it counts, to paste.
pub(crate) fn pasted((about, query): &(String, Query)) -> String {
    let (collection, pipeline) = (query.collection(), query.pipeline());
    format!(
        "// {about}: mongosh\n{}\n\n// the same as Extended JSON\n{}\n\n",
        print::mongosh(collection, pipeline),
        print::extended_json(pipeline)
    )
}
