//! All faults of a file at once: the first ones whole, all of them counted by kind.
//!
//! In: each fault with its row. Out: one [`Error`] that tells them, or none.
//! Invariant: memory does not grow with the number of faults.

use std::collections::BTreeMap;

use diagnostic::{Diagnostic, Faults, quote};

use crate::Error;

/// So many faults are told whole.
const MOST_TOLD: usize = 20;
/// So many kinds of faults are told.
const MOST_KINDS: usize = 10;

/// The faults of a file so far.
#[derive(Default)]
pub(crate) struct Found {
    told: Vec<Diagnostic>,
    n_rows: u64,
    n_faults: u64,
    /// How many there are of each kind.
    kinds: BTreeMap<String, u64>,
}

impl Found {
    pub(crate) fn is_empty(&self) -> bool {
        self.n_faults == 0
    }

    /// Takes the faults of a row, each with its kind: a column or a rule. `tell` makes the whole of one, where it is told.
    pub(crate) fn add_row<'a>(
        &mut self,
        kinds: impl IntoIterator<Item = &'a str>,
        mut tell: impl FnMut(usize) -> Diagnostic,
    ) {
        self.n_rows += 1;
        for (position, kind) in kinds.into_iter().enumerate() {
            self.n_faults += 1;
            *self.kinds.entry(kind.to_owned()).or_default() += 1;
            if self.told.len() < MOST_TOLD {
                self.told.push(tell(position));
            }
        }
    }

    /// What stops the import; `None` where there are no faults.
    pub(crate) fn into_error(self) -> Option<Error> {
        let sum = self.sum();
        let Self { mut told, n_faults, .. } = self;
        if n_faults > 1 {
            told.push(sum);
        }
        Faults::of(told).map(Error::of_rows)
    }

    /// How many faults there are, and of which kinds.
    fn sum(&self) -> Diagnostic {
        let mut kinds: Vec<(&String, &u64)> = self.kinds.iter().collect();
        kinds.sort_by_key(|(kind, n)| (std::cmp::Reverse(**n), (*kind).clone()));
        let mut counts: Vec<String> =
            kinds.iter().take(MOST_KINDS).map(|(kind, n)| format!("{n} in {}", quote(kind))).collect();
        if kinds.len() > MOST_KINDS {
            counts.push(format!("others in {} more", kinds.len() - MOST_KINDS));
        }
        let told = if self.n_faults > MOST_TOLD as u64 {
            format!(", of which the first {MOST_TOLD} are told")
        } else {
            String::new()
        };
        let rows = if self.n_rows == 1 { "row" } else { "rows" };
        let message = format!("{} faults in {} {rows}{told}: {}", self.n_faults, self.n_rows, counts.join(", "));
        Diagnostic::new(message)
    }
}
