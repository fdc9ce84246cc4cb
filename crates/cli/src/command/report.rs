//! `banksphere report`: the HTML report of a bank.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use catalog::Catalog;
use report::Report;

use crate::answers;
use crate::args;
use crate::failure::Failure;
use crate::home::{Home, Place};
use crate::{home, interrupt, output, progress};

/// Runs the command.
pub(crate) fn run(args: &args::Report) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let catalog = answers::open_catalog(&args.catalog)?;
    let place = Place::of(&args.run.bank)?;
    let options = mongo::Options { timeout: args.run.timeout, cancel: Some(Arc::clone(&cancel)) };
    let home = Home::at(&place, options)?;
    let report = build(&home, &catalog, place.to_string(), Vec::new(), &cancel)?;
    output::write_file(&args.output, report::html(&report).as_bytes())?;
    output::say(&format!("report written to {}", args.output.display()));
    Ok(())
}

/// Answers the whole catalog and puts it together; `quality` are facts on the data, each a label with a value.
pub(crate) fn build(
    home: &Home,
    catalog: &Catalog,
    source: String,
    quality: Vec<(String, String)>,
    cancel: &AtomicBool,
) -> Result<Report, Failure> {
    home::require(&home.schemas()?, "customers")?;
    let bar = progress::bar(Some(catalog.analyses().len() as u64), "analyses");
    let mut answers = Vec::new();
    let once = answers::Once::new(home);
    for analysis in catalog.analyses() {
        interrupt::check(cancel)?;
        answers.push(answers::answer(analysis, &once)?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    insight::adjust(&mut answers);
    let summary = insight::summarize(&answers);
    let generated = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC").to_string();
    Ok(Report { title: "Card customers".to_owned(), source, generated, summary, quality, answers })
}
