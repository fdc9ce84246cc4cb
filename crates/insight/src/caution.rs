//! What is to be borne in mind with an answer, as values; [`crate::Answer::notes`] puts it into words.
//!
//! Invariant: a caution knows the rows of the table that it rests on; what rests on a hidden cell is not told.

use crate::statistics::SMALL;
use crate::{BinRate, Unanswered};

/// A caution made from the numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Caution {
    /// So few customers are counted that nothing among them can be told from chance.
    Few {
        /// All rows.
        rows: Vec<usize>,
        /// How many customers.
        customers: f64,
    },
    /// Groups that are shown, but not ranked.
    Small {
        /// The groups.
        groups: Vec<SmallGroup>,
        /// Whether the test counts them, too.
        are_tested: bool,
    },
    /// Customers whose answer is not known.
    Unknown {
        /// Their rows.
        rows: Vec<usize>,
        /// The heading of the dimension.
        what: String,
        /// How many they are.
        customers: f64,
        /// Their share of all.
        share: f64,
        /// Where customers are grouped by something else too, their share of its groups.
        within: Option<Within>,
    },
    /// Between which shares the true one lies, as unknown answers may be any.
    Between {
        /// The rows of the group.
        rows: Vec<usize>,
        /// The group, with how many customers it has, those of unknown answers among them.
        group: String,
        /// How many these are.
        customers: f64,
        /// The answer: `customers earning less than $40K`.
        answer: String,
        /// The share if no unknown answer is this one.
        low: f64,
        /// The share if all are.
        high: f64,
    },
    /// Customers who count in no rate of closures.
    WithoutOutcome {
        /// All rows.
        rows: Vec<usize>,
        /// How many they are.
        without: f64,
        /// Of how many.
        customers: f64,
    },
    /// Customers who do not count in a mean.
    WithoutValue {
        /// All rows.
        rows: Vec<usize>,
        /// Of what: `mean age`.
        what: String,
        /// How many have no value.
        without: f64,
        /// Of how many.
        customers: f64,
    },
    /// Columns that tell closed from open accounts better than is likely.
    Suspicious {
        /// Their rows.
        rows: Vec<usize>,
        /// Their headings.
        columns: Vec<String>,
    },
    /// A column of which one group has nearly all customers, so that it tells less than it could.
    Lumped {
        /// Its row.
        row: Vec<usize>,
        /// Its heading.
        column: String,
        /// The group.
        group: String,
        /// The group's share of the customers.
        share: f64,
    },
    /// A column whose unknown answers count as a group of their own.
    UnknownTells {
        /// Its row.
        row: Vec<usize>,
        /// Its heading.
        column: String,
        /// How many customers have no answer.
        customers: f64,
        /// Their share of all.
        share: f64,
    },
    /// Columns whose customers without an answer, who are in no bin, close more or less often than the others.
    Unanswered {
        /// The columns, which need not be in the table.
        columns: Vec<Unanswered>,
    },
    /// Columns that were not chosen.
    NotChosen {
        /// Their rows.
        rows: Vec<usize>,
        /// Whether the groups of some were not counted, too.
        are_uncounted: bool,
    },
    /// Bins that are too small to be ranked, and whose rate of closures lies beyond those that are.
    UnrankedBins {
        /// All rows.
        rows: Vec<usize>,
        /// Each with the heading of its column.
        bins: Vec<(String, BinRate)>,
    },
    /// A measure whose differences are not tested, for what customers are grouped by fixes it.
    Fixed {
        /// All rows.
        rows: Vec<usize>,
        /// The measure: `closure rate`.
        what: String,
    },
    /// A ranking by figures that are not estimated, so that nothing says whether they differ by more than chance.
    Untested {
        /// The measure: `standard deviation of spend`.
        what: String,
    },
    /// How a median or percentile is defined.
    Ranked,
    /// Words, of an answer that was kept without what they rest on.
    Worded(String),
    /// Why no curve of how long customers stay is drawn.
    NoCurve {
        /// The rows of the years that are chained.
        rows: Vec<usize>,
        /// Each customer has been with the bank for more years than these.
        years: f64,
    },
}

/// The share of unknown answers in each of several groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Within {
    /// The groups with their shares; of many the two where it is least and most.
    pub shares: Vec<(String, f64)>,
    /// Whether these are the two of many.
    pub are_ends: bool,
    /// How many groups have too few customers to be told of.
    pub n_smaller: usize,
}

/// A group that is too small to be ranked.
#[derive(Clone, Debug, PartialEq)]
pub struct SmallGroup {
    /// Its row.
    pub row: usize,
    /// Its values: `60+ / F`.
    pub name: String,
    /// How many customers it has.
    pub customers: f64,
}

impl Caution {
    /// That few customers are counted, where there are any and they are few; over a table of `n_rows`.
    pub(crate) fn few(customers: f64, n_rows: usize) -> Option<Self> {
        (customers > 0.0 && customers < SMALL).then(|| Self::Few { rows: (0..n_rows).collect(), customers })
    }

    /// That some customers' outcome is not known, where that is so; over a table of `n_rows`.
    pub(crate) fn without_outcome(without: f64, customers: f64, n_rows: usize) -> Option<Self> {
        (without > 0.0).then(|| Self::WithoutOutcome { rows: (0..n_rows).collect(), without, customers })
    }

    /// The rows that it rests on, but for small groups: each of these has its own.
    #[must_use]
    pub fn rows(&self) -> &[usize] {
        match self {
            Self::Few { rows, .. }
            | Self::Lumped { row: rows, .. }
            | Self::UnknownTells { row: rows, .. }
            | Self::Unknown { rows, .. }
            | Self::WithoutOutcome { rows, .. }
            | Self::WithoutValue { rows, .. }
            | Self::Suspicious { rows, .. }
            | Self::NotChosen { rows, .. }
            | Self::UnrankedBins { rows, .. }
            | Self::Between { rows, .. }
            | Self::Fixed { rows, .. }
            | Self::NoCurve { rows, .. } => rows,
            Self::Small { .. } | Self::Unanswered { .. } | Self::Untested { .. } | Self::Ranked | Self::Worded(_) => {
                &[]
            }
        }
    }
}
