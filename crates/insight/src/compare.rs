//! Two segments side by side: each measure with its difference, the interval of that, and a test.
//!
//! In: a [`Comparison`] with the rows of its two analyses. Out: [`Compared`]: figures, a table for programs, a sentence.
//! Invariant: p-values are adjusted over the tests of the comparison (Benjamini–Hochberg); what has no test is not called a
//! difference.

use bson::Document;
use catalog::{Analysis, Comparison, Interval as Kind, Measure, MeasureRole, Unit};

use crate::grouped::number;
use crate::groups::{Groups, Row};
use crate::judge::LEVEL;
use crate::statistics::SMALL;
use crate::statistics::adjusted::benjamini_hochberg;
use crate::statistics::two_rates::{self, Counts};
use crate::statistics::welch;
use crate::table::Row as TableRow;
use crate::{Answer, Cell, Column, ColumnRole, Error, Interval, Table, joined, words};

/// A comparison with its figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The segments in words.
    pub names: [String; 2],
    /// Which customers were looked at, in words; all where there is nothing.
    pub filter: Option<String>,
    /// The day that was asked about, where one was chosen.
    pub day: Option<String>,
    /// How many customers each has.
    pub customers: [u64; 2],
    /// The measures, in the order of the catalog.
    pub pairs: Vec<Pair>,
}

/// A measure of both segments.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Its name.
    pub name: String,
    /// Its heading.
    pub label: String,
    /// How sentences speak of it.
    pub phrase: String,
    /// What its numbers count.
    pub unit: Unit,
    /// Its value in each segment.
    pub values: [Option<f64>; 2],
    /// The 95 % interval of each value.
    pub intervals: [Option<Interval>; 2],
    /// The first value less the second.
    pub difference: Option<f64>,
    /// The 95 % interval of the difference, of rates and means.
    pub interval: Option<Interval>,
    /// How likely such a difference is by chance, adjusted over the tests of the comparison.
    pub p_value: Option<f64>,
    /// Whether it follows from what the segments are made of, so that it is not tested.
    pub is_fixed: bool,
}

impl Pair {
    /// Whether the values differ by more than chance.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.p_value.is_some_and(|p_value| p_value < LEVEL)
    }
}

/// Makes a comparison of the rows that the pipelines of its analyses gave.
pub fn compare(comparison: &Comparison, results: [&[Vec<Document>]; 2]) -> Result<Compared, Error> {
    let [first, second] = &comparison.analyses;
    let rows = [joined::rows(first, results[0]), joined::rows(second, results[1])];
    let sides = [read(first, &rows[0])?, read(second, &rows[1])?];
    let mut pairs: Vec<Pair> = first
        .measures
        .iter()
        .filter(|measure| measure.role != Some(MeasureRole::Customers))
        .map(|measure| pair(measure, &sides, comparison.fixed.contains(&measure.name)))
        .collect();
    let p_values: Vec<f64> = pairs.iter().filter_map(|pair| pair.p_value).collect();
    let mut adjusted = benjamini_hochberg(&p_values).into_iter();
    for pair in pairs.iter_mut().filter(|pair| pair.p_value.is_some()) {
        pair.p_value = adjusted.next();
    }
    let customers = |groups: &Groups<'_>| groups.customers() as u64;
    Ok(Compared {
        names: comparison.names.clone(),
        filter: comparison.filter.clone(),
        day: None,
        customers: [customers(&sides[0]), customers(&sides[1])],
        pairs,
    })
}

fn read<'a>(analysis: &'a Analysis, rows: &'a [Document]) -> Result<Groups<'a>, Error> {
    Groups::read(analysis, &analysis.by, rows)
}

fn pair(measure: &Measure, sides: &[Groups<'_>; 2], is_fixed: bool) -> Pair {
    let rows = [sides[0].rows.first(), sides[1].rows.first()];
    let value = |side: usize| rows[side].and_then(|row| sides[side].value(row, measure));
    let interval = |side: usize| rows[side].and_then(|row| sides[side].interval(row, measure));
    let values = [value(0), value(1)];
    let difference = values[0].zip(values[1]).map(|(first, second)| first - second);
    let is_tested = !is_fixed && !is_certain(measure, values);
    let both = rows[0].zip(rows[1]).filter(|_| is_tested);
    let (between, p_value) = both.map_or((None, None), |(a, b)| tested(measure, a, b));
    Pair {
        name: measure.name.clone(),
        label: measure.label.clone(),
        phrase: measure.phrase.clone(),
        unit: measure.unit,
        values,
        intervals: [interval(0), interval(1)],
        difference,
        interval: between,
        p_value,
        is_fixed,
    }
}

/// Whether it is a rate that is of none or of all in both segments: the filters leave no other.
fn is_certain(measure: &Measure, values: [Option<f64>; 2]) -> bool {
    let is_end = |end: f64| values.iter().all(|value| value.is_some_and(|value| value.to_bits() == end.to_bits()));
    matches!(measure.interval, Kind::Rate { .. }) && (is_end(0.0) || is_end(1.0))
}

/// The interval of the difference and the p-value of there being none.
fn tested(measure: &Measure, first: &Row<'_>, second: &Row<'_>) -> (Option<Interval>, Option<f64>) {
    match &measure.interval {
        Kind::Rate { successes, trials } => {
            let counts =
                |row: &Row<'_>| Some(Counts { successes: row.number(successes)?, trials: row.number(trials)? });
            let Some((first, second)) = counts(first).zip(counts(second)) else { return (None, None) };
            (two_rates::difference(first, second), two_rates::p_value(first, second))
        }
        Kind::Mean { .. } => {
            let Some((first, second)) = first.moments(measure).zip(second.moments(measure)) else {
                return (None, None);
            };
            let p_value = welch::welch(&[first, second]).map(|(_, p_value)| p_value);
            (welch::difference(&first, &second), p_value)
        }
        Kind::Ranks { .. } | Kind::None => (None, None),
    }
}

impl Compared {
    /// The heading: `Gender = F beside Gender = M`.
    #[must_use]
    pub fn heading(&self) -> String {
        let [first, second] = &self.names;
        words::narrowed(&format!("{first} beside {second}"), self.filter.as_deref(), self.day.as_deref())
    }

    /// What is compared, and what differs by more than chance.
    #[must_use]
    pub fn sentence(&self) -> String {
        let size = |side: usize| {
            let n = self.customers[side];
            let noun = if n == 1 { "customer" } else { "customers" };
            format!("{} {noun} ({})", words::count(n as f64), self.names[side])
        };
        let n_tests = self.pairs.iter().filter(|pair| pair.p_value.is_some()).count();
        let sentence = format!("{} beside {}.", size(0), size(1));
        if n_tests == 0 {
            return sentence + " No measure can be tested.";
        }
        let mut differing: Vec<&Pair> = self.pairs.iter().filter(|pair| pair.differs()).collect();
        differing.sort_by(|a, b| a.p_value.unwrap_or(1.0).total_cmp(&b.p_value.unwrap_or(1.0)));
        let noun = if n_tests == 1 { "measure" } else { "measures" };
        let tested = format!(" {n_tests} {noun} could be tested;");
        let names: Vec<String> = differing.iter().map(|pair| pair.phrase.clone()).collect();
        let told = match names.len() {
            0 => " none differs by more than chance.".to_owned(),
            n if n == n_tests && n > 1 => " all of them differ by more than chance.".to_owned(),
            1 => format!(" the {} differs by more than chance.", names[0]),
            n => format!(" {n} differ by more than chance: {}.", diagnostic::list(&names)),
        };
        sentence + &tested + &told
    }

    /// The comparison as an answer, without its pipelines.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let question = format!("How does {} differ from {}?", self.names[0], self.names[1]);
        Answer::worded("compare", &self.heading(), &question, self.table(), vec![self.sentence()]).noted(self.notes())
    }

    /// How the figures are to be read, and cautions.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let n_tests = self.pairs.iter().filter(|pair| pair.p_value.is_some()).count();
        let mut notes = Vec::new();
        for (name, customers) in self.names.iter().zip(self.customers) {
            if (customers as f64) < SMALL {
                notes.push(format!("With fewer than 30 customers ({name}) little can be told apart."));
            }
        }
        let fixed: Vec<String> =
            self.pairs.iter().filter(|pair| pair.is_fixed).map(|pair| pair.phrase.clone()).collect();
        if !fixed.is_empty() {
            let them = if fixed.len() == 1 { "it" } else { "them" };
            notes.push(format!(
                "Not tested, because the filters of the segments fix {them}: {}.",
                diagnostic::list(&fixed)
            ));
        }
        if n_tests > 1 {
            notes.push(format!(
                "The p-values are adjusted over {n_tests} tests (Benjamini–Hochberg) and the intervals are not: each stands \
                 for its measure alone, so the interval of a difference may leave out 0 where p is 0.05 or more."
            ));
        }
        notes.push(
            "Rates are tested by the z-test of two proportions (Fisher's exact test where counts are small) and their \
             difference has Newcombe's interval; means are tested by Welch's t-test. Other measures have no test."
                .to_owned(),
        );
        notes
    }

    /// The figures for programs: one measure a row, shares as parts of one.
    #[must_use]
    pub fn table(&self) -> Table {
        self.figures("customers", |pair| &pair.name)
    }

    /// The same with the measures as people call them.
    #[must_use]
    pub fn labelled(&self) -> Table {
        self.figures("Customers", |pair| &pair.label)
    }

    fn figures(&self, customers: &str, called: fn(&Pair) -> &str) -> Table {
        let mut rows = vec![self.sizes(customers)];
        for pair in &self.pairs {
            let mut cells = vec![Cell::Text(called(pair).to_owned()), Cell::Text(pair.unit.name().to_owned())];
            let figures = [
                (pair.values[0], pair.intervals[0]),
                (pair.values[1], pair.intervals[1]),
                (pair.difference, pair.interval),
            ];
            for (value, interval) in figures {
                let ends = [value, interval.map(|one| one.low), interval.map(|one| one.high)];
                cells.extend(ends.map(|end| number(end, pair.unit)));
            }
            cells.push(pair.p_value.map_or(Cell::Missing, Cell::Number));
            rows.push(TableRow { unit: Some(pair.unit), ..cells.into() });
        }
        Table { columns: self.columns(), rows }
    }

    /// How many customers each segment has, as a row.
    fn sizes(&self, customers: &str) -> TableRow {
        let [first, second] = self.customers.map(|n| i64::try_from(n).unwrap_or(i64::MAX));
        let mut cells = vec![Cell::Text(customers.to_owned()), Cell::Text(Unit::Count.name().to_owned())];
        for count in [first, second, first - second] {
            cells.extend([Cell::Integer(count), Cell::Missing, Cell::Missing]);
        }
        cells.push(Cell::Missing);
        TableRow { unit: Some(Unit::Count), ..cells.into() }
    }

    fn columns(&self) -> Vec<Column> {
        let measure = |name: &str, label: &str| Column::measure(name, label, Unit::Ratio);
        let end = |name: &str, of: &str, is_low: bool| {
            let of = of.to_owned();
            let role = if is_low { ColumnRole::Low { of } } else { ColumnRole::High { of } };
            Column::new(name, if is_low { "95 % from" } else { "95 % to" }, Unit::Ratio, role)
        };
        let mut columns =
            vec![Column::new("measure", "Measure", Unit::Text, ColumnRole::Dimension), Column::text("unit", "Unit")];
        for (name, label) in
            [("first", self.names[0].as_str()), ("second", &self.names[1]), ("difference", "Difference")]
        {
            let (low, high) = (format!("{name}_low"), format!("{name}_high"));
            columns.extend([measure(name, label), end(&low, name, true), end(&high, name, false)]);
        }
        columns.push(Column::new("p_value", "p", Unit::Ratio, ColumnRole::PValue));
        columns
    }
}
