//! `$serializeEJSON`: a value as the objects of Extended JSON.
//!
//! By the manual: canonical, unless `relaxed` is true; null of null and of missing.

use bson::{Bson, DateTime};
use pipeline::print;

use super::to_text;
use crate::Error;
use crate::value::{Value, is_nullish};

/// `input`, `relaxed`.
pub(in crate::expr) fn serialize(input: Option<&Bson>, is_relaxed: Option<&Bson>) -> Result<Value, Error> {
    match input {
        Some(value) if !is_nullish(Some(value)) => {
            let is_relaxed = matches!(is_relaxed, Some(Bson::Boolean(true)));
            serialized(value, is_relaxed).map(Some)
        }
        _ => Ok(Some(Bson::Null)),
    }
}

fn serialized(value: &Bson, is_relaxed: bool) -> Result<Bson, Error> {
    match value {
        Bson::Document(document) => {
            let field = |(name, value): (&String, &Bson)| Ok((name.clone(), serialized(value, is_relaxed)?));
            document.iter().map(field).collect::<Result<_, Error>>().map(Bson::Document)
        }
        Bson::Array(items) => {
            items.iter().map(|item| serialized(item, is_relaxed)).collect::<Result<_, _>>().map(Bson::Array)
        }
        // What JSON can write stays as it is.
        Bson::Int32(_) | Bson::Int64(_) if is_relaxed => Ok(value.clone()),
        Bson::Double(number) if is_relaxed && number.is_finite() => Ok(value.clone()),
        Bson::DateTime(date) if is_relaxed && is_plain(*date) => {
            Ok(Bson::Document(bson::doc! { "$date": to_text(Some(value))? }))
        }
        other => wrapped(other),
    }
}

/// Whether relaxed Extended JSON writes the date as text.
fn is_plain(date: DateTime) -> bool {
    (0..253_402_300_800_000).contains(&date.timestamp_millis())
}

/// The object that canonical Extended JSON writes for a value.
fn wrapped(value: &Bson) -> Result<Bson, Error> {
    pipeline::read_json(&print::canonical(value)).map_err(|error| Error::new(error.message()))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::check;

    #[test]
    fn types_become_objects() {
        let document = "{a: 1, b: 'x', c: [1.5, null], d: ISODate('2021-01-01')}";
        check(
            "{$toString: {$getField: {field: {$literal: '$numberInt'}, input: {$serializeEJSON: {input: '$a'}}}}}",
            document,
            "\"1\"",
        );
        check("{$size: {$objectToArray: {$serializeEJSON: {input: '$$ROOT'}}}}", document, "4");
        check("{$serializeEJSON: {input: ['$a', '$c'], relaxed: true}}", document, "[1,[1.5,null]]");
        check(
            "{$getField: {field: {$literal: '$date'}, input: {$serializeEJSON: {input: '$d', relaxed: true}}}}",
            document,
            "\"2021-01-01T00:00:00.000Z\"",
        );
        check("{$serializeEJSON: {input: '$nope'}}", document, "null");
    }
}
