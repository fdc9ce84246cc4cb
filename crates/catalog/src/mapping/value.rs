//! The value of one column out of documents that another program loaded.
//!
//! In: a column and what reads it there. Out: MongoDB expressions: its value, and whether one is there that the column does
//! not take.
//! Invariant: none of them ends a pipeline, whatever type the documents hold.

use bson::{Bson, bson};
use contract::{Category, Column, Kind};
use pipeline::FieldType;

/// The first of some paths that is there.
pub(super) fn first(paths: Vec<String>) -> Bson {
    let mut paths: Vec<Bson> = paths.into_iter().map(Bson::from).collect();
    match paths.pop() {
        Some(only) if paths.is_empty() => only,
        last => {
            paths.extend(last);
            bson!({ "$ifNull": paths })
        }
    }
}

/// The value; null, or the category that means no answer, where the documents have none that the column takes.
pub(super) fn of(column: &Column, raw: &Bson) -> Bson {
    match &column.kind {
        Kind::Category(categories) => category(column, categories, raw),
        Kind::Whole { min, max } => number(column, [Bson::Int64(*min), Bson::Int64(*max)], raw),
        Kind::Decimal { min, max, .. } => number(column, [Bson::Double(*min), Bson::Double(*max)], raw),
        Kind::Text => text(column, raw),
        Kind::Date => bson!({ "$convert": { "input": raw, "to": "date", "onError": null, "onNull": null } }),
    }
}

/// Whether something is there that the column does not take.
pub(super) fn is_refused(column: &Column, raw: &Bson) -> Bson {
    let of_category = column.categories().iter().filter(|category| category.is_missing).flat_map(texts);
    let blanks = ["", "NaN"].into_iter().chain(column.missing.iter().map(String::as_str)).chain(of_category);
    let blanks: Vec<Bson> = blanks.map(|text| literal(text.trim())).collect();
    let unknown = unknown(column);
    bson!({ "$and": [{ "$not": [{ "$in": [written(raw), blanks] }] }, { "$eq": [of(column, raw), unknown] }] })
}

/// How a value is written, without blanks around it; nothing where it is missing.
pub(super) fn written(raw: &Bson) -> Bson {
    bson!({ "$trim": { "input": { "$convert": { "input": raw, "to": "string", "onError": "?", "onNull": "" } } } })
}

/// The object that says a category's bounds.
pub(super) fn detail(column: &Column, value: &str) -> Bson {
    let bound = |bound: Option<i64>| bound.map_or(Bson::Null, small);
    let branches = column.categories().iter().zip(column.bounds()).enumerate().map(|(i, (category, (from, to)))| {
        let object = bson!({ "Category_Code": small(i as i64 + 1), "Min": bound(from), "Max": bound(to) });
        bson!({ "case": { "$eq": [value, literal(&category.value)] }, "then": object })
    });
    bson!({ "$switch": { "branches": branches.collect::<Vec<_>>(), "default": null } })
}

fn category(column: &Column, categories: &[Category], raw: &Bson) -> Bson {
    let unknown = unknown(column);
    let known = || categories.iter().map(|category| (category, values(category)));
    if known().all(|(category, values)| values == [literal(&category.value)]) {
        let all: Vec<Bson> = known().flat_map(|(_, values)| values).collect();
        return bson!({ "$cond": [{ "$in": [raw, all] }, raw, unknown] });
    }
    let branch = |(category, values): (&Category, Vec<Bson>)| bson!({ "case": { "$in": [raw, values] }, "then": literal(&category.value) });
    bson!({ "$switch": { "branches": known().map(branch).collect::<Vec<_>>(), "default": unknown } })
}

/// What stands for a value that is not there.
fn unknown(column: &Column) -> Bson {
    column.missing_value().map_or(Bson::Null, literal)
}

fn texts(category: &Category) -> impl Iterator<Item = &str> {
    std::iter::once(category.value.as_str()).chain(category.spellings.iter().map(String::as_str))
}

/// The values of documents that a category stands for: its texts, and the numbers and booleans that are written so.
fn values(category: &Category) -> Vec<Bson> {
    let mut values = Vec::new();
    for text in texts(category).filter(|text| !text.is_empty()) {
        values.push(literal(text));
        // `01` is no number: 1 is written otherwise.
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && number.to_string() == text);
        values.extend(
            number.map(|number| if number.fract() == 0.0 { small(number as i64) } else { Bson::Double(number) }),
        );
        values.extend(text.to_ascii_lowercase().parse().ok().map(Bson::Boolean));
    }
    values.dedup();
    values
}

fn number(column: &Column, [min, max]: [Bson; 2], raw: &Bson) -> Bson {
    let double = bson!({ "$convert": { "input": raw, "to": "double", "onError": null, "onNull": null } });
    let scaled = match column.scale {
        Some(scale) => bson!({ "$multiply": [double, scale] }),
        None => double,
    };
    // NaN is below all numbers, and so is null.
    let mut tests =
        vec![bson!({ "$gte": ["$$n", small_if_it_fits(min)] }), bson!({ "$lte": ["$$n", small_if_it_fits(max)] })];
    let value = match column.field_type() {
        FieldType::Int => bson!({ "$toInt": "$$n" }),
        FieldType::Long => bson!({ "$toLong": "$$n" }),
        _ => Bson::from("$$n"),
    };
    if value != Bson::from("$$n") {
        tests.push(bson!({ "$eq": [{ "$trunc": "$$n" }, "$$n"] }));
    }
    if !column.missing.is_empty() {
        let missing: Vec<Bson> = column.missing.iter().map(|text| literal(text.trim())).collect();
        tests.push(bson!({ "$not": [{ "$in": [written(raw), missing] }] }));
    }
    bson!({ "$let": { "vars": { "n": scaled }, "in": { "$cond": [{ "$and": tests }, value, null] } } })
}

fn text(column: &Column, raw: &Bson) -> Bson {
    let blanks = ["", "NaN"].into_iter().chain(column.missing.iter().map(String::as_str));
    let blanks: Vec<Bson> = blanks.map(literal).collect();
    let text = bson!({ "$convert": { "input": raw, "to": "string", "onError": null, "onNull": null } });
    bson!({ "$let": { "vars": { "t": text }, "in": { "$cond": [{ "$in": ["$$t", blanks] }, null, "$$t"] } } })
}

/// A text that stands for itself, also where it looks like a field.
fn literal(text: &str) -> Bson {
    if text.starts_with('$') { bson!({ "$literal": text }) } else { Bson::from(text) }
}

fn small(number: i64) -> Bson {
    i32::try_from(number).map_or(Bson::Int64(number), Bson::Int32)
}

fn small_if_it_fits(number: Bson) -> Bson {
    match number {
        Bson::Int64(number) => small(number),
        Bson::Double(number) if number.fract() == 0.0 && number.abs() < f64::from(i32::MAX) => small(number as i64),
        other => other,
    }
}
