//! `$integral`: the area below the inputs along the sort key, by the trapezoidal rule.
//!
//! MongoDB: null over no rows, 0 over one; NaN where a place or input in the window is NaN; a date as sort key needs a
//! unit, and only a date takes one. A row leaves by having its area taken away, as with a moving sum.

use std::collections::VecDeque;

use bson::Bson;
use pipeline::ast::{TimeUnit, Window};

use super::removable::{Removable, RemovableSum};
use super::sliding::{self, Sliding};
use super::{Around, milliseconds};
use crate::Error;
use crate::expr::{divide, subtract};
use crate::value::{Number, Value, number};

pub(super) fn run(around: &Around<'_>, window: Option<&Window>, unit: Option<TimeUnit>) -> Result<Vec<Value>, Error> {
    let state = Integral { unit, area: RemovableSum::default(), points: VecDeque::new(), n_nan: 0 };
    sliding::run(around, window, state, |row| point(around.place(row), around.input(row)?.as_ref(), unit))
}

/// A place on the sort key, and the height there.
#[derive(Clone, Debug)]
struct Point {
    place: Bson,
    height: Number,
}

impl Point {
    fn is_nan(&self) -> bool {
        self.height.is_nan() || Number::of(&self.place).is_some_and(Number::is_nan)
    }
}

struct Integral {
    unit: Option<TimeUnit>,
    area: RemovableSum,
    points: VecDeque<Point>,
    n_nan: usize,
}

fn point(place: Value, input: Option<&Bson>, unit: Option<TimeUnit>) -> Result<Point, Error> {
    let refused = |code, message| Err(Error::coded(code, message));
    let height = input.and_then(Number::of);
    let place = place.filter(|place| matches!(place, Bson::DateTime(_)) || Number::of(place).is_some());
    match (place, height, unit) {
        (Some(Bson::DateTime(_)), Some(_), None) => {
            refused(5_423_902, "`$integral` without a `unit` expects the sortBy field to be a number")
        }
        (Some(place @ Bson::DateTime(_)), Some(height), Some(_)) => Ok(Point { place, height }),
        (Some(_), Some(_), Some(_)) => {
            refused(5_423_901, "`$integral` with a `unit` expects the sortBy field to be a date")
        }
        (Some(place), Some(height), None) => Ok(Point { place, height }),
        _ => refused(5_423_900, "`$integral` expects a number as input, and a number or a date as sortBy field"),
    }
}

/// The area between two points.
fn between(from: &Point, to: &Point) -> Result<Number, Error> {
    let heights = number::add(to.height, from.height);
    let width = subtract(Some(&to.place), Some(&from.place))?.as_ref().and_then(Number::of);
    let double = width.map_or(Number::Double(f64::NAN), |width| number::multiply(heights, width));
    Ok(number::divide(double, Number::Int(2)).unwrap_or(double))
}

impl Sliding for Integral {
    type Input = Point;

    fn enter(&mut self, point: &Point) -> Result<(), Error> {
        self.n_nan += usize::from(point.is_nan());
        if let Some(last) = self.points.back() {
            self.area.add(between(last, point)?);
        }
        self.points.push_back(point.clone());
        Ok(())
    }

    fn leave(&mut self, point: &Point) -> Result<(), Error> {
        self.n_nan -= usize::from(point.is_nan());
        self.points.pop_front();
        if let Some(next) = self.points.front() {
            self.area.remove(between(point, next)?);
        }
        Ok(())
    }

    fn answer(&self) -> Bson {
        if self.points.is_empty() {
            return Bson::Null;
        }
        if self.n_nan > 0 {
            return Bson::Double(f64::NAN);
        }
        let area = self.area.answer();
        match self.unit {
            None => area,
            Some(unit) => divide(Some(&area), Some(&milliseconds(unit))).ok().flatten().unwrap_or(Bson::Null),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn areas_are_summed_over_the_window() {
        let stage = |rest: &str| {
            format!(
                "[{{$setWindowFields: {{sortBy: {{t: 1}}, output: {{i: {{$integral: {{input: '$a'}}{rest}}}}}}}}},
                 {{$project: {{i: 1}}}}]"
            )
        };
        let rows = "{_id: 1, t: 1, a: 2}\n{_id: 2, t: 2, a: 4}\n{_id: 3, t: 5, a: NumberDecimal('1')}";
        check(&stage(""), "{_id: 1, t: 1, a: 2}\n{_id: 2, t: 2, a: 4}", "{_id: 1, i: 3.0}\n{_id: 2, i: 3.0}");
        check(
            &stage(", window: {documents: [-1, 0]}"),
            rows,
            "{_id: 1, i: 0}\n{_id: 2, i: 3.0}\n{_id: 3, i: NumberDecimal('7.5')}",
        );
        check(&stage(""), "{_id: 1, t: 1, a: 'x'}", "error 5423900");
        check(&stage(""), "{_id: 1, t: ISODate('2024-01-01'), a: 1}", "error 5423902");
    }
}
