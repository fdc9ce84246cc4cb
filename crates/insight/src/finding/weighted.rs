//! Means over the groups of a first dimension, every customer counting once.
//!
//! Why: averaging the rows of a table by status and months gives each month the same weight, whether two people or
//! three thousand stand behind it.

use bson::Bson;
use catalog::Unit;

use super::Said;
use crate::groups::{Groups, Row, numeric, text};
use crate::statistics::SMALL;
use crate::statistics::mean::Moments;
use crate::statistics::welch::welch;
use crate::{Fact, Figure, Nothing, words};

/// The mean of the second dimension, a number, in each group of the first.
pub(crate) fn of_second(groups: &Groups<'_>) -> Said {
    let Some(second) = groups.by.get(1) else { return Said::default() };
    let moments = |row: &Row<'_>| {
        let value = numeric(&row.keys[1])?;
        Some(Moments { n: row.customers, mean: value, squares: row.customers * value * value })
    };
    let is_negative = groups.known().filter_map(|row| numeric(&row.keys[1])).any(|value| value < 0.0);
    let least = (!is_negative).then_some(0.0);
    say(groups, &words::lowered(&second.label), second.unit, least, moments)
}

/// The mean of a measure in each group of the first dimension.
pub(crate) fn of_measure(groups: &Groups<'_>, name: &str) -> Said {
    let Some(measure) = groups.measure(name) else { return Said::default() };
    say(groups, &measure.phrase, measure.unit, measure.least, |row| row.moments(measure))
}

fn say(
    groups: &Groups<'_>,
    what: &str,
    unit: Unit,
    least: Option<f64>,
    moments: impl Fn(&Row<'_>) -> Option<Moments>,
) -> Said {
    let Some(first) = groups.by.first() else { return Said::default() };
    let mut values: Vec<&Bson> = groups.known().map(|row| &row.keys[0]).collect();
    values.dedup();
    let mut figures = Vec::new();
    let mut pooled = Vec::new();
    for value in values {
        let rows: Vec<&Row<'_>> = groups.known().filter(|row| row.keys[0] == *value).collect();
        let each: Vec<Moments> = rows.iter().filter_map(|row| moments(row)).collect();
        let Some(mean) = Moments::pooled(&each) else { continue };
        figures.push(Figure {
            rows: rows.iter().map(|row| row.at).collect(),
            group: first.group(&text(value)),
            value: mean.mean,
            unit,
            interval: mean.interval(least),
            middle_half: None,
            customers: Some(mean.n).filter(|n| *n < SMALL),
        });
        pooled.push(mean);
    }
    if figures.is_empty() {
        return Said::nothing(Nothing::NoneKnown);
    }
    let tested = if groups.are_few() { None } else { welch(&pooled) };
    Said::fact(Fact::Means { what: what.to_owned(), figures }).with_means(tested)
}
