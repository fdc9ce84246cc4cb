//! `banksphere report`: the HTML report of a bank, the same document as `analyze` makes of it.

use crate::args::Report;
use crate::failure::Failure;
use crate::progress::Bars;
use crate::{interrupt, output, place};

/// Runs the command.
pub(crate) fn run(args: &Report) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let place = place::of(&args.run.bank)?;
    output::check(&[("--output", Some(&args.output))], &[place::file(&args.run.bank)], Some(&place))?;
    let bank = place::open(&args.run, Some(&args.asked), Some(&cancel))?;
    let report = Bars::default().talk(&cancel, |talk| bank.answer_all(talk))?.into_report();
    output::write(Some(&args.output), report::html(&report).as_bytes())?;
    if let Some(file) = output::file(Some(&args.output)) {
        output::say(&format!("report written to {}", file.display()));
    }
    Ok(())
}
