//! `banksphere list`: customers, one a row; and those behind a row of an answer.

use std::sync::Arc;

use bank::{Listed, Place};
use pipeline::{Pipeline, print};
use report::file::{Format, Rows, Sheet};
use report::table::{self, render};

use crate::args;
use crate::failure::Failure;
use crate::tables::Target;
use crate::{interrupt, output, place};

/// Runs the command.
pub(crate) fn run(args: &args::List) -> Result<(), Failure> {
    let place = place::of(&args.run.bank)?;
    output::check(&[("--output", args.table.output.as_deref())], &[place::file(&args.run.bank)], Some(&place))?;
    if args.table.show_pipeline {
        let text: String = shown(args, &place)?.iter().map(pasted).collect();
        return output::write(args.table.output.as_deref(), text.as_bytes());
    }
    let target = Target::of(args.table.format, args.table.output.as_deref())?;
    let cancel = Arc::default();
    let bank = place::open(&args.run, Some(&args.asked), Some(&cancel))?;
    interrupt::while_writing(args.table.output.as_deref(), &cancel, || {
        let listed = bank.list(&args.filter.all, &args.wish.wish())?;
        write(&listed, &target)
    })
}

/// Writes a list.
pub(crate) fn write(listed: &Listed, target: &Target<'_>) -> Result<(), Failure> {
    listed.kept.iter().chain(&listed.notice()).for_each(output::notice);
    let Listed { title, table, .. } = listed;
    match target.format() {
        Format::Text(table::Format::Table) => {
            let table = render(table, table::Format::Table, target.width());
            target.write_text(format!("{title}\n\n{table}"))
        }
        Format::Text(table::Format::Markdown) => {
            target.write_text(format!("## {title}\n\n{}", render(table, table::Format::Markdown, None)))
        }
        _ => target.write(title, &[Sheet { name: "customers", rows: Rows::Table(table) }]),
    }
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
