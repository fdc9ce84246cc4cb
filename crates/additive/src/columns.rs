//! The columns that a model learns from.
//!
//! In: arrays of numbers, of which NaN is missing, or of categories' codes. Out: [`Column`]s that were looked through, and which
//! of them tell nothing and why.
//! Invariant: the columns of a checked table are as long as the outcomes, and no number in them is infinite.

use crate::error::{Error, named};

/// The code of a category that is missing.
pub const MISSING: u32 = u32::MAX;
/// Fewer rows, and fewer rows of either outcome, give no evidence.
pub const FEWEST: [usize; 2] = [40, 10];
/// Fewer teach nothing; the training part of a fold of the fewest rows has so many.
pub(crate) const FEWEST_OF_A_FOLD: [usize; 2] = [30, 8];

/// A column: its name and its values, one a row.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    /// What errors and the model call it.
    pub name: &'a str,
    /// Its values.
    pub values: Values<'a>,
    /// Whether the log-odds may only rise or only fall with it.
    pub direction: Direction,
}

/// The values of a column.
#[derive(Clone, Copy, Debug)]
pub enum Values<'a> {
    /// Numbers; NaN is missing.
    Numbers(&'a [f64]),
    /// Codes of categories, and the categories' names by code; [`MISSING`] is missing.
    Categories(&'a [u32], &'a [String]),
}

/// How the log-odds may move along a column of numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Up and down.
    #[default]
    Any,
    /// They never fall where the column grows.
    Rising,
    /// They never rise where the column grows.
    Falling,
}

/// A column that was not used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The column's name.
    pub name: String,
    /// Why, in words that follow the name: "is empty".
    pub reason: String,
}

impl<'a> Column<'a> {
    /// A column of numbers, of which NaN is missing.
    #[must_use]
    pub fn numbers(name: &'a str, values: &'a [f64]) -> Self {
        Self { name, values: Values::Numbers(values), direction: Direction::Any }
    }

    /// A column of categories, by their codes and names.
    #[must_use]
    pub fn categories(name: &'a str, codes: &'a [u32], names: &'a [String]) -> Self {
        Self { name, values: Values::Categories(codes, names), direction: Direction::Any }
    }

    /// The same column, in which the log-odds may only move in one direction.
    #[must_use]
    pub fn directed(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    pub(crate) fn len(&self) -> usize {
        match self.values {
            Values::Numbers(values) => values.len(),
            Values::Categories(codes, _) => codes.len(),
        }
    }

    /// Refuses what no model can be made of.
    pub(crate) fn check(&self, n_rows: usize) -> Result<(), Error> {
        let name = named(self.name);
        if self.len() != n_rows {
            return Err(Error::new(format!("column {name} has {} rows, and there are {n_rows} outcomes", self.len())));
        }
        match self.values {
            Values::Numbers(values) => match values.iter().position(|value| value.is_infinite()) {
                Some(row) => Err(Error::new(format!("column {name} is infinite in row {}", row + 1))
                    .hint("leave the value out, so that it counts as missing")),
                None => Ok(()),
            },
            Values::Categories(codes, names) => {
                let beyond = codes.iter().position(|code| *code != MISSING && *code as usize >= names.len());
                if let Some(row) = beyond {
                    let has = names.len();
                    return Err(Error::new(format!(
                        "column {name} has a category beyond its {has} in row {}",
                        row + 1
                    )));
                }
                if self.direction != Direction::Any {
                    return Err(Error::new(format!("column {name} has categories, which have no direction")));
                }
                Ok(())
            }
        }
    }

    /// Why the column tells nothing, if it does not.
    fn is_useless(&self, most_categories: usize) -> Option<String> {
        let (first, varies) = match self.values {
            Values::Numbers(values) => {
                let mut there = values.iter().filter(|value| !value.is_nan());
                let first = there.next();
                (first.is_some(), there.any(|value| Some(value) != first))
            }
            Values::Categories(codes, names) => {
                if names.len() > most_categories {
                    return Some(format!("has {} categories; {most_categories} are the most", names.len()));
                }
                let mut there = codes.iter().filter(|code| **code != MISSING);
                let first = there.next();
                (first.is_some(), there.any(|code| Some(code) != first))
            }
        };
        match (first, varies, self.n_missing()) {
            (false, ..) => Some("is empty".to_owned()),
            (true, false, 0) => Some("is the same in all rows".to_owned()),
            _ => None,
        }
    }

    /// How many rows have no value.
    #[must_use]
    pub fn n_missing(&self) -> usize {
        match self.values {
            Values::Numbers(values) => values.iter().filter(|value| value.is_nan()).count(),
            Values::Categories(codes, _) => codes.iter().filter(|code| **code == MISSING).count(),
        }
    }
}

/// The columns that tell something, and those that do not.
pub(crate) fn usable<'a>(
    columns: &[Column<'a>],
    outcomes: &[bool],
    most_categories: usize,
) -> Result<(Vec<Column<'a>>, Vec<LeftOut>), Error> {
    check_outcomes(outcomes, FEWEST_OF_A_FOLD)?;
    let (mut usable, mut left_out): (Vec<Column<'a>>, Vec<LeftOut>) = (Vec::new(), Vec::new());
    for column in columns {
        column.check(outcomes.len())?;
        if usable.iter().any(|other| other.name == column.name) {
            return Err(Error::new(format!("column {} is there twice", named(column.name))));
        }
        match column.is_useless(most_categories) {
            Some(reason) => left_out.push(LeftOut { name: column.name.to_owned(), reason }),
            None => usable.push(*column),
        }
    }
    if usable.is_empty() {
        let why: Vec<String> = left_out.iter().map(|left| format!("{} {}", named(&left.name), left.reason)).collect();
        let why = if why.is_empty() { "there are none".to_owned() } else { why.join(", ") };
        return Err(Error::new(format!("no column tells anything: {why}")));
    }
    Ok((usable, left_out))
}

/// Refuses outcomes that nothing can be learnt from.
pub(crate) fn check_outcomes(outcomes: &[bool], [fewest, fewest_of_each]: [usize; 2]) -> Result<(), Error> {
    let (n, n_true) = (outcomes.len(), outcomes.iter().filter(|outcome| **outcome).count());
    if n < fewest {
        return Err(Error::new(format!("{n} rows are too few to learn from: {fewest} are the fewest")));
    }
    if n_true == 0 || n_true == n {
        return Err(Error::new(format!("all {n} rows have the same outcome, so there is nothing to tell apart")));
    }
    let fewer = n_true.min(n - n_true);
    if fewer < fewest_of_each {
        let which = if fewer == n_true { "true" } else { "false" };
        return Err(Error::new(format!(
            "only {fewer} of {n} rows have the outcome {which}: {fewest_of_each} are the fewest to learn from"
        )));
    }
    Ok(())
}
