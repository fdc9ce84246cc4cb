//! All faults of a file at once: the first ones whole, all of them counted by kind.
//!
//! In: the faults of each row. Out: one [`Error`] that tells them, or none.
//! Invariant: memory does not grow with the number of faults.

use std::collections::BTreeMap;

use contract::Rule;
use diagnostic::{Action, Diagnostic, Faults, quote};

use crate::Error;

/// So many faults are told whole.
const MOST_TOLD: usize = 20;
/// So many kinds of faults are told.
const MOST_KINDS: usize = 10;
/// Where more than one row in so many breaks a rule, it is the file that is damaged, and no single rows.
const ROWS_A_BREACH: u64 = 1000;

/// The faults of a file so far.
#[derive(Default)]
pub(crate) struct Found {
    told: Vec<Diagnostic>,
    /// What is wrong with the file as a whole.
    damage: Vec<Diagnostic>,
    n_rows: u64,
    n_faults: u64,
    /// How many there are of each kind.
    kinds: BTreeMap<String, u64>,
    /// How many rows break each rule, by its words.
    broken: BTreeMap<String, u64>,
}

impl Found {
    pub(crate) fn is_empty(&self) -> bool {
        self.n_faults == 0 && !self.is_damaged()
    }

    /// Whether something is wrong with the file as a whole, so that no row of it can be trusted.
    pub(crate) fn is_damaged(&self) -> bool {
        !self.damage.is_empty()
    }

    /// Takes what is wrong with the file as a whole.
    pub(crate) fn add_damage(&mut self, fault: Diagnostic) {
        self.damage.push(fault);
    }

    /// How many rows have faults.
    pub(crate) fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// Whether the next fault is told whole, so that its place needs to be known.
    pub(crate) fn is_told(&self) -> bool {
        self.told.len() < MOST_TOLD
    }

    /// Takes the faults of a row, each with its kind: a column or a rule.
    pub(crate) fn add_row(&mut self, faults: Vec<(String, Diagnostic)>) {
        self.n_rows += 1;
        for (kind, fault) in faults {
            self.n_faults += 1;
            *self.kinds.entry(kind).or_default() += 1;
            if self.told.len() < MOST_TOLD {
                self.told.push(fault);
            }
        }
    }

    /// Takes how many rows of a block break a rule.
    pub(crate) fn add_broken(&mut self, rule: &Rule, n_rows: u64) {
        if n_rows > 0 {
            *self.broken.entry(rule.words.clone()).or_default() += n_rows;
        }
    }

    /// What stops the import of a file of so many rows; `None` where there are no faults.
    pub(crate) fn into_error(self, n_rows: u64, file: &str) -> Option<Error> {
        let (broken, sum) = (self.broken_rule(n_rows, file), self.sum());
        let Self { mut told, damage, n_faults, .. } = self;
        if n_faults > 1 {
            let is_set_aside = n_rows > self.n_rows && damage.is_empty();
            told.push(if is_set_aside { sum.hint_at(Action::SetAside) } else { sum });
        }
        told.splice(0..0, broken.into_iter().chain(damage));
        Faults::of(told).map(Error::of_rows)
    }

    /// A rule that so many rows break says that the whole file is damaged, or counts otherwise.
    fn broken_rule(&self, n_rows: u64, file: &str) -> Option<Diagnostic> {
        let (words, n) = self.broken.iter().max_by_key(|(_, n)| **n)?;
        if n.saturating_mul(ROWS_A_BREACH) <= n_rows {
            return None;
        }
        let verb = if *n == 1 { "breaks" } else { "break" };
        let message =
            format!("the numbers of this file do not fit together: {n} of its {n_rows} rows {verb} the rule {words}");
        let hint = "either its numbers were changed on the way (a spreadsheet that expects a decimal comma makes 61 of 0.061 when \
                    it opens and saves a file: export it again from its source), or they are counted otherwise (percent, cents, \
                    codes such as 9999)";
        Some(Diagnostic::new(message).at(file).hint(hint))
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
        Diagnostic::new(format!("{} faults in {} {rows}{told}: {}", self.n_faults, self.n_rows, counts.join(", ")))
    }
}
