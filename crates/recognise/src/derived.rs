//! Which columns follow from others.
//!
//! In: the table and the kept columns. Out: for each column what it follows from: what follows from a definition is no finding.
//! Invariant: of two columns that follow from each other only one is said to.

use crate::content::Content;
use crate::plan::Plan;
use crate::table::Table;

/// Fewer rows tell nothing of arithmetic.
const FEWEST_ROWS: usize = 30;
/// More columns of numbers are not tried in threes.
const MOST_NUMBERS: usize = 60;

/// Finds what each kept column follows from; neither the key nor the outcome does.
pub(crate) fn find(table: &Table<'_>, plan: &mut Plan) {
    let outcome = plan.outcome().map(|outcome| outcome.column);
    let is_free =
        |position: &usize| Some(*position) != outcome && Some(*position) != plan.key && !plan.is_identifier[*position];
    let kept: Vec<usize> = plan.kept().filter(is_free).collect();
    let numbers: Vec<usize> =
        kept.iter().copied().filter(|position| plan.contents[*position] == Content::Number).collect();
    let mut derived = vec![Vec::new(); plan.derived.len()];
    for values in kept.iter().copied() {
        let from = numbers.iter().copied().find(|numbers| *numbers != values && table.is_banded(values, *numbers));
        let from =
            from.or_else(|| kept.iter().copied().find(|fine| *fine != values && table.is_coarser(values, *fine)));
        derived[values].extend(from);
    }
    if numbers.len() <= MOST_NUMBERS {
        for result in numbers.iter().copied() {
            if derived[result].is_empty()
                && let Some([one, other]) = arithmetic(table, &numbers, result, &derived)
            {
                derived[result] = vec![one, other];
            }
        }
    }
    plan.derived = derived;
}

/// Two columns whose difference, sum or ratio is the third.
fn arithmetic(table: &Table<'_>, numbers: &[usize], result: usize, derived: &[Vec<usize>]) -> Option<[usize; 2]> {
    let operations: [fn(f64, f64) -> f64; 3] = [|a, b| a - b, |a, b| a / b, |a, b| a + b];
    // What is computed stands behind what it is computed from.
    for one in numbers.iter().copied().filter(|one| *one < result) {
        for other in numbers.iter().copied().filter(|other| *other < result && *other != one) {
            let is_circle = derived[one].contains(&result) || derived[other].contains(&result);
            if !is_circle && operations.iter().any(|operation| holds(table, [result, one, other], *operation)) {
                return Some([one, other]);
            }
        }
    }
    None
}

/// Whether the first column is what an operation makes of the two others, in all rows that are kept of the table.
fn holds(table: &Table<'_>, [result, one, other]: [usize; 3], operation: fn(f64, f64) -> f64) -> bool {
    let [result, one, other] = [result, one, other].map(|position| table.sample[position].as_slice());
    let mut n_told = 0;
    for ((result, one), other) in result.iter().zip(one).zip(other) {
        let (Some(result), Some(one), Some(other)) = (result, one, other) else { continue };
        let expected = operation(*one, *other);
        // Half of a thousandth is rounding.
        if !expected.is_finite() || (expected - result).abs() > 0.0006 + expected.abs() * 1e-6 {
            return false;
        }
        // Where one of them is next to zero, the result may be the other, or zero, by chance.
        n_told += usize::from([result, one, other].iter().all(|number| number.abs() > 0.01));
    }
    n_told >= FEWEST_ROWS
}
