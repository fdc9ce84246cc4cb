//! Why a row scores as it does.
//!
//! In: a model and rows. Out: for each row the columns that move its log-odds most, against the mean row.
//! Invariant: the contributions of all columns and the model's intercept add up to the log-odds. What a pair says is divided evenly
//! between its two columns, which is its Shapley value (S. Lundberg, S.-I. Lee 2017), for a term is 0 in the mean.

use crate::columns::Column;
use crate::error::Error;
use crate::model::Model;

/// What a column adds to a row's log-odds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reason {
    /// The place of the column among the model's inputs.
    pub input: usize,
    /// What it adds; below 0 it takes away.
    pub contribution: f64,
}

/// The `most` columns of each row that add most, or take most away, the strongest first; what adds nothing is no reason.
pub fn reasons(model: &Model, columns: &[Column<'_>], most: usize) -> Result<Vec<Vec<Reason>>, Error> {
    let contributions = by_input(model, columns)?;
    let n_rows = contributions.first().map_or(0, Vec::len);
    let strongest = |row: usize| {
        let each = contributions.iter().enumerate();
        let mut reasons: Vec<Reason> = each
            .map(|(input, all)| Reason { input, contribution: all[row] })
            .filter(|r| r.contribution != 0.0)
            .collect();
        reasons.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()).then(a.input.cmp(&b.input)));
        reasons.truncate(most);
        reasons
    };
    Ok((0..n_rows).map(strongest).collect())
}

/// What each column adds to each row, column by column.
pub(crate) fn by_input(model: &Model, columns: &[Column<'_>]) -> Result<Vec<Vec<f64>>, Error> {
    let terms = model.contributions(columns)?;
    let n_rows = terms.first().map_or(0, Vec::len);
    let mut inputs = vec![vec![0.0; n_rows]; model.inputs.len()];
    for (term, added) in model.terms.iter().zip(terms) {
        let part = 1.0 / term.axes.len() as f64;
        for axis in &term.axes {
            inputs[axis.input].iter_mut().zip(&added).for_each(|(sum, added)| *sum += added * part);
        }
    }
    Ok(inputs)
}
