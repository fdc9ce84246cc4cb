//! `banksphere info`: what lies in a bank, as text for people or as a table.

use std::fmt::Write as _;

use bank::{Bank, Holding, Opening};
use diagnostic::{Action, Diagnostic};

use report::file::{Format, Rows, Sheet};
use report::table;

use crate::args::Info;
use crate::failure::Failure;
use crate::tables::Target;
use crate::{output, place};

/// Runs the command.
pub(crate) fn run(args: &Info) -> Result<(), Failure> {
    let place = place::of(&args.bank)?;
    output::check(&[("--output", args.written.output.as_deref())], &[place::file(&args.bank)], Some(&place))?;
    let target = Target::of(args.written.format, args.written.output.as_deref())?;
    let opening = Opening { day: place::day(&args.day)?, notice: &output::say, ..Opening::default() };
    let inventory = Bank::open(&place, &opening)?.inventory()?;
    if inventory.collections.is_empty() {
        output::notice(&Diagnostic::new("the bank is empty").hint_at(Action::Import));
    }
    if target.format() != Format::Text(table::Format::Table) {
        return target.write("", &[Sheet { name: "collections", rows: Rows::Table(&inventory.table()) }]);
    }
    let heading = inventory.heading.map(|heading| format!("{heading}\n\n")).unwrap_or_default();
    let told = |holding| told(holding, target.width());
    let collections: String = inventory.collections.iter().map(told).collect();
    let days: Vec<String> = inventory.days.iter().map(ToString::to_string).collect();
    let days = if days.len() > 1 { format!("days: {}\n\n", days.join(", ")) } else { String::new() };
    target.write_text(heading + &days + &collections)
}

/// A collection: its size, its parts, a table of its fields.
fn told(holding: &Holding, width: Option<usize>) -> String {
    let mut text = format!("{}: {}\n", holding.name, holding.size);
    for part in &holding.parts {
        let _ = writeln!(text, "  {part}");
    }
    let fields = match (&holding.fields, &holding.adopted) {
        (Some(fields), _) => table::render(fields, table::Format::Table, width),
        (None, Some(contract)) => format!("documents of any shape, adopted under the contract “{contract}”\n"),
        (None, None) => "documents of any shape\n".to_owned(),
    };
    text + &fields + "\n"
}
