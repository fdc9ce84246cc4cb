//! Window functions, as in `$setWindowFields`.

use super::{AccumulatorCall, Expr};

/// One output of `$setWindowFields`.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowCall {
    /// What is computed.
    pub function: WindowFunction,
    /// Over which rows; `None` is the whole partition. Only accumulators take a window.
    pub window: Option<Window>,
}

/// What can be computed over a window.
#[derive(Clone, Debug, PartialEq)]
pub enum WindowFunction {
    /// Any accumulator.
    Accumulate(AccumulatorCall),
    /// `$rank`
    Rank,
    /// `$denseRank`
    DenseRank,
    /// `$documentNumber`
    DocumentNumber,
    /// `$shift`
    Shift {
        /// The value taken from the other row.
        output: Expr,
        /// How many rows further (negative: earlier).
        by: i64,
        /// The value beyond the edge: a constant; null where not given.
        default: Expr,
    },
}

/// The rows around the current one.
#[derive(Clone, Debug, PartialEq)]
pub enum Window {
    /// Counts rows.
    Documents(Bound<i64>, Bound<i64>),
    /// Counts values of the one ascending sort key, in `unit` where they are dates.
    Range(Bound<f64>, Bound<f64>, Option<TimeUnit>),
}

/// One end of a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound<T> {
    /// `"unbounded"`
    Unbounded,
    /// `"current"`
    Current,
    /// Relative to the current row or value.
    Offset(T),
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the units of the calendar")]
pub enum TimeUnit {
    Year,
    Quarter,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
}

const UNITS: &[(TimeUnit, &str)] = &[
    (TimeUnit::Year, "year"),
    (TimeUnit::Quarter, "quarter"),
    (TimeUnit::Month, "month"),
    (TimeUnit::Week, "week"),
    (TimeUnit::Day, "day"),
    (TimeUnit::Hour, "hour"),
    (TimeUnit::Minute, "minute"),
    (TimeUnit::Second, "second"),
    (TimeUnit::Millisecond, "millisecond"),
];

impl TimeUnit {
    /// The unit of this name (`"month"`).
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        UNITS.iter().find(|(_, known)| *known == name).map(|(unit, _)| *unit)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        UNITS[self as usize].1
    }

    /// The names of all units, longest first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        UNITS.iter().map(|(_, name)| *name)
    }
}
