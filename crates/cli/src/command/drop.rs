//! `banksphere drop`: takes a day or a collection out of a bank.

use bank::Dropped;

use crate::args::Drop;
use crate::failure::Failure;
use crate::{output, place};

/// Runs the command.
pub(crate) fn run(args: &Drop) -> Result<(), Failure> {
    let bank = place::of(&args.bank)?;
    // One of the two is there, by the arguments' own rules.
    let what = match (&args.as_of, args.name.as_deref().unwrap_or_default()) {
        (Some(day), _) => {
            let day = place::as_of(day)?;
            format!("the day {day}: {}", collections(&bank::drop_day(&bank, day)?))
        }
        (None, name) => match bank::drop_collection(&bank, name)? {
            Dropped::View => format!("the view `{name}`"),
            Dropped::Collections(gone) => collections(&gone),
        },
    };
    output::say(&format!("dropped {what}"));
    Ok(())
}

fn collections(gone: &[(String, u64)]) -> String {
    let told = gone.iter().map(|(name, rows)| format!("`{name}` ({})", report::counted(*rows, "document")));
    told.collect::<Vec<_>>().join(", ")
}
