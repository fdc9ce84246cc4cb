//! Histograms of a column's known values: a small one beside the column, and one that is a chart of its own.
//!
//! In: values with their customers. Out: at most [`MOST_BARS`] bars, or at most [`MOST_DRAWN`] with round edges.
//! Invariant: each customer with a known value is in one bar, if there are bars.

use super::calendar;
use super::values::{Counts, Values};

/// So many bars fit beside a column.
const MOST_BARS: usize = 12;
/// So many are drawn.
const MOST_DRAWN: usize = 25;

/// A bar of a histogram.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// The least value in it; of a name, the name's place.
    pub from: f64,
    /// The greatest value that may be in it.
    pub to: f64,
    /// The name that it is of, where it is of one.
    pub name: Option<String>,
    /// Its customers.
    pub customers: u64,
}

/// A bar a value where there are few, else bars of equal width. Names of more values have none.
pub(super) fn histogram(values: &Values) -> Vec<Bar> {
    let names = &values.names;
    if (1..=MOST_BARS).contains(&names.len()) {
        let bar = |(place, (name, counts)): (usize, &(String, Counts))| Bar {
            from: place as f64,
            to: place as f64,
            name: Some(name.clone()),
            customers: counts.customers as u64,
        };
        return names.iter().enumerate().map(bar).collect();
    }
    let numbers = &values.numbers;
    let (Some((min, _)), Some((max, _))) = (numbers.first(), numbers.last()) else { return Vec::new() };
    if numbers.len() <= MOST_BARS {
        let bar = |(value, counts): &(f64, Counts)| Bar {
            from: *value,
            to: *value,
            name: None,
            customers: counts.customers as u64,
        };
        return numbers.iter().map(bar).collect();
    }
    let width = (max - min) / MOST_BARS as f64;
    if !width.is_finite() || width <= 0.0 {
        return Vec::new();
    }
    let from = |place: usize| min + width * place as f64;
    let mut bars: Vec<Bar> =
        (0..MOST_BARS).map(|place| Bar { from: from(place), to: from(place + 1), name: None, customers: 0 }).collect();
    for (value, counts) in numbers {
        let place = ((value - min) / width) as usize;
        bars[place.min(MOST_BARS - 1)].customers += counts.customers as u64;
    }
    bars
}

/// What numbers are, which says where bars may begin.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// Numbers without a fraction.
    Whole,
    /// Any numbers.
    Decimal,
    /// Dates in milliseconds.
    Dates,
}

/// The bars that are drawn: a name each where there are few, else numbers in bars of one round width, dates in bars of the
/// calendar. Names of more values than can be drawn have none.
pub(super) fn drawn(values: &Values, kind: Numbers) -> Vec<Bar> {
    let names = &values.names;
    if (1..=MOST_DRAWN).contains(&names.len()) {
        let bar = |(name, counts): &(String, Counts)| Bar {
            from: 0.0,
            to: 0.0,
            name: Some(name.clone()),
            customers: counts.customers as u64,
        };
        return names.iter().map(bar).collect();
    }
    let numbers = &values.numbers;
    let (Some((min, _)), Some((max, _))) = (numbers.first(), numbers.last()) else { return Vec::new() };
    if kind == Numbers::Dates {
        return dated(values, &calendar::edges(*min, *max, MOST_DRAWN).unwrap_or_default());
    }
    let Some(width) = Width::of(*min, *max, kind == Numbers::Whole) else { return Vec::new() };
    let first = width.place(*min);
    let bar = |at: usize| {
        let place = first + at as f64;
        Bar { from: width.edge(place), to: width.edge(place + 1.0), name: None, customers: 0 }
    };
    let at = |value: f64| (width.place(value) - first).max(0.0) as usize;
    let mut bars: Vec<Bar> = (0..=at(*max)).map(bar).collect();
    let last = bars.len() - 1;
    for (value, counts) in numbers {
        bars[at(*value).min(last)].customers += counts.customers as u64;
    }
    bars
}

/// The bars between these edges.
fn dated(values: &Values, edges: &[f64]) -> Vec<Bar> {
    let bar = |(from, to): (&f64, &f64)| Bar { from: *from, to: *to, name: None, customers: 0 };
    let mut bars: Vec<Bar> = edges.iter().zip(edges.iter().skip(1)).map(bar).collect();
    for (value, counts) in &values.numbers {
        let at = bars.partition_point(|bar| bar.to <= *value);
        if let Some(bar) = bars.get_mut(at) {
            bar.customers += counts.customers as u64;
        }
    }
    bars
}

/// The width of a bar: 1, 2 or 5 times a power of ten.
#[derive(Clone, Copy)]
struct Width {
    digit: f64,
    /// The power of ten, or where that is below one, its reciprocal: both are whole, so that edges are as exact as their decimals.
    power: f64,
    is_fraction: bool,
}

impl Width {
    /// The smallest by which there are no more bars than can be drawn.
    fn of(min: f64, max: f64, is_whole: bool) -> Option<Self> {
        let range = max - min;
        if !range.is_finite() {
            return None;
        }
        // One value has a bar of its own width.
        let least = if range > 0.0 { range / (MOST_DRAWN - 1) as f64 } else { min.abs().max(1.0) / 10.0 };
        let least = if is_whole { least.max(1.0) } else { least };
        let exponent = least.log10().floor() as i32;
        let steps = [(1.0, 0), (2.0, 0), (5.0, 0), (1.0, 1)];
        let mut widths = steps.into_iter().map(|(digit, more)| Self {
            digit,
            power: 10_f64.powi((exponent + more).abs()),
            is_fraction: exponent + more < 0,
        });
        let width = widths.find(|width| width.edge(1.0) >= least)?;
        let is_fit = width.power.is_finite() && (max.abs().max(min.abs()) / width.edge(1.0)) < 1e15;
        is_fit.then_some(width)
    }

    /// Where a place begins.
    fn edge(self, place: f64) -> f64 {
        let steps = place * self.digit;
        if self.is_fraction { steps / self.power } else { steps * self.power }
    }

    /// The place that a value lies in. A quotient may be rounded across an edge, so the edges themselves decide.
    fn place(self, value: f64) -> f64 {
        let place = (value / self.edge(1.0)).floor();
        if value >= self.edge(place + 1.0) {
            place + 1.0
        } else if value < self.edge(place) {
            place - 1.0
        } else {
            place
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_have_a_bar_each_and_many_share_bars_of_equal_width() {
        let one = Counts { customers: 1.0, ..Counts::default() };
        let of = |numbers: Vec<f64>| {
            let values =
                Values { numbers: numbers.into_iter().map(|value| (value, one)).collect(), ..Values::default() };
            histogram(&values).iter().map(|bar| bar.customers).collect::<Vec<_>>()
        };
        assert_eq!(of(vec![0.0, 3.0, 9.0]), [1, 1, 1]);
        // 0 to 24 in bars of width 2: two values in each, and the greatest in the last.
        assert_eq!(of((0..25).map(f64::from).collect()), [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3]);
        assert!(of(Vec::new()).is_empty());
    }

    #[test]
    fn dates_are_drawn_by_the_calendar_and_none_is_lost() {
        let one = Counts { customers: 1.0, ..Counts::default() };
        let days: Vec<f64> = (0..500).map(|i| 1_700_000_000_000.0 + f64::from(i) * 86_400_000.0).collect();
        let numbers = days.iter().map(|value| (*value, one)).collect();
        let bars = drawn(&Values { numbers, ..Values::default() }, Numbers::Dates);
        assert_eq!(bars.iter().map(|bar| bar.customers).collect::<Vec<_>>()[..4], [17, 31, 31, 29]);
        assert_eq!(bars.iter().map(|bar| bar.customers).sum::<u64>(), 500);
        assert!(drawn(&Values::default(), Numbers::Dates).is_empty());
    }

    #[test]
    fn what_is_drawn_has_round_edges_and_loses_no_customer() {
        let one = Counts { customers: 1.0, ..Counts::default() };
        let of = |numbers: &[f64], is_whole| {
            let numbers = numbers.iter().map(|value| (*value, one)).collect();
            drawn(&Values { numbers, ..Values::default() }, if is_whole { Numbers::Whole } else { Numbers::Decimal })
        };
        let edges = |bars: &[Bar]| (bars[0].from, bars[0].to, bars[bars.len() - 1].from, bars.len());
        let limits: Vec<f64> = (0..900).map(|i| 1438.3 + f64::from(i) * 36.8).collect();
        for (numbers, is_whole, wanted) in [
            (&limits[..], false, (0.0, 2000.0, 34_000.0, 18)),
            (&[26.0, 30.0, 41.0, 73.0], true, (26.0, 28.0, 72.0, 24)),
            (&[1.0, 2.0, 6.0], true, (1.0, 2.0, 6.0, 6)),
            (&[0.0, 0.999], false, (0.0, 0.05, 0.95, 20)),
            (&[-7.5, 7.5], false, (-8.0, -7.0, 7.0, 16)),
            (&[3.0], true, (3.0, 4.0, 3.0, 1)),
        ] {
            let bars = of(numbers, is_whole);
            let (from, to, last, n) = edges(&bars);
            assert!((from - wanted.0).abs() < 1e-9 && (to - wanted.1).abs() < 1e-9, "{from} to {to}, not {wanted:?}");
            assert!((last - wanted.2).abs() < 1e-9 && n == wanted.3, "{last} of {n}, not {wanted:?}");
            assert_eq!(bars.iter().map(|bar| bar.customers).sum::<u64>(), numbers.len() as u64);
        }
        // A value on an edge lies above it, however its quotient is rounded.
        let edges: Vec<f64> = (0..=20).map(|i| f64::from(i) / 20.0).collect();
        assert!(of(&edges, false).iter().all(|bar| bar.customers == 1));
        assert!((0..1000).all(|i| {
            let width = Width { digit: 2.0, power: 10.0, is_fraction: true };
            width.place(f64::from(i) / 10.0).to_bits() == f64::from(i / 2).to_bits()
        }));
        assert!(of(&[f64::NEG_INFINITY, f64::INFINITY], false).is_empty() && of(&[], true).is_empty());
        assert!(of(&[0.0, 1e300], false).len() <= MOST_DRAWN);
    }
}
