//! Which groups have the highest and the lowest mean, and how much of the variance lies between the groups.

use super::Said;
use crate::groups::{Groups, Row};
use crate::statistics::mean::{Moments, variance_between};
use crate::words;

/// The sentence over the measure of this name.
pub(crate) fn say(groups: &Groups<'_>, name: &str) -> Said {
    let Some(measure) = groups.analysis.measures.iter().find(|measure| measure.name == name) else {
        return Said::default();
    };
    let value = |row: &Row<'_>| groups.value(row, measure).unwrap_or(0.0);
    let mut ranked: Vec<&Row<'_>> = groups.ranked().filter(|row| groups.value(row, measure).is_some()).collect();
    ranked.sort_by(|a, b| value(b).total_cmp(&value(a)));
    let (Some(highest), Some(lowest)) = (ranked.first(), ranked.last()) else {
        return Said::plain("No group of known customers is large enough to be ranked.");
    };
    let told = |row: &Row<'_>| groups.told(row, measure).unwrap_or_default();
    if ranked.len() == 1 {
        return Said::plain(format!("The {} of {} is {}.", measure.phrase, groups.name(highest), told(highest)));
    }
    let mut sentence = format!(
        "The {} is highest among {}, {}, and lowest among {}, {}.",
        measure.phrase,
        groups.name(highest),
        told(highest),
        groups.name(lowest),
        told(lowest),
    );
    let overlap = match (groups.interval(highest, measure), groups.interval(lowest, measure)) {
        (Some(high), Some(low)) => Some(high.low <= low.high),
        _ => None,
    };
    let known: Option<Vec<Moments>> = groups.known().map(|row| row.moments(measure)).collect();
    let between = known.and_then(|known| variance_between(&known));
    match (overlap, between) {
        (Some(true), _) => {
            sentence.push_str(" The two intervals overlap: the difference can well be chance.");
            return Said::plain(sentence);
        }
        (Some(false), Some(share)) => {
            let share = words::percent(share);
            sentence =
                format!("{sentence} Differences between the groups make up {share} of the variance among customers.");
        }
        _ => {}
    }
    Said { effect: between.map(f64::sqrt), ..Said::plain(sentence) }
}
