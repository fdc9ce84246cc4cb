//! One verdict a hypothesis: p-values adjusted over the family of tests that are asked together.
//!
//! The family of an analysis is its topic's analyses over the same customers, whatever is shown of them: who asks for one
//! runs the others that [`carries_test`] names too, and then [`judge`]s all. A composed question is its own family, unless it tests
//! closure against one column as the ranking of all columns does: such a test has the p-value of the ranking in every answer.

use std::collections::BTreeMap;

use catalog::{Analysis, Dimension, Finding, Interval, Measure};
use pipeline::ast::Path;

use crate::narrative::{Size, Verdict};
use crate::statistics::adjusted::benjamini_hochberg;
use crate::statistics::chi_square::Independence;
use crate::statistics::trend::Trend;
use crate::statistics::welch::Means;
use crate::{Answer, words};

/// p-values below this are called a difference.
pub(crate) const LEVEL: f64 = 0.05;

/// A test behind a difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test {
    /// What was tested, and how.
    pub statistic: Statistic,
    /// The p-value, adjusted as `family` says.
    pub p_value: f64,
    /// The p-value of the test taken by itself.
    pub unadjusted: f64,
    /// What it is adjusted over.
    pub family: Family,
}

/// A test by what it compares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statistic {
    /// Whether two answers of customers, or a rate and its groups, are independent.
    Independence(Independence),
    /// Whether the means of groups differ.
    Means(Means),
    /// Whether a rate rises or falls along groups that have an order.
    Trend(Trend),
}

/// The tests that a p-value is adjusted over (Benjamini–Hochberg).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Not adjusted yet.
    Unjudged,
    /// A composed question: tested by itself.
    Question,
    /// So many tests of the topic.
    Topic(u32),
    /// So many tests of closure against one column each: those of the answer that ranks all columns.
    Columns(u32),
}

/// The test of closure against one column, of an answer that ranks all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnTest {
    /// What is tested, as the answers on that column alone have it.
    pub(crate) hypothesis: Vec<String>,
    /// The p-value by itself.
    pub(crate) unadjusted: f64,
    /// The p-value adjusted over all columns.
    pub(crate) p_value: f64,
    /// Over how many.
    pub(crate) n: usize,
}

impl ColumnTest {
    /// The test of a column of this name.
    pub(crate) fn of(dimension: &Dimension, unadjusted: f64, p_value: f64, n: usize) -> Self {
        Self { hypothesis: against_outcome(dimension), unadjusted, p_value, n }
    }

    /// Whether it is the same test, of the same customers in the same groups.
    fn is(&self, hypothesis: &[String], test: &Test) -> bool {
        // Sums of the same terms in another order differ in their last digits.
        self.hypothesis == hypothesis && (self.unadjusted - test.unadjusted).abs() <= 1e-9 * self.unadjusted
    }
}

impl Test {
    /// What it says of the difference.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if self.p_value >= LEVEL {
            return Verdict::Chance;
        }
        Verdict::Difference(self.effect())
    }

    /// How large the effect is, whether it is called a difference or not.
    #[must_use]
    pub fn effect(&self) -> Size {
        let (value, [small, medium, large]) = match &self.statistic {
            Statistic::Independence(test) => (test.w, [0.1, 0.3, 0.5]),
            Statistic::Means(test) => (test.eta_squared, [0.01, 0.06, 0.14]),
            Statistic::Trend(test) => (test.correlation.abs(), [0.1, 0.3, 0.5]),
        };
        match value {
            value if value < small => Size::VerySmall,
            value if value < medium => Size::Small,
            value if value < large => Size::Medium,
            _ => Size::Large,
        }
    }

    /// How strong it is, 0 to 1: Cramér's V, the correlation ratio η, or the size of a correlation.
    #[must_use]
    pub fn strength(&self) -> f64 {
        match &self.statistic {
            Statistic::Independence(test) => test.cramers_v,
            Statistic::Means(test) => test.eta_squared.sqrt(),
            Statistic::Trend(test) => test.correlation.abs(),
        }
    }

    /// The p-value with what it is adjusted over: `p = 0.091, adjusted over the 9 tests of its topic`.
    #[must_use]
    pub fn p_value_in_words(&self) -> String {
        words::adjusted(self)
    }
}

/// Whether the answer of an analysis may carry a test, and so belongs to the family of its topic.
#[must_use]
pub fn carries_test(analysis: &Analysis) -> bool {
    match analysis.finding {
        Finding::Rates
        | Finding::Trend
        | Finding::Largest
        | Finding::Association
        | Finding::WeightedMean
        | Finding::Extremes(_)
        | Finding::Weighted(_) => true,
        Finding::Overview
        | Finding::Closed
        | Finding::Drivers
        | Finding::Evidence
        | Finding::LifeTable
        | Finding::ForwardSelection
        | Finding::Worth
        | Finding::Quantiles
        | Finding::Spread
        | Finding::Template(_) => false,
    }
}

/// The test of an answer that nothing else was asked with.
pub(crate) fn alone(analysis: &Analysis, test: Test) -> Test {
    let family = if analysis.is_own { Family::Question } else { Family::Unjudged };
    Test { family, ..test }
}

/// The name of the outcome in a hypothesis.
pub(crate) const OUTCOME: &str = "(outcome)";

/// What stands before the name of a dimension in a hypothesis on its means.
const MEAN: &str = "mean ";

/// The measure whose differences between groups an analysis tests.
fn tested(analysis: &Analysis) -> Option<&Measure> {
    let is_rate = |measure: &&Measure| matches!(measure.interval, Interval::Rate { .. });
    match &analysis.finding {
        Finding::Extremes(name) | Finding::Weighted(name) => {
            analysis.measures.iter().find(|measure| measure.name == *name)
        }
        Finding::Rates | Finding::Trend | Finding::Largest => analysis.measures.iter().find(is_rate),
        _ => None,
    }
}

/// The measure that would be tested, although it follows from what customers are grouped by.
pub(crate) fn fixed(analysis: &Analysis) -> Option<&Measure> {
    let fields: Vec<Path> = analysis.by.iter().flat_map(|one| one.expr.reads().named().to_vec()).collect();
    tested(analysis).filter(|measure| measure.follows_from(&fields))
}

/// What an analysis tests: the dimensions and measures that it holds against each other, the outcome under one name. Two
/// analyses of the same are one hypothesis, whichever way round their tables are; whether means differ is another than whether answers do.
pub(crate) fn hypothesis(analysis: &Analysis) -> Vec<String> {
    let dimension = |dimension: &Dimension| {
        if dimension.closed.is_empty() { dimension.name.clone() } else { OUTCOME.to_owned() }
    };
    let name = |measure: &Measure| match &measure.interval {
        Interval::Rate { successes, .. } if Some(successes) == analysis.closed.as_ref() => OUTCOME.to_owned(),
        _ => measure.name.clone(),
    };
    let tested = tested(analysis).map(name);
    let mut hypothesis: Vec<String> = analysis.by.iter().map(dimension).chain(tested).collect();
    if let (Finding::WeightedMean, Some(second)) = (&analysis.finding, hypothesis.last_mut()) {
        second.insert_str(0, MEAN);
    }
    hypothesis.sort_unstable();
    hypothesis.dedup();
    hypothesis
}

/// Whether an analysis tests closure against one column, as the answer that ranks all columns does, too.
#[must_use]
pub fn tests_a_column(analysis: &Analysis) -> bool {
    carries_test(analysis) && matches!(analysis.by.as_slice(), [one] if hypothesis(analysis) == against_outcome(one))
}

fn against_outcome(dimension: &Dimension) -> Vec<String> {
    let mut hypothesis = vec![dimension.name.clone(), OUTCOME.to_owned()];
    hypothesis.sort_unstable();
    hypothesis
}

/// Adjusts the p-values of the tests of each topic for being many (Benjamini–Hochberg), so that no sentence calls a
/// difference what may be chance. A hypothesis that several analyses test counts once, by the largest of its p-values; one that
/// the ranking of all columns tests as well has its p-value there. Other questions of one's own stay as they are. May be called
/// again.
pub fn judge(answers: &mut [Answer]) {
    let columns: Vec<ColumnTest> = answers.iter().flat_map(|answer| answer.columns.iter().cloned()).collect();
    let mut topics: BTreeMap<String, BTreeMap<Vec<String>, Vec<&mut Test>>> = BTreeMap::new();
    for answer in &mut *answers {
        let Some(test) = answer.test.as_mut().filter(|test| test.family != Family::Question) else { continue };
        let topic = topics.entry(answer.topic.word.clone()).or_default();
        topic.entry(answer.hypothesis.clone()).or_default().push(test);
    }
    for hypotheses in topics.into_values() {
        let largest = |tests: &Vec<&mut Test>| tests.iter().map(|test| test.unadjusted).fold(0.0, f64::max);
        let p_values: Vec<f64> = hypotheses.values().map(largest).collect();
        let family = Family::Topic(u32::try_from(p_values.len()).unwrap_or(u32::MAX));
        for (tests, p_value) in hypotheses.into_values().zip(benjamini_hochberg(&p_values)) {
            for test in tests {
                (test.p_value, test.family) = (p_value, family);
            }
        }
    }
    for answer in answers {
        let Some(test) = answer.test.as_mut() else { continue };
        if let Some(column) = columns.iter().find(|column| column.is(&answer.hypothesis, test)) {
            let n = u32::try_from(column.n).unwrap_or(u32::MAX);
            (test.p_value, test.family) = (column.p_value, Family::Columns(n));
        }
    }
}
