//! `$fill`: values in the place of those that are null or missing.
//!
//! MongoDB: methods fill first, over documents that are sorted within their partitions, and leave null where there is
//! nothing to fill from; then values are computed, each from the document as it then is. Without a method nothing is sorted.

use std::cmp::Ordering;

use bson::{Bson, Document};
use pipeline::ast::{Expr, Fill, FillWith, Operator, Path, SortKey};

use super::{Context, Rows, add_fields, deferred};
use crate::Error;
use crate::brake::Held;
use crate::value::{Value, compare, find, set};
use crate::window;

pub(super) fn run<'a>(fill: &'a Fill, rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
    let uses_method = |(_, with): &(Path, FillWith)| matches!(with, FillWith::Last | FillWith::Linear);
    let rows = if fill.output.iter().any(uses_method) { by_method(fill, rows, ctx) } else { rows };
    let values: Vec<(Path, Expr)> = fill.output.iter().filter_map(by_value).collect();
    if values.is_empty() {
        return rows;
    }
    let now = ctx.now;
    Box::new(rows.map(move |row| {
        let row = row?;
        let mut output = row.clone();
        let values: Vec<(&Path, &Expr)> = values.iter().map(|(path, value)| (path, value)).collect();
        add_fields::compute(&values, &row, &mut output, now)?;
        Ok(output)
    }))
}

/// A field that is filled by a value, with what computes it.
fn by_value((path, with): &(Path, FillWith)) -> Option<(Path, Expr)> {
    let FillWith::Value(value) = with else { return None };
    let args = vec![Expr::Field(path.clone()), value.clone()];
    Some((path.clone(), Expr::Call { operator: Operator::IfNull, args }))
}

fn by_method<'a>(fill: &'a Fill, rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
    deferred(move || {
        let (sorted, mut held) = window::sorted("$fill", fill.partition_by.as_ref(), &fill.sort_by, rows, ctx)?;
        let mut answer: Vec<Document> = Vec::with_capacity(sorted.len());
        let same = |(a, _): &(Bson, Document), (b, _): &(Bson, Document)| compare(a, b) == Ordering::Equal;
        for partition in sorted.chunk_by(same) {
            ctx.brake.check()?;
            answer.extend(filled(fill, partition, &mut held)?);
        }
        Ok(answer)
    })
}

/// One partition with its fields filled by methods.
fn filled(fill: &Fill, partition: &[(Bson, Document)], held: &mut Held) -> Result<Vec<Document>, Error> {
    let mut rows: Vec<Document> = partition.iter().map(|(_, row)| row.clone()).collect();
    let mut columns = Vec::new();
    for (path, with) in &fill.output {
        let values = |path| rows.iter().map(|row| value(row, path)).collect::<Vec<Value>>();
        let column = match (with, fill.sort_by.as_slice()) {
            (FillWith::Last, _) => window::fill::last(values(path), held)?,
            (FillWith::Linear, [SortKey { path: key, .. }, ..]) => window::fill::linear(&values(key), values(path))?,
            _ => continue,
        };
        columns.push((path, column));
    }
    for (path, column) in columns {
        for (row, value) in rows.iter_mut().zip(column) {
            set(row, path, value);
        }
    }
    Ok(rows)
}

fn value(row: &Document, path: &Path) -> Value {
    find(row, path).map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    const INPUT: &str = "{_id: 1, g: 'a', t: 1, v: 1}\n{_id: 2, g: 'a', t: 2}\n{_id: 3, g: 'a', t: 4, v: 7}\n\
                         {_id: 4, g: 'b', t: 1, v: null}\n{_id: 5, g: 'b', t: 3, v: 5}\n{_id: 6, g: 'b', t: 5, v: null}";

    fn check_values(stage: &str, expected: &str) {
        check(&format!("[{{$fill: {stage}}}, {{$project: {{v: 1}}}}]"), INPUT, expected);
    }

    #[test]
    fn methods_fill_within_partitions() {
        check_values(
            "{partitionByFields: ['g'], sortBy: {t: 1}, output: {v: {method: 'locf'}}}",
            "{_id: 1, v: 1}\n{_id: 2, v: 1}\n{_id: 3, v: 7}\n{_id: 4, v: null}\n{_id: 5, v: 5}\n{_id: 6, v: 5}",
        );
        check_values(
            "{partitionBy: {x: '$g'}, sortBy: {t: 1}, output: {v: {method: 'linear'}}}",
            "{_id: 1, v: 1}\n{_id: 2, v: 3.0}\n{_id: 3, v: 7}\n{_id: 4, v: null}\n{_id: 5, v: 5}\n{_id: 6, v: null}",
        );
        check_values("{sortBy: {t: 1}, output: {v: {method: 'linear'}}}", "error 6050106");
    }

    #[test]
    fn values_are_computed_and_sort_nothing() {
        check_values(
            "{output: {v: {value: {$add: ['$t', 1]}}}}",
            "{_id: 1, v: 1}\n{_id: 2, v: 3}\n{_id: 3, v: 7}\n{_id: 4, v: 2}\n{_id: 5, v: 5}\n{_id: 6, v: 6}",
        );
    }
}
