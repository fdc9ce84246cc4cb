//! `banksphere sample`: a CSV of generated card customers.

use std::io::{BufWriter, Write as _};

use bank::{Options, Progress};

use crate::args::Sample;
use crate::failure::Failure;
use crate::{interrupt, output, progress};

/// Runs the command.
pub(crate) fn run(args: &Sample) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let bar = progress::bar(Some(args.n), "customers");
    let tick = |progress: Progress| bar.set_position(progress.rows);
    let options = Options { as_of: None, progress: &tick, cancel: &cancel };
    let outcome = if let Some(file) = &args.output {
        let name_it = |error: std::io::Error| Failure::new(format!("`{}` cannot be written: {error}", file.display()));
        let temporary = output::temporary_beside(file).map_err(name_it)?;
        let mut writer = BufWriter::with_capacity(1 << 20, temporary);
        bank::write_sample_csv(args.n, args.seed, &mut writer, &options)?;
        let temporary = writer.into_inner().map_err(|error| name_it(error.into_error()))?;
        temporary.persist(file).map_err(|error| name_it(error.error))?;
        Ok(())
    } else {
        let mut writer = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
        bank::write_sample_csv(args.n, args.seed, &mut writer, &options)?;
        writer.flush().map_err(Failure::from)
    };
    bar.finish_and_clear();
    outcome
}
