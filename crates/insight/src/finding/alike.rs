//! Columns that tell the same thing: each such thing is named once, by the column that tells most.
//!
//! In: columns cut into bins. Out: for each of them the column that stands for it. Columns tell the same where one follows from the
//! other by the contract (of several sources the one that tells most is taken), where both are computed from the same fields,
//! or where their bins hold the same numbers of customers and closures, which among many customers is no accident.

use crate::bins::Binned;

/// Among fewer customers two columns may have bins of the same numbers by accident.
const MANY: f64 = 1000.0;

/// The place of the column that stands for each column: its own, or that of one which tells more.
pub(crate) fn standing_for(columns: &[&Binned<'_>]) -> Vec<usize> {
    let information: Vec<f64> = columns.iter().map(|binned| binned.information_value().unwrap_or(0.0)).collect();
    let reads: Vec<Vec<String>> = columns.iter().map(|binned| fields(binned)).collect();
    let counts: Vec<Vec<[u64; 2]>> = columns.iter().map(|binned| counted(binned)).collect();
    let mut group: Vec<usize> = (0..columns.len()).collect();
    let mut join = |a: usize, b: usize| {
        let (from, to) = (group[a], group[b]);
        group.iter_mut().filter(|of| **of == from).for_each(|of| *of = to);
    };
    for (at, binned) in columns.iter().enumerate() {
        let follows = |other: &usize| reads[*other].iter().any(|field| binned.dimension.derived_from.contains(field));
        let sources = (0..columns.len()).filter(|other| *other != at).filter(follows);
        if let Some(source) = sources.max_by(|a, b| information[*a].total_cmp(&information[*b])) {
            join(at, source);
        }
        for other in 0..at {
            let is_same = |of: &dyn Fn(usize) -> bool| of(at) && of(other);
            let are_read = is_same(&|at| !reads[at].is_empty()) && reads[at] == reads[other];
            let are_counted = is_same(&|at| counts[at].len() > 1 && columns[at].customers() >= MANY);
            if are_read || (are_counted && counts[at] == counts[other]) {
                join(at, other);
            }
        }
    }
    let best = |of: usize| {
        let members = (0..columns.len()).filter(|at| group[*at] == of);
        // Of equals the first.
        members.rev().max_by(|a, b| information[*a].total_cmp(&information[*b]))
    };
    group.iter().enumerate().map(|(at, of)| best(*of).unwrap_or(at)).collect()
}

/// The fields that a column is computed from, in order.
fn fields(binned: &Binned<'_>) -> Vec<String> {
    let mut fields: Vec<String> = binned.dimension.expr.reads().named().iter().map(ToString::to_string).collect();
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// The customers and closures of each bin, in the order of the numbers.
fn counted(binned: &Binned<'_>) -> Vec<[u64; 2]> {
    let counts = binned.bins.iter().map(|bin| [bin.counts.customers() as u64, bin.counts.closed as u64]);
    let mut counts: Vec<[u64; 2]> = counts.collect();
    counts.sort_unstable();
    counts
}
