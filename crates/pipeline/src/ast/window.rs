//! Window functions, as in `$setWindowFields`.

use bson::Bson;

use super::{AccumulatorCall, Expr};

/// One output of `$setWindowFields`.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowCall {
    /// What is computed.
    pub function: WindowFunction,
    /// Over which rows; `None` is the whole partition.
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
    /// What takes one input of each row.
    Of(Computed, Expr),
}

/// What is computed from the inputs of the rows around each row.
#[derive(Clone, Debug, PartialEq)]
pub enum Computed {
    /// `$shift`: the input of another row.
    Shift {
        /// How many rows further (negative: earlier).
        by: i64,
        /// The value beyond the edge: a constant; null where not given.
        default: Expr,
    },
    /// `$expMovingAvg`
    ExpMovingAvg(Smoothing),
    /// `$derivative`, by the sort key, in a unit where that is a date.
    Derivative(Option<TimeUnit>),
    /// `$integral`, over the sort key, in a unit where that is a date.
    Integral(Option<TimeUnit>),
    /// `$covariancePop`; the input is an array of two numbers.
    CovariancePop,
    /// `$covarianceSamp`
    CovarianceSamp,
    /// `$linearFill`
    LinearFill,
    /// `$locf`
    Locf,
    /// `$minMaxScaler`: the ends of the range that the values are brought into.
    MinMaxScaler {
        /// A number.
        min: Bson,
        /// A number.
        max: Bson,
    },
}

/// How much weight the newest value has.
#[derive(Clone, Debug, PartialEq)]
pub enum Smoothing {
    /// `N`: 2 / (N + 1). Above 0.
    Rows(i64),
    /// `alpha`: a number between 0 and 1.
    Alpha(Bson),
}

/// The window functions that are no accumulators, and the first server version that has each.
pub(crate) const WINDOW_FUNCTIONS: &[(&str, &str)] = &[
    ("$rank", "5.0"),
    ("$denseRank", "5.0"),
    ("$documentNumber", "5.0"),
    ("$shift", "5.0"),
    ("$expMovingAvg", "5.0"),
    ("$derivative", "5.0"),
    ("$integral", "5.0"),
    ("$covariancePop", "5.0"),
    ("$covarianceSamp", "5.0"),
    ("$linearFill", "5.3"),
    ("$locf", "5.2"),
    ("$minMaxScaler", "8.2"),
];

impl WindowFunction {
    /// Its name, with the dollar sign.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Accumulate(call) => call.accumulator.spec().name,
            Self::Rank => "$rank",
            Self::DenseRank => "$denseRank",
            Self::DocumentNumber => "$documentNumber",
            Self::Of(computed, _) => computed.name(),
        }
    }

    /// What it computes of each row, where it looks at more than the order.
    #[must_use]
    pub fn input(&self) -> Option<&Expr> {
        match self {
            Self::Accumulate(call) => Some(&call.input),
            Self::Of(_, input) => Some(input),
            Self::Rank | Self::DenseRank | Self::DocumentNumber => None,
        }
    }

    /// The first server version that has it.
    #[must_use]
    pub fn since(&self) -> &'static str {
        match self {
            Self::Accumulate(call) => call.accumulator.spec().since,
            other => WINDOW_FUNCTIONS.iter().find(|(name, _)| *name == other.name()).map_or("5.0", |(_, since)| since),
        }
    }
}

impl Computed {
    /// Its name, with the dollar sign.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Shift { .. } => "$shift",
            Self::ExpMovingAvg(_) => "$expMovingAvg",
            Self::Derivative(_) => "$derivative",
            Self::Integral(_) => "$integral",
            Self::CovariancePop => "$covariancePop",
            Self::CovarianceSamp => "$covarianceSamp",
            Self::LinearFill => "$linearFill",
            Self::Locf => "$locf",
            Self::MinMaxScaler { .. } => "$minMaxScaler",
        }
    }

    /// The key under which the input stands; `None` where it is the argument itself.
    #[must_use]
    pub fn input_key(&self) -> Option<&'static str> {
        match self {
            Self::Shift { .. } => Some("output"),
            Self::ExpMovingAvg(_) | Self::Derivative(_) | Self::Integral(_) | Self::MinMaxScaler { .. } => {
                Some("input")
            }
            Self::CovariancePop | Self::CovarianceSamp | Self::LinearFill | Self::Locf => None,
        }
    }
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
