//! `banksphere indexes`: which indexes help which pipelines on a server, tried on the real data.

use std::sync::Arc;

use bank::{Bank, Talk};
use pipeline::Pipeline;

use crate::args::Indexes;
use crate::command::aggregate;
use crate::failure::Failure;
use crate::{interrupt, output, place, progress};

/// Runs the command.
pub(crate) fn run(args: &Indexes) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let bank = place::open(&args.run, Some(&args.asked), Some(&cancel))?;
    let pipelines = pipelines(args, &bank)?;
    let bar = progress::spinner();
    let trying = |step: bank::Step<'_>| bar.set_message(step.what.to_owned());
    let say = |line: &str| bar.suspend(|| output::say(line));
    let talk = Talk { say: &say, progress: &trying, cancel: &Arc::clone(&cancel) };
    let table = bank.indexes(pipelines, args.create, &talk);
    bar.finish_and_clear();
    let Some(table) = table? else {
        output::say("no index could help: nothing is matched, sorted or joined by a field of a collection");
        return Ok(());
    };
    output::print(report::table::render(&table, report::table::Format::Table, output::width()).as_bytes())
}

/// The pipelines that the user asks about.
fn pipelines(args: &Indexes, bank: &Bank) -> Result<Vec<(String, Pipeline)>, Failure> {
    let catalog = bank.catalog();
    match (&args.name, &args.pipeline) {
        (Some(collection), Some(pipeline)) => Ok(vec![aggregate::query(collection, pipeline, bank)?.into_parts()]),
        (Some(name), None) => Ok(bank::questions([catalog.analysis(name)?])),
        (None, _) => Ok(bank::questions(catalog.analyses())),
    }
}
