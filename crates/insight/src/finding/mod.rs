//! Findings: what makes facts of the numbers, one file a rule.
//!
//! In: groups. Out: facts and cautions as values, a test; `crate::words` puts them into sentences.
//! Invariant: a fact says what was counted, with its interval, and never that one thing causes another; what may be
//! chance is called so; small groups and missing answers are not ranked.

mod alike;
pub(crate) mod association;
mod bands;
pub(crate) mod closed;
pub(crate) mod drivers;
pub(crate) mod evidence;
pub(crate) mod extremes;
pub(crate) mod forward_selection;
pub(crate) mod largest;
pub(crate) mod life_table;
pub(crate) mod overview;
pub(crate) mod quantiles;
pub(crate) mod rates;
pub(crate) mod spread;
pub(crate) mod template;
pub(crate) mod trend;
pub(crate) mod weighted;
pub(crate) mod worth;

use catalog::Measure;

use crate::groups::{Groups, Row, is_missing, text};
use crate::statistics::SMALL;
use crate::{Caution, ColumnTest, Fact, Family, Independence, Means, Nothing, SmallGroup, Statistic, Test, Within};

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
    /// The tests of closure against each column.
    pub columns: Vec<ColumnTest>,
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

    /// Adds a test of independence, whose V is the effect.
    pub(crate) fn with_test(self, tested: Option<(Independence, f64)>) -> Self {
        self.tested(tested.map(|(test, p_value)| (Statistic::Independence(test), p_value)))
    }

    /// Adds a test of means, whose correlation ratio is the effect.
    pub(crate) fn with_means(self, tested: Option<(Means, f64)>) -> Self {
        self.tested(tested.map(|(test, p_value)| (Statistic::Means(test), p_value)))
    }

    /// Adds a test, whose strength is the effect.
    pub(crate) fn tested(mut self, tested: Option<(Statistic, f64)>) -> Self {
        let test = |(statistic, p_value)| Test { statistic, p_value, unadjusted: p_value, family: Family::Unjudged };
        self.test = tested.map(test);
        self.effect = self.test.map(|test| test.strength());
        self
    }
}

/// Cautions that belong under any grouped table: few customers, small groups, missing answers.
pub(crate) fn common_cautions(groups: &Groups<'_>, test: Option<&Test>) -> Vec<Caution> {
    let small = groups.rows.iter().filter(|row| row.customers < SMALL);
    let small = small.map(|row| SmallGroup { row: row.at, name: row.short_name(), customers: row.customers });
    let small: Vec<SmallGroup> = small.filter(|_| !groups.by.is_empty()).collect();
    let mut cautions: Vec<Caution> = few(groups).into_iter().collect();
    if !small.is_empty() {
        // Means are tested of the groups that are ranked.
        let are_tested =
            test.is_some_and(|test| matches!(test.statistic, Statistic::Independence(_) | Statistic::Trend(_)));
        cautions.push(Caution::Small { groups: small, are_tested });
    }
    cautions.extend(unknown(groups));
    cautions.extend(groups.analysis.measures.iter().filter_map(|measure| without_value(groups, measure)));
    let is_ranked = |measure: &Measure| matches!(measure.interval, catalog::Interval::Ranks { .. });
    if groups.analysis.is_own && groups.analysis.measures.iter().any(is_ranked) {
        cautions.push(Caution::Ranked);
    }
    cautions
}

/// The cautions about what is not known of customers: what they are grouped by, and whether they closed their account.
fn unknown(groups: &Groups<'_>) -> Vec<Caution> {
    let mut cautions = Vec::new();
    for (at, dimension) in groups.by.iter().enumerate() {
        let missing: Vec<&Row<'_>> = groups.rows.iter().filter(|row| is_missing(dimension, &row.keys[at])).collect();
        let customers: f64 = missing.iter().map(|row| row.customers).sum();
        if customers > 0.0 && groups.analysis.top.is_none() {
            let within = within(groups, at, &missing);
            cautions.push(Caution::Unknown {
                rows: missing.iter().map(|row| row.at).collect(),
                what: dimension.label.clone(),
                customers,
                share: customers / groups.customers(),
                within,
            });
        }
    }
    cautions.extend(Caution::without_outcome(groups.without_outcome(), groups.customers(), groups.rows.len()));
    cautions
}

/// So many shares are told one by one.
const MOST_WITHIN: usize = 3;

/// The share of unknown answers to the dimension at `at` in each group of the other one, where there are just two.
fn within(groups: &Groups<'_>, at: usize, missing: &[&Row<'_>]) -> Option<Within> {
    let [first, second] = groups.by else { return None };
    let (other, place) = if at == 0 { (second, 1) } else { (first, 0) };
    let mut within = Within { shares: Vec::new(), are_ends: false, n_smaller: 0 };
    for key in groups.values(place).into_iter().filter(|key| !is_missing(other, key)) {
        let of = |rows: &mut dyn Iterator<Item = &Row<'_>>| {
            rows.filter(|row| row.keys[place] == key).map(|row| row.customers).sum::<f64>()
        };
        let all = of(&mut groups.rows.iter());
        if all >= SMALL {
            within.shares.push((other.group(&text(&key)), of(&mut missing.iter().copied()) / all));
        } else {
            within.n_smaller += 1;
        }
    }
    if within.shares.len() > MOST_WITHIN {
        within.are_ends = true;
        within.shares.sort_by(|a, b| a.1.total_cmp(&b.1));
        let last = within.shares.len() - 1;
        within.shares.drain(1..last);
    }
    (within.shares.len() > 1).then_some(within)
}

/// The caution about few customers.
fn few(groups: &Groups<'_>) -> Option<Caution> {
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
