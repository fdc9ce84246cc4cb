//! Segments by rules and tiers of spend, as answers.
//!
//! In: a [`ModelCard`], and the bank whose customers it is of. Out: answers, each row with the filter that selects its customers.

use additive::rules::{Condition, Is, Rule};
use catalog::{ChartKind, Wish};
use contract::Unit;
use insight::{Answer, Cell, Column, ColumnRole, Query, Row, Table};

use super::super::card::ModelCard;
use super::super::{segments, words};
use super::groups::ends;
use super::{chart, share, with_interval};
use crate::Bank;

/// A segment with fewer customers is not named in the sentence.
const FEWEST: u64 = 30;

/// The segments of a card.
pub(super) fn rules(bank: &Bank, card: &ModelCard) -> Option<Answer> {
    let contract = bank.contract()?;
    let rules = &card.rules;
    if rules.len() < 2 {
        return None;
    }
    let closures = card.data.left.max(1) as f64;
    let in_words: Vec<String> = rules.iter().map(|rule| told(card, rule)).collect();
    let dimension = Column::new("segment", "Customers with", Unit::Text, ColumnRole::Dimension);
    let mut columns = vec![
        Column { order: in_words.iter().cloned().map(Cell::Text).collect(), ..dimension },
        Column::new("customers", "Customers", Unit::Count, ColumnRole::Count),
        Column::measure("closed", "Closures", Unit::Count),
        Column::measure("share_of_closures", "Share of closures", Unit::Share),
    ];
    columns.extend(with_interval("closure_rate", "Closure rate of the other half", Unit::Share));
    let mut queries = Vec::new();
    let mut table = Table { columns, rows: Vec::new() };
    for (rule, segment) in rules.iter().zip(&in_words) {
        let (held, left) = (rule.held_rows as f64, rule.held_outcomes as f64);
        let rate = if held > 0.0 { Cell::Number(left / held) } else { Cell::Missing };
        let counts = [rule.rows, rule.outcomes].map(|count| Cell::Integer(count as i64));
        let mut cells = vec![Cell::Text(segment.clone())];
        cells.extend(counts);
        cells.extend([Cell::Number(rule.outcomes as f64 / closures), rate]);
        cells.extend(ends(left, held));
        let filter = segments::predicate(contract, &rule.conditions);
        let wish = Wish { sort: Vec::new(), limit: 0, columns: Vec::new() };
        if let Some(Ok(listing)) = filter.as_ref().map(|filter| bank.catalog().listing(Some(filter), &wish)) {
            queries.push(Query::of(&listing.count));
        }
        table.rows.push(Row { filter, ..cells.into() });
    }
    let most = rules.iter().find(|rule| rule.held_rows >= FEWEST);
    let sentence = most.map(|rule| {
        let interval = insight::wilson(rule.held_outcomes as f64, rule.held_rows as f64).unwrap_or_default();
        format!(
            "Closure is most frequent among customers with {}: {} of the {} of them in the half that the rules were not made of ({:.1} to \
             {}); they hold {} of all closures.",
            told(card, rule),
            share(rule.held_outcomes as f64 / rule.held_rows as f64),
            report::count(rule.held_rows),
            interval.low * 100.0,
            share(interval.high),
            share(rule.outcomes as f64 / closures)
        )
    });
    Some(Answer {
        chart: Some(chart(ChartKind::Interval, "segment", "closure_rate", &table)),
        reading: "The rules were made by a tree of at most four questions on one half of the customers; the rate is that of the other \
                  half. Each customer is in one segment. Customers and closures are those of all."
            .to_owned(),
        queries,
        ..Answer::worded(
            "why_segments",
            &card.views.first().map_or_else(|| "Segments by rules".to_owned(), |first| first.titled("Segments by rules")),
            "Which few rules select the customers who closed their account?",
            table,
            sentence.into_iter().collect(),
        )
    })
}

/// A rule in words.
fn told(card: &ModelCard, rule: &Rule) -> String {
    let conditions: Vec<String> = rule.conditions.iter().map(|condition| condition_in_words(card, condition)).collect();
    conditions.join("; ")
}

fn condition_in_words(card: &ModelCard, Condition { column, is, or_missing }: &Condition) -> String {
    let is = match is {
        Is::In(names) if names.is_empty() => words::NOT_KNOWN.to_owned(),
        Is::In(names) => names.join(" or "),
        Is::Between { low: None, high: None } => "known".to_owned(),
        Is::Between { low, high } => words::range(*low, *high),
    };
    let or_missing =
        if *or_missing && is != words::NOT_KNOWN { format!(" or {}", words::NOT_KNOWN) } else { String::new() };
    format!("{} {is}{or_missing}", card.label(column))
}

/// The tiers of spend.
pub(super) fn tiers(bank: &Bank, card: &ModelCard) -> Option<Answer> {
    let (tiers, contract) = (card.tiers.as_ref()?, bank.contract()?);
    let label = card.label(&tiers.column);
    let highs = tiers.edges.iter().copied().map(Some).chain([None]);
    let lows = std::iter::once(None).chain(tiers.edges.iter().copied().map(Some));
    let ranges: Vec<(Option<f64>, Option<f64>)> = lows.zip(highs).collect();
    let written = |value: f64| format!("${}", words::number(value));
    let names: Vec<String> = ranges.iter().map(|(low, high)| words::range_as(*low, *high, &written)).collect();
    let dimension = Column::new("tier", label, Unit::Text, ColumnRole::Dimension);
    let mut columns = vec![
        Column { order: names.iter().cloned().map(Cell::Text).collect(), ..dimension },
        Column::new("customers", "Customers", Unit::Count, ColumnRole::Count),
        Column::measure("closed", "Closures", Unit::Count),
    ];
    columns.extend(with_interval("closure_rate", "Closure rate", Unit::Share));
    let row = |at: usize| {
        let ((low, high), name, (customers, closed)) = (ranges[at], &names[at], &tiers.customers[at]);
        let condition = Condition { column: tiers.column.clone(), is: Is::Between { low, high }, or_missing: false };
        let (n, k) = (*customers as f64, *closed as f64);
        let mut cells = vec![Cell::Text(name.clone()), Cell::Integer(*customers as i64), Cell::Integer(*closed as i64)];
        cells.push(if n > 0.0 { Cell::Number(k / n) } else { Cell::Missing });
        cells.extend(ends(k, n));
        Row { filter: segments::predicate(contract, &[condition]), ..cells.into() }
    };
    let rows = (0..ranges.len().min(tiers.customers.len())).map(row).collect();
    let table = Table { columns, rows };
    let rates: Vec<String> = names
        .iter()
        .zip(&tiers.customers)
        .map(|(name, (customers, closed))| format!("{} {name}", share(*closed as f64 / (*customers).max(1) as f64)))
        .collect();
    Some(Answer {
        chart: Some(chart(ChartKind::Interval, "tier", "closure_rate", &table)),
        reading: "Between the tiers lie gaps: there the density of the values is at most a quarter of the lower peak beside it. Other \
                  columns were not looked at."
            .to_owned(),
        ..Answer::worded(
            "why_tiers",
            &format!("Tiers of {label}"),
            "Are there kinds of customers that spend alone tells apart?",
            table,
            vec![format!("{label} has {} tiers with real gaps between them; the closure rates are {}.", names.len(), diagnostic::list(&rates))],
        )
    })
}
