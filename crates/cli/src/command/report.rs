//! `banksphere report`: the report of a bank, the same document as `analyze` makes of it.

use std::path::Path;

use diagnostic::Diagnostic;

use super::score;
use crate::args::{OpenArgs, Report};
use crate::failure::Failure;
use crate::progress::Bars;
use crate::{interrupt, output, place};

/// Runs the command.
pub(crate) fn run(args: &Report) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let place = place::of(&args.run.bank)?;
    output::check(
        &[("--output", Some(&args.output))],
        &[args.model.as_deref(), place::file(&args.run.bank)],
        Some(&place),
    )?;
    bank::check_report(&args.output)?;
    let bank = place::open(&args.run, Some(&args.asked), Some(&cancel))?;
    let given = args.model.as_deref().map(score::read).transpose()?;
    let answers = Bars::default().talk(&cancel, |talk| {
        let mut answers = bank.answer_all(talk)?;
        answers.add_models(&bank, given, talk)?;
        Ok::<_, bank::Error>(answers)
    })?;
    answers.notices.iter().for_each(output::notice);
    let mut report = answers.into_report();
    entitle(&mut report, &args.opened);
    output::write(Some(&args.output), &bank::report_file(&args.output, &report)?)?;
    if let Some(file) = output::file(Some(&args.output)) {
        output::say(&format!("report written to {}", file.display()));
        open(file, &args.opened);
    }
    Ok(())
}

/// Puts the heading and the bank's name that the user gave on it.
pub(super) fn entitle(report: &mut report::Report, said: &OpenArgs) {
    report.bank_name.clone_from(&said.bank_name);
    report.prints_pipelines = said.pipelines;
    if let Some(title) = &said.title {
        report.title.clone_from(title);
    }
}

/// Opens a report that is written, where the user asks for that. It is there already, so a failure is no error.
pub(super) fn open(file: &Path, said: &OpenArgs) {
    if !said.open {
        return;
    }
    if let Err(error) = opener::open(file) {
        let message = format!("no browser could be opened: {error}");
        output::notice(&Diagnostic::new(message).hint(format!("open `{}` yourself", file.display())));
    }
}
