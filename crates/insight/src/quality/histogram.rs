//! A small histogram of a column's known values.
//!
//! In: values with their customers. Out: at most [`MOST_BARS`] bars.
//! Invariant: each customer with a known value is in one bar, if there are bars.

use super::values::{Counts, Values};

/// So many bars fit beside a column.
const MOST_BARS: usize = 12;

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
}
