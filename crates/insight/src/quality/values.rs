//! The values of one column with the customers who have them.
//!
//! In: the rows of its pipeline. Out: [`Values`].
//! Invariant: known values come once each: numbers ascending, names in their natural order.

use bson::{Bson, Document};
use catalog::{Dimension, OUTCOME_KNOWN};

use crate::groups::{numeric, text};

/// The values of a column.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// Numbers, or days as milliseconds, ascending.
    pub numbers: Vec<(f64, Counts)>,
    /// Names, in their natural order.
    pub names: Vec<(String, Counts)>,
    /// Customers without a value: null, or no such field.
    pub null: Counts,
    /// Customers whose number is none.
    pub nan: Counts,
    /// Customers with the category that means no answer.
    pub no_answer: Counts,
    /// Customers with a value of a type, or a category, that the column should not have.
    pub odd: Counts,
}

/// Customers, and what is known of their outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Counts {
    pub customers: f64,
    pub closed: f64,
    pub open: f64,
}

impl Counts {
    fn read(row: &Document) -> Self {
        let number = |field: &str| row.get(field).and_then(numeric);
        let (customers, closed) = (number("customers").unwrap_or(0.0), number("closed").unwrap_or(0.0));
        Self { customers, closed, open: number(OUTCOME_KNOWN).unwrap_or(customers) - closed }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.customers += other.customers;
        self.closed += other.closed;
        self.open += other.open;
    }
}

impl Values {
    /// Reads the rows of a column that holds numbers or days, or else names.
    pub(super) fn read(dimension: &Dimension, is_number: bool, rows: &[Document]) -> Self {
        let mut values = Self::default();
        for row in rows {
            let counts = Counts::read(row);
            let key = row.get(&dimension.name).unwrap_or(&Bson::Null);
            match key {
                Bson::Null | Bson::Undefined => values.null.add(counts),
                Bson::Double(number) if number.is_nan() => values.nan.add(counts),
                key if dimension.is_missing(key) => values.no_answer.add(counts),
                Bson::DateTime(date) if is_number => values.numbers.push((date.timestamp_millis() as f64, counts)),
                key if is_number => match numeric(key) {
                    Some(number) => values.numbers.push((number, counts)),
                    None => values.odd.add(counts),
                },
                Bson::String(name) => {
                    if !dimension.order.is_empty() && !dimension.order.contains(key) {
                        values.odd.add(counts);
                    }
                    values.names.push((name.clone(), counts));
                }
                other => {
                    values.odd.add(counts);
                    values.names.push((text(other), counts));
                }
            }
        }
        values.numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
        // An int and a double of one value are one number.
        values.numbers.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            if is_same {
                kept.1.add(next.1);
            }
            is_same
        });
        let place = |name: &str| dimension.order.iter().position(|value| value.as_str() == Some(name));
        values.names.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
        values
    }

    /// How many different values are known.
    pub(super) fn distinct(&self) -> u64 {
        (self.numbers.len() + self.names.len()) as u64
    }

    /// All customers without an answer.
    pub(super) fn missing(&self) -> Counts {
        let mut missing = self.null;
        missing.add(self.nan);
        missing.add(self.no_answer);
        missing
    }
}
