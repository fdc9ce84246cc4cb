//! Analyses: a question with the pipelines that answer it, the chart that shows the answer and how to read it.

use std::sync::Arc;

use bson::Bson;
use pipeline::Pipeline;
use pipeline::ast::Predicate;

use crate::cells::Candidate;
use crate::fields::Join;
use crate::measure::{Interval, MeasureRole, Value};
use crate::narrow::narrow;
use crate::outcome_words::OutcomeWords;
use crate::words::Words;
use crate::{Chart, Dimension, Measure, Topic};

/// A checked analysis. Invariant: its pipelines give rows with a field for every dimension of `by` and for whatever
/// its measures need; where [`Form::Each`], the queries follow `by` one to one, [`with_cells`](Self::with_cells) one more behind
/// them, else each behind the first gives the rows of the first more fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// Its name: `closures_by_months_inactive`.
    pub name: String,
    /// Whether it is a question of the user's own, put together from dimensions and measures.
    pub is_own: bool,
    /// Whether its question, which is of the user's own, names the number of customers; it is counted in any case.
    pub names_counts: bool,
    /// Its topic.
    pub topic: Arc<Topic>,
    /// A short heading.
    pub title: String,
    /// The question in plain words.
    pub question: String,
    /// How to read the answer.
    pub reading: String,
    /// What the customers are grouped by: the table's first columns.
    pub by: Vec<Dimension>,
    /// How each of these is looked at by a finding that chooses among them; empty for others.
    pub candidates: Vec<Candidate>,
    /// Whether by all of it together, or by each in turn.
    pub form: Form,
    /// What is computed for each group: the table's other columns.
    pub measures: Vec<Measure>,
    /// The names of the measures that are shown with their intervals.
    pub intervals: Vec<String>,
    /// What makes the sentence.
    pub finding: Finding,
    /// Only so many groups, the largest first; natural order where not said.
    pub top: Option<u64>,
    /// How to draw the table.
    pub chart: Option<Chart>,
    /// What happens to customers whose account stays open too, where a finding about closure could hide that.
    pub baseline: Option<Baseline>,
    /// Which customers it counts; all where there is none. The pipelines hold it already.
    pub filter: Option<Predicate>,
    /// Over the customers as the contract has them.
    pub(crate) plain: Vec<Pipeline>,
    /// Over the documents as they are.
    pub(crate) queries: Vec<(String, Pipeline)>,
    /// The name of the measure that counts those who closed their account, whether it is shown or not.
    pub closed: Option<String>,
    /// How its texts speak of the outcome.
    pub outcome: OutcomeWords,
    pub(crate) words: Arc<Words>,
    pub(crate) join: Arc<Join>,
}

/// What happened to some of those who closed their account, and to some of those who did not.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// The groups of the first dimension that it happened to.
    pub of: Vec<Bson>,
    /// What happened: `the number of transactions fell`.
    pub phrase: String,
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
    /// The mean of this measure over the groups of the first dimension, weighted by customers.
    Weighted(String),
    /// Which columns go most with closure.
    Drivers,
    /// Which columns tell closure, each by what it adds to those before it.
    ForwardSelection,
    /// What the closed accounts are worth: their part of each total.
    Worth,
    /// In which bins of each column closure is most and least frequent, by weight of evidence.
    Evidence,
    /// Whether a rate rises or falls along the one dimension, whose groups have an order.
    Trend,
    /// How many would be left if each year's customers closed at today's rates: over the one dimension, years of tenure.
    LifeTable,
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

    /// The same analysis over just those customers for whom `filter` holds.
    #[must_use]
    pub fn with_filter(&self, filter: &Predicate) -> Self {
        let plain: Vec<Pipeline> = self.plain.iter().map(|pipeline| narrow(pipeline, filter, &self.join)).collect();
        let queries = plain.iter().map(|pipeline| self.join.query(pipeline.clone())).collect();
        let told = self.words.predicate(filter);
        let reading = format!("{} Only the customers with {told} are counted.", self.reading).trim_start().to_owned();
        let filter = match &self.filter {
            Some(first) => Predicate::And(vec![first.clone(), filter.clone()]),
            None => filter.clone(),
        };
        Self { reading, plain, queries, filter: Some(filter), ..self.clone() }
    }

    /// The filter in words, by labels: `Card = Gold and Age ≥ 45`.
    #[must_use]
    pub fn filter_in_words(&self) -> Option<String> {
        self.filter.as_ref().map(|filter| self.words.predicate(filter))
    }

    /// Whether a measure is shown with its interval: a rate always is, a mean or a share where the analysis asks for it.
    #[must_use]
    pub fn shows_interval(&self, measure: &Measure) -> bool {
        match &measure.interval {
            Interval::Rate { .. } | Interval::Ranks { .. } => true,
            Interval::Mean { .. } => self.intervals.contains(&measure.name),
            Interval::None => {
                let is_rate = matches!(&measure.value, Value::ShareOf { of_customers: true, .. });
                is_rate && self.intervals.contains(&measure.name)
            }
        }
    }

    /// The measure that means this.
    #[must_use]
    pub fn measure_of(&self, role: MeasureRole) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.role == Some(role))
    }

    /// The columns with the two ends of a measure's interval, if it is shown.
    #[must_use]
    pub fn interval_columns(&self, measure: &str) -> Option<(String, String)> {
        let measure = self.measures.iter().find(|other| other.name == measure)?;
        self.shows_interval(measure).then(|| (format!("{}_low", measure.name), format!("{}_high", measure.name)))
    }

    /// The names of the columns of the answer's table.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        if let Some(own) = self.finding.own_columns() {
            return own.iter().map(|name| (*name).to_owned()).collect();
        }
        let mut columns: Vec<String> = self.by.iter().map(|dimension| dimension.name.clone()).collect();
        for measure in &self.measures {
            columns.push(measure.name.clone());
            columns.extend(self.interval_columns(&measure.name).into_iter().flat_map(<[String; 2]>::from));
        }
        columns.extend(self.finding.more_columns().iter().map(|name| (*name).to_owned()));
        columns
    }
}

impl Finding {
    /// The role of a measure without which it says nothing.
    pub(crate) fn needs(&self) -> Option<MeasureRole> {
        match self {
            Self::Drivers | Self::Evidence | Self::ForwardSelection | Self::LifeTable => Some(MeasureRole::Closed),
            Self::Quantiles => Some(MeasureRole::Quantile(0.5)),
            Self::Overview
            | Self::Closed
            | Self::Rates
            | Self::Extremes(_)
            | Self::Largest
            | Self::Association
            | Self::WeightedMean
            | Self::Weighted(_)
            | Self::Spread
            | Self::Trend
            | Self::Worth
            | Self::Template(_) => None,
        }
    }

    /// The measures that its sentence is made of, by name.
    pub(crate) fn measures(&self) -> Vec<&str> {
        match self {
            Self::Extremes(measure) | Self::Weighted(measure) => vec![measure],
            Self::Template(words) => template_names(words).collect(),
            Self::Overview
            | Self::Closed
            | Self::Rates
            | Self::Largest
            | Self::Association
            | Self::WeightedMean
            | Self::Drivers
            | Self::Evidence
            | Self::Trend
            | Self::LifeTable
            | Self::ForwardSelection
            | Self::Worth
            | Self::Quantiles
            | Self::Spread => Vec::new(),
        }
    }

    /// The columns that a finding adds to the table of its groups.
    #[must_use]
    pub fn more_columns(&self) -> &'static [&'static str] {
        if *self == Self::LifeTable { &["left", "left_low", "left_high"] } else { &[] }
    }

    /// The columns of the findings that make their own table.
    #[must_use]
    pub fn own_columns(&self) -> Option<&'static [&'static str]> {
        match self {
            Self::Drivers => Some(&[
                "column",
                "also",
                "customers",
                "bins",
                "information_value",
                "information_by_chance",
                "strength",
                "cramers_v",
                "chi_square",
                "degrees_of_freedom",
                "p_value",
                "most",
                "most_rate",
                "least",
                "least_rate",
            ]),
            Self::Evidence => Some(&[
                "column",
                "also",
                "bin",
                "customers",
                "closed",
                "closure_rate",
                "closure_rate_low",
                "closure_rate_high",
                "weight_of_evidence",
                "information_value",
            ]),
            Self::ForwardSelection => Some(&[
                "column",
                "customers",
                "groups",
                "added",
                "added_error",
                "cumulative",
                "alone",
                "excess",
                "most",
                "most_customers",
                "most_closed",
                "most_rate",
            ]),
            _ => None,
        }
    }
}

/// The measures that a sentence with `{…}` names.
fn template_names(words: &str) -> impl Iterator<Item = &str> {
    words.split('{').skip(1).filter_map(|part| part.split(['}', '.']).next()).map(str::trim)
}
