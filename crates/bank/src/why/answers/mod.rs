//! What models say, as answers: tables, charts and sentences, as every topic has them.
//!
//! In: a [`ModelCard`]. Out: [`Answer`]s of a topic of its own, with the pipeline of the training set.
//! Invariant: no measure stands without its interval, and each view says what it cannot foresee.

mod clusters;
mod groups;
mod segments;
mod shape;
mod views;

use std::sync::Arc;

use catalog::{Chart, ChartKind, OutcomeWords, Topic};
use contract::Contract;
use insight::{Answer, Column, ColumnRole, Query, Table};

use super::card::{ModelCard, Viewed};
use super::clusters::Grouped;
use super::fairness::ATTRIBUTES;
use super::feature::Feature;
use super::view::FORESEEING;
use crate::Bank;

/// The topic's word: the command, and the name of what Python asks.
pub const TOPIC: &str = "why";

/// The names of the answers that every card may have; a column's steps and an attribute's groups have names of their own.
const NAMES: [&str; 9] = [
    "why_views",
    "why_columns",
    "why_segments",
    "why_tiers",
    "why_gains",
    "why_reliability",
    "why_learning",
    "why_stand_ins",
    "why_card",
];

/// The name of the steps of a feature.
fn name_of_shape(feature: &str) -> String {
    format!("why_shape_{feature}")
}

/// The name of how the groups of an attribute are treated.
fn name_of_groups(attribute: &str) -> String {
    format!("why_fairness_{attribute}")
}

/// All names that an answer on models of these features may have.
pub(super) fn names(features: &[Feature]) -> Vec<String> {
    let shapes = features.iter().map(|feature| name_of_shape(&feature.name));
    let groups = ATTRIBUTES.iter().map(|attribute| name_of_groups(attribute));
    NAMES.iter().map(|name| (*name).to_owned()).chain(shapes).chain(groups).collect()
}

/// Tells a card of a bank's customers; `query` is the pipeline of its training set.
pub(super) fn why_answers(bank: &Bank, card: &ModelCard, query: &Query, words: &OutcomeWords) -> Vec<Answer> {
    let mut answers = vec![views::evidence(card)];
    if let Some(first) = card.views.first() {
        answers.push(shape::terms(card, first));
        answers.extend(shape::shapes(card, first));
        answers.extend(segments::rules(bank, card));
        answers.extend(segments::tiers(bank, card));
        answers.push(views::gains(card));
        answers.push(views::reliability(first));
        answers.extend(views::learning(card));
    }
    if let Some(viewed) = card.foreseeing() {
        answers.extend(groups::treated(viewed));
        answers.extend(groups::stand_ins(card, viewed));
    }
    answers.push(views::data(card));
    finished(answers, query.clone(), words)
}

/// Tells whether customers fall into groups; `query` is the pipeline of what was compared.
pub(super) fn cluster_answers(
    contract: &Contract,
    grouped: &Grouped,
    compared: &[&Feature],
    query: Query,
    words: &OutcomeWords,
) -> Vec<Answer> {
    let profile = clusters::profile(contract, grouped, compared);
    finished(std::iter::once(clusters::evidence(grouped)).chain(profile).collect(), query, words)
}

/// Answers of the topic. The pipeline of the training set stands with the first, and not with each.
fn finished(mut answers: Vec<Answer>, query: Query, words: &OutcomeWords) -> Vec<Answer> {
    let topic = Arc::new(Topic {
        word: TOPIC.to_owned(),
        folder: TOPIC.to_owned(),
        title: words.say("Which columns together tell closed accounts from open ones"),
        introduction: words.say("Who closed their account, told by all columns together: how well, how early, and what this data cannot tell."),
        help: "Which columns together tell who closed their account, how well and how early".to_owned(),
        measures: Vec::new(),
        analyses: Vec::new(),
    });
    if let Some(first) = answers.first_mut() {
        first.queries.push(query);
    }
    let finished = |answer: Answer| Answer { topic: Arc::clone(&topic), outcome: words.clone(), ..answer };
    answers.into_iter().map(finished).collect()
}

impl ModelCard {
    /// The view that can foresee most honestly: the first of those that are told from what was known early.
    #[must_use]
    pub fn foreseeing(&self) -> Option<&Viewed> {
        FORESEEING.iter().find_map(|name| self.views.iter().find(|viewed| viewed.name == *name))
    }

    /// The feature of a name.
    fn feature(&self, name: &str) -> Option<&Feature> {
        self.features.iter().find(|feature| feature.name == name)
    }

    /// The heading of a feature.
    fn label<'a>(&'a self, name: &'a str) -> &'a str {
        self.feature(name).map_or(name, |feature| &feature.label)
    }
}

impl Viewed {
    /// Its heading.
    fn title(&self) -> &str {
        self.view().map_or(&self.name, |view| view.title)
    }

    /// The heading of an answer about this view alone.
    fn titled(&self, title: &str) -> String {
        format!("{title} (view “{}”)", self.title())
    }
}

/// A chart of one column with its interval, by another.
fn chart(kind: ChartKind, x: &str, y: &str, table: &Table) -> Chart {
    let interval =
        table.interval_of(y).map(|(low, high)| (table.columns[low].name.clone(), table.columns[high].name.clone()));
    Chart { kind, x: x.to_owned(), y: vec![y.to_owned()], series: None, interval }
}

/// A column of numbers with the two ends of its interval.
fn with_interval(name: &str, label: &str, unit: contract::Unit) -> [Column; 3] {
    let end = |end: &str, words: &str, role| {
        Column::new(format!("{name}_{end}"), format!("{label}, 95 % {words}"), unit, role)
    };
    [
        Column::measure(name, label, unit),
        end("low", "from", ColumnRole::Low { of: name.to_owned() }),
        end("high", "to", ColumnRole::High { of: name.to_owned() }),
    ]
}

fn share(value: f64) -> String {
    format!("{:.1} %", value * 100.0)
}
