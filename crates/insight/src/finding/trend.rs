//! Whether a rate rises or falls along groups that have an order.

use catalog::Interval;

use super::{Said, extremes};
use crate::groups::{Groups, Row};
use crate::statistics::SMALL;
use crate::statistics::trend::trend;
use crate::{Fact, Figure, Statistic};

/// The sentence over the first measure that is a rate; none where there is no rate. It is told of the groups that are large enough,
/// and tested over all of them, each at its place in their order.
pub(crate) fn say(groups: &Groups<'_>) -> Option<Said> {
    let measure = groups.analysis.measures.iter().find(|measure| matches!(measure.interval, Interval::Rate { .. }))?;
    let Interval::Rate { successes, trials } = &measure.interval else { return None };
    let figure = |row: &Row<'_>| {
        groups.figure(row, measure).map(|figure| Figure { customers: Some(row.trials(measure)), ..figure })
    };
    let in_order: Vec<(&Row<'_>, Figure)> = groups
        .ranked()
        .filter(|row| row.trials(measure) >= SMALL)
        .filter_map(|row| Some((row, figure(row)?)))
        .collect();
    let ((_, first), (_, last)) = match in_order.as_slice() {
        [first, .., last] if in_order.iter().any(|(_, figure)| figure.value != first.1.value) => {
            (first.clone(), last.clone())
        }
        // None, one, or all the same: as of any rate.
        _ => return extremes::fact(groups, measure, figure).map(Said::fact),
    };
    let rows = in_order.iter().map(|(row, _)| row.at).collect();
    let n_smaller = groups.n_smaller(measure);
    let counts = groups.known().map(|row| Some((row.number(trials)?, row.number(successes)?)));
    let tested = counts.collect::<Option<Vec<_>>>().and_then(|counts| trend(&counts));
    let tested = tested.map(|(test, p_value)| (Statistic::Trend(test), p_value));
    let fact = Fact::Trend { what: measure.phrase.clone(), rows, first, last, n_smaller };
    Some(Said::fact(fact).tested(tested))
}
