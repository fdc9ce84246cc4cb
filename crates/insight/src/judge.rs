//! One verdict a hypothesis: p-values adjusted over the family of tests that are asked together.
//!
//! The family of an analysis is its topic's analyses over the same customers, whatever is shown of them: who asks for one
//! runs the others that [`carries_test`] names too, and then [`judge`]s all. A composed question is its own family.

use catalog::{Analysis, Finding};

use crate::narrative::{Size, Verdict};
use crate::statistics::adjusted::benjamini_hochberg;
use crate::{Answer, words};

/// p-values below this are called a difference.
const LEVEL: f64 = 0.05;

/// A chi-square test of independence behind a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test {
    /// Pearson's chi-square.
    pub chi_square: f64,
    /// Its degrees of freedom.
    pub degrees_of_freedom: u32,
    /// The p-value, adjusted as `family` says.
    pub p_value: f64,
    /// The p-value of the test taken by itself.
    pub unadjusted: f64,
    /// What it is adjusted over.
    pub family: Family,
    /// Cramér's V, 0 to 1.
    pub cramers_v: f64,
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
        match self.cramers_v {
            v if v < 0.1 => Size::VerySmall,
            v if v < 0.3 => Size::Small,
            v if v < 0.5 => Size::Medium,
            _ => Size::Large,
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
        Finding::Rates | Finding::Largest | Finding::Association | Finding::WeightedMean => true,
        Finding::Overview
        | Finding::Closed
        | Finding::Extremes(_)
        | Finding::Weighted(_)
        | Finding::Drivers
        | Finding::Evidence
        | Finding::Survival { .. }
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

/// Adjusts the p-values of the tests of each topic for being many (Benjamini–Hochberg), so that no sentence calls a
/// difference what may be chance. Questions of one's own stay as they are. May be called again.
pub fn judge(answers: &mut [Answer]) {
    let mut tested: Vec<(String, &mut Test)> = answers
        .iter_mut()
        .filter_map(|answer| Some((answer.topic.word.clone(), answer.test.as_mut()?)))
        .filter(|(_, test)| test.family != Family::Question)
        .collect();
    let mut topics: Vec<String> = tested.iter().map(|(topic, _)| topic.clone()).collect();
    topics.sort_unstable();
    topics.dedup();
    for topic in topics {
        let mut family: Vec<&mut Test> =
            tested.iter_mut().filter(|(word, _)| *word == topic).map(|(_, test)| &mut **test).collect();
        let p_values: Vec<f64> = family.iter().map(|test| test.unadjusted).collect();
        let n = u32::try_from(p_values.len()).unwrap_or(u32::MAX);
        for (test, adjusted) in family.iter_mut().zip(benjamini_hochberg(&p_values)) {
            test.p_value = adjusted;
            test.family = Family::Topic(n);
        }
    }
}
