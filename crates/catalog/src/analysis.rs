//! Analyses: a question with the pipelines that answer it, the chart that shows the answer and how to read it.

use pipeline::Pipeline;

use crate::{Chart, Dimension, Measure, Topic};

/// A checked analysis. Invariant: its pipelines give rows with a field for every dimension of `by` and for whatever
/// its measures need; where [`Form::Each`], the queries follow `by` one to one.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// Its name: `closures_by_months_inactive`.
    pub name: String,
    /// Its topic.
    pub topic: Topic,
    /// A short heading.
    pub title: String,
    /// The question in plain words.
    pub question: String,
    /// How to read the answer.
    pub reading: String,
    /// What the customers are grouped by: the table's first columns.
    pub by: Vec<Dimension>,
    /// Whether by all of it together, or by each in turn.
    pub form: Form,
    /// What is computed for each group: the table's other columns.
    pub measures: Vec<Measure>,
    /// The names of the measures that are shown with their intervals.
    pub intervals: Vec<String>,
    /// What makes the sentence.
    pub finding: Finding,
    /// How to draw the table.
    pub chart: Option<Chart>,
    pub(crate) queries: Vec<(String, Pipeline)>,
}

/// How an analysis groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One query, by all dimensions together.
    Together,
    /// One query a dimension.
    Each,
}

/// What makes an answer's sentence (and, for some, its table) from the numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The key figures of all customers.
    Overview,
    /// How many customers closed their account.
    Closed,
    /// Which groups have the highest and the lowest rate.
    Rates,
    /// Which groups have the highest and the lowest value of this measure.
    Extremes(String),
    /// Which groups are the largest.
    Largest,
    /// How two dimensions go together.
    Association,
    /// The mean of the second dimension (a number) in each group of the first, weighted by customers.
    WeightedMean,
    /// Which columns go most with closure.
    Drivers,
    /// In which bins of each column closure is most and least frequent, by weight of evidence.
    Evidence,
    /// How long customers stay: Kaplan–Meier over the one dimension, a tenure in months.
    Survival {
        /// The month from which customers are seen at all.
        entry: i64,
        /// The months before its end that a customer is surely seen for.
        window: i64,
    },
    /// What the columns say of quantiles.
    Quantiles,
    /// How the totals of the measures are spread over the groups.
    Spread,
    /// Words with `{…}` for numbers.
    Template(String),
}

impl Analysis {
    /// The pipelines, each with the collection it runs over.
    #[must_use]
    pub fn queries(&self) -> &[(String, Pipeline)] {
        &self.queries
    }
}
