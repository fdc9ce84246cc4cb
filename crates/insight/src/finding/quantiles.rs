//! What a table of quantiles says: where the median is highest and lowest.

use catalog::MeasureRole;

use super::{Said, extremes};
use crate::groups::{Groups, Row};
use crate::{Figure, Interval};

/// The sentence over the measures that are the median and the two quartiles.
pub(crate) fn say(groups: &Groups<'_>) -> Said {
    let quantile = |share| groups.analysis.measure_of(MeasureRole::Quantile(share));
    let Some(median) = quantile(0.5) else { return Said::default() };
    let quartiles = quantile(0.25).zip(quantile(0.75));
    let figure = |row: &Row<'_>| Figure {
        rows: vec![row.at],
        group: groups.name(row),
        value: groups.value(row, median).unwrap_or(0.0),
        unit: median.unit,
        interval: None,
        middle_half: quartiles
            .and_then(|(low, high)| Some(Interval { low: row.number(&low.name)?, high: row.number(&high.name)? })),
        customers: None,
    };
    extremes::fact(groups, median, |row| Some(figure(row))).map(Said::fact).unwrap_or_default()
}
