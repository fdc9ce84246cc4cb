//! What stands in the place of null and missing values in a row of values: the last one before, or one on the line between
//! its neighbours.
//!
//! In: the values of a partition in its order, and for the line the keys that order them. Out: as many values, null where
//! there is nothing to fill from. Shared by `$fill` and the window functions of the same meaning.

use std::borrow::Cow;
use std::cmp::Ordering;

use bson::Bson;

use crate::Error;
use crate::brake::Held;
use crate::stage::size;
use crate::value::{Number, Value, compare, is_nullish, number, type_name};

/// The last value before, as `$locf` gives it. What is filled in is announced to `held`, for one value may stand in many rows.
pub(crate) fn last(values: Vec<Value>, held: &mut Held) -> Result<Vec<Value>, Error> {
    let mut last = (Bson::Null, 0);
    let filled = values.into_iter().map(|value| {
        if let Some(value) = value.filter(|value| !is_nullish(Some(value))) {
            last = (value, 0);
            if held.is_limited() {
                last.1 = size::of_value_in_memory(&last.0);
            }
        }
        held.add(|| last.1)?;
        Ok(Some(last.0.clone()))
    });
    filled.collect()
}

/// The value on the line between the values before and behind, as `$linearFill` gives it.
///
/// MongoDB: every key is a number, or every key a date, and no two are equal, whether anything is filled there or not.
pub(crate) fn linear(keys: &[Value], values: Vec<Value>) -> Result<Vec<Value>, Error> {
    check_keys(keys)?;
    if let Some(other) = values.iter().find(|value| !is_nullish(value.as_ref()) && number_of(value).is_none()) {
        return Err(Error::coded(
            14,
            format!("value to be filled must be numeric or nullish, but found {}", type_name(other.as_ref())),
        ));
    }
    let known: Vec<usize> = (0..values.len()).filter(|at| number_of(&values[*at]).is_some()).collect();
    let mut filled = values;
    for pair in known.windows(2) {
        let (Some(y1), Some(y2)) = (number_of(&filled[pair[0]]), number_of(&filled[pair[1]])) else { continue };
        let (Some(x1), Some(x2)) = (key(&keys[pair[0]]), key(&keys[pair[1]])) else { continue };
        let Some(slope) = number::divide(number::subtract(y2, y1), number::subtract(x2, x1)) else { continue };
        for at in pair[0] + 1..pair[1] {
            let Some(x) = key(&keys[at]) else { continue };
            let value = number::add(y1, number::multiply(slope, number::subtract(x, x1)));
            filled[at] = Some(value.into_bson());
        }
    }
    Ok(filled.into_iter().map(|value| Some(value.unwrap_or(Bson::Null))).collect())
}

fn number_of(value: &Value) -> Option<Number> {
    value.as_ref().and_then(Number::of)
}

/// A key as a number: a date counts its milliseconds.
fn key(value: &Value) -> Option<Number> {
    match value {
        Some(Bson::DateTime(date)) => Some(Number::Long(date.timestamp_millis())),
        other => number_of(other),
    }
}

fn check_keys(keys: &[Value]) -> Result<(), Error> {
    let is_date = |value: &Value| matches!(value, Some(Bson::DateTime(_)));
    let name = |value: &Value| Cow::from(type_name(value.as_ref()));
    if let Some(other) = keys.iter().find(|value| key(value).is_none()) {
        return Err(Error::coded(
            14,
            format!("value of the `sortBy` field must be numeric or a date, but found {}", name(other)),
        ));
    }
    for pair in keys.windows(2) {
        if is_date(&pair[0]) != is_date(&pair[1]) {
            let message = format!("conflicting sort value types: first {}, then {}", name(&pair[0]), name(&pair[1]));
            return Err(Error::coded(14, message));
        }
        if let (Some(a), Some(b)) = (&pair[0], &pair[1])
            && compare(a, b) == Ordering::Equal
        {
            return Err(Error::coded(6_050_106, "there can be no repeated values in the sort field"));
        }
    }
    Ok(())
}
