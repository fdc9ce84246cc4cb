//! What a table of quantiles says: where the median is highest and lowest.

use catalog::MeasureRole;

use super::Said;
use crate::groups::{Groups, Row};
use crate::{Fact, Figure, Interval, Nothing};

/// The sentence over the measures that are the median and the two quartiles.
pub(crate) fn say(groups: &Groups<'_>) -> Said {
    let quantile = |share| groups.analysis.measure_of(MeasureRole::Quantile(share));
    let Some(median) = quantile(0.5) else { return Said::default() };
    let quartiles = quantile(0.25).zip(quantile(0.75));
    let ranked = groups.ranked_by(median);
    let (Some(highest), Some(lowest)) = (ranked.first(), ranked.last()) else {
        return Said::nothing(Nothing::NoneRanked);
    };
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
    let (what, highest, lowest) = (median.phrase.clone(), figure(highest), figure(lowest));
    if ranked.len() == 1 {
        return Said::fact(Fact::Single { what, figure: highest, is_left: true });
    }
    if highest.value <= lowest.value {
        return Said::same(what, &ranked, &highest);
    }
    Said::fact(Fact::Extremes { what, highest, lowest })
}
