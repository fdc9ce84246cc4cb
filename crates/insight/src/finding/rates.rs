//! Which groups have the highest and the lowest rate, and whether the rates differ by more than chance.

use catalog::{Interval, Measure};

use super::Said;
use crate::groups::{Groups, Row};
use crate::statistics::chi_square::{Tested, chi_square};
use crate::{Fact, Figure, Nothing};

/// The sentence over the first measure that is a rate; none where there is no rate.
pub(crate) fn say(groups: &Groups<'_>) -> Option<Said> {
    let measure = groups.analysis.measures.iter().find(|measure| matches!(measure.interval, Interval::Rate { .. }))?;
    let ranked = groups.ranked_by(measure);
    let (Some(highest), Some(lowest)) = (ranked.first(), ranked.last()) else {
        return Some(Said::nothing(Nothing::NoneRanked));
    };
    let what = measure.phrase.clone();
    if ranked.len() == 1 {
        let figure = groups.figure(highest, measure)?;
        return Some(Said::fact(Fact::Single { what, figure, is_left: true }));
    }
    let of = |row: &Row<'_>| {
        groups.figure(row, measure).map(|figure| Figure { customers: Some(row.trials(measure)), ..figure })
    };
    let (highest, lowest) = (of(highest)?, of(lowest)?);
    if highest.value <= lowest.value {
        return Some(Said::same(what, &ranked, &highest).with_test(test(groups, measure)));
    }
    Some(Said::fact(Fact::Extremes { what, highest, lowest }).with_test(test(groups, measure)))
}

/// Tests the groups of known answers against the rate's two outcomes.
pub(crate) fn test(groups: &Groups<'_>, measure: &Measure) -> Option<Tested> {
    let Interval::Rate { successes, trials } = &measure.interval else { return None };
    let cells = |row: &Row<'_>| {
        let (yes, all) = (row.number(successes)?, row.number(trials)?);
        Some(vec![yes, all - yes])
    };
    chi_square(&groups.known().map(cells).collect::<Option<Vec<_>>>()?)
}
