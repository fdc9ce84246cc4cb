//! `banksphere sample`: a CSV of generated card customers.

use crate::args::Sample;
use crate::failure::Failure;
use crate::progress::Bars;
use crate::{interrupt, output};

/// Runs the command.
pub(crate) fn run(args: &Sample) -> Result<(), Failure> {
    output::check(&[("--output", args.output.as_deref())], &[], None)?;
    output::check_ending(args.output.as_deref(), &["csv", "txt"], "generated customers as CSV")?;
    let cancel = interrupt::install()?;
    Bars::default().talk(&cancel, |talk| {
        output::stream(args.output.as_deref(), |out| Ok(bank::write_sample(args.n, args.seed, out, talk)?))
    })
}
