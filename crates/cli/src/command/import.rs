//! `banksphere import`: a CSV of card customers, or documents of any shape, into a bank.

use bank::{CardData, Error, Target};
use extract::Quality;
use jiff::civil::Date;

use crate::args::Import;
use crate::failure::Failure;
use crate::progress::Bars;
use crate::{interrupt, output, place};

/// Runs the command.
pub(crate) fn run(args: &Import) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let as_of = args.as_of.as_deref().map(day).transpose()?;
    let place = place::of(&args.bank)?;
    let told = Bars::default().talk(&cancel, |talk| {
        let target = Target::open(Some(place), None, talk)?;
        if let Some(name) = &args.into {
            let rows = target.take_documents(name, &args.file, as_of, talk)?;
            target.deliver(as_of, talk)?;
            return Ok::<_, Error>(format!("{rows} documents in `{name}`"));
        }
        let quality = target.take(CardData::Csv(&args.file), as_of, talk)?;
        (talk.say)(&quality_text(&quality));
        let has_changed = target.deliver(as_of, talk)?.unwrap_or(quality.changed);
        let what = if has_changed { "imported" } else { "nothing changed: the bank has all" };
        Ok(format!("{what} {} customers", report::count(quality.rows)))
    })?;
    output::say(&told);
    Ok(())
}

/// What the import found, for stderr: one fact a line.
fn quality_text(quality: &Quality) -> String {
    let facts = bank::quality_facts(quality);
    let width = facts.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
    let lines: Vec<String> = facts.iter().map(|(label, value)| format!("  {label:width$}  {value}")).collect();
    format!("data quality of {}\n{}", quality.source, lines.join("\n"))
}

/// The day that the user named.
fn day(text: &str) -> Result<Date, Failure> {
    text.parse()
        .map_err(|_| Failure::new(format!("`{text}` is not a day\nhint: `--as-of` takes a day such as `2026-06-30`")))
}
