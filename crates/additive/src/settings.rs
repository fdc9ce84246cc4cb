//! How a model is trained.
//!
//! In: nothing. Out: [`Settings`], which were found by cross-validation on card customers and are meant to be left alone.

use crate::error::Error;

/// How a model is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The most bins of a column, that of missing values not among them.
    pub bins: usize,
    /// The most steps of a column's term, which neighbouring bins are put together to.
    pub steps: usize,
    /// The most bins of a column in a pair.
    pub pair_bins: usize,
    /// The most pairs.
    pub pairs: usize,
    /// So many bags; each holds out another part of the rows.
    pub bags: usize,
    /// A bag draws at most so many rows to learn from.
    pub most_rows: usize,
    /// The part of its best step that each tree takes.
    pub rate: f64,
    /// The same of a pair's trees.
    pub pair_rate: f64,
    /// What is added to the curvature of each leaf.
    pub ridge: f64,
    /// The fewest rows of a leaf.
    pub fewest: usize,
    /// The most rounds over all columns, and over all pairs.
    pub most_rounds: usize,
    /// A bag stops after so many rounds in which its held out rows gained nothing.
    pub patience: usize,
    /// Where the draws begin.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bins: 512,
            steps: 32,
            pair_bins: 20,
            pairs: 10,
            bags: 8,
            most_rows: 50_000,
            rate: 0.05,
            pair_rate: 0.05,
            ridge: 0.1,
            fewest: 10,
            most_rounds: 1000,
            patience: 50,
            seed: 1974,
        }
    }
}

impl Settings {
    /// Refuses settings that no model can be trained by.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let ranges = [
            ("bins", self.bins, 2, 4096),
            ("steps", self.steps, 2, 4096),
            ("pair bins", self.pair_bins, 2, 128),
            ("pairs", self.pairs, 0, 1000),
            ("bags", self.bags, 1, 100),
            ("most rows", self.most_rows, 1000, u32::MAX as usize),
            ("most rounds", self.most_rounds, 1, 1_000_000),
            ("patience", self.patience, 1, 1_000_000),
        ];
        for (name, value, least, most) in ranges {
            if !(least..=most).contains(&value) {
                return Err(Error::new(format!("{name} is {value}, and must be from {least} to {most}")));
            }
        }
        for (name, value, most) in
            [("rate", self.rate, 1.0), ("pair rate", self.pair_rate, 1.0), ("ridge", self.ridge, 1e6)]
        {
            if !(value > 0.0 && value <= most) {
                return Err(Error::new(format!("{name} is {value}, and must be above 0 and at most {most}")));
            }
        }
        Ok(())
    }
}
