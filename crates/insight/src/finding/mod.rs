//! Findings: what makes facts of the numbers, one file a rule.
//!
//! In: groups. Out: facts as values, a test, cautions; `crate::words` puts them into sentences.
//! Invariant: a fact says what was counted, with its interval, and never that one thing causes another; what may be
//! chance is called so; small groups and missing answers are not ranked.

pub(crate) mod association;
pub(crate) mod closed;
pub(crate) mod drivers;
pub(crate) mod evidence;
pub(crate) mod extremes;
pub(crate) mod largest;
pub(crate) mod overview;
pub(crate) mod quantiles;
pub(crate) mod rates;
pub(crate) mod spread;
pub(crate) mod survival;
pub(crate) mod template;
pub(crate) mod weighted;

use catalog::Measure;

use crate::groups::{Groups, Row, SMALL, is_missing};
use crate::statistics::chi_square::Tested;
use crate::words;
use crate::{Fact, Test};

/// What a rule has to say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Said {
    /// The facts, in the order in which they are told.
    pub facts: Vec<Fact>,
    /// Cautions.
    pub notes: Vec<String>,
    /// The test behind it.
    pub test: Option<Test>,
    /// How strong it is, 0 to 1.
    pub effect: Option<f64>,
}

impl Said {
    /// Just a fact.
    pub(crate) fn fact(fact: Fact) -> Self {
        Self { facts: vec![fact], ..Self::default() }
    }

    /// Just words that rest on no row.
    pub(crate) fn plain(words: impl Into<String>) -> Self {
        Self::fact(Fact::plain(words))
    }

    /// Words that rest on all rows.
    pub(crate) fn of_all(groups: &Groups<'_>, words: impl Into<String>) -> Self {
        Self::fact(Fact::Told { rows: groups.rows.iter().map(|row| row.at).collect(), words: words.into() })
    }

    /// Words that rest on some rows.
    pub(crate) fn of_rows(rows: &[&Row<'_>], words: impl Into<String>) -> Self {
        Self::fact(Fact::Told { rows: rows.iter().map(|row| row.at).collect(), words: words.into() })
    }

    /// Adds a test: its V is the effect, and where cells are sparse a note says so.
    pub(crate) fn with_test(mut self, tested: Option<Tested>) -> Self {
        let Some(Tested { test, n_sparse, n_cells }) = tested else { return self };
        self.effect = Some(test.cramers_v);
        self.test = Some(test);
        if n_sparse > 0 {
            self.notes.push(format!(
                "Fewer than five customers are expected in {n_sparse} of the {n_cells} cells of the test, which makes \
                 its p-value rough."
            ));
        }
        self
    }
}

/// Notes that belong under any grouped table: small groups, missing answers.
pub(crate) fn common_notes(groups: &Groups<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    let small: Vec<String> = groups
        .rows
        .iter()
        .filter(|row| row.customers < SMALL)
        .map(|row| format!("{} ({})", row.short_name(), words::count(row.customers)))
        .collect();
    if !small.is_empty() {
        let n = small.len();
        let named = if n <= 5 { words::list(&small) } else { format!("{} and {} more", small[..4].join(", "), n - 4) };
        notes.push(format!("Small groups of fewer than 30 customers are shown and not ranked: {named}."));
    }
    for (at, dimension) in groups.by.iter().enumerate() {
        let missing = groups.rows.iter().filter(|row| is_missing(dimension, &row.keys[at]));
        let missing: f64 = missing.map(|row| row.customers).sum();
        if missing > 0.0 && groups.analysis.top.is_none() {
            notes.push(format!(
                "No {} is known of {} customers ({}): they are shown last and not interpreted.",
                words::small(&dimension.label),
                words::count(missing),
                words::percent(missing / groups.customers()),
            ));
        }
    }
    notes.extend(groups.analysis.measures.iter().filter_map(|measure| without_value(groups, measure)));
    notes
}

/// What is said of customers who have no value of a measure whose mean is taken.
fn without_value(groups: &Groups<'_>, measure: &Measure) -> Option<String> {
    if !matches!(measure.interval, catalog::Interval::Mean { .. }) {
        return None;
    }
    let with = |row: &Row<'_>| row.number(&measure.name).map_or(0.0, |_| row.with_value(measure));
    let without: f64 = groups.rows.iter().map(|row| row.customers - with(row)).sum();
    (without > 0.0).then(|| {
        format!(
            "The {} is of those who have a value; {} of {} customers have none.",
            measure.phrase,
            words::count(without),
            words::count(groups.customers()),
        )
    })
}
