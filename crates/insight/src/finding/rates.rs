//! Which groups have the highest and the lowest rate, and whether the rates differ by more than chance.

use catalog::{Interval, Measure};

use super::{Said, extremes};
use crate::groups::{Groups, Row};
use crate::statistics::chi_square::chi_square;
use crate::{Fact, Figure, Independence};

/// The sentence over the first measure that is a rate; none where there is no rate.
pub(crate) fn say(groups: &Groups<'_>) -> Option<Said> {
    let measure = groups.analysis.measures.iter().find(|measure| matches!(measure.interval, Interval::Rate { .. }))?;
    let with_customers = |row: &Row<'_>| {
        groups.figure(row, measure).map(|figure| Figure { customers: Some(row.trials(measure)), ..figure })
    };
    let fact = extremes::fact(groups, measure, with_customers)?;
    let is_compared = !matches!(fact, Fact::Nothing(_) | Fact::Single { .. });
    let said = Said::fact(fact);
    Some(if is_compared { said.with_test(test(groups, measure)) } else { said })
}

/// Tests the groups that are ranked against the rate's two outcomes.
pub(crate) fn test(groups: &Groups<'_>, measure: &Measure) -> Option<(Independence, f64)> {
    let Interval::Rate { successes, trials } = &measure.interval else { return None };
    let cells = |row: &Row<'_>| {
        let (yes, all) = (row.number(successes)?, row.number(trials)?);
        Some(vec![yes, all - yes])
    };
    chi_square(&groups.ranked_by(measure).into_iter().map(cells).collect::<Option<Vec<_>>>()?)
}
