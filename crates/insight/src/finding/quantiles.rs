//! What a table of quantiles says: where the median is highest and lowest.

use super::Said;
use crate::groups::{Groups, Row};
use crate::words;

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
    let told = |row: &Row<'_>| {
        let write = |name: &str| row.number(name).map(|value| words::quantity(value, median.unit));
        let middle = write("p25").zip(write("p75"));
        let middle = middle.map_or_else(String::new, |(low, high)| format!(" (the middle half from {low} to {high})"));
        format!("{}{middle}", write("median").unwrap_or_default())
    };
    Said::plain(format!(
        "The {} is highest among {}, {}, and lowest among {}, {}.",
        median.phrase,
        groups.name(highest),
        told(highest),
        groups.name(lowest),
        told(lowest),
    ))
}
