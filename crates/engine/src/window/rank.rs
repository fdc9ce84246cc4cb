//! `$rank`, `$denseRank` and `$documentNumber`: where a row stands in its partition, counted from one.

use bson::Bson;

use super::Around;
use crate::value::{Number, Value};

/// Equal rows share the number of the first of them: 1, 1, 3.
pub(super) fn rank(around: &Around<'_>) -> Vec<Value> {
    let mut rank = 0;
    starts(around)
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
pub(super) fn dense_rank(around: &Around<'_>) -> Vec<Value> {
    let mut rank = 0;
    starts(around)
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
fn starts(around: &Around<'_>) -> impl Iterator<Item = bool> {
    (0..around.n_rows()).map(|row| row == 0 || !around.are_equal(row - 1, row))
}

fn number(value: i64) -> Bson {
    Number::int_or_long(value).into_bson()
}
