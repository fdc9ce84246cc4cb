//! Which groups have the highest and the lowest mean, and how much of the variance lies between the groups.

use super::Said;
use crate::groups::Groups;
use crate::statistics::mean::{Moments, variance_between};
use crate::{Fact, Nothing};

/// The sentence over the measure of this name.
pub(crate) fn say(groups: &Groups<'_>, name: &str) -> Said {
    let Some(measure) = groups.measure(name) else { return Said::default() };
    let ranked = groups.ranked_by(measure);
    let (Some(highest), Some(lowest)) = (ranked.first(), ranked.last()) else {
        return Said::nothing(Nothing::NoneRanked);
    };
    let what = measure.phrase.clone();
    let (Some(high), Some(low)) = (groups.figure(highest, measure), groups.figure(lowest, measure)) else {
        return Said::default();
    };
    if ranked.len() == 1 {
        return Said::fact(Fact::Single { what, figure: high, is_left: false });
    }
    if high.value <= low.value {
        return Said::same(what, &ranked, &high);
    }
    let overlap = high.interval.zip(low.interval).map(|(high, low)| high.low <= low.high);
    // A group without values has no part in the variance among those who have one.
    let known: Vec<Moments> = groups.known().filter_map(|row| row.moments(measure)).collect();
    let between = variance_between(&known);
    let both = vec![highest.at, lowest.at];
    let mut said = Said::fact(Fact::Extremes { what, highest: high, lowest: low });
    match (overlap, between) {
        (Some(true), _) => {
            said.facts.push(Fact::Overlap { rows: both });
            return said;
        }
        (Some(false), Some(share)) => {
            let rows = groups.known().map(|row| row.at).collect();
            said.facts.push(Fact::VarianceBetween { rows, share });
        }
        _ => {}
    }
    Said { effect: between.map(f64::sqrt), ..said }
}
