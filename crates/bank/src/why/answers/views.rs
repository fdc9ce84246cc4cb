//! How well each view tells who leaves.
//!
//! In: a [`ModelCard`]. Out: answers: the evidence side by side, gains, reliability, learning, and what all of it was made of.

use std::fmt::Write as _;

use additive::evidence::{Estimate, Group};
use catalog::ChartKind;
use contract::Unit;
use insight::{Answer, Cell, Column, ColumnRole, Row, Table};

use super::super::card::{ModelCard, Viewed};
use super::{chart, shape, share, with_interval};

/// A measure: its name, its heading, and where it stands.
type Measure = (&'static str, &'static str, fn(&Viewed) -> Estimate);

const MEASURES: [Measure; 6] = [
    ("roc_auc", "ROC AUC", |viewed| viewed.evidence.roc_auc),
    ("pr_auc", "PR-AUC", |viewed| viewed.evidence.pr_auc),
    ("f1", "F1", |viewed| viewed.evidence.f1),
    ("brier", "Brier", |viewed| viewed.evidence.brier),
    ("log_loss", "Log loss", |viewed| viewed.evidence.log_loss),
    ("calibration_error", "Calibration error", |viewed| viewed.evidence.calibration_error),
];

/// Fewer closures than this teach little.
const FEW: u64 = 100;

/// What the data has not: no model can make up for it.
const CANNOT_TELL: &str = "What this data cannot tell: what would keep a customer, for it has no record of what the bank did for whom, and \
                           when an account was closed, for it is one extract.";

/// The evidence of each view.
pub(super) fn evidence(card: &ModelCard) -> Answer {
    let views = card.views.iter().map(|viewed| Cell::Text(viewed.title().to_owned()));
    let view = Column::new("view", "View", Unit::Text, ColumnRole::Dimension);
    let mut columns =
        vec![Column { order: views.collect(), ..view }, Column::measure("columns", "Columns", Unit::Count)];
    columns.extend(MEASURES.iter().flat_map(|(name, label, _)| with_interval(name, label, Unit::Ratio)));
    let row = |viewed: &Viewed| {
        let mut cells = vec![Cell::Text(viewed.title().to_owned()), Cell::Integer(viewed.model.inputs.len() as i64)];
        for (name, _, of) in MEASURES {
            let Estimate { mean, low, high } = of(viewed);
            // All of these begin at 0; all but the loss end at 1.
            let most = if name == "log_loss" { f64::INFINITY } else { 1.0 };
            cells.extend([mean, low.max(0.0), high.min(most)].map(Cell::Number));
        }
        Row::from(cells)
    };
    let table = Table { columns, rows: card.views.iter().map(row).collect() };
    let mut sentences = told(card);
    let fewer = card.data.left.min(card.data.customers - card.data.left.min(card.data.customers));
    if fewer < FEW {
        sentences.push(format!(
            "Of only {} the models learn little: the intervals are wide, and single probabilities look surer than they are.",
            report::counted(fewer, if fewer == card.data.left { "closure" } else { "open account" })
        ));
    }
    sentences.push(CANNOT_TELL.to_owned());
    let chart = chart(ChartKind::Interval, "view", "roc_auc", &table);
    Answer {
        chart: Some(chart),
        reading: reading(card),
        ..Answer::worded(
            "why_views",
            "How well it can be told who closed their account",
            "How well do all columns together tell who closed their account, and how early?",
            table,
            sentences,
        )
    }
}

/// The first sentences: how well each view tells it, what the one that foresees most finds, and by which columns.
fn told(card: &ModelCard) -> Vec<String> {
    let area = |viewed: &Viewed| {
        let auc = viewed.evidence.roc_auc;
        let (low, high) = (auc.low.max(0.0) * 100.0, share(auc.high.min(1.0)));
        let chance = if auc.low <= 0.5 { ", which cannot be told from chance" } else { "" };
        format!("{} of cases (95 % interval {low:.1} to {high}){chance}", share(auc.mean))
    };
    let Some((first, others)) = card.views.split_first() else { return Vec::new() };
    let mut sentences = vec![format!(
        "{}: of one customer who closed their account and one who did not, the one who did scores higher in {}; 50 % is chance.",
        first.title(),
        area(first)
    )];
    let mut others: Vec<&Viewed> = others.iter().collect();
    others.sort_by(|a, b| b.evidence.roc_auc.mean.total_cmp(&a.evidence.roc_auc.mean));
    let others: Vec<String> = others.iter().map(|viewed| format!("“{}” in {}", viewed.title(), area(viewed))).collect();
    if !others.is_empty() {
        sentences.push(format!("From fewer columns: {}.", diagnostic::list(&others)));
    }
    if let Some(viewed) = card.foreseeing() {
        sentences.push(format!(
            "By “{}”, the tenth of the customers with the highest scores has {} of all who closed their account.",
            viewed.title(),
            share(viewed.evidence.gains[0].mean)
        ));
    }
    sentences.extend(shape::strongest(card, first));
    sentences
}

fn reading(card: &ModelCard) -> String {
    let folds = card.views.first().map_or(0, |viewed| viewed.evidence.folds);
    let mut reading = format!(
        "ROC AUC is how often one who closed their account scores higher than one who did not: 0.5 is chance. All measures are of customers that \
         the model had not seen, over {folds} parts; the intervals allow for what the parts share (Nadeau and Bengio 2003). F1 is \
         at a threshold that was chosen without these customers."
    );
    for view in card.views.iter().filter_map(Viewed::view) {
        let _ = write!(reading, " “{}”: {}", view.title, view.says);
    }
    for why in &card.absent {
        let _ = write!(reading, " {why}.");
    }
    reading
}

/// The share of those who left by how much of the list is asked.
pub(super) fn gains(card: &ModelCard) -> Answer {
    let mut columns = vec![
        Column::new("asked", "Of the highest scores", Unit::Share, ColumnRole::Dimension),
        Column::text("view", "View"),
    ];
    columns.extend(with_interval("found", "Share of closures", Unit::Share));
    columns.push(Column::measure("lift", "Lift", Unit::Ratio));
    let rows = card.views.iter().flat_map(|viewed| {
        viewed.evidence.gains.iter().enumerate().map(|(at, found)| {
            let asked = (at + 1) as f64 / 10.0;
            let Estimate { mean, low, high } = *found;
            let ends = [mean, low.max(0.0), high.min(1.0)].map(Cell::Number);
            let mut cells = vec![Cell::Number(asked), Cell::Text(viewed.title().to_owned())];
            cells.extend(ends);
            cells.push(Cell::Number(mean / asked));
            Row::from(cells)
        })
    });
    let table = Table { rows: rows.collect(), columns };
    let mut chart = chart(ChartKind::Line, "asked", "found", &table);
    (chart.series, chart.interval) = (Some("view".to_owned()), None);
    let told = card.foreseeing().map(|viewed| {
        let gains = &viewed.evidence.gains;
        format!(
            "By the view “{}”, the fifth with the highest scores has {} of all who closed their account.",
            viewed.title(),
            share(gains[1].mean)
        )
    });
    Answer {
        chart: Some(chart),
        reading: "Customers by falling score, a tenth more each time. Lift is how much more frequent closures are among them than among all customers."
            .to_owned(),
        ..Answer::worded(
            "why_gains",
            "Closures found, by how many customers are asked",
            "How many of those who closed their account are among the customers with the highest scores?",
            table,
            told.into_iter().collect(),
        )
    }
}

/// Whether the probabilities of a view mean what they say.
pub(super) fn reliability(viewed: &Viewed) -> Answer {
    let group = |at: usize| Cell::Text(format!("{}", at + 1));
    let groups = &viewed.evidence.reliability;
    let dimension = Column::new("tenth", "Tenth", Unit::Text, ColumnRole::Dimension);
    let mut columns = vec![
        Column { order: (0..groups.len()).map(group).collect(), ..dimension },
        Column::new("customers", "Tested", Unit::Count, ColumnRole::Count),
        Column::measure("predicted", "Predicted", Unit::Share),
    ];
    columns.extend(with_interval("observed", "Closure rate", Unit::Share));
    let row = |(at, of): (usize, &Group)| {
        // Each customer was tested once a division; their number is that of one of them.
        let once = of.rows as f64 / viewed.repeats.max(1) as f64;
        let mut cells =
            vec![group(at), Cell::Integer(of.rows as i64), Cell::Number(of.predicted), Cell::Number(of.observed)];
        cells.extend(super::groups::ends(of.observed * once, once));
        Row::from(cells)
    };
    let table = Table { rows: groups.iter().enumerate().map(row).collect(), columns };
    let chart = chart(ChartKind::Interval, "tenth", "observed", &table);
    let farthest =
        groups.iter().max_by(|a, b| (a.predicted - a.observed).abs().total_cmp(&(b.predicted - b.observed).abs()));
    let told = farthest.map(|of| {
        format!(
            "Where the model is farthest off, it says {} and {} closed their account; in the mean of ten groups it is off by {}.",
            share(of.predicted),
            share(of.observed),
            share(viewed.evidence.calibration_error.mean)
        )
    });
    Answer {
        chart: Some(chart),
        reading: format!(
            "Customers in ten groups by rising probability, of the view “{}”; all scores are of customers that the model had not \
             seen.{}",
            viewed.title(),
            match viewed.repeats {
                1 => String::new(),
                many => format!(" {many} divisions are counted together, and the interval is that of one."),
            }
        ),
        ..Answer::worded(
            "why_reliability",
            &viewed.titled("Whether the probabilities mean what they say"),
            "Of customers with a probability of 30 %, have three in ten closed their account?",
            table,
            told.into_iter().collect(),
        )
    }
}

/// What more customers would bring.
pub(super) fn learning(card: &ModelCard) -> Option<Answer> {
    let mut columns =
        vec![Column::new("customers", "Learnt from", Unit::Count, ColumnRole::Dimension), Column::text("view", "View")];
    columns.extend(with_interval("roc_auc", "ROC AUC", Unit::Ratio));
    let mut rows = Vec::new();
    for viewed in card.views.iter().filter(|viewed| !viewed.learning.is_empty()) {
        let parts = viewed.evidence.folds as f64 / viewed.repeats.max(1) as f64;
        let whole = (card.data.customers as f64 * (1.0 - 1.0 / parts)).round() as i64;
        let points = viewed.learning.iter().map(|learnt| (learnt.rows as i64, learnt.roc_auc));
        for (customers, Estimate { mean, low, high }) in points.chain([(whole, viewed.evidence.roc_auc)]) {
            let ends = [mean, low.max(0.0), high.min(1.0)].map(Cell::Number);
            let mut cells = vec![Cell::Integer(customers), Cell::Text(viewed.title().to_owned())];
            cells.extend(ends);
            rows.push(Row::from(cells));
        }
    }
    let first = card.views.iter().find(|viewed| !viewed.learning.is_empty())?;
    let half = first.learning.last()?;
    let told = format!(
        "“{}”: learnt from {} customers it has an AUC of {:.3}, from all {:.3}.",
        first.title(),
        report::count(half.rows as u64),
        half.roc_auc.mean,
        first.evidence.roc_auc.mean
    );
    let table = Table { columns, rows };
    let mut chart = chart(ChartKind::Line, "customers", "roc_auc", &table);
    (chart.series, chart.interval) = (Some("view".to_owned()), None);
    Some(Answer {
        chart: Some(chart),
        reading: "An eighth, a quarter and a half of the customers outside the part that is tested, then all of them. A curve that \
                  still rises says that more customers would help."
            .to_owned(),
        ..Answer::worded(
            "why_learning",
            "What more customers would bring",
            "Does the model get better with more customers to learn from?",
            table,
            vec![told],
        )
    })
}

/// What the models were made of.
pub(super) fn data(card: &ModelCard) -> Answer {
    let data = &card.data;
    let mut facts = vec![
        ("Data", data.title.clone()),
        ("Customers", report::count(data.customers)),
        (
            "Closed",
            format!("{} ({})", report::count(data.left), share(data.left as f64 / data.customers.max(1) as f64)),
        ),
        ("Outcome", format!("{} is {}", data.outcome.0, diagnostic::list(&data.outcome.1))),
        ("Fingerprint of the data (BLAKE3)", data.fingerprint.clone()),
        ("Made by", card.program.clone()),
    ];
    if data.unknown > 0 {
        facts.push(("Not used, for their outcome is not known", report::count(data.unknown)));
    }
    facts.extend(data.day.iter().map(|day| ("As of", day.clone())));
    if !card.named_knowingly.is_empty() {
        facts.push(("Used knowingly, though each tells the outcome alone", card.named_knowingly.join(", ")));
    }
    let none = card.left_out.iter().map(|left| format!("{} ({})", left.name, left.reason));
    facts.push(("Columns left out", none.collect::<Vec<_>>().join(", ")));
    for viewed in &card.views {
        facts.push((
            "Customers whose first reason another fit gives as well",
            format!("{}: {}", viewed.title(), share(viewed.first_reason_survives)),
        ));
    }
    let row = |(fact, value): (&str, String)| Row::from(vec![Cell::Text(fact.to_owned()), Cell::Text(value)]);
    let columns = vec![Column::text("fact", "Fact"), Column::text("value", "Value")];
    let table = Table { columns, rows: facts.into_iter().map(row).collect() };
    Answer::worded("why_card", "The model card", "What were the models made of?", table, Vec::new())
}
