//! `banksphere copy`: collections from one bank to another, whichever of the two is a folder or a server.

use bank::{Bank, Opening};

use crate::args::{Copy, LimitArgs};
use crate::failure::Failure;
use crate::progress::Bars;
use crate::{interrupt, limits, output, place};

/// Runs the command.
pub(crate) fn run(args: &Copy) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let (from, to) = (place::named(&args.from)?, place::named(&args.to)?);
    let bars = Bars::default();
    let (limits, day) = (limits::of(&LimitArgs::default(), Some(&cancel))?, place::day(&args.day)?);
    let copied = bars.talk(&cancel, |talk| {
        let opening = Opening { day, limits, notice: talk.say, ..Opening::default() };
        Bank::open(&from, &opening)?.copy_to(to, talk)
    })?;
    let names: Vec<String> = copied.collections.iter().map(|name| format!("`{name}`")).collect();
    match copied.has_changed {
        _ if names.is_empty() => output::say("the bank is empty: there is nothing to copy"),
        true => output::say(&format!("copied {}", names.join(", "))),
        false => output::say("nothing changed: the bank has all"),
    }
    Ok(())
}
