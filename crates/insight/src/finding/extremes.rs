//! Which groups have the highest and the lowest value, and whether means differ by more than chance.
//!
//! Invariant: where another group may be the one with the highest value as well, it is named beside it; no group is passed
//! over without a word.

use catalog::{Interval, Measure};

use super::Said;
use crate::groups::{Groups, Row};
use crate::statistics::extreme::{Estimate, ends};
use crate::statistics::mean::Moments;
use crate::statistics::welch::welch;
use crate::{Caution, Fact, Figure, Nothing};

/// The fact over the groups that may be ranked by this measure, each as `figure` has it.
pub(crate) fn fact<'a>(
    groups: &Groups<'a>,
    measure: &Measure,
    figure: impl Fn(&Row<'a>) -> Option<Figure>,
) -> Option<Fact> {
    // How far a deviation may lie from what was found is not known, and it is no figure as it is.
    let is_sure = measure.interval == Interval::None && !measure.is_deviation();
    fact_by(groups, measure, figure, |row| row.estimate(measure), is_sure)
}

/// The same, each value as sure as `estimate` says; `is_sure` of figures as they are, such as totals, which need none.
pub(crate) fn fact_by<'a>(
    groups: &Groups<'a>,
    measure: &Measure,
    figure: impl Fn(&Row<'a>) -> Option<Figure>,
    estimate: impl Fn(&Row<'a>) -> Option<Estimate>,
    is_sure: bool,
) -> Option<Fact> {
    let ranked = groups.ranked_by(measure);
    let what = measure.phrase.clone();
    let n_smaller = groups.n_smaller(measure);
    let (Some(highest), Some(lowest)) = (ranked.first(), ranked.last()) else {
        return Some(Fact::Nothing(Nothing::NoneRanked));
    };
    if ranked.len() == 1 {
        return Some(Fact::Single { what, figure: figure(highest)?, is_left: n_smaller > 0 });
    }
    let (high, low) = (figure(highest)?, figure(lowest)?);
    if high.value <= low.value {
        let rows = ranked.iter().map(|row| row.at).collect();
        return Some(Fact::Same { what, rows, value: high.value, unit: high.unit });
    }
    let estimates: Option<Vec<Estimate>> = ranked.iter().map(|row| estimate(row)).collect();
    // Where it is not known how far a group's value may lie from what was found, that group may be any.
    if estimates.is_none() && !is_sure {
        return Some(Fact::Undecided { what, highest: high, lowest: low, n_smaller });
    }
    // What is not estimated is a figure as it is, which several groups may have.
    let alike = |first: usize| {
        let value = |at: usize| figure(ranked[at]).map(|figure| figure.value);
        (0..ranked.len()).filter(|at| value(*at) == value(first)).collect::<Vec<usize>>()
    };
    let last = ranked.len() - 1;
    let (at_top, at_bottom) = match &estimates {
        Some(estimates) => ends(estimates),
        None => (alike(0), alike(last).into_iter().rev().collect()),
    };
    if at_top.contains(&last) || at_bottom.contains(&0) {
        return Some(Fact::Undecided { what, highest: high, lowest: low, n_smaller });
    }
    let figures = |places: &[usize]| places.iter().map(|at| figure(ranked[*at])).collect::<Option<Vec<Figure>>>();
    Some(Fact::Extremes { what, highest: figures(&at_top)?, lowest: figures(&at_bottom)?, n_smaller })
}

/// The facts over the measure of this name.
pub(crate) fn say(groups: &Groups<'_>, name: &str) -> Said {
    let Some(measure) = groups.measure(name) else { return Said::default() };
    let Some(fact) = fact(groups, measure, |row| groups.figure(row, measure)) else { return Said::default() };
    let is_compared = matches!(fact, Fact::Extremes { .. } | Fact::Undecided { .. });
    let mut said = Said::fact(fact);
    if is_compared && measure.interval == Interval::None && groups.analysis.is_own {
        said.cautions.push(Caution::Untested { what: measure.phrase.clone() });
    }
    let ranked: Vec<Moments> = groups.ranked_by(measure).iter().filter_map(|row| row.moments(measure)).collect();
    if is_compared { said.with_means(welch(&ranked)) } else { said }
}
