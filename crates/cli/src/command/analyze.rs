//! `banksphere analyze`: a file in; a summary on stdout and an HTML report out.

use bank::{Options, Progress};
use store::Store;

use crate::args::Analyze;
use crate::command::{import, report};
use crate::failure::Failure;
use crate::home::{Embedded, Home, Place};
use crate::{answers, interrupt, output, progress};

/// The width of the summary where stdout is no terminal.
const PAGE_WIDTH: usize = 100;

/// Runs the command.
pub(crate) fn run(args: &Analyze) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let catalog = answers::open_catalog(&args.catalog)?;
    let temporary;
    let folder = match args.bank.as_deref().map(Place::named).transpose()? {
        Some(Place::Folder(folder)) => folder,
        Some(Place::Server(uri)) => return Err(Failure::new(format!("nothing can be imported into `{uri}` yet"))),
        None => {
            temporary = tempfile::Builder::new().prefix("banksphere-").tempdir()?;
            temporary.path().to_owned()
        }
    };
    let store = Store::create_or_open(&folder)?;
    let bar = progress::bar(args.sample, "customers");
    let tick = |progress: Progress| bar.set_position(progress.rows);
    let options = Options { as_of: None, progress: &tick, cancel: &cancel };
    let quality = match (&args.file, args.sample) {
        (Some(file), _) => bank::import_csv(file, &store, &options)?,
        (None, n) => bank::load_sample(n.unwrap_or_default(), args.seed, &store, &options)?,
    };
    bar.finish_and_clear();
    for notice in &quality.notices {
        output::say(&format!("notice: {notice}"));
    }
    let facts = import::quality_facts(&quality);
    let built = report::build(&Home::Embedded(Embedded::over(store)?), &catalog, quality.source, facts, &cancel)?;
    let summary = ::report::terminal(&built, output::width().unwrap_or(PAGE_WIDTH));
    output::write_file(&args.report, ::report::html(&built).as_bytes())?;
    output::print(summary.as_bytes())?;
    output::say(&format!("report written to {}", args.report.display()));
    Ok(())
}
