//! `banksphere analyze`: a file in; a summary on stdout and an HTML report out.

use bank::{Options, Progress};

use crate::args::Analyze;
use crate::command::{import, report};
use crate::failure::Failure;
use crate::home::Place;
use crate::target::Target;
use crate::{answers, interrupt, output, progress};

/// The width of the summary where stdout is no terminal.
const PAGE_WIDTH: usize = 100;

/// Runs the command.
pub(crate) fn run(args: &Analyze) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let catalog = answers::open_catalog(&args.catalog)?;
    let target = Target::open(args.bank.as_deref().map(Place::named).transpose()?, args.timeout, &cancel)?;
    let bar = progress::bar(args.sample, "customers");
    let tick = |progress: Progress| bar.set_position(progress.rows);
    let options = Options { as_of: None, progress: &tick, cancel: &cancel };
    let quality = match (&args.file, args.sample) {
        (Some(file), _) => bank::import_csv(file, &target.store, &options)?,
        (None, n) => bank::load_sample(n.unwrap_or_default(), args.seed, &target.store, &options)?,
    };
    bar.finish_and_clear();
    for notice in &quality.notices {
        output::say(&format!("notice: {notice}"));
    }
    let facts = import::quality_facts(&quality);
    target.deliver(None, &cancel)?;
    let (home, _temporary) = target.into_home()?;
    let built = report::build(&home, &catalog, quality.source, facts, &cancel)?;
    let summary = ::report::terminal(&built, output::width().unwrap_or(PAGE_WIDTH));
    output::write_file(&args.report, ::report::html(&built).as_bytes())?;
    output::print(summary.as_bytes())?;
    output::say(&format!("report written to {}", args.report.display()));
    Ok(())
}
