//! `banksphere indexes`: which indexes help which pipelines on a server, tried on the real data.

use std::sync::Arc;

use bank::{Access, Bank, Trials};
use pipeline::Pipeline;

use crate::args::Indexes;
use crate::command::aggregate;
use crate::failure::Failure;
use crate::{interrupt, output, place, progress};

/// Runs the command.
pub(crate) fn run(args: &Indexes) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let place = place::of(&args.run.bank)?;
    let access = Access { timeout: args.run.timeout, cancel: Some(Arc::clone(&cancel)), notice: &output::say };
    let home = Bank::open(&place, access)?;
    let pipelines = pipelines(args, &home)?;
    let bar = progress::spinner();
    let trials = Trials::run(&home, &place, args.run.timeout, pipelines, |trial| bar.set_message(trial.to_owned()))?;
    bar.finish_and_clear();
    let Some(table) = trials.table() else {
        output::say("no index could help: nothing is matched, sorted or joined by a field of a collection");
        return Ok(());
    };
    output::print(report::table::render(&table, report::table::Format::Table, output::width()).as_bytes())?;
    if args.create { Ok(trials.keep_helpful(&output::say)?) } else { Ok(()) }
}

/// The pipelines that the user asks about.
fn pipelines(args: &Indexes, home: &Bank) -> Result<Vec<(String, Pipeline)>, Failure> {
    let catalog = bank::open_catalog(args.catalog.folder())?;
    match (&args.name, &args.pipeline) {
        (Some(collection), Some(pipeline)) => {
            Ok(vec![(collection.clone(), aggregate::pipeline(collection, pipeline, home)?)])
        }
        (Some(name), None) => Ok(bank::questions([catalog.analysis(name)?])),
        (None, _) => Ok(bank::questions(catalog.analyses())),
    }
}
