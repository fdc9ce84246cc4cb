//! `banksphere analyze`: a file in; a summary on stdout and an HTML report out.

use bank::{CardData, Target};

use crate::args::Analyze;
use crate::failure::Failure;
use crate::progress::Bars;
use crate::{interrupt, output, place};

/// The width of the summary where stdout is no terminal.
const PAGE_WIDTH: usize = 100;

/// Runs the command.
pub(crate) fn run(args: &Analyze) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let catalog = bank::open_catalog(args.catalog.folder())?;
    let place = args.bank.as_deref().map(place::named).transpose()?;
    let card_data = match (&args.file, args.sample) {
        (Some(file), _) => CardData::Csv(file),
        (None, n) => CardData::Sample { n: n.unwrap_or_default(), seed: args.seed },
    };
    let report = Bars::default().talk(&cancel, |talk| {
        let target = Target::open(place, args.timeout, talk)?;
        let quality = target.take(card_data, None, talk)?;
        for notice in &quality.notices {
            (talk.say)(&format!("notice: {notice}"));
        }
        target.deliver(None, talk)?;
        let facts = bank::quality_facts(&quality);
        let (home, _temporary) = target.into_home()?;
        bank::report(&home, &catalog, quality.source, facts, talk)
    })?;
    let summary = report::terminal(&report, output::width().unwrap_or(PAGE_WIDTH));
    bank::write_file(&args.report, report::html(&report).as_bytes())?;
    output::print(summary.as_bytes())?;
    output::say(&format!("report written to {}", args.report.display()));
    Ok(())
}
