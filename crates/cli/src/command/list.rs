//! `banksphere list`: customers, one a row; and those behind a row of an answer.

use std::path::Path;
use std::sync::Arc;

use bank::{Listed, Place};
use pipeline::{Pipeline, print};

use crate::args::{self, Format};
use crate::failure::Failure;
use crate::{interrupt, output, place};

/// Runs the command.
pub(crate) fn run(args: &args::List) -> Result<(), Failure> {
    let place = place::of(&args.run.bank)?;
    output::check(&[("--output", args.output.as_deref())], &[place::file(&args.run.bank)], Some(&place))?;
    if args.show_pipeline {
        let text: String = shown(args, &place)?.iter().map(pasted).collect();
        return output::write(args.output.as_deref(), text.as_bytes());
    }
    let cancel = Arc::default();
    let bank = place::open(&args.run, Some(&args.asked), Some(&cancel))?;
    interrupt::while_writing(args.output.as_deref(), &cancel, || {
        let listed = bank.list(&args.filter.all, &args.wish.wish())?;
        write(&listed, args.format, args.output.as_deref())
    })
}

/// Writes a list.
pub(crate) fn write(listed: &Listed, format: Option<Format>, file: Option<&Path>) -> Result<(), Failure> {
    let format = format.unwrap_or(Format::Table);
    let width = if output::file(file).is_some() { None } else { output::width() };
    let table = report::table::render(&listed.table, format.of_table(), width);
    let text = match format {
        Format::Table => format!("{}\n\n{table}", listed.title),
        Format::Md => format!("## {}\n\n{table}", listed.title),
        Format::Csv | Format::Spreadsheet | Format::Json | Format::Ndjson => table,
    };
    listed.notice().iter().for_each(output::notice);
    output::write(file, text.as_bytes())?;
    output::tell_formulas(format, [&listed.table]);
    Ok(())
}

/// The pipelines that are shown. A bank's contract names the columns; where there is no bank, that of the card data does.
fn shown(args: &args::List, place: &Place) -> Result<[(String, Pipeline); 2], Failure> {
    let of = |catalog: &bank::Catalog| bank::listing(catalog, &args.filter.all, &args.wish.wish());
    let listing = if place::is_there(place) {
        of(place::open(&args.run, Some(&args.asked), None)?.catalog())?
    } else {
        of(&bank::open_catalog(None, args.asked.catalog.folder())?)?
    };
    Ok([listing.query, listing.count])
}

/// A pipeline, to paste.
pub(crate) fn pasted((collection, pipeline): &(String, Pipeline)) -> String {
    format!(
        "// mongosh\n{}\n\n// the same as Extended JSON\n{}\n\n",
        print::mongosh(collection, pipeline),
        print::extended_json(pipeline)
    )
}
