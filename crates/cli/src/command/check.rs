//! `banksphere check`: whether a file of customers keeps its contract, or every byte of a bank is as it was written.

use std::path::Path;

use bank::{Import, ImportSource, Quality};

use crate::args::{BankArgs, Check, LimitArgs};
use crate::command::import::quality_text;
use crate::failure::Failure;
use crate::progress::Bars;
use crate::spell::spell;
use crate::{interrupt, limits, output, place};

/// Runs the command.
pub(crate) fn run(args: &Check) -> Result<(), Failure> {
    match &args.file {
        Some(file) => of_file(file, args),
        None => of_bank(&BankArgs { bank: args.bank.clone() }),
    }
}

/// Imports the file into a bank that is gone at the end.
fn of_file(file: &Path, args: &Check) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let said = args.said.read()?;
    let limits = limits::of(&LimitArgs::default(), Some(&cancel))?;
    let checked = Bars::default().talk(&cancel, |talk| {
        let found = |quality: &Quality| (talk.say)(&quality_text(quality));
        let source = ImportSource::Customers(said.of(file));
        bank::import(None, &Import { source, as_of: None, found: &found }, &limits, talk)
    });
    match checked {
        Ok(checked) => {
            output::say(&format!("no faults: {}", report::counted(checked.rows, "customer")));
            Ok(())
        }
        Err(error) if error.kind() == bank::ErrorKind::Data => {
            output::tell(&error.render(spell));
            Err(Failure::Found)
        }
        Err(error) => Err(error.into()),
    }
}

fn of_bank(args: &BankArgs) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let place = place::of(args)?;
    let found = Bars::default().talk(&cancel, |talk| bank::check(&place, talk))?;
    for damage in &found.damaged {
        output::tell(&damage.render(spell));
    }
    let files = report::counted(found.files as u64, "file");
    if found.damaged.is_empty() {
        output::say(&format!("no damage: {files}, {}", report::counted(found.bytes, "byte")));
        return Ok(());
    }
    let are = if found.damaged.len() == 1 { "is" } else { "are" };
    output::tell(&format!("{} of {files} {are} damaged", report::count(found.damaged.len() as u64)));
    Err(Failure::Found)
}
