//! `banksphere draft`: the contract that a file of customers is taken for, to be read and changed.

use crate::args::Draft;
use crate::failure::Failure;
use crate::progress::Bars;
use crate::{interrupt, output};

/// Runs the command.
pub(crate) fn run(args: &Draft) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    output::check(&[("--output", args.output.as_deref())], &[Some(&args.file), args.said.contract()], None)?;
    let said = args.said.read()?;
    let drafted = Bars::default().talk(&cancel, |talk| bank::draft(&said.of(&args.file), talk))?;
    output::refuse_changed(args.output.as_deref(), drafted.contract.text(), args.force)?;
    drafted.notes.iter().for_each(|note| output::say(&format!("notice: {note}")));
    output::stream(args.output.as_deref(), |out| Ok(out.write_all(drafted.contract.text().as_bytes())?))?;
    if let Some(file) = output::file(args.output.as_deref()) {
        output::say(&format!("contract written to {}", file.display()));
    }
    Ok(())
}
