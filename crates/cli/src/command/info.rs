//! `banksphere info`: what lies in a bank.

use std::fmt::Write as _;

use bank::{Bank, Holding, Opening};
use diagnostic::{Action, Diagnostic};

use crate::args::Info;
use crate::failure::Failure;
use crate::{output, place};

/// Runs the command.
pub(crate) fn run(args: &Info) -> Result<(), Failure> {
    let opening = Opening { day: place::day(&args.day)?, notice: &output::say, ..Opening::default() };
    let inventory = Bank::open(&place::of(&args.bank)?, &opening)?.inventory()?;
    if inventory.collections.is_empty() {
        output::notice(&Diagnostic::new("the bank is empty").hint_at(Action::Import));
    }
    let heading = inventory.heading.map(|heading| format!("{heading}\n\n")).unwrap_or_default();
    let collections: String = inventory.collections.iter().map(told).collect();
    let days: Vec<String> = inventory.days.iter().map(ToString::to_string).collect();
    let days = if days.len() > 1 { format!("days: {}\n\n", days.join(", ")) } else { String::new() };
    output::show(&[heading + &days + &collections])
}

/// A collection: its size, its parts, a table of its fields.
fn told(holding: &Holding) -> String {
    let mut text = format!("{}: {}\n", holding.name, holding.size);
    for part in &holding.parts {
        let _ = writeln!(text, "  {part}");
    }
    let fields = match (&holding.fields, &holding.adopted) {
        (Some(fields), _) => report::table::render(fields, report::table::Format::Table, output::width()),
        (None, Some(contract)) => format!("documents of any shape, adopted under the contract “{contract}”\n"),
        (None, None) => "documents of any shape\n".to_owned(),
    };
    text + &fields + "\n"
}
