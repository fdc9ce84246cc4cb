//! What the columns of a model add, and where.
//!
//! In: a view's model. Out: answers: the columns by how much they tell, and the steps of the strongest.

use additive::{Cuts, Model, Term};
use catalog::ChartKind;
use contract::Unit;
use insight::{Answer, Cell, Column, ColumnRole, Row, Table};

use super::super::card::{ModelCard, Viewed};
use super::super::words;
use super::{chart, name_of_shape, with_interval};

/// The most terms that are shown, columns whose shape is, and steps of one.
const TERMS: usize = 12;
const SHAPES: usize = 5;
const STEPS: usize = 8;
/// Half a 95 % interval, in standard errors.
const ERRORS: f64 = 1.96;

/// A step of a column.
#[derive(Clone, Copy)]
struct Step {
    low: Option<f64>,
    rows: u64,
    score: f64,
    error: f64,
}

/// The heading of a term: its column's, or the two columns'.
fn heading(card: &ModelCard, model: &Model, term: &Term) -> String {
    let label = |input: usize| card.label(&model.inputs[input].name).to_owned();
    term.axes.iter().map(|axis| label(axis.input)).collect::<Vec<_>>().join(" × ")
}

/// The terms from the most important on.
fn ordered(model: &Model) -> Vec<&Term> {
    let mut terms: Vec<&Term> = model.terms.iter().collect();
    terms.sort_by(|a, b| b.importance().total_cmp(&a.importance()));
    terms
}

/// Which columns tell most, in a sentence.
pub(super) fn strongest(card: &ModelCard, viewed: &Viewed) -> Option<String> {
    let model = &viewed.model;
    let singles = ordered(model).into_iter().filter(|term| term.axes.len() == 1);
    let strongest: Vec<String> = singles.take(3).map(|term| heading(card, model, term)).collect();
    match &strongest[..] {
        [] => None,
        [one] => Some(format!("{one} tells most.")),
        several => Some(format!("{} tell most, taken together with all other columns.", diagnostic::list(several))),
    }
}

/// The columns by how much they tell.
pub(super) fn terms(card: &ModelCard, viewed: &Viewed) -> Answer {
    let model = &viewed.model;
    let columns = vec![
        Column::new("term", "Column, or pair of columns", Unit::Text, ColumnRole::Dimension),
        Column::measure("importance", "Moves the log-odds by", Unit::Ratio),
    ];
    let terms = ordered(model);
    let row = |term: &&Term| Row::from(vec![Cell::Text(heading(card, model, term)), Cell::Number(term.importance())]);
    let table = Table { columns, rows: terms.iter().take(TERMS).map(row).collect() };
    let told = strongest(card, viewed).into_iter().collect();
    let chart = chart(ChartKind::Ranking, "term", "importance", &table);
    Answer {
        chart: Some(chart),
        reading: format!(
            "How far a column moves the log-odds of closure in the mean over all customers, in the view “{}”. Columns that tell the \
             same share what they tell.",
            viewed.title()
        ),
        ..Answer::worded(
            "why_columns",
            &viewed.titled("Which columns tell it"),
            "Which columns tell most of who closed their account, each beside all others?",
            table,
            told,
        )
    }
}

/// The steps of the strongest columns.
pub(super) fn shapes(card: &ModelCard, viewed: &Viewed) -> Vec<Answer> {
    let singles = ordered(&viewed.model).into_iter().filter(|term| term.axes.len() == 1).take(SHAPES);
    singles.map(|term| shape(card, viewed, term)).collect()
}

fn shape(card: &ModelCard, viewed: &Viewed, term: &Term) -> Answer {
    let model = &viewed.model;
    let input = &model.inputs[term.axes[0].input].name;
    let label = card.label(input);
    let steps = steps(card, model, term);
    let dimension = Column::new("values", label, Unit::Text, ColumnRole::Dimension);
    let mut columns = vec![
        Column { order: steps.iter().map(|(values, _)| Cell::Text(values.clone())).collect(), ..dimension },
        Column::new("customers", "Customers", Unit::Count, ColumnRole::Count),
    ];
    columns.extend(with_interval("adds", "Adds to the log-odds", Unit::Ratio));
    let row = |(values, step): &(String, Step)| {
        let half = ERRORS * step.error;
        let numbers = [step.score, step.score - half, step.score + half].map(Cell::Number);
        let mut cells = vec![Cell::Text(values.clone()), Cell::Integer(step.rows as i64)];
        cells.extend(numbers);
        Row::from(cells)
    };
    let table = Table { columns, rows: steps.iter().map(row).collect() };
    let by_score = |a: &&(String, Step), b: &&(String, Step)| a.1.score.total_cmp(&b.1.score);
    let ends = steps.iter().max_by(by_score).zip(steps.iter().min_by(by_score));
    let told = ends.filter(|(high, low)| high.1.score > low.1.score).map(|((high, _), (low, _))| {
        format!("Where all else is equal, closure is most likely at {label} {high}, and least likely at {low}.")
    });
    let chart = chart(ChartKind::Interval, "values", "adds", &table);
    Answer {
        chart: Some(chart),
        reading: format!(
            "What each step adds to the log-odds, all other columns being the same, in the view “{}”; 0.69 doubles the odds. Neighbours \
             that add about the same are put together. The interval is by leaving out customers in turn; few customers, wide interval.",
            viewed.title()
        ),
        ..Answer::worded(
            &name_of_shape(input),
            &format!("What {label} adds"),
            &format!("At which values of {label} is closure likely, all else being equal?"),
            table,
            told.into_iter().collect(),
        )
    }
}

/// The steps of a column's term in words, neighbours put together to a few.
fn steps(card: &ModelCard, model: &Model, term: &Term) -> Vec<(String, Step)> {
    let axis = &term.axes[0];
    let missing = term.scores.len() - 1;
    let step =
        |at: usize, low: Option<f64>| Step { low, rows: term.rows[at], score: term.scores[at], error: term.errors[at] };
    let name = &model.inputs[axis.input].name;
    let unit = card.feature(name).map_or("", |feature| feature.unit.as_str());
    let mut steps: Vec<(String, Step)> = match &axis.cuts {
        Cuts::Edges(edges) => {
            let lows = std::iter::once(None).chain(edges.iter().copied().map(Some));
            let fine = lows.take(missing).enumerate().map(|(at, low)| step(at, low)).collect();
            in_words(together(fine), &|value| {
                if unit == "dollars" { format!("${}", words::number(value)) } else { words::number(value) }
            })
        }
        Cuts::Groups(groups) => {
            let names = model.inputs[axis.input].categories.as_deref().unwrap_or_default();
            names.iter().zip(groups).map(|(name, group)| (name.clone(), step(usize::from(*group), None))).collect()
        }
    };
    if term.rows[missing] > 0 {
        steps.push((words::NOT_KNOWN.to_owned(), step(missing, None)));
    }
    steps
}

/// Puts the neighbours together that are most alike, until a few are left.
fn together(mut steps: Vec<Step>) -> Vec<Step> {
    while steps.len() > STEPS {
        let cost = |pair: &[Step]| {
            let (n, m) = (pair[0].rows as f64, pair[1].rows as f64);
            n * m / (n + m).max(1.0) * (pair[0].score - pair[1].score).powi(2)
        };
        let cheapest = steps.windows(2).map(cost).enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
        let Some((at, _)) = cheapest else { break };
        let other = steps.remove(at + 1);
        let one = &mut steps[at];
        let (n, m) = (one.rows as f64, other.rows as f64);
        let all = (n + m).max(1.0);
        one.score = (one.score * n + other.score * m) / all;
        // Neighbours are off together, so their errors do not even out.
        one.error = (one.error * n + other.error * m) / all;
        one.rows += other.rows;
    }
    steps
}

fn in_words(steps: Vec<Step>, written: &dyn Fn(f64) -> String) -> Vec<(String, Step)> {
    let highs: Vec<Option<f64>> = steps.iter().skip(1).map(|step| step.low).chain([None]).collect();
    steps.into_iter().zip(highs).map(|(step, high)| (words::range_as(step.low, high, written), step)).collect()
}
