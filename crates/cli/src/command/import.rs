//! `banksphere import`: a CSV of card customers, or documents of any shape, into a bank.

use bank::{Options, Progress, Quality};
use jiff::civil::Date;
use mongo::Outcome;

use crate::args::Import;
use crate::failure::Failure;
use crate::home::Place;
use crate::target::Target;
use crate::{interrupt, output, progress};

/// Runs the command.
pub(crate) fn run(args: &Import) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let as_of = args.as_of.as_deref().map(day).transpose()?;
    let target = Target::open(Some(Place::of(&args.bank)?), None, &cancel)?;
    let bar = progress::bar(None, "rows");
    let tick = |progress: Progress| bar.set_position(progress.rows);
    let options = Options { as_of, progress: &tick, cancel: &cancel };
    if let Some(name) = &args.into {
        let rows = bank::import_documents(name, &args.file, &target.store, &options)?;
        bar.finish_and_clear();
        target.deliver(as_of, &cancel)?;
        output::say(&format!("{rows} documents in `{name}`"));
    } else {
        let quality = bank::import_csv(&args.file, &target.store, &options)?;
        bar.finish_and_clear();
        output::say(&quality_text(&quality));
        let has_changed =
            target.deliver(as_of, &cancel)?.map_or(quality.changed, |outcome| outcome != Outcome::Unchanged);
        let what = if has_changed { "imported" } else { "nothing changed: the bank has all" };
        output::say(&format!("{what} {} customers", report::count(quality.rows)));
    }
    Ok(())
}

/// What the import found, for stderr: one fact a line.
pub(crate) fn quality_text(quality: &Quality) -> String {
    let facts = quality_facts(quality);
    let width = facts.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
    let lines: Vec<String> = facts.iter().map(|(label, value)| format!("  {label:width$}  {value}")).collect();
    format!("data quality of {}\n{}", quality.source, lines.join("\n"))
}

/// The facts of a data quality summary, each a label with its value.
pub(crate) fn quality_facts(quality: &Quality) -> Vec<(String, String)> {
    let mut facts = vec![
        ("Rows".to_owned(), report::count(quality.rows)),
        ("Duplicate customers".to_owned(), report::count(quality.duplicates)),
    ];
    for column in &quality.columns {
        if let Some(missing) = column.missing.filter(|missing| *missing > 0) {
            facts.push((format!("Missing {}", column.name), report::count(missing)));
        }
    }
    for column in &quality.columns {
        if let Some(outliers) = column.outliers.filter(|outliers| outliers.below + outliers.above > 0) {
            let n = report::count(outliers.below + outliers.above);
            let fences = format!("{n} outside {} to {} (Tukey's fences)", outliers.low, outliers.high);
            facts.push((format!("Outliers {}", column.name), fences));
        }
    }
    for rule in quality.consistency.iter().filter(|rule| rule.broken > 0) {
        facts.push((format!("Rows that break `{}`", rule.rule), report::count(rule.broken)));
    }
    facts.extend(quality.notices.iter().map(|notice| ("Notice".to_owned(), notice.clone())));
    facts
}

/// The day that the user named.
fn day(text: &str) -> Result<Date, Failure> {
    text.parse()
        .map_err(|_| Failure::new(format!("`{text}` is not a day\nhint: `--as-of` takes a day such as `2026-06-30`")))
}
