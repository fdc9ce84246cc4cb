//! The one-screen summary of a report: key figures and the strongest findings.

use catalog::{Topic, Unit};

use crate::{Answer, Cell, Column, Interval, Verdict, words};

/// As many findings fit on a screen beside the key figures.
const MOST_FINDINGS: usize = 8;
/// So many of them from one topic.
const MOST_OF_A_TOPIC: usize = 3;
/// Weaker effects are no findings (Cohen 1988 calls 0.1 small).
const WEAKEST: f64 = 0.1;

/// What a manager reads first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The figures that everything else is measured against.
    pub key_figures: Vec<KeyFigure>,
    /// The strongest findings, strongest first.
    pub findings: Vec<Finding>,
}

/// One figure, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFigure {
    /// What it is: `Closure rate`.
    pub label: String,
    /// Its value with its unit: `16.1 %`.
    pub value: String,
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

/// The key figures, from the overview of all customers, and the strongest findings of all answers.
#[must_use]
pub fn summarize(answers: &[Answer]) -> Summary {
    let overview = answers.iter().find(|answer| answer.is_overview);
    Summary { key_figures: overview.map_or_else(Vec::new, key_figures), findings: findings(answers) }
}

/// One figure a measure of the overview's one row, with its interval where it has one.
fn key_figures(overview: &Answer) -> Vec<KeyFigure> {
    let table = &overview.table;
    let Some(row) = table.rows.first() else { return Vec::new() };
    let number = |place: usize| row.cells.get(place).and_then(Cell::number);
    let figure = |(place, column): (usize, &Column)| {
        let ends = table.interval_of(&column.name);
        let ends = ends.and_then(|(low, high)| Some(Interval { low: number(low)?, high: number(high)? }));
        let note = ends.map(|interval| format!("95 % interval {}", words::range(interval, column.unit)));
        let value = words::quantity(number(place)?, column.unit);
        Some(KeyFigure { label: column.label.clone(), value, note })
    };
    let columns = table.columns.iter().enumerate();
    let columns = columns.filter(|(_, column)| column.unit != Unit::Text && !column.is_end());
    columns.filter_map(figure).collect()
}

/// The strongest findings by effect size, not by p-value: with thousands of customers nearly all is significant. At most
/// one for each thing that customers are grouped by, so that eight findings say eight things.
fn findings(answers: &[Answer]) -> Vec<Finding> {
    let is_chance = |answer: &Answer| answer.verdict() == Some(Verdict::Chance);
    let mut strong: Vec<(&Answer, f64)> = answers
        .iter()
        .filter(|answer| !is_chance(answer))
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
