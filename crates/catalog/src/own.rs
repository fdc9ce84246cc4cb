//! Columns of which our files say nothing: each becomes a dimension, if it has few values, and numbers a measure.
//!
//! Invariant: a column that names a person, that was computed from the outcome, or that is the key is never one of them.

use bson::{Bson, bson};
use contract::{Column, Kind, Role};

use crate::fields::PlainField;
use crate::load;
use crate::measure::{Interval, Measure, Value};
use crate::words::lowered;
use crate::{Catalog, Dimension, Unit};

/// Adds these dimensions and measures; gives the dimensions.
pub(crate) fn add(catalog: &mut Catalog) -> Vec<Dimension> {
    let mut added = Vec::new();
    let unread: Vec<PlainField> =
        free(catalog).filter(|(field, _)| !is_read(catalog, field)).map(|f| f.0.clone()).collect();
    for field in unread {
        let is_number = catalog.contract.columns[field.column].is_number();
        // What MongoDB takes as a field's name is a dimension's, whatever its letters: `Checking account`, `Año`.
        let is_name = !field.path.starts_with('$') && !field.path.contains(['.', '\0']);
        if !field.is_many && is_name {
            let dimension = catalog.plain(&field);
            added.push(dimension.clone());
            catalog.dimensions.push(dimension);
        }
        if is_number && is_name {
            let is_yes_or_no = matches!(catalog.contract.columns[field.column].kind, Kind::Whole { min: 0, max: 1 });
            let word = if is_yes_or_no { "share" } else { "mean" };
            let name = free_measure(catalog, format!("{word}_{}", load::plain_name(&field.path)));
            let measure = if is_yes_or_no { share_of(catalog, &name, &field) } else { mean_of(catalog, &name, &field) };
            catalog.measures.push(measure);
        }
    }
    added
}

/// The name, or one like it where rows have another value under it, or a column has it.
fn free_measure(catalog: &Catalog, mut name: String) -> String {
    let has = |catalog: &Catalog, name: &str| {
        catalog.is_column_of_measures(name)
            || catalog.dimensions.iter().any(|dimension| dimension.name == name)
            || catalog.fields.iter().any(|field| field.path == name)
    };
    while has(catalog, &name) {
        name.push_str("_column");
    }
    name
}

/// The columns that are none of `listed`, as dimensions: those that closure may go with.
pub(crate) fn others(catalog: &Catalog, listed: &[Dimension]) -> Vec<Dimension> {
    let is_other =
        |column: &Column| column.role != Some(Role::Closed) && (column.is_number() || !column.categories().is_empty());
    let fields = free(catalog).filter(|(_, column)| is_other(column)).map(|(field, _)| field);
    fields
        .filter(|field| !listed.iter().any(|dimension| dimension.expr == field.expr()))
        .map(|f| catalog.plain(f))
        .collect()
}

/// The fields that are columns which may be looked at.
fn free(catalog: &Catalog) -> impl Iterator<Item = (&PlainField, &Column)> {
    let fields = catalog.fields.iter().filter(|field| field.is_column);
    fields.map(|field| (field, &catalog.contract.columns[field.column])).filter(|(_, column)| {
        let is_key = matches!(column.role, Some(Role::CustomerKey | Role::AsOf));
        !is_key && !column.direct_identifier && !column.leaks
    })
}

/// Whether some dimension or measure is computed from the field.
fn is_read(catalog: &Catalog, field: &PlainField) -> bool {
    let dimensions = catalog.dimensions.iter().map(|dimension| dimension.expr.reads());
    let calls = catalog.measures.iter().flat_map(|measure| &measure.accumulators);
    let mut reads = dimensions.chain(calls.map(|(_, call)| call.reads()));
    reads.any(|reads| reads.named().iter().any(|path| path.to_string() == field.joined_path))
}

/// The share of those who say yes, of those who say something.
fn share_of(catalog: &Catalog, name: &str, field: &PlainField) -> Measure {
    let expr = bson!(format!("${}", field.joined_path));
    let (successes, trials) = (format!("{name}_yes"), format!("{name}_known"));
    let call = |value: Bson| pipeline::parse_accumulator(&value).expect("a fixed form around a checked field");
    let known = match load::is_there(catalog, &expr) {
        Some(is_there) => bson!({ "$sum": { "$cond": [is_there, 1, 0] } }),
        None => bson!({ "$sum": 1 }),
    };
    let yes = bson!({ "$sum": { "$cond": [{ "$eq": [expr, 1] }, 1, 0] } });
    let [dividend, divisor] = [&successes, &trials].map(|name| format!("${name}"));
    let share = bson!({ "$cond": [
        { "$gt": [divisor.clone(), 0] }, { "$divide": [dividend, divisor] }, null,
    ] });
    let label = format!("Share with {} = 1", field.label);
    Measure {
        name: name.to_owned(),
        aliases: Vec::new(),
        phrase: lowered(&label),
        label,
        unit: Unit::Share,
        accumulators: vec![(successes.clone(), call(yes)), (trials.clone(), call(known))],
        value: Value::Finish(pipeline::parse_expr(&share).expect("a fixed form over two fields")),
        interval: Interval::Rate { successes, trials },
        summed: None,
        least: None,
        role: None,
        by_value: None,
    }
}

fn mean_of(catalog: &Catalog, name: &str, field: &PlainField) -> Measure {
    let label = format!("Mean {}", lowered(&field.label));
    let expr = bson!(format!("${}", field.joined_path));
    let (accumulators, interval) = load::mean(catalog, name, &expr);
    let unit = if field.unit == Unit::Count { Unit::Ratio } else { field.unit };
    let phrase = lowered(&label);
    Measure {
        name: name.to_owned(),
        aliases: Vec::new(),
        label,
        phrase,
        unit,
        accumulators,
        value: Value::Field,
        interval,
        summed: None,
        least: load::least(catalog, &expr),
        role: None,
        by_value: None,
    }
}
