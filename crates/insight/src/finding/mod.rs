//! Findings: what makes facts of the numbers, one file a rule.
//!
//! In: groups. Out: facts and cautions as values, a test; `crate::words` puts them into sentences.
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
use crate::{Caution, Fact, Figure, Nothing, SmallGroup, Test};

/// What a rule has to say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Said {
    /// The facts, in the order in which they are told.
    pub facts: Vec<Fact>,
    /// Cautions.
    pub cautions: Vec<Caution>,
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

    /// Nothing, and why.
    pub(crate) fn nothing(why: Nothing) -> Self {
        Self::fact(Fact::Nothing(why))
    }

    /// That all groups which may be ranked have the same value, `one` being any of them.
    pub(crate) fn same(what: String, ranked: &[&Row<'_>], one: &Figure) -> Self {
        let rows = ranked.iter().map(|row| row.at).collect();
        Self::fact(Fact::Same { what, rows, value: one.value, unit: one.unit })
    }

    /// Adds a test: its V is the effect, and where cells are sparse a caution says so.
    pub(crate) fn with_test(mut self, tested: Option<Tested>) -> Self {
        let Some(Tested { test, n_sparse, n_cells }) = tested else { return self };
        self.effect = Some(test.cramers_v);
        self.test = Some(test);
        if n_sparse > 0 {
            self.cautions.push(Caution::Sparse { sparse: n_sparse, cells: n_cells });
        }
        self
    }
}

/// Cautions that belong under any grouped table: few customers, small groups, missing answers.
pub(crate) fn common_cautions(groups: &Groups<'_>) -> Vec<Caution> {
    let small = groups.rows.iter().filter(|row| row.customers < SMALL);
    let small = small.map(|row| SmallGroup { row: row.at, name: row.short_name(), customers: row.customers });
    let small: Vec<SmallGroup> = small.filter(|_| !groups.by.is_empty()).collect();
    let mut cautions: Vec<Caution> = few(groups).into_iter().collect();
    if !small.is_empty() {
        cautions.push(Caution::Small(small));
    }
    cautions.extend(unknown(groups, None));
    cautions.extend(groups.analysis.measures.iter().filter_map(|measure| without_value(groups, measure)));
    cautions
}

/// The cautions about what is not known of customers: what they are grouped by, and whether they closed their account. Of a
/// table whose rows are not the groups, all `n_rows` are meant.
pub(crate) fn unknown(groups: &Groups<'_>, n_rows: Option<usize>) -> Vec<Caution> {
    let mut cautions = Vec::new();
    for (at, dimension) in groups.by.iter().enumerate() {
        let missing: Vec<&Row<'_>> = groups.rows.iter().filter(|row| is_missing(dimension, &row.keys[at])).collect();
        let customers: f64 = missing.iter().map(|row| row.customers).sum();
        if customers > 0.0 && groups.analysis.top.is_none() {
            cautions.push(Caution::Unknown {
                rows: n_rows.map_or_else(|| missing.iter().map(|row| row.at).collect(), |n| (0..n).collect()),
                what: dimension.label.clone(),
                customers,
                share: customers / groups.customers(),
            });
        }
    }
    let n_rows = n_rows.unwrap_or(groups.rows.len());
    cautions.extend(Caution::without_outcome(groups.without_outcome(), groups.customers(), n_rows));
    cautions
}

/// The caution about few customers.
pub(crate) fn few(groups: &Groups<'_>) -> Option<Caution> {
    Caution::few(groups.customers(), groups.rows.len())
}

/// What is to be said of customers who have no value of a measure whose mean or sum is taken.
fn without_value(groups: &Groups<'_>, measure: &Measure) -> Option<Caution> {
    let is_mean = matches!(measure.interval, catalog::Interval::Mean { .. });
    if !is_mean && measure.summed.is_none() {
        return None;
    }
    let has_value = |row: &Row<'_>| !is_mean || row.number(&measure.name).is_some();
    let with = |row: &Row<'_>| if has_value(row) { row.with_value(measure) } else { 0.0 };
    let without: f64 = groups.rows.iter().map(|row| row.customers - with(row)).sum();
    (without > 0.0).then(|| Caution::WithoutValue {
        rows: groups.rows.iter().map(|row| row.at).collect(),
        what: measure.phrase.clone(),
        without,
        customers: groups.customers(),
    })
}
