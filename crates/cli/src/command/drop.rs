//! `banksphere drop`: takes a day or a collection out of a bank.

use crate::args::Drop;
use crate::failure::Failure;
use crate::{output, place};

/// Runs the command.
pub(crate) fn run(args: &Drop) -> Result<(), Failure> {
    let bank = place::of(&args.bank)?;
    // One of the two is there, by the arguments' own rules.
    let (what, gone) = match (&args.as_of, &args.name) {
        (Some(day), _) => {
            let day = place::as_of(day)?;
            (format!("the day {day}: "), bank::drop_day(&bank, day)?)
        }
        (None, name) => (String::new(), bank::drop_collection(&bank, name.as_deref().unwrap_or_default())?),
    };
    let told: Vec<String> =
        gone.iter().map(|(name, rows)| format!("`{name}` ({})", report::counted(*rows, "document"))).collect();
    output::say(&format!("dropped {what}{}", told.join(", ")));
    Ok(())
}
