//! `banksphere report`: the HTML report of a bank.

use bank::{Access, Bank};

use crate::args::Report;
use crate::failure::Failure;
use crate::progress::Bars;
use crate::{interrupt, output, place};

/// Runs the command.
pub(crate) fn run(args: &Report) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let catalog = bank::open_catalog(args.catalog.folder())?;
    let place = place::of(&args.run.bank)?;
    let access = Access { timeout: args.run.timeout, cancel: Some(cancel.clone()), notice: &output::say };
    let home = Bank::open(&place, access)?;
    let source = place.to_string();
    let report = Bars::default().talk(&cancel, |talk| bank::report(&home, &catalog, source, Vec::new(), talk))?;
    bank::write_file(&args.output, report::html(&report).as_bytes())?;
    output::say(&format!("report written to {}", args.output.display()));
    Ok(())
}
