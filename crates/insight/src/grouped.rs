//! The table of a grouped answer: dimensions, then measures, each with the ends of its interval where that is shown.
//!
//! Every row keeps the filter that selects its customers, so that each of its numbers can be opened.

use bson::{Bson, bson};
use catalog::{Analysis, Dimension, MeasureRole, Unit};
use pipeline::ast::{Comparison, Expr, Operator, Predicate, Test};

use crate::groups::{Groups, cell, numeric};
use crate::{Cell, Column, ColumnRole, Row, Table};

/// The cell of a number that may not be there; whole counts stay whole.
pub(crate) fn number(value: Option<f64>, unit: Unit) -> Cell {
    match value {
        None => Cell::Missing,
        Some(value) if unit == Unit::Count && value.fract() == 0.0 => Cell::Integer(value as i64),
        Some(value) => Cell::Number(value),
    }
}

/// The columns with the ends of an interval around `name`.
pub(crate) fn ends(name: &str, unit: Unit) -> [Column; 2] {
    let end = |suffix: &str, label: &str, role| Column::new(format!("{name}_{suffix}"), label, unit, role);
    [
        end("low", "95 % from", ColumnRole::Low { of: name.to_owned() }),
        end("high", "95 % to", ColumnRole::High { of: name.to_owned() }),
    ]
}

/// The column of a dimension.
pub(crate) fn dimension(dimension: &Dimension) -> Column {
    // A dimension's numbers name groups: they are written whole, not as amounts.
    let unit = match dimension.unit {
        kept @ (Unit::Text | Unit::Year) => kept,
        _ => Unit::Count,
    };
    let column = Column::new(&dimension.name, &dimension.label, unit, ColumnRole::Dimension);
    Column { order: dimension.order.iter().map(cell).collect(), ..column }
}

/// The table of the groups.
pub(crate) fn of_groups(groups: &Groups<'_>) -> Table {
    let analysis = groups.analysis;
    let mut table = Table { columns: groups.by.iter().map(dimension).collect(), rows: Vec::new() };
    for measure in &analysis.measures {
        let is_count = measure.role == Some(MeasureRole::Customers);
        let role = if is_count { ColumnRole::Count } else { ColumnRole::Measure };
        table.columns.push(Column::new(&measure.name, &measure.label, measure.unit, role));
        if analysis.shows_interval(measure) {
            table.columns.extend(ends(&measure.name, measure.unit));
        }
    }
    for row in &groups.rows {
        let mut cells: Vec<Cell> = row.keys.iter().map(cell).collect();
        for measure in &analysis.measures {
            cells.push(number(groups.value(row, measure), measure.unit));
            if analysis.shows_interval(measure) {
                let interval = groups.interval(row, measure);
                cells.push(number(interval.map(|interval| interval.low), measure.unit));
                cells.push(number(interval.map(|interval| interval.high), measure.unit));
            }
        }
        table.rows.push(Row { filter: Some(filter(groups, &row.keys)), ..cells.into() });
    }
    table
}

/// Which of the customers that were asked for have these values of the dimensions.
fn filter(groups: &Groups<'_>, keys: &[Bson]) -> Predicate {
    let each = groups.by.iter().zip(keys).map(|(dimension, key)| equals(&dimension.expr, key));
    selecting(groups.analysis, each)
}

/// Which of the customers that were asked for are selected by all of these.
pub(crate) fn selecting(analysis: &Analysis, each: impl IntoIterator<Item = Predicate>) -> Predicate {
    Predicate::And(analysis.filter.iter().cloned().chain(each).collect())
}

/// Whose expression has one of these values, which are all values between the first and the last where they are numbers in
/// ascending order.
pub(crate) fn among(expr: &Expr, keys: &[&Bson]) -> Predicate {
    let numbers: Option<Vec<f64>> = keys.iter().map(|key| numeric(key)).collect();
    match (keys, numbers) {
        ([only], _) => equals(expr, only),
        ([first, .., last], Some(numbers)) if numbers.is_sorted() => between(expr, first, last),
        _ => one_of(expr, keys),
    }
}

/// Whose expression is a number from `low` to `high`.
pub(crate) fn between(expr: &Expr, low: &Bson, high: &Bson) -> Predicate {
    let ends = [(Comparison::Gte, low), (Comparison::Lte, high)];
    let each = ends.map(|(comparison, end)| match expr {
        Expr::Field(path) => Predicate::Field(path.clone(), Test::Compare(comparison, end.clone())),
        other => called(comparison.operator(), other.clone(), Expr::Literal(end.clone())),
    });
    Predicate::And(each.to_vec())
}

fn one_of(expr: &Expr, keys: &[&Bson]) -> Predicate {
    let values = keys.iter().map(|key| (*key).clone());
    match expr {
        Expr::Field(path) => Predicate::Field(path.clone(), Test::In(values.collect())),
        other => called(Operator::In, other.clone(), Expr::Array(values.map(Expr::Literal).collect())),
    }
}

fn called(operator: Operator, left: Expr, right: Expr) -> Predicate {
    Predicate::Expr(Expr::Call { operator, args: vec![left, right] })
}

/// Whose expression has this value. Grouping takes missing for null, so null selects both.
fn equals(expr: &Expr, key: &Bson) -> Predicate {
    match expr {
        Expr::Field(path) => Predicate::Field(path.clone(), Test::Compare(Comparison::Eq, key.clone())),
        other => {
            let value = if *key == Bson::Null { if_null(other.clone()) } else { other.clone() };
            called(Operator::Eq, value, Expr::Literal(key.clone()))
        }
    }
}

fn if_null(expr: Expr) -> Expr {
    Expr::Call { operator: Operator::IfNull, args: vec![expr, Expr::Literal(bson!(null))] }
}
