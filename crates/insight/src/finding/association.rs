//! How two dimensions go together: the cell that is furthest above what independence would give.

use bson::Bson;

use super::Said;
use crate::groups::{Groups, Row};
use crate::statistics::chi_square::{chi_square, expected};
use crate::words;

/// The cross-table of the customers with both answers known.
fn cross(groups: &Groups<'_>) -> (Vec<Bson>, Vec<Bson>, Vec<Vec<f64>>) {
    let values = |at: usize| {
        let mut values: Vec<Bson> = Vec::new();
        for row in groups.known() {
            if !values.contains(&row.keys[at]) {
                values.push(row.keys[at].clone());
            }
        }
        values
    };
    let (down, across) = (values(0), values(1));
    let cell = |a: &Bson, b: &Bson| {
        let found = groups.known().find(|row| row.keys[0] == *a && row.keys[1] == *b);
        found.map_or(0.0, |row| row.customers)
    };
    let table = down.iter().map(|a| across.iter().map(|b| cell(a, b)).collect()).collect();
    (down, across, table)
}

/// The sentence; none unless there are just two dimensions.
pub(crate) fn say(groups: &Groups<'_>) -> Option<Said> {
    let [first, second] = groups.by else { return None };
    let (down, across, table) = cross(groups);
    let expected = expected(&table);
    // Pearson's residual: how many standard deviations of a count a cell lies above what independence gives.
    let residual = |row: &Row<'_>| {
        let i = down.iter().position(|value| *value == row.keys[0])?;
        let j = across.iter().position(|value| *value == row.keys[1])?;
        let expected = expected[i][j];
        (expected > 0.0).then(|| ((row.customers - expected) / expected.sqrt(), expected))
    };
    let residuals =
        groups.ranked().filter_map(|row| residual(row).map(|(residual, expected)| (row, residual, expected)));
    let Some((row, _, expected)) = residuals.max_by(|a, b| a.1.total_cmp(&b.1)) else {
        return Some(Said::plain("No group of known customers is large enough to be compared."));
    };
    let sentence = format!(
        "Most above what unrelated answers would give are {}: {} customers where {} would be expected if {} and {} had \
         nothing to do with each other.",
        groups.name(row),
        words::count(row.customers),
        words::count(expected),
        words::small(&first.label),
        words::small(&second.label),
    );
    Some(Said::plain(sentence).with_test(chi_square(&table)))
}

/// The test of the two dimensions alone.
pub(crate) fn test(groups: &Groups<'_>) -> Option<crate::statistics::chi_square::Tested> {
    if groups.by.len() == 2 { chi_square(&cross(groups).2) } else { None }
}
