//! Facts put into words.

use catalog::Unit;

use super::{capital, count, list, percent, quantity, range, ratio};
use crate::narrative::{Fact, Figure, Largest};
use crate::{Cell, Interval, Table};

/// What stands where a fact would tell what the table hides.
const HIDDEN: &str = "Some figures are hidden.";

/// The facts as sentences, but for those that rest on rows with hidden cells.
pub(crate) fn facts(facts: &[Fact], table: &Table) -> String {
    let is_hidden = |row: usize| table.rows.get(row).is_some_and(|row| row.cells.contains(&Cell::Hidden));
    let mut sentences: Vec<String> = Vec::new();
    for fact in facts {
        let sentence = if fact.rows().into_iter().any(is_hidden) { HIDDEN.to_owned() } else { capital(&told(fact)) };
        if !sentence.is_empty() && sentences.last() != Some(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences.join(" ")
}

fn told(fact: &Fact) -> String {
    match fact {
        Fact::Closed { closed, customers, interval, .. } => format!(
            "Of {} customers {} closed their account: {} ({}).",
            count(*customers),
            count(*closed),
            percent(closed / customers),
            in_95(*interval, Unit::Share),
        ),
        Fact::Extremes { what, highest, lowest } => format!(
            "The {what} is highest among {}, {}, and lowest among {}, {}.",
            highest.group,
            value(highest),
            lowest.group,
            value(lowest),
        ),
        Fact::Single { what, figure, is_left: true } => {
            format!("The {what} of {}, the one group that is large enough, is {}.", figure.group, value(figure))
        }
        Fact::Single { what, figure, is_left: false } => {
            format!("The {what} of {} is {}.", figure.group, value(figure))
        }
        Fact::Largest { figure, all, kind } => largest(figure, *all, *kind),
        Fact::Association { figure, answer, others, share } => format!(
            "Of {} {} {} are {answer}; of the other {} customers {} are.",
            figure.customers.map_or_else(String::new, count),
            figure.group,
            value(&Figure { customers: None, ..figure.clone() }),
            count(*others),
            percent(*share),
        ),
        Fact::Means { what, figures } => {
            let mean = |figure: &Figure| {
                let interval =
                    figure.interval.map_or_else(String::new, |ends| format!(" ({})", in_95(ends, figure.unit)));
                format!("{} among {}{interval}", ratio(figure.value), figure.group)
            };
            let means: Vec<String> = figures.iter().map(mean).collect();
            format!("{}: on average {}, every customer counting once.", capital(what), list(&means))
        }
        Fact::VarianceBetween(share) => {
            format!("Differences between the groups make up {} of the variance among customers.", percent(*share))
        }
        Fact::Overlap => "The two intervals overlap: the difference can well be chance.".to_owned(),
        Fact::Told { words, .. } => words.clone(),
    }
}

fn largest(figure: &Figure, all: f64, kind: Largest) -> String {
    let n = figure.customers.map_or_else(String::new, count);
    let (group, all, share) = (&figure.group, count(all), percent(figure.value));
    let interval = figure.interval.map(|interval| in_95(interval, Unit::Share)).unwrap_or_default();
    match kind {
        Largest::Profile => {
            format!("The most common profile is {group}: {n} of {all} customers, {share} ({interval}).")
        }
        Largest::Group => format!("The largest group is {group}: {n} of {all} customers ({share})."),
        Largest::KnownGroup => {
            format!("The largest group with a known answer is {group}: {n} of {all} customers ({share}).")
        }
    }
}

/// `16.1 % of 1,627 (95 % interval 15.4 to 16.8 %)`.
fn value(figure: &Figure) -> String {
    let mut text = quantity(figure.value, figure.unit);
    if let Some(customers) = figure.customers {
        text = format!("{text} of {}", count(customers));
    }
    if let Some(interval) = figure.interval {
        text = format!("{text} ({})", in_95(interval, figure.unit));
    }
    if let Some(Interval { low, high }) = figure.middle_half {
        let (low, high) = (quantity(low, figure.unit), quantity(high, figure.unit));
        text = format!("{text} (the middle half from {low} to {high})");
    }
    text
}

fn in_95(interval: Interval, unit: Unit) -> String {
    format!("95 % interval {}", range(interval, unit))
}
