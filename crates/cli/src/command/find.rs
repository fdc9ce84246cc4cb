//! `banksphere find`, `distinct` and `count`: documents, values and their number, by the pipelines that they are.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bank::{Bank, Query};
use pipeline::find::Find;
use pipeline::{Bson, Document, Rows, print};

use crate::args::{self, Selection, Window, WrittenArgs};
use crate::command::aggregate;
use crate::failure::Failure;
use crate::tables::Target;
use crate::{interrupt, output, place};

/// Writes what a query of a bank gives, until the flag is raised.
type Write<'a> = dyn Fn(&Bank, &Query, &Target<'_>, &AtomicBool) -> Result<(), Failure> + 'a;

/// Runs `find`.
pub(crate) fn find(args: &args::Find) -> Result<(), Failure> {
    let selection = &args.filtered.selection;
    let texts = [&selection.filter, &args.projection, &args.sort];
    let given = Find {
        filter: read(selection.filter.as_deref())?,
        projection: read(args.projection.as_deref())?,
        sort: read(args.sort.as_deref())?,
        skip: args.window.skip.map(Bson::Int64),
        limit: args.window.limit.map(Bson::Int64),
        variables: Document::new(),
    };
    ask(
        selection,
        &args.written,
        &texts,
        &|bank| Ok(bank.find(&given, &args.filtered.collection)?),
        &|bank, query, target, cancel| {
            aggregate::write(&args.written, target, &args.filtered.collection, bank.rows(query)?, cancel)
        },
    )
}

/// Runs `distinct`.
pub(crate) fn distinct(args: &args::Distinct) -> Result<(), Failure> {
    let filter = read(args.selection.filter.as_deref())?;
    let query = |bank: &Bank| Ok(bank.distinct(&args.field, filter.as_ref(), &args.collection)?);
    ask(&args.selection, &args.written, &[&args.selection.filter], &query, &|bank, query, target, cancel| {
        write_values(args, target, bank.rows(query)?, cancel)
    })
}

/// Runs `count`.
pub(crate) fn count(args: &args::Count) -> Result<(), Failure> {
    let Window { skip, limit } = args.window;
    let filter = read(args.filtered.selection.filter.as_deref())?;
    let [skip, limit] = [skip, limit].map(|n| n.map(Bson::Int64));
    let query = |bank: &Bank| {
        Ok(bank.count_documents(filter.as_ref(), skip.as_ref(), limit.as_ref(), &args.filtered.collection)?)
    };
    let written = WrittenArgs { canonical: false, format: None, output: None };
    ask(&args.filtered.selection, &written, &[&args.filtered.selection.filter], &query, &|bank, query, _, _| {
        let (n, notices) = bank.n_counted(query)?;
        output::print(format!("{n}\n").as_bytes())?;
        notices.all().iter().for_each(output::notice);
        Ok(())
    })
}

/// Makes the query, and shows its pipeline or has its rows written.
fn ask(
    selection: &Selection,
    written: &WrittenArgs,
    texts: &[&Option<String>],
    query: &dyn Fn(&Bank) -> Result<Query, Failure>,
    write: &Write<'_>,
) -> Result<(), Failure> {
    let files = texts.iter().filter_map(|text| text.as_deref()?.strip_prefix('@')).map(|file| Some(Path::new(file)));
    let inputs: Vec<Option<&Path>> = files.chain([place::file(&selection.run.bank)]).collect();
    output::check(&[("--output", written.output.as_deref())], &inputs, Some(&place::of(&selection.run.bank)?))?;
    let cancel = Arc::default();
    let bank = place::open(&selection.run, None, Some(&cancel))?;
    let bank = bank.knowingly(&selection.knowingly.columns)?;
    let bank = if selection.strict { bank.strict() } else { bank };
    let collation = selection.collation.as_deref().map(aggregate::collation).transpose()?.flatten();
    let query = query(&bank)?.under(collation)?;
    if selection.show_pipeline {
        return output::write(written.output.as_deref(), shown(&query).as_bytes());
    }
    let target = aggregate::target(written)?;
    interrupt::while_writing(written.output.as_deref(), &cancel, || write(&bank, &query, &target, &cancel))
}

/// The pipeline, to paste.
fn shown(query: &Query) -> String {
    let more = if query.is_more_than_stages() {
        "// `$elemMatch` and `.$` of a projection have no stage: they are done to each of these documents\n"
    } else {
        ""
    };
    let (mongosh, json) =
        (print::mongosh(query.collection(), query.pipeline()), print::extended_json(query.pipeline()));
    format!("// mongosh\n{mongosh}\n\n// the same as Extended JSON\n{json}\n{more}")
}

/// The value that an argument is or names.
fn read(argument: Option<&str>) -> Result<Option<Bson>, Failure> {
    let Some(argument) = argument else { return Ok(None) };
    let (text, source) = aggregate::text(argument)?;
    Ok(Some(bank::read_value(&text, source.as_deref())?))
}

/// Writes one value a line as they come, or all of them as a table whose column has the field's name.
fn write_values(args: &args::Distinct, target: &Target<'_>, rows: Rows, cancel: &AtomicBool) -> Result<(), Failure> {
    let value = |mut row: Document| row.remove("value").unwrap_or(Bson::Null);
    if target.said().is_some() {
        let notices = rows.notices().clone();
        let field = args.field.clone();
        let named = rows.map(move |row| Ok(Document::from_iter([(field.clone(), value(row?))])));
        return aggregate::write(&args.written, target, &args.field, Rows::new(named).with_notices(notices), cancel);
    }
    let notices = rows.notices().clone();
    let shown = if args.written.canonical { print::canonical } else { print::relaxed };
    aggregate::write_rows(args.written.output.as_deref(), aggregate::LINES, rows, cancel, |row| shown(&value(row)))?;
    notices.all().iter().for_each(output::notice);
    Ok(())
}
