//! What the numbers say, as values: facts with their groups, figures and intervals. [`crate::Answer::sentence`] puts them
//! into words, last of all.
//!
//! Invariant: a fact knows the rows of the table that it rests on; where one of their cells is hidden, it is not told.

use catalog::Unit;

use crate::columns::{Added, Excess, Ranking, Weighed};
use crate::{Caution, Interval};

/// What the numbers say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Narrative {
    /// The facts, in the order in which they are told.
    pub facts: Vec<Fact>,
    /// What is to be borne in mind with them.
    pub cautions: Vec<Caution>,
}

/// A fact made from the numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// Nothing, and why.
    Nothing(Nothing),
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
    /// How much credit was granted, and how much of it is carried.
    Credit {
        /// The row of all customers.
        rows: Vec<usize>,
        /// The credit granted.
        granted: f64,
        /// The balances carried.
        carried: f64,
        /// What both count.
        unit: Unit,
    },
    /// The figures of all customers together.
    Overall {
        /// The row of all customers.
        rows: Vec<usize>,
        /// How many they are.
        customers: f64,
        /// Each figure with what it is of: `mean age`.
        figures: Vec<(String, Figure)>,
    },
    /// Which group has the highest value and which the lowest.
    Extremes {
        /// Of what: `closure rate`.
        what: String,
        /// The groups of which one has the highest, that with the highest figure first.
        highest: Vec<Figure>,
        /// The groups of which one has the lowest, that with the lowest figure first.
        lowest: Vec<Figure>,
        /// How many groups have too few customers to be ranked.
        n_smaller: usize,
    },
    /// Any group may have the highest value, or the lowest.
    Undecided {
        /// Of what.
        what: String,
        /// The group with the highest figure.
        highest: Figure,
        /// The group with the lowest.
        lowest: Figure,
        /// How many groups have too few customers to be ranked.
        n_smaller: usize,
    },
    /// All groups that are large enough have the same value.
    Same {
        /// Of what.
        what: String,
        /// The rows of these groups.
        rows: Vec<usize>,
        /// The value.
        value: f64,
        /// What it counts.
        unit: Unit,
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
        /// What must be known of all who are counted, where it is not known of some: `Income`.
        known: Option<String>,
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
    /// Which group holds the largest part of totals.
    Holds {
        /// The rows of all groups.
        rows: Vec<usize>,
        /// How sentences speak of the group.
        group: String,
        /// Its share of all customers.
        customers: f64,
        /// Its shares of the totals, each with how sentences speak of that share: `share of credit granted`.
        parts: Vec<(String, f64)>,
        /// How many groups have too few customers to be ranked.
        n_smaller: usize,
    },
    /// Which columns go most with closure.
    Ranking(Ranking),
    /// At which bins of all columns closure is most and least frequent.
    Evidence {
        /// The rows of all bins.
        rows: Vec<usize>,
        /// The bin of the highest weight of evidence, and those that cannot be told from it.
        highest: Vec<Weighed>,
        /// The same of the lowest.
        lowest: Vec<Weighed>,
        /// How many bins have too few customers to be ranked.
        n_smaller: usize,
    },
    /// What happened to those who closed their account, and how often it happened to the others.
    Baseline {
        /// The rows of all groups of known answers.
        rows: Vec<usize>,
        /// What happened: `the number of transactions fell`.
        what: String,
        /// To how many of how many who closed their account.
        closed: (f64, f64),
        /// To how many of how many who did not.
        open: (f64, f64),
    },
    /// From where to where a rate goes along groups that have an order.
    Trend {
        /// Of what: `closure rate`.
        what: String,
        /// The rows of all groups that are large enough.
        rows: Vec<usize>,
        /// The first of these groups.
        first: Figure,
        /// The last.
        last: Figure,
        /// How many groups have too few customers to be told of.
        n_smaller: usize,
    },
    /// How many would be left after some years.
    LifeTable {
        /// The rows of the years that are chained.
        rows: Vec<usize>,
        /// The first of them.
        first: f64,
        /// The years that are told.
        remaining: Vec<Remaining>,
    },
    /// Which columns tell most about who closed, the first of them most.
    Telling {
        /// The rows of these columns.
        rows: Vec<usize>,
        /// Each with the closures in excess of the bank's rate.
        columns: Vec<Excess>,
        /// The headings of those that may tell as much by themselves as the first.
        rivals: Vec<String>,
        /// The headings of those that were measured in the very months in which accounts closed.
        concurrent: Vec<String>,
    },
    /// In which group of the column that tells most the most closures are above the bank's rate.
    Sits {
        /// The row of the column.
        rows: Vec<usize>,
        /// How sentences speak of the group.
        group: String,
        /// How many of it closed.
        closed: f64,
        /// How many customers it has.
        customers: f64,
        /// Its share of all closures.
        share: f64,
    },
    /// What each chosen column adds to those before it.
    Selected {
        /// The rows of these columns.
        rows: Vec<usize>,
        /// Each with the share of the null deviance that it adds.
        columns: Vec<Added>,
        /// The share that all of them tell.
        share: f64,
    },
    /// What the closed accounts are worth.
    Worth {
        /// The rows that the shares are taken of.
        rows: Vec<usize>,
        /// How many closed.
        customers: f64,
        /// Their part of each total.
        held: Vec<Held>,
    },
    /// Words of the analysis' own file, with its numbers.
    Worded {
        /// The rows of all groups.
        rows: Vec<usize>,
        /// The words and numbers, in order.
        pieces: Vec<Piece>,
    },
}

/// Why there is nothing to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// No customers were asked for.
    NoCustomers,
    /// No customer's answer is known.
    NoneKnown,
    /// No group is large enough to be ranked.
    NoneRanked,
    /// No group is large enough to be compared.
    NoneCompared,
    /// There is only one group.
    OneGroup,
    /// Each answer is as frequent in one group as in another.
    NoneStandsOut,
    /// No customer's outcome is known.
    NoneWithOutcome,
    /// Several profiles are equally common.
    TiedProfiles,
    /// Several groups are equally large.
    TiedGroups,
    /// Several groups hold as much of a total.
    TiedParts,
    /// No account was closed, or all were.
    NoOutcome,
    /// No column has more than one answer.
    OneAnswer,
    /// What any column tells may be chance.
    AllChance,
    /// No column tells of customers who were held out.
    NoneChosen,
    /// No bin is large enough to be compared.
    NoBin,
    /// No bin tells more than another.
    OneBin,
    /// No year has enough customers for a life table.
    FewYears,
    /// Too few accounts were closed, or too few were not, for columns to be chosen.
    FewClosed,
    /// No account was closed.
    NoneClosed,
    /// No total is above zero.
    NoTotal,
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
    /// The one group that there is.
    All,
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

/// A part of a total.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// Of what: `spend`.
    pub what: String,
    /// The part.
    pub value: f64,
    /// What it counts.
    pub unit: Unit,
    /// Its share of the total.
    pub share: f64,
}

/// How many would be left after a year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Remaining {
    /// The year.
    pub year: f64,
    /// The share of those who began the first year.
    pub share: f64,
    /// Its 95 % interval.
    pub interval: Option<Interval>,
}

/// A piece of a sentence that a file words.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// The file's own words.
    Words(String),
    /// A number over all groups.
    Number {
        /// The number.
        value: f64,
        /// What it counts.
        unit: Unit,
    },
    /// The value of one group.
    Figure(Figure),
    /// How sentences speak of a group.
    Group(String),
}

/// What a test says of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It can well be chance.
    Chance,
    /// It is more than chance would explain.
    Difference(Size),
}

/// The size of an effect (J. Cohen, Statistical Power Analysis, 1988): by w 0.1 is small, 0.3 medium, 0.5 large; by η² 0.01,
/// 0.06, 0.14.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Below a small one.
    VerySmall,
    /// Below a medium one.
    Small,
    /// Below a large one.
    Medium,
    /// As large as the largest limit, or larger.
    Large,
}

impl Fact {
    /// The fact without a decision on which group has the highest value and which the lowest.
    pub(crate) fn undecided(&self) -> Self {
        match self {
            Self::Extremes { what, highest, lowest, n_smaller }
                if let (Some(high), Some(low)) = (highest.first(), lowest.first()) =>
            {
                let (highest, lowest) = (high.clone(), low.clone());
                Self::Undecided { what: what.clone(), highest, lowest, n_smaller: *n_smaller }
            }
            fact => fact.clone(),
        }
    }

    /// The rows that it rests on.
    #[must_use]
    pub fn rows(&self) -> Vec<usize> {
        match self {
            Self::Extremes { highest, lowest, .. } => {
                highest.iter().chain(lowest).flat_map(|figure| figure.rows.iter().copied()).collect()
            }
            Self::Undecided { highest, lowest, .. } => [&highest.rows[..], &lowest.rows].concat(),
            Self::Single { figure, .. } | Self::Largest { figure, .. } | Self::Association { figure, .. } => {
                figure.rows.clone()
            }
            Self::Means { figures, .. } => figures.iter().flat_map(|figure| figure.rows.iter().copied()).collect(),
            Self::Nothing(_) => Vec::new(),
            Self::Closed { rows, .. }
            | Self::Credit { rows, .. }
            | Self::Overall { rows, .. }
            | Self::Same { rows, .. }
            | Self::Holds { rows, .. }
            | Self::Ranking(Ranking { rows, .. })
            | Self::Evidence { rows, .. }
            | Self::Baseline { rows, .. }
            | Self::Trend { rows, .. }
            | Self::LifeTable { rows, .. }
            | Self::Telling { rows, .. }
            | Self::Sits { rows, .. }
            | Self::Selected { rows, .. }
            | Self::Worth { rows, .. }
            | Self::Worded { rows, .. } => rows.clone(),
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
