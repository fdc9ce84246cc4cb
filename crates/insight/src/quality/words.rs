//! The quality page in words and as a table.
//!
//! In: a [`QualityPage`]. Out: its remarks, doubts and notes as sentences, and its columns as a table for programs.
//! Invariant: no figure is rounded up to what it is not: all rows, or a suspicion.

use catalog::Unit;

use super::column::plain;
use super::outcome::{LEAKING, MOST_NAMES};
use super::spread::{FAR, FEWEST, HEAPED, SHARE};
use super::{ColumnFacts, Determines, Leak, QualityPage, RuleFacts};
use crate::grouped::number;
use crate::words::{count, customers, list, percent};
use crate::{Cell, Column, ColumnRole, Row, Table};

/// So many doubts stand in the one line.
const MOST_TOLD: usize = 4;

impl ColumnFacts {
    /// What stands out in its values: heaps, round numbers, outliers, values that the contract does not know.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if !self.heaps.is_empty() {
            let each = self.heaps.iter();
            let each: Vec<String> =
                each.map(|heap| format!("{} ({})", self.written(heap.value), count(heap.customers as f64))).collect();
            remarks.push(format!("heaped at {}", list(&each)));
        }
        if let Some(rounded) = &self.rounded {
            let (share, step) = (percent(rounded.share), plain(rounded.step));
            let chance = percent(1.0 / rounded.step);
            remarks.push(format!("{share} are multiples of {step} ({chance} by chance)"));
        }
        if let Some(outliers) = self.outliers.filter(|outliers| outliers.below + outliers.above > 0) {
            let ends = [(outliers.below, "below", outliers.low), (outliers.above, "above", outliers.high)];
            let ends = ends.into_iter().filter(|(n, ..)| *n > 0);
            let ends: Vec<String> =
                ends.map(|(n, side, fence)| format!("{} {side} {}", count(n as f64), self.written(fence))).collect();
            remarks.push(format!("outliers: {}", list(&ends)));
        }
        if self.missing.odd > 0 {
            remarks.push(format!("{} that the contract does not know", count(self.missing.odd as f64)));
        }
        remarks
    }

    /// Its missing answers in words: `1,519 (15.0 %)`, with how they are missing where that is not plain.
    #[must_use]
    pub fn missing_in_words(&self, all: u64) -> String {
        let missing = &self.missing;
        let n = missing.all();
        if n == 0 {
            return "0".to_owned();
        }
        let ways = [
            (missing.null, "null"),
            (missing.no_field, "no field"),
            (missing.nan, "NaN"),
            (missing.no_answer, "no answer"),
        ];
        let ways: Vec<(u64, &str)> = ways.into_iter().filter(|(n, _)| *n > 0).collect();
        let told = match ways.as_slice() {
            [_] => String::new(),
            several => {
                let each: Vec<String> = several.iter().map(|(n, way)| format!("{} {way}", count(*n as f64))).collect();
                format!(": {}", each.join(", "))
            }
        };
        let share = percent(n as f64 / all.max(1) as f64);
        format!("{} ({share}{told})", count(n as f64))
    }

    /// How many values there are: `12 or more` where not all customers were looked at.
    #[must_use]
    pub fn distinct_in_words(&self, all: u64) -> String {
        let n = count(self.distinct as f64);
        if self.first.is_some_and(|first| first < all) { format!("{n} or more") } else { n }
    }

    /// Its AUC to three decimals; none is rounded up to where a leak is suspected, or to one.
    #[must_use]
    pub fn auc_in_words(&self) -> Option<String> {
        let auc = self.auc?;
        let rounded = (auc * 1000.0).round() / 1000.0;
        let is_raised = [LEAKING, 1.0].iter().any(|end| auc < *end && rounded >= *end);
        Some(format!("{:.3}", if is_raised { (auc * 1000.0).floor() / 1000.0 } else { rounded }))
    }

    /// What was assumed of it, as its contract says.
    pub(super) fn assumed(&self) -> Option<String> {
        self.doubt.as_ref().map(|doubt| format!("“{}” {doubt}", self.label))
    }

    /// Why it is suspected to hold the outcome.
    fn suspicion(&self) -> Option<String> {
        let label = &self.label;
        Some(match self.leak? {
            Leak::Double => {
                format!("“{label}” is a double of the outcome: each of its values goes with one outcome alone")
            }
            Leak::Tells => {
                let auc = self.auc_in_words().unwrap_or_default();
                format!(
                    "“{label}” tells closed from open accounts by itself with an AUC of {auc}: it may have been \
                     computed from the outcome"
                )
            }
            Leak::Marked => format!("“{label}” was computed from the outcome, as its contract says"),
        })
    }
}

impl RuleFacts {
    /// How often it holds: `holds for 99.90 %; 10 of 10,127 break it`.
    #[must_use]
    pub fn in_words(&self) -> String {
        match (self.tested, self.broken) {
            (0, _) => "not tested: no customer has all its columns".to_owned(),
            (tested, 0) => format!("holds for all {}", count(tested as f64)),
            (tested, broken) => {
                let share = 1.0 - broken as f64 / tested as f64;
                // What is broken does not hold everywhere, however seldom that is.
                let share = (share * 1e4).floor() / 1e4;
                let (n, of) = (count(broken as f64), count(tested as f64));
                let verb = if broken == 1 { "breaks" } else { "break" };
                format!("holds for {:.2} %; {n} of {of} {verb} it", share * 100.0)
            }
        }
    }
}

impl Determines {
    /// `“A” determines “B”: each of its 6 values goes with one value there`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let (from, to, values) = (&self.from, &self.to, count(self.values as f64));
        if self.is_mutual {
            format!("“{from}” and “{to}” determine each other ({values} values)")
        } else {
            format!("“{from}” determines “{to}”: each of its {values} values goes with one value there")
        }
    }
}

impl QualityPage {
    /// What is to be doubted before any answer is believed, the worst first.
    #[must_use]
    pub fn doubts(&self) -> Vec<String> {
        let mut doubts: Vec<String> = self.columns.iter().filter_map(ColumnFacts::suspicion).collect();
        for rule in self.rules.iter().filter(|rule| rule.broken > 0) {
            doubts.push(format!("the rule “{}” {}", rule.words.replace('`', ""), rule.in_words()));
        }
        if self.without_outcome > 0 {
            let (without, all) = (count(self.without_outcome as f64), customers(self.customers as f64));
            doubts.push(format!("whether the account was closed is not known for {without} of {all}"));
        }
        let unjoined = self.columns.iter().map(|column| column.unjoined).max().unwrap_or(0);
        if unjoined > 0 {
            let (unjoined, all) = (count(unjoined as f64), customers(self.customers as f64));
            doubts.push(format!("the join with the transactions does not find {unjoined} of {all}"));
        }
        doubts.extend(self.import_doubts.iter().cloned());
        for column in &self.columns {
            doubts.extend(column.assumed());
            if column.above_one > 0 {
                let (label, n) = (&column.label, customers(column.above_one as f64));
                let most = column.spread.as_ref().map(|spread| column.written(spread.max)).unwrap_or_default();
                doubts.push(format!("“{label}” is a part of one, and is above that for {n}: it goes to {most}"));
            }
            if column.missing.odd > 0 {
                let (label, n) = (&column.label, customers(column.missing.odd as f64));
                doubts.push(format!("“{label}” holds what its contract does not know for {n}"));
            }
            if column.missing.all() * 2 >= self.customers.max(1) {
                let share = percent(column.missing.all() as f64 / self.customers as f64);
                doubts.push(format!("“{}” is missing for {share}", column.label));
            } else if column.distinct == 1 && column.first.is_none() && !column.is_hidden && self.customers > 1 {
                doubts.push(format!("“{}” is the same for all", column.label));
            }
        }
        doubts
    }

    /// The size of the data, and whether there are doubts.
    #[must_use]
    pub fn size(&self) -> String {
        let size = self.extent();
        match self.doubts().len() {
            0 => format!("{size}. {}", self.without_doubts()),
            1 => format!("{size}, one doubt."),
            n => format!("{size}, {n} doubts."),
        }
    }

    /// What is said where nothing is to be doubted: a heap or an outlier is no doubt, but is not nothing.
    fn without_doubts(&self) -> String {
        match self.columns.iter().filter(|column| !column.remarks().is_empty()).count() {
            0 => "Nothing was found that is to be doubted.".to_owned(),
            1 => "No doubts; one column has remarks (heaps, outliers, round numbers).".to_owned(),
            n => format!("No doubts; {n} columns have remarks (heaps, outliers, round numbers)."),
        }
    }

    /// How many customers and columns there are, where nothing is said of doubts.
    #[must_use]
    pub fn extent(&self) -> String {
        let columns = diagnostic::counted(self.columns.len(), "column");
        format!("{}, {columns}", customers(self.customers as f64))
    }

    /// The one line that stands before all answers: the size of the data and its doubts.
    #[must_use]
    pub fn line(&self) -> String {
        let doubts = self.doubts();
        if doubts.is_empty() {
            return self.size();
        }
        let size = self.extent();
        let more = doubts.len().saturating_sub(MOST_TOLD);
        let told: Vec<String> = doubts.into_iter().take(MOST_TOLD).collect();
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        format!("{size}. To be doubted: {}{more}.", told.join("; "))
    }

    /// How the figures are to be read.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = vec![
            "A quartile is the least value that at least a quarter, half or three quarters of the customers with a value do \
             not exceed; it is exact."
                .to_owned(),
            format!("Outliers lie more than {FAR} interquartile ranges outside the quartiles. They may be right."),
            format!(
                "Heaped is a value of at least {} of the customers, and {FEWEST} of them, that has more than {HEAPED} times as \
                 many as its four neighbours on average: a cap, a fee, a value filled in.",
                percent(SHARE)
            ),
        ];
        if self.columns.iter().any(|column| column.auc.is_some()) {
            notes.push(format!(
                "AUC is how well the column by itself tells closed from open accounts, from 0.5 (not at all) to 1. Names of \
                 up to {MOST_NAMES} values are ordered by their own closures, which flatters them a little; of other names all \
                 that counts is whether there is one. A missing answer counts as a value. From {LEAKING} on a column is \
                 suspected to hold the outcome."
            ));
        }
        if let Some(first) = self.columns.iter().filter_map(|column| column.first).find(|first| *first < self.customers)
        {
            let n = count(first as f64);
            let columns = self.columns.iter().filter(|column| column.first.is_some());
            let columns: Vec<String> = columns.map(|column| format!("“{}”", column.label)).collect();
            notes.push(format!(
                "Of {}, which may have any number of values, those of the first {n} customers by key were looked at; \
                 so were the rules.",
                list(&columns)
            ));
        }
        notes
    }

    /// The columns as a table for programs: numbers as they are, in full precision.
    #[must_use]
    pub fn table(&self) -> Table {
        let columns = vec![
            Column::new("column", "Column", Unit::Text, ColumnRole::Dimension),
            Column::text("label", "Label"),
            Column::text("kind", "Kind"),
            Column::text("role", "Role"),
            Column::measure("missing", "Missing", Unit::Count),
            Column::measure("distinct", "Distinct", Unit::Count),
            Column::measure("min", "Minimum", Unit::Ratio),
            Column::measure("q1", "Quartile 1", Unit::Ratio),
            Column::measure("median", "Median", Unit::Ratio),
            Column::measure("q3", "Quartile 3", Unit::Ratio),
            Column::measure("max", "Maximum", Unit::Ratio),
            Column::measure("outliers", "Outliers", Unit::Count),
            Column::measure("auc", "AUC alone", Unit::Ratio),
            Column::text("remarks", "Remarks"),
        ];
        Table { columns, rows: self.columns.iter().map(ColumnFacts::row).collect() }
    }
}

impl ColumnFacts {
    fn row(&self) -> Row {
        let text = |text: &str| Cell::Text(text.to_owned());
        let spread = self.spread.as_ref().filter(|_| self.kind != "date");
        let of_spread = |of: fn(&super::Spread) -> f64| number(spread.map(of), Unit::Ratio);
        let outliers = self.outliers.map(|outliers| (outliers.below + outliers.above) as f64);
        let mut remarks = self.remarks();
        if let Some(days) = self.spread.as_ref().filter(|_| self.kind == "date") {
            remarks.insert(0, format!("from {} to {}", self.written(days.min), self.written(days.max)));
        }
        remarks.extend(self.suspicion());
        let cells = vec![
            text(&self.name),
            text(&self.label),
            text(self.kind),
            self.role.map_or(Cell::Missing, text),
            number(Some(self.missing.all() as f64), Unit::Count),
            number(Some(self.distinct as f64), Unit::Count),
            of_spread(|spread| spread.min),
            of_spread(|spread| spread.q1),
            of_spread(|spread| spread.median),
            of_spread(|spread| spread.q3),
            of_spread(|spread| spread.max),
            number(outliers, Unit::Count),
            number(self.auc, Unit::Ratio),
            if remarks.is_empty() { Cell::Missing } else { Cell::Text(remarks.join("; ")) },
        ];
        cells.into()
    }
}
