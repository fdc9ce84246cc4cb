//! A CSV of generated customers.

use std::io::Write;

use extract::{Options, Progress};

use crate::{Error, Talk};

/// Writes a CSV of so many generated customers: the same seed gives the same customers.
pub fn write_sample(n: u64, seed: u64, to: impl Write, talk: &Talk<'_>) -> Result<(), Error> {
    let tick = |progress: Progress| talk.step("", progress.rows, Some(n), "customers");
    Ok(extract::write_sample_csv(n, seed, to, &Options { as_of: None, progress: &tick, cancel: talk.cancel })?)
}
