//! The columns described: how many answers, mean and standard deviation, quartiles, the most frequent value.
//!
//! In: a [`QualityPage`]. Out: two tables with a column a row: numbers for programs, words for people.
//! Invariant: nothing is said of the values of a column that is hidden.

use catalog::Unit;

use super::values::Counts;
use super::{ColumnFacts, QualityPage};
use crate::grouped::number;
use crate::words::{count, percent};
use crate::{Answer, Cell, Column, ColumnRole, Row, Table};

/// The mean and the standard deviation of a sample of values, each with its customers; no deviation of one customer.
pub(super) fn moments(values: &[(f64, Counts)]) -> (Option<f64>, Option<f64>) {
    let n: f64 = values.iter().map(|(_, counts)| counts.customers).sum();
    if n <= 0.0 {
        return (None, None);
    }
    let mean = values.iter().map(|(value, counts)| value * counts.customers).sum::<f64>() / n;
    // In two passes, for the sum of squares of large numbers loses the digits of small deviations.
    let squares: f64 = values.iter().map(|(value, counts)| (value - mean).powi(2) * counts.customers).sum();
    (Some(mean), (n > 1.0).then(|| (squares / (n - 1.0)).sqrt()))
}

/// The most frequent value with its customers; of equal ones the first.
pub(super) fn top(names: &[(String, Counts)]) -> Option<(String, u64)> {
    let most = names.iter().reduce(|most, next| if next.1.customers > most.1.customers { next } else { most })?;
    Some((most.0.clone(), most.1.customers as u64))
}

impl QualityPage {
    /// The description for programs: numbers as they are, in full precision.
    #[must_use]
    pub fn description(&self) -> Table {
        Table { columns: columns(), rows: self.columns.iter().map(|column| column.described(self.customers)).collect() }
    }

    /// The description for people.
    #[must_use]
    pub fn description_in_words(&self) -> Table {
        let columns = columns().into_iter().map(|column| match column.unit {
            Unit::Text => column,
            // The cells say what they count.
            _ => Column { unit: Unit::Ratio, ..column },
        });
        let rows = self.columns.iter().map(|column| column.described_in_words(self.customers));
        Table { columns: columns.collect(), rows: rows.collect() }
    }

    /// The description as an answer: its heading, how much there is, the table for programs, what is in doubt.
    #[must_use]
    pub fn description_answer(&self) -> Answer {
        let (heading, extent) = (self.description_heading(), vec![self.extent()]);
        Answer::worded("columns", &heading, "", self.description(), extent).noted(self.description_notes())
    }

    /// What was assumed of the columns and is in doubt.
    #[must_use]
    pub fn description_notes(&self) -> Vec<String> {
        let of_columns = self.columns.iter().filter_map(ColumnFacts::assumed);
        self.import_doubts.iter().cloned().chain(of_columns).map(diagnostic::in_doubt).collect()
    }

    /// The heading of the description.
    #[must_use]
    pub fn description_heading(&self) -> String {
        self.narrowed("Columns")
    }
}

fn columns() -> Vec<Column> {
    let measure = |name: &str, label: &str, unit| Column::measure(name, label, unit);
    vec![
        Column::new("column", "Column", Unit::Text, ColumnRole::Dimension),
        Column::text("kind", "Kind"),
        measure("count", "Count", Unit::Count),
        measure("missing", "Missing", Unit::Count),
        measure("distinct", "Distinct", Unit::Count),
        measure("mean", "Mean", Unit::Ratio),
        measure("sd", "SD", Unit::Ratio),
        measure("min", "Minimum", Unit::Ratio),
        measure("q1", "Quartile 1", Unit::Ratio),
        measure("median", "Median", Unit::Ratio),
        measure("q3", "Quartile 3", Unit::Ratio),
        measure("max", "Maximum", Unit::Ratio),
        Column::text("top", "Most frequent"),
        measure("top_count", "Its customers", Unit::Count),
    ]
}

impl ColumnFacts {
    /// How many customers have an answer, of those who were looked at.
    fn answers(&self, all: u64) -> u64 {
        self.first.map_or(all, |first| first.min(all)).saturating_sub(self.missing.all() + self.unjoined)
    }

    fn figures(&self) -> [Option<f64>; 7] {
        let spread = self.spread.as_ref();
        [
            self.mean,
            self.deviation,
            spread.map(|spread| spread.min),
            spread.map(|spread| spread.q1),
            spread.map(|spread| spread.median),
            spread.map(|spread| spread.q3),
            spread.map(|spread| spread.max),
        ]
    }

    fn described(&self, all: u64) -> Row {
        let n = |n: u64| number(Some(n as f64), Unit::Count);
        let text = |text: &str| Cell::Text(text.to_owned());
        let mut cells =
            vec![text(&self.name), text(self.kind), n(self.answers(all)), n(self.missing.all()), n(self.distinct)];
        if self.kind == "date" {
            cells.extend(self.figures().map(|day| day.map_or(Cell::Missing, |day| Cell::Text(self.written(day)))));
        } else {
            cells.extend(self.figures().map(|figure| number(figure, Unit::Ratio)));
        }
        cells.push(self.top.as_ref().map_or(Cell::Missing, |(value, _)| text(value)));
        cells.push(self.top.as_ref().map_or(Cell::Missing, |(_, customers)| n(*customers)));
        cells.into()
    }

    fn described_in_words(&self, all: u64) -> Row {
        let text = |text: String| Cell::Text(text);
        let (answers, distinct) = (self.answers(all), self.distinct_in_words(all));
        let mut cells = vec![
            text(self.name.clone()),
            text(self.kind.to_owned()),
            text(count(answers as f64)),
            text(self.missing_in_words(all)),
            text(distinct),
        ];
        let [mean, deviation, values @ ..] = self.figures();
        let computed = [mean, deviation].map(|figure| figure.map(to_five_digits));
        let figures = computed.into_iter().chain(values);
        cells.extend(figures.map(|figure| figure.map_or(Cell::Missing, |figure| text(self.written(figure)))));
        cells.push(self.top.as_ref().map_or(Cell::Missing, |(value, _)| text(value.clone())));
        let share = |customers: u64| percent(customers as f64 / (answers.max(1) as f64));
        let customers = |n: u64| text(format!("{} ({})", count(n as f64), share(n)));
        cells.push(self.top.as_ref().map_or(Cell::Missing, |(_, n)| customers(*n)));
        cells.into()
    }
}

/// A computed figure without the digits behind its fifth that are of a fraction.
fn to_five_digits(value: f64) -> f64 {
    let n_whole = value.abs().max(1.0).log10().floor() as i32 + 1;
    let scale = 10_f64.powi((5 - n_whole).clamp(0, 4));
    let rounded = (value * scale).round() / scale;
    // What would be rounded to nothing stays as it is.
    if rounded == 0.0 || !rounded.is_finite() { value } else { rounded }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values<T: Clone>(values: &[(T, f64)]) -> Vec<(T, Counts)> {
        let counts = |customers| Counts { customers, ..Counts::default() };
        values.iter().map(|(value, customers)| (value.clone(), counts(*customers))).collect()
    }

    #[test]
    fn moments_count_customers() {
        // numpy: mean and std(ddof=1) of [2, 2, 2, 5, 9].
        let (mean, deviation) = moments(&values(&[(2.0, 3.0), (5.0, 1.0), (9.0, 1.0)]));
        assert_eq!(mean, Some(4.0));
        assert!((deviation.unwrap() - 3.082_207_001_484_488).abs() < 1e-12);
        assert_eq!(moments(&values(&[(1e9, 1.0)])), (Some(1e9), None));
        assert_eq!(moments(&[]), (None, None));
        let (_, tiny) = moments(&values(&[(1e9, 1.0), (1e9 + 1.0, 1.0)]));
        assert!((tiny.unwrap() - 0.5_f64.sqrt()).abs() < 1e-9);
    }

    #[test]
    fn computed_figures_have_the_digits_that_are_read() {
        for (value, expected) in [
            (8_631.953_7, "8,632"),
            (9_088.726_7, "9,088.7"),
            (46.326_12, "46.326"),
            (0.712_23, "0.7122"),
            (123_456_789.12, "123,456,789"),
            (-12.345_67, "−12.346"),
            (0.000_012, "1.2e-5"),
            (0.0, "0"),
        ] {
            assert_eq!(super::super::column::plain(to_five_digits(value)), expected);
        }
    }

    #[test]
    fn the_first_of_equally_frequent_values_is_the_top() {
        let of = |each: &[(&str, f64)]| {
            let each: Vec<(String, f64)> = each.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect();
            top(&values(&each))
        };
        assert_eq!(of(&[("a", 1.0), ("b", 3.0), ("c", 3.0)]), Some(("b".to_owned(), 3)));
        assert_eq!(of(&[]), None);
    }
}
