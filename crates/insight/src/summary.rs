//! The one-screen summary of a report: how many accounts closed, what tells which, and what they are worth; then who the
//! customers are.
//!
//! Invariant: where closures are counted, nothing stands before them; where they are not, the figures and the strongest findings are
//! of all customers.

use catalog::{Topic, Unit};

use crate::grouped::number;
use crate::{Answer, Cell, Column, Fact, Interval, Nothing, Verdict, judge, words};

/// As many findings fit on a screen beside the key figures.
const MOST_FINDINGS: usize = 8;
/// So many of them from one topic.
const MOST_OF_A_TOPIC: usize = 3;
/// Weaker effects are no findings (Cohen 1988 calls 0.1 small).
const WEAKEST: f64 = 0.1;

/// What a manager reads first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// The figures that everything else is measured against.
    pub key_figures: Vec<KeyFigure>,
    /// What is told of closures; none where they are not counted.
    pub closures: Option<Closures>,
    /// More figures of all customers.
    pub more_figures: Vec<KeyFigure>,
    /// The strongest findings, but for those on closures where these are told apart; strongest first.
    pub findings: Vec<Finding>,
}

/// What is told of closures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closures {
    /// The heading: `Closures`.
    pub title: String,
    /// How many closed, what tells which, where most of them are, what they are worth; in this order.
    pub findings: Vec<Finding>,
}

/// One figure, ready to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyFigure {
    /// What it is: `Closure rate`.
    pub label: String,
    /// Its value with its unit: `16.1 %`.
    pub value: String,
    /// The same as a number.
    pub number: Cell,
    /// What the number counts.
    pub unit: Unit,
    /// What belongs to it, such as its interval: `95 % interval 15.4 to 16.8 %`.
    pub note: Option<String>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was found.
    pub sentence: String,
    /// The name of the analysis that found it.
    pub analysis: String,
}

/// The key figures, from the overview of all customers; what is told of closures; and the strongest findings of all answers.
#[must_use]
pub fn summarize(answers: &[Answer]) -> Summary {
    let overview = answers.iter().find(|answer| answer.is_overview);
    let (mut figures, rate) = overview.map_or_else(Default::default, key_figures);
    let Some(closures) = closures(answers) else {
        return Summary { key_figures: figures, findings: findings(answers, None), ..Summary::default() };
    };
    let more_figures = figures.split_off(rate.map_or(0, |rate| rate + 1));
    figures.extend(at_stake(answers));
    // Where no column was told apart from chance, what the others say of closures is all that there is.
    let tells = |answer: &&Answer| answer.narrative.facts.iter().any(|fact| matches!(fact, Fact::Telling { .. }));
    let topic = answers.iter().find(tells).map(|answer| &*answer.topic);
    Summary { key_figures: figures, closures: Some(closures), more_figures, findings: findings(answers, topic) }
}

fn counts_closures(answer: &Answer) -> bool {
    !answer.is_overview && answer.narrative.facts.iter().any(|fact| matches!(fact, Fact::Closed { .. }))
}

/// What is told of closures, from the answers that count them; none where none does.
fn closures(answers: &[Answer]) -> Option<Closures> {
    let mut findings: Vec<Finding> = Vec::new();
    let is_told: [fn(&Fact) -> bool; 4] = [
        |fact| matches!(fact, Fact::Closed { .. }),
        |fact| matches!(fact, Fact::Telling { .. } | Fact::Nothing(Nothing::NoneChosen | Nothing::FewClosed)),
        |fact| matches!(fact, Fact::Sits { .. }),
        |fact| matches!(fact, Fact::Worth { .. }),
    ];
    let counting = answers.iter().find(|answer| counts_closures(answer))?;
    for is_told in is_told {
        let of = |answer: &&Answer| !answer.is_overview && answer.narrative.facts.iter().any(is_told);
        let Some(answer) = answers.iter().find(of) else { continue };
        let facts = answer.narrative.facts.iter().filter(|fact| is_told(fact));
        findings.extend(facts.map(|fact| Finding { sentence: answer.told(fact), analysis: answer.name.clone() }));
    }
    Some(Closures { title: counting.outcome.say("Closures"), findings })
}

/// What is at stake: the first total that the closed accounts hold a part of.
fn at_stake(answers: &[Answer]) -> Option<KeyFigure> {
    answers.iter().find_map(|answer| {
        let held = answer.narrative.facts.iter().find_map(|fact| match fact {
            Fact::Worth { rows, held, .. } if !words::are_hidden(&answer.table, rows) => held.first(),
            _ => None,
        })?;
        let label = answer.outcome.say(&format!("{} of closed accounts", words::capital(&held.what)));
        let note = Some(format!("{} of all", words::percent(held.share)));
        let value = words::quantity(held.value, held.unit);
        Some(KeyFigure { label, value, number: number(Some(held.value), held.unit), unit: held.unit, note })
    })
}

/// One figure a measure of the overview's one row, with its interval where it has one; and the place of the first rate.
fn key_figures(overview: &Answer) -> (Vec<KeyFigure>, Option<usize>) {
    let table = &overview.table;
    let Some(row) = table.rows.first() else { return Default::default() };
    let end = |place: usize| row.cells.get(place).and_then(Cell::number);
    let figure = |(place, column): (usize, &Column)| {
        let ends = table.interval_of(&column.name);
        let ends = ends.and_then(|(low, high)| Some(Interval { low: end(low)?, high: end(high)? }));
        let note = ends.map(|interval| format!("95 % interval {}", words::range(interval, column.unit)));
        let (unit, cell) = (column.unit, row.cells.get(place)?);
        let value = words::quantity(cell.number()?, unit);
        Some(KeyFigure { label: column.label.clone(), value, number: cell.clone(), unit, note })
    };
    let columns = table.columns.iter().enumerate();
    let columns = columns.filter(|(_, column)| column.unit != Unit::Text && !column.is_end());
    let (mut figures, mut rate) = (Vec::new(), None);
    for (place, column) in columns {
        let Some(figure) = figure((place, column)) else { continue };
        if rate.is_none() && column.unit == Unit::Share && figure.note.is_some() {
            rate = Some(figures.len());
        }
        figures.push(figure);
    }
    (figures, rate)
}

/// Whether it says in which groups most and fewest closed.
fn ranks_closures(answer: &Answer) -> bool {
    let is_ranking = |fact: &Fact| matches!(fact, Fact::Extremes { .. } | Fact::Undecided { .. });
    answer.hypothesis.iter().any(|part| part == judge::OUTCOME) && answer.narrative.facts.iter().any(is_ranking)
}

/// The strongest findings by effect size, not by p-value: with thousands of customers nearly all is significant. At most
/// one for each thing that customers are grouped by, so that eight findings say eight things. Where closures were told before,
/// none of their topic, and none that ranks groups by their rate.
fn findings(answers: &[Answer], told_before: Option<&Topic>) -> Vec<Finding> {
    let is_chance = |answer: &Answer| answer.verdict() == Some(Verdict::Chance);
    let mut strong: Vec<(&Answer, f64)> = answers
        .iter()
        .filter(|answer| !is_chance(answer) && told_before != Some(&*answer.topic))
        .filter(|answer| told_before.is_none() || !ranks_closures(answer))
        .filter_map(|answer| Some((answer, answer.effect?)))
        .filter(|(_, effect)| *effect >= WEAKEST)
        .collect();
    strong.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut findings: Vec<Finding> = Vec::new();
    let mut told: Vec<(&Topic, &str)> = Vec::new();
    for (answer, _) in strong {
        let Some(first) = answer.table.columns.first() else { continue };
        let of_topic = told.iter().filter(|(topic, _)| **topic == *answer.topic).count();
        let is_told = told.iter().any(|(_, name)| *name == first.name);
        if is_told || of_topic == MOST_OF_A_TOPIC || findings.len() == MOST_FINDINGS {
            continue;
        }
        told.push((&answer.topic, &first.name));
        findings.push(Finding { sentence: answer.facts(), analysis: answer.name.clone() });
    }
    findings
}
