//! `banksphere import`: a file of customers, or documents of any shape, into a bank.

use bank::{Import, ImportSource, Quality};

use crate::args::{self, LimitArgs};
use crate::failure::Failure;
use crate::progress::Bars;
use crate::{input, interrupt, limits, output, place};

/// Runs the command.
pub(crate) fn run(args: &args::Import) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let as_of = args.day.as_of.as_deref().map(place::as_of).transpose()?;
    let place = place::of(&args.bank)?;
    let inputs = [Some(args.file.as_path()), args.said.contract(), place::file(&args.bank)];
    output::check(&[("--set-aside", args.faults.set_aside())], &inputs, Some(&place))?;
    let said = args.said.read()?;
    let source = match &args.into {
        Some(name) => ImportSource::Documents { name, file: input::named(&args.file), appends: args.append },
        None => ImportSource::Customers(said.with_faults(&args.file, &args.faults)),
    };
    let limits = limits::of(&LimitArgs::default(), Some(&cancel))?;
    let imported = Bars::default().talk(&cancel, |talk| {
        let found = |quality: &Quality| (talk.say)(&quality_text(quality));
        bank::import(Some(place), &Import { source, as_of, found: &found }, &limits, talk)
    })?;
    let what = if imported.has_changed { "imported" } else { "nothing changed: the bank has all" };
    match &args.into {
        Some(name) if args.append => output::say(&format!(
            "added {} to `{name}`, which has {} now",
            report::counted(imported.added, "document"),
            report::count(imported.rows)
        )),
        Some(name) => output::say(&format!("{} in `{name}`", report::counted(imported.rows, "document"))),
        None => output::say(&format!("{what} {}", report::counted(imported.rows, "customer"))),
    }
    Ok(())
}

/// What the import found, for stderr: one fact a line.
pub(super) fn quality_text(quality: &Quality) -> String {
    let facts = bank::quality_facts(quality);
    let width = facts.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
    let lines: Vec<String> = facts.iter().map(|(label, value)| format!("  {label:width$}  {value}")).collect();
    format!("data quality of {}\n{}", quality.source, lines.join("\n"))
}
