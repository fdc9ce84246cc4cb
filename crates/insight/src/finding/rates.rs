//! Which groups have the highest and the lowest rate, and whether the rates differ by more than chance.

use catalog::{Interval, Measure};

use super::{Said, extremes};
use crate::groups::{Groups, Row};
use crate::statistics::SMALL;
use crate::statistics::chi_square::chi_square;
use crate::{Fact, Figure, Independence};

/// The sentence over the first measure that is a rate; none where there is no rate.
pub(crate) fn say(groups: &Groups<'_>) -> Option<Said> {
    let measure = groups.analysis.measures.iter().find(|measure| matches!(measure.interval, Interval::Rate { .. }))?;
    let with_customers = |row: &Row<'_>| {
        groups.figure(row, measure).map(|figure| Figure { customers: Some(row.trials(measure)), ..figure })
    };
    let fact = extremes::fact(groups, measure, with_customers)?;
    let is_compared = matches!(fact, Fact::Extremes { .. } | Fact::Undecided { .. });
    let facts = baseline(groups).into_iter().chain([fact]).collect();
    let said = Said { facts, ..Said::default() };
    Some(if is_compared { said.with_test(test(groups, measure)) } else { said })
}

/// What happened to those who closed their account, beside the part of the others that it happened to; none among few of either.
fn baseline(groups: &Groups<'_>) -> Option<Fact> {
    let baseline = groups.analysis.baseline.as_ref()?;
    let count = |rows: &mut dyn Iterator<Item = &Row<'_>>| {
        rows.filter_map(|row| Some((row.closed?, row.with_outcome)))
            .fold((0.0, 0.0), |(closed, all), row| (closed + row.0, all + row.1))
    };
    let of_those = |row: &&Row<'_>| row.keys.first().is_some_and(|key| baseline.of.contains(key));
    let (closed, all) = count(&mut groups.known());
    let (closed_of, all_of) = count(&mut groups.known().filter(of_those));
    let (open, open_of) = (all - closed, all_of - closed_of);
    (closed.min(open) >= SMALL).then(|| Fact::Baseline {
        rows: groups.known().map(|row| row.at).collect(),
        what: baseline.phrase.clone(),
        closed: (closed_of, closed),
        open: (open_of, open),
    })
}

/// Tests all groups of known answers against the rate's two outcomes, the small ones among them.
pub(crate) fn test(groups: &Groups<'_>, measure: &Measure) -> Option<(Independence, f64)> {
    let Interval::Rate { successes, trials } = &measure.interval else { return None };
    let cells = |row: &Row<'_>| {
        let (yes, all) = (row.number(successes)?, row.number(trials)?);
        Some(vec![yes, all - yes])
    };
    let counted = groups.known().filter(|row| row.trials(measure) > 0.0);
    chi_square(&counted.map(cells).collect::<Option<Vec<_>>>()?)
}
