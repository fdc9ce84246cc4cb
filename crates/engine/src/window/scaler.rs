//! `$minMaxScaler`: where a value lies between the least and the greatest of its window, on a scale of one's own.
//!
//! By the manual: `(x - least) / (greatest - least) · (max - min) + min`; where all values are equal it is `min`, and what is
//! no number is an error.

use std::cmp::Ordering;
use std::collections::VecDeque;

use bson::Bson;
use pipeline::ast::Window;

use super::Around;
use crate::Error;
use crate::value::{Number, Value, number, type_name};

pub(super) fn run(around: &Around<'_>, window: Option<&Window>, min: &Bson, max: &Bson) -> Result<Vec<Value>, Error> {
    let values =
        (0..around.n_rows()).map(|row| input(around.input(row)?.as_ref())).collect::<Result<Vec<Number>, Error>>()?;
    let (Some(min), Some(max)) = (Number::of(min), Number::of(max)) else { return Ok(Vec::new()) };
    let range = number::subtract(max, min);
    let (mut least, mut greatest) = (Extreme::new(Ordering::Less), Extreme::new(Ordering::Greater));
    let scaled = |(value, window): (&Number, std::ops::Range<usize>)| {
        let (Some(least), Some(greatest)) = (least.of(&values, &window), greatest.of(&values, &window)) else {
            return Some(Bson::Null);
        };
        let share = number::divide(number::subtract(*value, least), number::subtract(greatest, least));
        let scaled = share.map_or(min, |share| number::add(number::multiply(share, range), min));
        Some(scaled.into_bson())
    };
    let windows = around.windows(window)?;
    Ok(values.iter().zip(windows).map(scaled).collect())
}

fn input(value: Option<&Bson>) -> Result<Number, Error> {
    value.and_then(Number::of).ok_or_else(|| {
        let found = type_name(value);
        Error::new(format!("`$minMaxScaler` expects a number, not {found}"))
    })
}

/// The least or greatest number of a window that only moves on.
///
/// Invariant: the candidates are rows of the window, each further on and none better than the one before it.
struct Extreme {
    better: Ordering,
    candidates: VecDeque<usize>,
    seen: usize,
}

impl Extreme {
    fn new(better: Ordering) -> Self {
        Self { better, candidates: VecDeque::new(), seen: 0 }
    }

    fn of(&mut self, values: &[Number], window: &std::ops::Range<usize>) -> Option<Number> {
        for row in self.seen.max(window.start)..window.end {
            while self.candidates.back().is_some_and(|last| number::compare(values[*last], values[row]) != self.better)
            {
                self.candidates.pop_back();
            }
            self.candidates.push_back(row);
        }
        self.seen = self.seen.max(window.end);
        while self.candidates.front().is_some_and(|first| *first < window.start) {
            self.candidates.pop_front();
        }
        let first = *self.candidates.front().filter(|_| !window.is_empty())?;
        Some(values[first])
    }
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn values_are_brought_onto_a_scale() {
        let stage = |call: &str| {
            format!("[{{$setWindowFields: {{sortBy: {{_id: 1}}, output: {{s: {call}}}}}}}, {{$project: {{s: 1}}}}]")
        };
        let rows = "{_id: 1, a: 1}\n{_id: 2, a: 5}\n{_id: 3, a: 13}\n{_id: 4, a: 21}";
        check(
            &stage("{$minMaxScaler: '$a'}"),
            rows,
            "{_id: 1, s: 0.0}\n{_id: 2, s: 0.2}\n{_id: 3, s: 0.6}\n{_id: 4, s: 1.0}",
        );
        check(
            &stage("{$minMaxScaler: {input: '$a', min: 0, max: 100}, window: {documents: [-1, 0]}}"),
            rows,
            "{_id: 1, s: 0}\n{_id: 2, s: 100.0}\n{_id: 3, s: 100.0}\n{_id: 4, s: 100.0}",
        );
        check(&stage("{$minMaxScaler: '$nope'}"), rows, "error 0");
    }
}
