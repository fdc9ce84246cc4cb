//! `banksphere analyze`: a file in; a summary on stdout and a report out.

use bank::{Import, ImportSource, Opening, Quality};

use crate::args::Analyze;
use crate::command::report::{entitle, open};
use crate::failure::Failure;
use crate::progress::Bars;
use crate::{interrupt, limits, output, place};

/// The width of the summary where stdout is no terminal.
const PAGE_WIDTH: usize = 100;

/// Runs the command.
pub(crate) fn run(args: &Analyze) -> Result<(), Failure> {
    if args.file.is_none() && args.sample.is_none() {
        let hint = "name a file of customers, or generate some: `banksphere analyze --sample 10000`";
        return Err(Failure::hinted("there is nothing to analyze", hint));
    }
    let cancel = interrupt::install()?;
    // A fault of the catalog is told before a long import, not after it.
    bank::open_catalog(None, args.catalog.folder())?;
    let place = args.bank.as_deref().map(place::named).transpose()?;
    if output::file(Some(&args.report)).is_none() {
        return Err(Failure::hinted("`--report` cannot be standard output: the summary goes there", "name a file"));
    }
    let inputs = [args.file.as_deref(), args.said.contract()];
    let outputs = [("--set-aside", args.faults.set_aside()), ("--report", Some(args.report.as_path()))];
    output::check(&outputs, &inputs, place.as_ref())?;
    bank::check_report(&args.report)?;
    let said = args.said.read()?;
    let source = match (&args.file, args.sample) {
        (Some(file), _) => ImportSource::Customers(said.with_faults(file, &args.faults)),
        (None, n) => ImportSource::Sample { n: n.unwrap_or_default(), seed: args.seed },
    };
    let as_of = args.day.as_of.as_deref().map(place::as_of).transpose()?;
    let limits = limits::of(&args.limits, Some(&cancel))?;
    let mut report = Bars::default().talk(&cancel, |talk| {
        let found = |quality: &Quality| {
            for notice in bank::notices_of_import(quality) {
                (talk.say)(&format!("notice: {notice}"));
            }
        };
        let imported = bank::import(place, &Import { source, as_of, found: &found }, &limits, talk)?;
        let opening =
            Opening { catalog: args.catalog.folder(), day: as_of, limits, notice: talk.say, ..Opening::default() };
        let answers = imported.open(&opening)?.answer_all(talk)?;
        Ok::<_, Failure>(answers.into_report())
    })?;
    entitle(&mut report, &args.opened);
    let summary = report::terminal(&report, output::width().unwrap_or(PAGE_WIDTH));
    bank::write_file(&args.report, &bank::report_file(&args.report, &report)?)?;
    output::show(&[summary])?;
    output::say(&format!("report written to {}", args.report.display()));
    open(&args.report, &args.opened);
    Ok(())
}
