//! Windows as ranges of rows.
//!
//! In: the number of rows of a partition, the value of the first sort key in each, and a window. Out: for each row the rows
//! that its window spans, as `start..end`.
//! Invariant: starts and ends never go back from one row to the next, so a window only ever moves on.

use std::ops::Range;

use bson::Bson;
use pipeline::ast::{Bound, TimeUnit, Window};

use crate::Error;
use crate::value::{Number, Value, compare, number, type_name};

/// The rows of each row's window; without a window, the whole partition.
pub(super) fn of(
    n_rows: usize,
    place: impl Fn(usize) -> Value,
    window: Option<&Window>,
) -> Result<Vec<Range<usize>>, Error> {
    match window {
        None => Ok(vec![0..n_rows; n_rows]),
        Some(Window::Documents(lower, upper)) => Ok(by_documents(n_rows, *lower, *upper)),
        Some(Window::Range(lower, upper, unit)) => by_range((0..n_rows).map(place), *lower, *upper, *unit),
    }
}

fn by_documents(n_rows: usize, lower: Bound<i64>, upper: Bound<i64>) -> Vec<Range<usize>> {
    let n = n_rows as i64;
    (0..n)
        .map(|row| {
            let at = |bound, edge| match bound {
                Bound::Unbounded => edge,
                Bound::Current => row,
                Bound::Offset(offset) => row.saturating_add(offset),
            };
            let start = at(lower, 0).clamp(0, n);
            let end = at(upper, n - 1).saturating_add(1).clamp(start, n);
            start as usize..end as usize
        })
        .collect()
}

/// MongoDB: an offset counts values, so rows with equal values share that end of their windows; `"current"` means the
/// current row even so. Where an end has an offset, every value must be a number, or with a unit a date.
fn by_range(
    values: impl Iterator<Item = Value>,
    lower: Bound<f64>,
    upper: Bound<f64>,
    unit: Option<TimeUnit>,
) -> Result<Vec<Range<usize>>, Error> {
    let values = values.map(|value| checked(value, unit)).collect::<Result<Vec<Bson>, Error>>()?;
    let mut start = 0;
    let mut end = 0;
    let mut windows = Vec::with_capacity(values.len());
    for (row, value) in values.iter().enumerate() {
        match lower {
            Bound::Unbounded => {}
            Bound::Current => start = row,
            Bound::Offset(offset) => {
                let least = moved(value, offset, unit)?;
                start += values[start..].iter().take_while(|value| compare(value, &least).is_lt()).count();
            }
        }
        match upper {
            Bound::Unbounded => end = values.len(),
            Bound::Current => end = row + 1,
            Bound::Offset(offset) => {
                let greatest = moved(value, offset, unit)?;
                end += values[end..].iter().take_while(|value| compare(value, &greatest).is_le()).count();
            }
        }
        windows.push(start..end.max(start));
    }
    Ok(windows)
}

fn checked(value: Value, unit: Option<TimeUnit>) -> Result<Bson, Error> {
    match (value, unit) {
        (Some(value @ Bson::DateTime(_)), Some(_)) => Ok(value),
        (Some(value), None) if Number::of(&value).is_some() => Ok(value),
        (Some(Bson::DateTime(_)), None) => {
            Err(Error::coded(5_429_413, "invalid range: a range of dates needs a `unit`"))
        }
        (value, Some(_)) => Err(wrong_type(5_429_513, "date", value.as_ref())),
        (value, None) => Err(wrong_type(5_429_414, "number", value.as_ref())),
    }
}

fn wrong_type(code: i32, wanted: &str, value: Option<&Bson>) -> Error {
    let found = type_name(value);
    Error::coded(code, format!("invalid range: expected the sortBy field to be a {wanted}, but it was {found}"))
}

/// A value moved by an offset.
fn moved(value: &Bson, offset: f64, unit: Option<TimeUnit>) -> Result<Bson, Error> {
    Ok(match (value, unit) {
        (Bson::DateTime(date), Some(unit)) => Bson::DateTime(crate::expr::add_to_date(*date, unit, offset as i64)?),
        _ => match Number::of(value) {
            Some(own) => number::add(own, Number::Double(offset)).into_bson(),
            None => value.clone(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(values: &[Bson], window: &Window) -> Result<String, Error> {
        let ranges = of(values.len(), |row| Some(values[row].clone()), Some(window))?;
        Ok(ranges.iter().map(|range| format!("{}..{}", range.start, range.end)).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn documents_are_counted_and_cut_at_the_edges() {
        let rows = vec![Bson::Null; 4];
        let documents = |lower, upper| ranges(&rows, &Window::Documents(lower, upper)).unwrap();
        assert_eq!(documents(Bound::Offset(-1), Bound::Current), "0..1 0..2 1..3 2..4");
        assert_eq!(documents(Bound::Current, Bound::Unbounded), "0..4 1..4 2..4 3..4");
        assert_eq!(documents(Bound::Offset(2), Bound::Offset(3)), "2..4 3..4 4..4 4..4");
        assert_eq!(documents(Bound::Offset(-9), Bound::Offset(-2)), "0..0 0..0 0..1 0..2");
    }

    #[test]
    fn offsets_count_values_and_equal_ones_share_a_window() {
        let values = [1, 1, 2, 5].map(Bson::Int32);
        let range = |lower, upper| ranges(&values, &Window::Range(lower, upper, None)).unwrap();
        assert_eq!(range(Bound::Unbounded, Bound::Current), "0..1 0..2 0..3 0..4");
        assert_eq!(range(Bound::Offset(-1.0), Bound::Offset(1.0)), "0..3 0..3 0..3 3..4");
        assert_eq!(range(Bound::Offset(0.5), Bound::Unbounded), "2..4 2..4 3..4 4..4");
        let strings = ranges(&[Bson::from("x")], &Window::Range(Bound::Current, Bound::Current, None));
        assert_eq!(strings.unwrap_err().code(), Some(5_429_414));
    }

    #[test]
    fn dates_are_counted_in_calendar_units() {
        let day = |text: &str| Bson::DateTime(bson::DateTime::parse_rfc3339_str(format!("{text}T00:00:00Z")).unwrap());
        let values = [day("2024-01-31"), day("2024-02-29"), day("2024-03-31")];
        let window = Window::Range(Bound::Offset(-1.0), Bound::Current, Some(TimeUnit::Month));
        assert_eq!(ranges(&values, &window).unwrap(), "0..1 0..2 1..3");
    }
}
