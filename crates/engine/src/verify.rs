//! Verification: what is stored is checked before it is first read.
//!
//! In: a [`Verify`] that knows the checksums of the stored bytes. Out: an error in place of an answer from damaged ones.
//! Invariant: a block's column is verified once in a process, by the first of all queries that reads it; a column that no
//! query reads is never verified.

use std::fmt;
use std::sync::{Arc, OnceLock};

use diagnostic::{Action, Diagnostic};

use crate::Error;

/// What can check stored columns against their checksums.
pub trait Verify: Send + Sync {
    /// Checks a column of a block. The error names the file, and what is wrong with it.
    fn verify(&self, block: usize, column: usize) -> Result<(), Diagnostic>;

    /// Checks at the start of each run that nothing was cut off since: what was verified before might be gone.
    fn check_length(&self) -> Result<(), Diagnostic>;
}

/// What was verified so far. The default verifies nothing.
#[derive(Default)]
pub(crate) struct Checked {
    verify: Option<Arc<dyn Verify>>,
    n_columns: usize,
    /// By block and column.
    results: Vec<OnceLock<Result<(), Error>>>,
}

impl Checked {
    pub(crate) fn by(verify: Arc<dyn Verify>, n_blocks: usize, n_columns: usize) -> Self {
        let results = (0..n_blocks * n_columns).map(|_| OnceLock::new()).collect();
        Self { verify: Some(verify), n_columns, results }
    }

    /// Checks that what is stored is still there.
    pub(crate) fn check_length(&self) -> Result<(), Error> {
        let Some(verify) = &self.verify else { return Ok(()) };
        verify.check_length().map_err(|error| Error::stored(error.hint_at(Action::ImportAgain)))
    }

    /// Verifies a column of a block, unless that was done before.
    #[inline]
    pub(crate) fn check(&self, block: usize, column: usize, name: impl FnOnce() -> String) -> Result<(), Error> {
        let Some(verify) = &self.verify else { return Ok(()) };
        let result = &self.results[block * self.n_columns + column];
        let verified = result.get_or_init(|| {
            verify.verify(block, column).map_err(|error| {
                let place = format!("column `{}`, block {}", name(), block + 1);
                Error::stored(error.at(place).hint_at(Action::ImportAgain))
            })
        });
        verified.clone()
    }
}

impl fmt::Debug for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checked").field("is_verified", &self.verify.is_some()).finish_non_exhaustive()
    }
}
