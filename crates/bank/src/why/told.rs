//! What models say, as tables and sentences.
//!
//! In: a [`ModelCard`]. Out: the evidence of each view, and what its model adds up: the terms by importance, and the shapes of the
//! strongest columns.
//! Invariant: no measure stands without its interval, and each view says what it cannot foresee.

use additive::evidence::Estimate;
use additive::{Cuts, Model, Term};
use contract::Unit;
use insight::{Cell, Column, ColumnRole, Row, Table};

use super::card::{ModelCard, Viewed};
use super::words;

/// The most terms that are shown, columns whose shape is, and steps of one.
const TERMS: usize = 12;
const SHAPES: usize = 3;
const STEPS: usize = 6;

/// What a card says.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// A heading.
    pub title: String,
    /// A line of evidence a view.
    pub evidence: Table,
    /// What each view can and cannot foresee, and how well its model tells.
    pub sentences: Vec<String>,
    /// The terms of the first view's model, the most important first.
    pub terms: Table,
    /// The shapes of its strongest columns.
    pub shapes: Table,
}

/// Tells a card.
#[must_use]
pub fn told(card: &ModelCard) -> Told {
    let data = &card.data;
    let title = format!(
        "Why customers leave\n{} customers, {} of them left ({})",
        report::count(data.customers),
        report::count(data.left),
        share(data.left as f64 / data.customers.max(1) as f64)
    );
    let first = card.views.first();
    Told {
        title,
        evidence: evidence(&card.views),
        sentences: card.views.iter().map(sentence).chain(card.absent.iter().map(|why| format!("{why}."))).collect(),
        terms: first.map(|viewed| terms(card, &viewed.model)).unwrap_or_default(),
        shapes: first.map(|viewed| shapes(card, &viewed.model)).unwrap_or_default(),
    }
}

fn share(value: f64) -> String {
    format!("{:.1} %", value * 100.0)
}

/// A measure: its name, its heading, and where it stands.
type Measure = (&'static str, &'static str, fn(&Viewed) -> Estimate);

fn evidence(views: &[Viewed]) -> Table {
    let measures: [Measure; 5] = [
        ("roc_auc", "ROC AUC", |viewed| viewed.evidence.roc_auc),
        ("pr_auc", "PR-AUC", |viewed| viewed.evidence.pr_auc),
        ("f1", "F1", |viewed| viewed.evidence.f1),
        ("brier", "Brier", |viewed| viewed.evidence.brier),
        ("calibration_error", "Calibration error", |viewed| viewed.evidence.calibration_error),
    ];
    let mut columns = vec![Column::text("view", "View"), Column::measure("columns", "Columns", Unit::Count)];
    for (name, label, _) in measures {
        let end =
            |end: &str, role| Column::new(format!("{name}_{end}"), format!("{label}, {end} end"), Unit::Ratio, role);
        columns.push(Column::measure(name, label, Unit::Ratio));
        columns.push(end("low", ColumnRole::Low { of: name.to_owned() }));
        columns.push(end("high", ColumnRole::High { of: name.to_owned() }));
    }
    let row = |viewed: &Viewed| {
        let title = viewed.view().map_or(viewed.name.as_str(), |view| view.title);
        let mut cells = vec![Cell::Text(title.to_owned()), Cell::Integer(viewed.model.inputs.len() as i64)];
        for (_, _, of) in measures {
            let Estimate { mean, low, high } = of(viewed);
            // A measure of this kind ends at 0 and at 1.
            cells.extend([mean, low.max(0.0), high.min(1.0)].map(Cell::Number));
        }
        Row::from(cells)
    };
    Table { columns, rows: views.iter().map(row).collect() }
}

fn sentence(viewed: &Viewed) -> String {
    let (title, says) = viewed.view().map_or((viewed.name.as_str(), ""), |view| (view.title, view.says));
    let auc = viewed.evidence.roc_auc;
    let tenth = viewed.evidence.gains[0];
    let chance = if auc.low <= 0.5 { "It cannot be told from chance. " } else { "" };
    format!(
        "{title}. {says} {chance}Of a customer who left and one who did not, the one who left scores higher in {} of cases \
         (95 % interval {} to {}); the tenth with the highest scores has {} of all who left.",
        share(auc.mean),
        percent(auc.low),
        share(auc.high.min(1.0)),
        share(tenth.mean)
    )
}

fn percent(value: f64) -> String {
    format!("{:.1}", value.max(0.0) * 100.0)
}

/// The heading of a term: its column's, or the two columns'.
fn heading(card: &ModelCard, model: &Model, term: &Term) -> String {
    let label = |input: usize| {
        let name = &model.inputs[input].name;
        card.features.iter().find(|feature| feature.name == *name).map_or(name.as_str(), |feature| &feature.label)
    };
    term.axes.iter().map(|axis| label(axis.input)).collect::<Vec<_>>().join(" × ")
}

/// The terms from the most important on.
fn ordered(model: &Model) -> Vec<&Term> {
    let mut terms: Vec<&Term> = model.terms.iter().collect();
    terms.sort_by(|a, b| b.importance().total_cmp(&a.importance()));
    terms
}

fn terms(card: &ModelCard, model: &Model) -> Table {
    let columns = vec![
        Column::text("term", "Column, or pair of columns"),
        Column::measure("importance", "Moves the log-odds by", Unit::Ratio),
    ];
    let row = |term: &&Term| Row::from(vec![Cell::Text(heading(card, model, term)), Cell::Number(term.importance())]);
    Table { columns, rows: ordered(model).iter().take(TERMS).map(row).collect() }
}

fn shapes(card: &ModelCard, model: &Model) -> Table {
    let columns = vec![
        Column::text("column", "Column"),
        Column::text("values", "Values"),
        Column::measure("customers", "Customers", Unit::Count),
        Column::measure("adds", "Adds to the log-odds", Unit::Ratio),
    ];
    let mut rows = Vec::new();
    for term in ordered(model).into_iter().filter(|term| term.axes.len() == 1).take(SHAPES) {
        for (values, customers, adds) in steps(model, term) {
            let customers = Cell::Integer(customers as i64);
            rows.push(Row::from(vec![
                Cell::Text(heading(card, model, term)),
                Cell::Text(values),
                customers,
                Cell::Number(adds),
            ]));
        }
    }
    Table { columns, rows }
}

/// The steps of a column's term in words, neighbours put together to a few.
fn steps(model: &Model, term: &Term) -> Vec<(String, u64, f64)> {
    let axis = &term.axes[0];
    let missing = term.scores.len() - 1;
    let mut steps: Vec<(String, u64, f64)> = match &axis.cuts {
        Cuts::Edges(edges) => by_edges(edges, &term.scores[..missing], &term.rows[..missing]),
        Cuts::Groups(_) => {
            let names = model.inputs[axis.input].categories.as_deref().unwrap_or_default();
            let each = names.iter().zip(&term.rows).zip(&term.scores);
            each.map(|((name, rows), score)| (name.clone(), *rows, *score)).collect()
        }
    };
    if term.rows[missing] > 0 {
        steps.push((words::NOT_KNOWN.to_owned(), term.rows[missing], term.scores[missing]));
    }
    steps
}

fn by_edges(edges: &[f64], scores: &[f64], rows: &[u64]) -> Vec<(String, u64, f64)> {
    // Each step with its lower end.
    let lows = std::iter::once(None).chain(edges.iter().copied().map(Some));
    let mut steps: Vec<(Option<f64>, u64, f64)> =
        lows.zip(rows).zip(scores).map(|((low, n), s)| (low, *n, *s)).collect();
    while steps.len() > STEPS {
        let cost = |pair: &[(Option<f64>, u64, f64)]| {
            let (n, m) = (pair[0].1 as f64, pair[1].1 as f64);
            n * m / (n + m).max(1.0) * (pair[0].2 - pair[1].2).powi(2)
        };
        let cheapest = steps.windows(2).map(cost).enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
        let Some((at, _)) = cheapest else { break };
        let (_, m, s) = steps.remove(at + 1);
        let (_, n, score) = &mut steps[at];
        let all = (*n + m).max(1) as f64;
        *score = (*score * *n as f64 + s * m as f64) / all;
        *n += m;
    }
    let highs: Vec<Option<f64>> = steps.iter().skip(1).map(|step| step.0).chain([None]).collect();
    steps.into_iter().zip(highs).map(|((low, n, score), high)| (words::range(low, high), n, score)).collect()
}
