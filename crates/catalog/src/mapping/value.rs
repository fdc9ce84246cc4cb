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
        Kind::Date => day(column, raw),
    }
}

/// A value that is computed, in the column's range and whole where the column is; null where it is out of the range.
pub(super) fn computed(column: &Column, value: &Bson) -> Bson {
    let whole = |tests: Vec<Bson>, value: Bson, given: Bson| bson!({ "$let": { "vars": { "n": given }, "in": { "$cond": [{ "$and": tests }, value, null] } } });
    match &column.kind {
        Kind::Whole { min, max } => {
            let tests = within([Bson::Int64(*min), Bson::Int64(*max)]);
            whole(tests, to_whole(column, "$$n"), bson!({ "$round": [value.clone(), 0] }))
        }
        Kind::Decimal { min, max, .. } => {
            whole(within([Bson::Double(*min), Bson::Double(*max)]), Bson::from("$$n"), value.clone())
        }
        Kind::Category(_) | Kind::Text | Kind::Date => value.clone(),
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
    let of_blank = categories.iter().find(|category| category.spellings.iter().any(String::is_empty));
    let of_blank = of_blank.filter(|category| !category.is_missing);
    let known = || categories.iter().map(|category| (category, values(category)));
    if of_blank.is_none() && known().all(|(category, values)| values == [literal(&category.value)]) {
        let all: Vec<Bson> = known().flat_map(|(_, values)| values).collect();
        return bson!({ "$cond": [{ "$in": [raw, all] }, raw, unknown] });
    }
    let branch = |test: Bson, category: &Category| bson!({ "case": test, "then": literal(&category.value) });
    let branches = known().map(|(category, values)| branch(bson!({ "$in": [raw, values] }), category));
    let blank = of_blank.map(|category| branch(bson!({ "$in": [written(raw), ["", "NaN"]] }), category));
    bson!({ "$switch": { "branches": branches.chain(blank).collect::<Vec<_>>(), "default": unknown } })
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

fn number(column: &Column, ends: [Bson; 2], raw: &Bson) -> Bson {
    // A double has not all digits of a long number.
    let to = if column.field_type() == FieldType::Long { "decimal" } else { "double" };
    let number = bson!({ "$convert": { "input": raw, "to": to, "onError": null, "onNull": null } });
    let is_whole = matches!(column.kind, Kind::Whole { .. });
    let number = match column.scale {
        // A product may be off by what doubles are.
        Some(scale) if is_whole => bson!({ "$round": [{ "$multiply": [number, scale] }, 6] }),
        Some(scale) => bson!({ "$multiply": [number, scale] }),
        None => number,
    };
    let mut tests = within(ends);
    // MongoDB: a date is read as its milliseconds.
    tests.push(bson!({ "$ne": [{ "$type": raw }, "date"] }));
    if is_whole {
        tests.push(bson!({ "$eq": [{ "$trunc": "$$n" }, "$$n"] }));
    }
    if !column.missing.is_empty() {
        let missing: Vec<Bson> = column.missing.iter().map(|text| literal(text.trim())).collect();
        tests.push(bson!({ "$not": [{ "$in": [written(raw), missing] }] }));
    }
    let value = if is_whole { to_whole(column, "$$n") } else { Bson::from("$$n") };
    bson!({ "$let": { "vars": { "n": number }, "in": { "$cond": [{ "$and": tests }, value, null] } } })
}

/// Whether `$$n` lies between two ends; NaN is below all numbers, and so is null.
fn within([min, max]: [Bson; 2]) -> Vec<Bson> {
    vec![bson!({ "$gte": ["$$n", small_if_it_fits(min)] }), bson!({ "$lte": ["$$n", small_if_it_fits(max)] })]
}

/// A whole number in the type of the column's field.
fn to_whole(column: &Column, number: &str) -> Bson {
    if column.field_type() == FieldType::Int { bson!({ "$toInt": number }) } else { bson!({ "$toLong": number }) }
}

/// The midnight of a day: of a date, or of a text that is written as the column's days are.
fn day(column: &Column, raw: &Bson) -> Bson {
    let (text, format, types) = match &column.format {
        // Days such as 20150305 may be numbers.
        Some(format) => (written(raw), format.as_str(), bson!(["string", "int", "long", "double"])),
        None => (bson!({ "$substrCP": [written(raw), 0, 10] }), "%Y-%m-%d", bson!(["string"])),
    };
    let of_text =
        bson!({ "$dateFromString": { "dateString": text, "format": format, "onError": null, "onNull": null } });
    let of_date = bson!({ "$dateTrunc": { "date": raw, "unit": "day" } });
    bson!({ "$switch": { "branches": [
        { "case": { "$eq": [{ "$type": raw }, "date"] }, "then": of_date },
        { "case": { "$in": [{ "$type": raw }, types] }, "then": of_text },
    ], "default": null } })
}

/// What of a column's format MongoDB cannot read.
pub(super) fn unknown_in_format(column: &Column) -> Option<String> {
    const KNOWN: &str = "dGHjLmMSuVYzZ%";
    let mut signs = column.format.as_deref()?.chars();
    while let Some(sign) = signs.next() {
        if sign == '%' {
            let sign = signs.next().unwrap_or('%');
            if !KNOWN.contains(sign) {
                return Some(format!("%{sign}"));
            }
        }
    }
    None
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
