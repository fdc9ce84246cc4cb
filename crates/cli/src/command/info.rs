//! `banksphere info`: what lies in a bank.

use std::fmt::Write as _;

use bank::{Access, Bank, Holding};

use crate::args::BankArgs;
use crate::failure::Failure;
use crate::{output, place};

/// Runs the command.
pub(crate) fn run(args: &BankArgs) -> Result<(), Failure> {
    let home = Bank::open(&place::of(args)?, Access { notice: &output::say, ..Access::default() })?;
    let inventory = bank::inventory(&home)?;
    if inventory.collections.is_empty() {
        output::say("the bank is empty: `banksphere import FILE.csv` loads a file into it");
    }
    let heading = inventory.heading.map(|heading| format!("{heading}\n\n"));
    let collections: String = inventory.collections.iter().map(told).collect();
    output::print((heading.unwrap_or_default() + &collections).as_bytes())
}

/// A collection: its size, its parts, a table of its fields.
fn told(holding: &Holding) -> String {
    let mut text = format!("{}: {}\n", holding.name, holding.size);
    for part in &holding.parts {
        let _ = writeln!(text, "  {part}");
    }
    text += &match &holding.fields {
        Some(fields) => report::table::render(fields, report::table::Format::Table, output::width()),
        None => "documents of any shape\n".to_owned(),
    };
    text + "\n"
}
