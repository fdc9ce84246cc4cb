//! `banksphere check`: whether every byte of a bank is as it was written.

use crate::args::{BankArgs, FolderArgs};
use crate::failure::Failure;
use crate::progress::Bars;
use crate::spell::spell;
use crate::{interrupt, output, place};

/// Runs the command.
pub(crate) fn run(args: &FolderArgs) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let place = place::of(&BankArgs { bank: args.bank.clone() })?;
    let found = Bars::default().talk(&cancel, |talk| bank::check(&place, talk))?;
    for damage in &found.damaged {
        output::say(&damage.render(spell));
    }
    let (files, bytes) = (report::count(found.files as u64), report::count(found.bytes));
    if found.damaged.is_empty() {
        output::say(&format!("no damage: {files} files, {bytes} bytes"));
        return Ok(());
    }
    output::say(&format!("{} of {files} files are damaged", found.damaged.len()));
    Err(Failure::Found)
}
