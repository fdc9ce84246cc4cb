//! `banksphere sample`: a CSV of generated card customers.

use extract::{Options, Progress};

use crate::args::Sample;
use crate::failure::Failure;
use crate::progress::Bars;
use crate::{interrupt, output};

/// Runs the command.
pub(crate) fn run(args: &Sample) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    Bars::default().talk(&cancel, |talk| {
        let tick = |progress: Progress| talk.step("", progress.rows, Some(args.n), "customers");
        let options = Options { as_of: None, progress: &tick, cancel: &cancel };
        output::stream(args.output.as_deref(), |out| Ok(extract::write_sample_csv(args.n, args.seed, out, &options)?))
    })
}
