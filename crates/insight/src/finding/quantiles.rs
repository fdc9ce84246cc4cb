//! What a table of quantiles says: where the median is highest and lowest.

use super::Said;
use crate::groups::{Groups, Row};
use crate::{Fact, Figure, Interval};

/// The sentence over the measures `p25`, `median` and `p75`.
pub(crate) fn say(groups: &Groups<'_>) -> Said {
    let Some(median) = groups.analysis.measures.iter().find(|measure| measure.name == "median") else {
        return Said::default();
    };
    let value = |row: &Row<'_>| row.number("median");
    let mut ranked: Vec<&Row<'_>> = groups.ranked().filter(|row| value(row).is_some()).collect();
    ranked.sort_by(|a, b| value(b).unwrap_or(0.0).total_cmp(&value(a).unwrap_or(0.0)));
    let (Some(highest), Some(lowest)) = (ranked.first(), ranked.last()) else {
        return Said::plain("No group of known customers is large enough to be ranked.");
    };
    let figure = |row: &Row<'_>| Figure {
        rows: vec![row.at],
        group: groups.name(row),
        value: value(row).unwrap_or(0.0),
        unit: median.unit,
        interval: None,
        middle_half: row.number("p25").zip(row.number("p75")).map(|(low, high)| Interval { low, high }),
        customers: None,
    };
    let (highest, lowest) = (figure(highest), figure(lowest));
    Said::fact(Fact::Extremes { what: median.phrase.clone(), highest, lowest })
}
