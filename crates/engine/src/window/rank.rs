//! `$rank`, `$denseRank` and `$documentNumber`: where a row stands in its partition, counted from one.

use bson::{Bson, Document};
use pipeline::ast::SortKey;

use crate::value::{Number, Value, compare_values, get};

/// Equal rows share the number of the first of them: 1, 1, 3.
pub(super) fn rank(rows: &[Document], sort_by: &[SortKey]) -> Vec<Value> {
    let mut rank = 0;
    starts(rows, sort_by)
        .enumerate()
        .map(|(row, is_start)| {
            if is_start {
                rank = row as i64 + 1;
            }
            Some(number(rank))
        })
        .collect()
}

/// Equal rows share a number, and no number is left out: 1, 1, 2.
pub(super) fn dense_rank(rows: &[Document], sort_by: &[SortKey]) -> Vec<Value> {
    let mut rank = 0;
    starts(rows, sort_by)
        .map(|is_start| {
            rank += i64::from(is_start);
            Some(number(rank))
        })
        .collect()
}

pub(super) fn document_number(n_rows: usize) -> Vec<Value> {
    (1..=n_rows as i64).map(number).map(Some).collect()
}

/// For each row, whether it differs from the row before in its sort keys.
fn starts(rows: &[Document], sort_by: &[SortKey]) -> impl Iterator<Item = bool> {
    (0..rows.len()).map(move |row| {
        row == 0
            || sort_by.iter().any(|key| {
                let value = |row: usize| get(&rows[row], &key.path);
                compare_values(value(row - 1).as_ref(), value(row).as_ref()).is_ne()
            })
    })
}

fn number(value: i64) -> Bson {
    Number::int_or_long(value).into_bson()
}
