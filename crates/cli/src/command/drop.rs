//! `banksphere drop`: takes a day out of a bank.

use crate::args::Drop;
use crate::failure::Failure;
use crate::{output, place};

/// Runs the command.
pub(crate) fn run(args: &Drop) -> Result<(), Failure> {
    let day = place::as_of(&args.as_of)?;
    let gone = bank::drop_day(&place::of(&args.bank)?, day)?;
    let told: Vec<String> =
        gone.iter().map(|(name, rows)| format!("`{name}` ({})", report::counted(*rows, "document"))).collect();
    output::say(&format!("dropped the day {day}: {}", told.join(", ")));
    Ok(())
}
