//! What facts say of columns: how well they tell closed from open accounts, and by which bins.
//!
//! In: findings over all columns. Out: values that [`crate::words`] puts into sentences. Invariant: a column is known by its heading.

/// Which columns go most with closure.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// The rows of all columns.
    pub rows: Vec<usize>,
    /// How many columns were ranked.
    pub columns: usize,
    /// The best one.
    pub best: Heading,
    /// Its information value.
    pub information: f64,
    /// Whether even that is next to nothing.
    pub is_little: bool,
    /// Those that cannot be told from it, each with its information value.
    pub rivals: Vec<(Heading, f64)>,
    /// Its bins of the lowest and of the highest rate, each with those that cannot be told from it; none where one may be both.
    pub ends: Option<(Vec<BinRate>, Vec<BinRate>)>,
    /// How many of its bins have too few customers to be ranked.
    pub n_smaller: usize,
    /// Those that come next.
    pub next: Vec<Heading>,
    /// Those that tell next to nothing, of so many customers that they would show it.
    pub nothing: Vec<Heading>,
    /// Those of which these customers are too few to say whether they tell anything.
    pub unsure: Vec<Heading>,
}

/// A column, and those that tell the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Its heading.
    pub label: String,
    /// The headings of the others.
    pub also: Vec<String>,
}

/// A column with the customers who gave no answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Unanswered {
    /// The heading of the column.
    pub column: String,
    /// How many they are.
    pub customers: f64,
    /// The share of them who closed.
    pub rate: f64,
    /// The share of the others who closed.
    pub rate_of_others: f64,
}

/// A column with the closures above the bank's rate.
#[derive(Clone, Debug, PartialEq)]
pub struct Excess {
    /// The heading of the column.
    pub column: String,
    /// Over its groups whose rate is above the bank's, how many more closed than at that rate.
    pub closures: f64,
}

/// A column with what it adds.
#[derive(Clone, Debug, PartialEq)]
pub struct Added {
    /// The heading of the column.
    pub column: String,
    /// The share of the null deviance that it adds, cross-validated.
    pub share: f64,
}

/// A bin of a column with its closure rate.
#[derive(Clone, Debug, PartialEq)]
pub struct BinRate {
    /// Its values: `13–24`.
    pub values: String,
    /// Its rate.
    pub rate: f64,
    /// How many customers it has.
    pub customers: f64,
}

/// A bin of a column with its weight of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighed {
    /// The heading of its column.
    pub column: String,
    /// The bin.
    pub bin: BinRate,
    /// Its weight.
    pub weight: f64,
}
