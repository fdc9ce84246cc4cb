//! What a table of quantiles says: where the median is highest and lowest, with the groups that may share either place.

use catalog::MeasureRole;

use super::{Said, extremes};
use crate::groups::{Groups, Row};
use crate::statistics::Z;
use crate::statistics::extreme::Estimate;
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
    extremes::fact_by(groups, median, |row| Some(figure(row)), |row| estimate(&figure(row), row.customers), false)
        .map(Said::fact)
        .unwrap_or_default()
}

/// How sure a median is by the middle half of so many customers: `1.25·IQR/(1.35·√n)` is its standard error (R. `McGill`, J. W. Tukey,
/// W. A. Larsen: Variations of box plots. The American Statistician 32 (1978), 12–16).
fn estimate(median: &Figure, customers: f64) -> Option<Estimate> {
    let Interval { low, high } = median.middle_half?;
    let reach = Z * 1.25 * (high - low) / (1.35 * customers.sqrt());
    Estimate::of_interval(median.value, median.value - reach, median.value + reach)
}
