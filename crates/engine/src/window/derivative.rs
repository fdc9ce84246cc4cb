//! `$derivative`: the change from the first row of a window to its last, by the change of the sort key.
//!
//! MongoDB: null where the sort key does not change, as in a window of one row; a date as sort key needs a unit, and only a
//! date takes one.

use bson::Bson;
use pipeline::ast::{TimeUnit, Window};

use super::{Around, milliseconds};
use crate::Error;
use crate::expr::{divide, subtract};
use crate::value::{Number, Value, is_nullish, number};

pub(super) fn run(around: &Around<'_>, window: Option<&Window>, unit: Option<TimeUnit>) -> Result<Vec<Value>, Error> {
    let windows = around.windows(window)?;
    let one = |window: std::ops::Range<usize>| {
        let Some(last) = window.end.checked_sub(1).filter(|last| *last >= window.start) else { return Ok(Bson::Null) };
        slope(around, window.start, last, unit)
    };
    windows.into_iter().map(|window| one(window).map(Some)).collect()
}

fn slope(around: &Around<'_>, first: usize, last: usize, unit: Option<TimeUnit>) -> Result<Bson, Error> {
    let from = place(around.place(first), unit)?;
    let to = place(around.place(last), unit)?;
    let (before, after) = (input(around, first)?, input(around, last)?);
    let rise = subtract(Some(&after), Some(&before))?;
    let run = subtract(Some(&to), Some(&from))?;
    if run.as_ref().and_then(Number::of).is_some_and(Number::is_zero) {
        return Ok(Bson::Null);
    }
    let slope = divide(rise.as_ref(), run.as_ref())?.unwrap_or(Bson::Null);
    Ok(match (unit.map(milliseconds).as_ref().and_then(Number::of), Number::of(&slope)) {
        (Some(unit), Some(slope)) => number::multiply(slope, unit).into_bson(),
        _ => slope,
    })
}

fn place(value: Value, unit: Option<TimeUnit>) -> Result<Bson, Error> {
    let refused = |code, message| Err(Error::coded(code, message));
    match (value, unit) {
        (Some(value @ Bson::DateTime(_)), Some(_)) => Ok(value),
        (_, Some(_)) => refused(5_624_900, "`$derivative` with a `unit` expects the sortBy field to be a date"),
        (Some(Bson::DateTime(_)), None) => refused(5_624_901, "`$derivative` of a date as sortBy field needs a `unit`"),
        (Some(value), None) if Number::of(&value).is_some() => Ok(value),
        (_, None) => refused(5_624_902, "`$derivative` without a `unit` expects the sortBy field to be a number"),
    }
}

fn input(around: &Around<'_>, row: usize) -> Result<Bson, Error> {
    match around.input(row)? {
        Some(value) if !is_nullish(Some(&value)) => Ok(value),
        _ => Err(Error::coded(5_624_903, "`$derivative`'s input must not be null or missing")),
    }
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn changes_are_counted_by_the_sort_key() {
        let stage = |unit: &str| {
            format!(
                "[{{$setWindowFields: {{sortBy: {{t: 1}}, output: {{d: {{$derivative: {{input: '$a'{unit}}},
                 window: {{documents: [-1, 0]}}}}}}}}}}, {{$project: {{d: 1}}}}]"
            )
        };
        let rows = "{_id: 1, t: 1, a: 1}\n{_id: 2, t: 1, a: 5}\n{_id: 3, t: 3, a: 2}";
        check(&stage(""), rows, "{_id: 1, d: null}\n{_id: 2, d: null}\n{_id: 3, d: -1.5}");
        check(&stage(", unit: 'hour'"), rows, "error 5624900");
        let days = "{_id: 1, t: ISODate('2024-01-01'), a: 1}\n{_id: 2, t: ISODate('2024-01-03'), a: 5}";
        check(&stage(", unit: 'day'"), days, "{_id: 1, d: null}\n{_id: 2, d: 2.0}");
        check(&stage(""), days, "error 5624901");
        check(&stage(""), "{_id: 1, t: 1}", "error 5624903");
    }
}
