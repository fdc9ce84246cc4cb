//! What the numbers say, as values: facts with their groups, figures and intervals. [`crate::Answer::sentence`] puts them
//! into words, last of all.
//!
//! Invariant: a fact knows the rows of the table that it rests on; where one of their cells is hidden, it is not told.

use catalog::Unit;

use crate::Interval;

/// What the numbers say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Narrative {
    /// The facts, in the order in which they are told.
    pub facts: Vec<Fact>,
}

/// A fact made from the numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// How many customers closed their account.
    Closed {
        /// The rows of those who did.
        rows: Vec<usize>,
        /// How many did.
        closed: f64,
        /// Of how many.
        customers: f64,
        /// The interval of the rate.
        interval: Interval,
    },
    /// Which group has the highest value and which the lowest.
    Extremes {
        /// Of what: `attrition rate`.
        what: String,
        /// The group with the highest.
        highest: Figure,
        /// The group with the lowest.
        lowest: Figure,
    },
    /// The value of the one group that is large enough to be told of.
    Single {
        /// Of what.
        what: String,
        /// The group.
        figure: Figure,
        /// Whether it is said that others are too small.
        is_left: bool,
    },
    /// The largest group.
    Largest {
        /// The group; its value is its share of all customers.
        figure: Figure,
        /// All customers.
        all: f64,
        /// How it is called.
        kind: Largest,
    },
    /// What one group answers, against all others.
    Association {
        /// The group and the share of it that gives the answer.
        figure: Figure,
        /// The answer.
        answer: String,
        /// How many others there are.
        others: f64,
        /// The share of them.
        share: f64,
    },
    /// The mean of each group.
    Means {
        /// Of what.
        what: String,
        /// The groups.
        figures: Vec<Figure>,
    },
    /// How much of the variance among customers lies between the groups.
    VarianceBetween(f64),
    /// The intervals of the highest and the lowest mean overlap, so that chance may be all there is.
    Overlap,
    /// Any other fact, in words.
    Told {
        /// The rows that it rests on.
        rows: Vec<usize>,
        /// The words.
        words: String,
    },
}

/// How the largest group is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Largest {
    /// The largest group.
    Group,
    /// The largest of the groups whose answers are known.
    KnownGroup,
    /// The most common profile.
    Profile,
}

/// A group with a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The rows of the table that it is made from.
    pub rows: Vec<usize>,
    /// How sentences speak of the group: `customers aged 60+`.
    pub group: String,
    /// The value.
    pub value: f64,
    /// What it counts.
    pub unit: Unit,
    /// Its 95 % interval.
    pub interval: Option<Interval>,
    /// The first and the third quartile, beside a median.
    pub middle_half: Option<Interval>,
    /// How many customers it is of, where that is told.
    pub customers: Option<f64>,
}

/// What a test says of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It can well be chance.
    Chance,
    /// It is more than chance would explain.
    Difference(Size),
}

/// The size of an effect, by Cramér's V (J. Cohen, Statistical Power Analysis, 1988: 0.1 small, 0.3 medium, 0.5 large).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Below 0.1.
    VerySmall,
    /// Below 0.3.
    Small,
    /// Below 0.5.
    Medium,
    /// From 0.5.
    Large,
}

impl Fact {
    /// Words that rest on no row.
    pub(crate) fn plain(words: impl Into<String>) -> Self {
        Self::Told { rows: Vec::new(), words: words.into() }
    }

    /// The rows that it rests on.
    #[must_use]
    pub fn rows(&self) -> Vec<usize> {
        match self {
            Self::Extremes { highest, lowest, .. } => [&highest.rows[..], &lowest.rows].concat(),
            Self::Single { figure, .. } | Self::Largest { figure, .. } | Self::Association { figure, .. } => {
                figure.rows.clone()
            }
            Self::Means { figures, .. } => figures.iter().flat_map(|figure| figure.rows.iter().copied()).collect(),
            Self::VarianceBetween(_) | Self::Overlap => Vec::new(),
            Self::Closed { rows, .. } | Self::Told { rows, .. } => rows.clone(),
        }
    }
}

impl Size {
    /// As sentences write it: `very small`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::VerySmall => "very small",
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}
