//! A model: a sum of step functions, as a plain value that can be written down and read.
//!
//! In: what [`fit`](crate::fit) found, or a file. Out: log-odds, and what each term adds to them.
//! In JSON scores stand as whole numbers of [`GRID`], so they come back as they were.
//! Invariant: scores are whole multiples of [`GRID`], so a sum of them is exact in any order, on every machine and in any database.

use serde::{Deserialize, Serialize};

use crate::bins;
use crate::columns::{Column, MISSING, Values};
use crate::error::{Error, named};

/// The step of all scores, 2⁻¹⁰: about a thousandth, so that a score has few digits and says no more than is known.
pub const GRID: f64 = 1.0 / 1024.0;
/// Log-odds beyond this say nothing that the limit does not say.
pub(crate) const MOST_SCORE: f64 = 256.0;

/// An additive model of an outcome's log-odds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The mean of the log-odds over the rows that it was made of.
    #[serde(with = "step_of_the_grid")]
    pub intercept: f64,
    /// The columns that it knows.
    pub inputs: Vec<Input>,
    /// What is added to the intercept: one term a column, then pairs of columns.
    pub terms: Vec<Term>,
    /// How many rows it was made of.
    pub rows: u64,
    /// How many of them had the outcome.
    pub outcomes: u64,
}

/// A column that a model knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// Its categories; none for a column of numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub categories: Option<Vec<String>>,
}

impl Input {
    /// What a model keeps of a column.
    pub(crate) fn of(column: &Column<'_>) -> Self {
        let categories = match column.values {
            Values::Numbers(_) => None,
            Values::Categories(_, names) => Some(names.to_vec()),
        };
        Self { name: column.name.to_owned(), categories }
    }
}

/// A step function of one column, or of two.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The column, or the two.
    pub axes: Vec<Axis>,
    /// What each bin adds to the log-odds; of two axes those of the second run fastest.
    #[serde(with = "steps_of_the_grid")]
    pub scores: Vec<f64>,
    /// The standard error of each score by leaving out one bag's rows after another.
    #[serde(with = "steps_of_the_grid")]
    pub errors: Vec<f64>,
    /// How many rows each bin had.
    pub rows: Vec<u64>,
}

/// How a term divides a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Axis {
    /// The place of the column among the model's inputs.
    pub input: usize,
    /// Its bins; that of missing values follows them.
    pub cuts: Cuts,
}

/// The bins of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cuts {
    /// Of numbers: a value is in the bin whose number is that of the edges not above it.
    Edges(Vec<f64>),
    /// Of categories: the bin of each.
    Groups(Vec<u16>),
}

impl Cuts {
    /// How many bins there are, that of missing values not among them.
    #[must_use]
    pub fn n_bins(&self) -> usize {
        match self {
            Self::Edges(edges) => edges.len() + 1,
            Self::Groups(groups) => groups.iter().max().map_or(0, |group| usize::from(*group) + 1),
        }
    }

    /// The bin of each row of a column.
    pub(crate) fn codes(&self, column: &Column<'_>) -> Vec<u16> {
        match (self, column.values) {
            (Self::Edges(edges), Values::Numbers(values)) => {
                values.iter().map(|value| bins::code(edges, *value)).collect()
            }
            (Self::Groups(groups), Values::Categories(codes, _)) => {
                let missing = self.n_bins() as u16;
                codes.iter().map(|code| groups.get(*code as usize).copied().unwrap_or(missing)).collect()
            }
            // `arranged` lets only columns of the right kind through.
            _ => vec![self.n_bins() as u16; column.len()],
        }
    }
}

impl Axis {
    /// The number of bins, that of missing values among them.
    #[must_use]
    pub fn n_bins(&self) -> usize {
        self.cuts.n_bins() + 1
    }
}

impl Term {
    /// The mean of what the term adds, without its sign, over the rows that the model was made of.
    #[must_use]
    pub fn importance(&self) -> f64 {
        let rows: u64 = self.rows.iter().sum();
        let sum: f64 = self.scores.iter().zip(&self.rows).map(|(score, rows)| score.abs() * *rows as f64).sum();
        if rows == 0 { 0.0 } else { sum / rows as f64 }
    }

    /// The bin of each row.
    fn cells(&self, columns: &[Column<'_>]) -> Vec<u32> {
        let mut cells = vec![0_u32; columns.first().map_or(0, Column::len)];
        for axis in &self.axes {
            let n = axis.n_bins() as u32;
            cells
                .iter_mut()
                .zip(axis.cuts.codes(&columns[axis.input]))
                .for_each(|(cell, code)| *cell = *cell * n + u32::from(code));
        }
        cells
    }
}

impl Model {
    /// The log-odds of each row; columns are found by their names.
    pub fn log_odds(&self, columns: &[Column<'_>]) -> Result<Vec<f64>, Error> {
        let columns = arranged(&self.inputs, columns)?;
        let mut sums = vec![self.intercept; columns.first().map_or(0, Column::len)];
        for term in &self.terms {
            sums.iter_mut().zip(term.cells(&columns)).for_each(|(sum, cell)| *sum += term.scores[cell as usize]);
        }
        Ok(sums)
    }

    /// What each term adds to the log-odds of each row: term by term.
    pub fn contributions(&self, columns: &[Column<'_>]) -> Result<Vec<Vec<f64>>, Error> {
        let columns = arranged(&self.inputs, columns)?;
        let each = self.terms.iter().map(|term| {
            let cells = term.cells(&columns);
            cells.iter().map(|cell| term.scores[*cell as usize]).collect()
        });
        Ok(each.collect())
    }

    /// Refuses a model that was damaged or made up: what it says of bins must fit, and all its numbers must be numbers.
    pub fn check(&self) -> Result<(), Error> {
        let wrong = |what: String| Err(Error::new(format!("the model is damaged: {what}")));
        if !is_score(self.intercept) {
            return wrong("its intercept is no score".to_owned());
        }
        if self.inputs.is_empty() {
            return wrong("it knows no column".to_owned());
        }
        for (at, term) in self.terms.iter().enumerate() {
            let which = at + 1;
            if term.axes.is_empty() || term.axes.len() > 2 {
                return wrong(format!("term {which} is of {} columns, and not of one or two", term.axes.len()));
            }
            let mut n_bins = 1;
            for axis in &term.axes {
                let Some(input) = self.inputs.get(axis.input) else {
                    return wrong(format!(
                        "term {which} is of column {}, and there are {}",
                        axis.input,
                        self.inputs.len()
                    ));
                };
                let fits = match (&axis.cuts, &input.categories) {
                    (Cuts::Edges(edges), None) => {
                        edges.len() < usize::from(u16::MAX)
                            && edges.iter().all(|edge| edge.is_finite())
                            && edges.windows(2).all(|pair| pair[0] < pair[1])
                    }
                    (Cuts::Groups(groups), Some(names)) => groups.len() == names.len(),
                    _ => false,
                };
                if !fits {
                    return wrong(format!("the cuts of term {which} do not fit {}", named(&input.name)));
                }
                n_bins *= axis.n_bins();
            }
            if [term.scores.len(), term.errors.len(), term.rows.len()] != [n_bins; 3] {
                return wrong(format!("term {which} has {} scores for {n_bins} bins", term.scores.len()));
            }
            if !term.scores.iter().all(|score| is_score(*score)) || !term.errors.iter().all(|error| *error >= 0.0) {
                return wrong(format!("a score of term {which} is none"));
            }
        }
        Ok(())
    }
}

/// The columns in the order of the inputs; their categories must be the model's, in the model's order.
pub(crate) fn arranged<'a>(inputs: &[Input], columns: &[Column<'a>]) -> Result<Vec<Column<'a>>, Error> {
    let mut arranged = Vec::with_capacity(inputs.len());
    for input in inputs {
        let name = named(&input.name);
        let found = columns.iter().find(|column| column.name == input.name);
        let column = found.ok_or_else(|| Error::new(format!("column {name} is missing, which the model asks for")))?;
        match (&input.categories, column.values) {
            (None, Values::Numbers(_)) => {}
            (Some(known), Values::Categories(codes, names)) => unseen(&name, known, codes, names)?,
            (None, _) => return Err(Error::new(format!("column {name} has categories, and numbers in the model"))),
            (Some(_), _) => {
                return Err(Error::new(format!("column {name} has numbers, and categories in the model")));
            }
        }
        if arranged.first().is_some_and(|first: &Column<'_>| first.len() != column.len()) {
            return Err(Error::new(format!("column {name} has {} rows, and others have not", column.len())));
        }
        arranged.push(*column);
    }
    Ok(arranged)
}

/// Whether a number can be a score.
fn is_score(value: f64) -> bool {
    value.abs() <= MOST_SCORE * 4.0 && (value / GRID).fract() == 0.0
}

/// Scores as whole numbers in a file.
mod steps_of_the_grid {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(scores: &[f64], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(scores.iter().map(|score| (score / super::GRID) as i64))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
        Ok(Vec::<i64>::deserialize(from)?.into_iter().map(|score| score as f64 * super::GRID).collect())
    }
}

/// The same of one score.
mod step_of_the_grid {
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(score: &f64, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64((score / super::GRID) as i64)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        Ok(i64::deserialize(from)? as f64 * super::GRID)
    }
}

/// A number on the grid of scores.
pub(crate) fn on_grid(value: f64) -> f64 {
    libm::rint(value.clamp(-MOST_SCORE, MOST_SCORE) / GRID) * GRID + 0.0
}

/// The probability that log-odds stand for.
#[must_use]
pub fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}

/// Refuses categories that the model has not seen, with their number of rows.
fn unseen(name: &str, known: &[String], codes: &[u32], names: &[String]) -> Result<(), Error> {
    if known == names {
        return Ok(());
    }
    let mut counts = vec![0_u64; names.len()];
    for code in codes.iter().filter(|code| **code != MISSING) {
        if let Some(count) = counts.get_mut(*code as usize) {
            *count += 1;
        }
    }
    let new: Vec<String> = (names.iter().zip(&counts))
        .filter(|(name, count)| **count > 0 && !known.contains(name))
        .map(|(name, count)| format!("{} ({count})", named(name)))
        .collect();
    if new.is_empty() {
        return Err(Error::new(format!("the categories of column {name} are not in the model's order")));
    }
    Err(Error::new(format!("column {name} has categories that the model has not seen: {}", diagnostic::list(&new)))
        .hint("take them for missing, or train a model of this data"))
}
