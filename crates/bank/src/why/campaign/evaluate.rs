//! What a campaign did: the closures of those called beside the closures of those held out.
//!
//! In: an assigned list, and who had closed later, from a file or a bank. Out: an [`Evaluated`].
//! Invariant: each customer counts in the arm that the draw gave, whether reached or not; one of whom nothing is known later stops
//! the evaluation, unless the user leaves such customers out, and is then counted.

use std::collections::HashMap;

use additive::qini::{Qini, Tried, qini};
use bson::Bson;
use contract::Unit;
use diagnostic::{Diagnostic, list as listed, quote};
use insight::two_rates::{Counts, difference, interval, p_value};
use insight::{Cell, Column, ColumnRole, Row, Table};
use pipeline::Run;
use recognise::Closed;
use report::{count, counted, number};

use super::super::table;
use super::List;
use super::assign::{ARM, ARMS};
use super::list::text;
use crate::{Bank, Error, ErrorKind};

/// So many customers are named where some are missing.
const MOST_NAMED: usize = 3;
/// The column of a list's scores, and that of later outcomes, where none is named.
const SCORE: &str = "probability";
const CLOSED: &str = "closed";
/// Fewer customers and closures of an arm say nothing of the scores.
const FEWEST: [f64; 2] = [50.0, 10.0];
/// A difference is told from chance where chance gives one as large less often.
const ALPHA: f64 = 0.05;

/// Who had closed later, by the customers' numbers.
pub struct Outcomes {
    closed: HashMap<String, bool>,
    source: String,
}

impl Outcomes {
    /// From a file: the customers' numbers in the column `key`, and who closed as `closed` says, or in a column `closed`.
    pub fn of_list(list: &List, closed: Option<&Closed>) -> Result<Self, Error> {
        let column = list.column(closed.map_or(CLOSED, |closed| &closed.column))?;
        let mut found = HashMap::new();
        for (at, row) in list.rows.iter().enumerate() {
            let text = row[column].trim();
            let is_closed = match (closed, text.to_ascii_lowercase().as_str()) {
                (_, "") => continue,
                (Some(closed), _) => closed.values.iter().any(|value| value == text),
                (None, "1" | "true" | "yes") => true,
                (None, "0" | "false" | "no") => false,
                (None, _) => {
                    let error = list.wrong(at, column, "does not say whether the account was closed");
                    let diagnostic = error.diagnostic().clone();
                    let hint = format!("write 1 or 0, or name what means closed: `--closed {CLOSED}=VALUE`");
                    return Err(Error::new(error.kind(), diagnostic.hint(hint)));
                }
            };
            found.insert(list.number(row).to_owned(), is_closed);
        }
        let values = closed.map(|closed| closed.values.join(","));
        if let Some(values) = values.filter(|_| !found.is_empty() && !found.values().any(|closed| *closed)) {
            let message = format!("no cell of `{}` is `{}`", quote(&list.head[column]), quote(&values));
            return Err(Error::new(ErrorKind::Data, Diagnostic::new(message).at(list.source.clone())));
        }
        Ok(Self { closed: found, source: list.source.clone() })
    }

    /// From a bank, as it is on its day.
    pub fn of_bank(bank: &Bank) -> Result<Self, Error> {
        let contract = bank.customers()?;
        let (outcome, values) = table::outcome(contract)?;
        let key = contract.key();
        if key.direct_identifier {
            let message = "the customers' numbers of this bank name persons, so none can be looked up";
            let hint = "write the outcomes into a file: `--outcome later.csv`";
            return Err(Error::new(ErrorKind::Question, Diagnostic::new(message).hint(hint)));
        }
        let missing = contract.column(outcome).and_then(contract::Column::missing_value);
        let (collection, pipeline) = table::pipeline(bank.catalog(), &[], &[&key.name, outcome])?;
        let mut closed = HashMap::new();
        for row in Run::rows(bank, &collection, &pipeline)? {
            let row = row?;
            let (Some(key), Some(Bson::String(value))) = (row.get(&key.name), row.get(outcome)) else { continue };
            if Some(value.as_str()) != missing {
                closed.insert(text(key), values.contains(&value.as_str()));
            }
        }
        Ok(Self { closed, source: bank.place().to_string() })
    }
}

/// What a campaign did.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluated {
    /// What it says.
    pub sentences: Vec<String>,
    /// The arms.
    pub arms: Table,
    /// How the effect grows from the highest scores down; none without scores.
    pub curve: Option<Table>,
    /// What is to be told beside it.
    pub notices: Vec<Diagnostic>,
}

/// What is asked of an evaluation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evaluation {
    /// The column of the scores; `probability` where there is one, otherwise.
    pub score: Option<String>,
    /// Whether customers of whom nothing is known later are left out.
    pub leaves_unknown_out: bool,
}

/// Evaluates a campaign.
pub fn evaluated(assigned: &List, outcomes: &Outcomes, wish: &Evaluation) -> Result<Evaluated, Error> {
    let (rows, notices) = joined(assigned, outcomes, wish)?;
    let counts = [true, false].map(|arm| {
        let of_arm = || rows.iter().filter(|row| row.asked == arm);
        Counts { successes: of_arm().filter(|row| row.outcome).count() as f64, trials: of_arm().count() as f64 }
    });
    if let Some(empty) = counts.iter().position(|counts| counts.trials == 0.0) {
        let message = format!("no customer of the list is {}, so there is nothing to compare with", ARMS[empty]);
        return Err(Error::new(ErrorKind::Data, Diagnostic::new(message).at(assigned.source.clone())));
    }
    let mut sentences = effect(counts);
    sentences.push(
        "All who were assigned count, also those who were not reached: this is what it does to call by the list, and not what it does \
         to be reached."
            .to_owned(),
    );
    let of_enough = |counts: &Counts| counts.trials >= FEWEST[0] && counts.successes >= FEWEST[1];
    let has_scores =
        rows.iter().all(|row| row.score.is_finite()) && rows.windows(2).any(|pair| pair[0].score != pair[1].score);
    let found = if has_scores && counts.iter().all(of_enough) { qini(&rows) } else { None };
    match &found {
        Some(found) => sentences.push(of_scores(found)),
        None if has_scores => sentences.push(format!(
            "Whether the scores find those whom a call keeps cannot be told yet: that takes {} customers and {} closures in each arm.",
            FEWEST[0], FEWEST[1]
        )),
        None => {}
    }
    Ok(Evaluated { sentences, arms: arms(counts), curve: found.as_ref().map(curve), notices })
}

/// The customers with their arm, outcome and score; a score is none where the list has none.
fn joined(assigned: &List, outcomes: &Outcomes, wish: &Evaluation) -> Result<(Vec<Tried>, Vec<Diagnostic>), Error> {
    let arm = assigned.head.iter().position(|name| name == ARM).ok_or_else(|| {
        let message = format!("the list has no column `{ARM}`, so it does not say who was held out");
        let hint = "`banksphere campaign assign` writes such a list";
        Error::new(ErrorKind::Data, Diagnostic::new(message).at(assigned.source.clone()).hint(hint))
    })?;
    let score = match &wish.score {
        Some(name) => Some(assigned.column(name)?),
        None => assigned.head.iter().position(|name| name == SCORE),
    };
    let (mut rows, mut unknown) = (Vec::new(), Vec::new());
    for (at, row) in assigned.rows.iter().enumerate() {
        let asked = match row[arm].trim() {
            called if called == ARMS[0] => true,
            held_out if held_out == ARMS[1] => false,
            _ => return Err(assigned.wrong(at, arm, &format!("is no arm: `{}` or `{}`", ARMS[0], ARMS[1]))),
        };
        let score = match score {
            None => f64::NAN,
            Some(column) => {
                let score = row[column].trim().parse::<f64>().ok().filter(|score| score.is_finite());
                score.ok_or_else(|| assigned.wrong(at, column, "is no score: a number"))?
            }
        };
        match outcomes.closed.get(assigned.number(row)) {
            Some(outcome) => rows.push(Tried { score, asked, outcome: *outcome }),
            None => unknown.push((assigned.number(row), asked)),
        }
    }
    let told = unknown_told(&unknown, assigned.rows.len(), &outcomes.source);
    match told {
        Some(message) if !wish.leaves_unknown_out || rows.is_empty() => {
            let hint = "give the outcome of each customer, or leave them out: `--unknown leave-out`";
            Err(Error::new(ErrorKind::Data, Diagnostic::new(message).hint(hint)))
        }
        Some(message) => Ok((rows, vec![Diagnostic::new(format!("{message}: they are left out"))])),
        None => Ok((rows, Vec::new())),
    }
}

/// How many customers nothing is known of, of each arm, and who some of them are.
fn unknown_told(unknown: &[(&str, bool)], all: usize, source: &str) -> Option<String> {
    if unknown.is_empty() {
        return None;
    }
    let named: Vec<String> =
        unknown.iter().take(MOST_NAMED).map(|(number, _)| format!("`{}`", quote(number))).collect();
    let called = unknown.iter().filter(|(_, asked)| *asked).count();
    let such = if unknown.len() > MOST_NAMED { "such as " } else { "" };
    Some(format!(
        "of {} on the list `{}` says nothing of {}, {such}{} ({} called, {} held out)",
        counted(all as u64, "customer"),
        quote(source),
        count(unknown.len() as u64),
        listed(&named),
        count(called as u64),
        count((unknown.len() - called) as u64)
    ))
}

/// Whether the calls kept customers, in words.
fn effect(counts: [Counts; 2]) -> Vec<String> {
    let [called, held_out] = counts;
    let whole = |value: f64| count(value as u64);
    let percent = |value: f64| number(value, Unit::Share);
    let closed = |counts: Counts| {
        let who = counted(counts.trials as u64, "customer");
        format!("{who} {} closed the account ({})", whole(counts.successes), percent(counts.rate()))
    };
    let mut sentences = vec![format!("Of the called {}; of the held out {}.", closed(called), closed(held_out))];
    if called.successes + held_out.successes == 0.0 {
        sentences.push("No customer of either arm has closed, so there is nothing to tell apart yet.".to_owned());
        return sentences;
    }
    let (Some(apart), Some(p)) = (difference(held_out, called), p_value(held_out, called)) else {
        sentences.push("All customers of both arms have closed, so there is nothing to tell apart.".to_owned());
        return sentences;
    };
    let fewer = held_out.rate() - called.rate();
    let points = |value: f64| format!("{:.1}", value * 100.0).replace('-', "−");
    let p_text = if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p:.3}") };
    let verdict = match (p < ALPHA, fewer > 0.0) {
        (true, true) => "the calls kept customers",
        (true, false) => "the calls drove customers away",
        (false, _) => "a difference of this size can well be chance",
    };
    let way = if fewer >= 0.0 { "lower" } else { "higher" };
    sentences.push(format!(
        "With a call the rate is {way} by {} points (95 % interval of the fall {} to {}, {p_text}): {verdict}.",
        points(fewer.abs()),
        points(apart.low),
        points(apart.high)
    ));
    // Adding 0 takes the sign off a zero.
    let customers = |rate: f64| format!("{}", (rate * called.trials).round() + 0.0).replace('-', "−");
    let [low, high] = [apart.low, apart.high].map(customers);
    sentences.push(if fewer >= 0.0 {
        let kept = customers(fewer);
        format!("That is {kept} of those called who would have closed otherwise (95 % interval {low} to {high}).")
    } else {
        let lost = customers(-fewer);
        format!("That is {lost} of those called who would not have closed otherwise (95 % interval of those kept {low} to {high}).")
    });
    sentences
}

fn arms(counts: [Counts; 2]) -> Table {
    let of = || "closure_rate".to_owned();
    let columns = vec![
        Column::new("arm", "Arm", Unit::Text, ColumnRole::Dimension),
        Column::measure("customers", "Customers", Unit::Count),
        Column::measure("closed", "Closed", Unit::Count),
        Column::measure("closure_rate", "Closure rate", Unit::Share),
        Column::new("closure_rate_low", "Closure rate, low end", Unit::Share, ColumnRole::Low { of: of() }),
        Column::new("closure_rate_high", "Closure rate, high end", Unit::Share, ColumnRole::High { of: of() }),
    ];
    let row = |(arm, counts): (&str, Counts)| {
        let ends =
            interval(counts).map_or([Cell::Missing, Cell::Missing], |ends| [ends.low, ends.high].map(Cell::Number));
        let mut cells = vec![Cell::Text(arm.to_owned())];
        cells.extend([counts.trials, counts.successes].map(|n| Cell::Integer(n as i64)));
        cells.push(Cell::Number(counts.rate()));
        cells.extend(ends);
        Row::from(cells)
    };
    Table { columns, rows: ARMS.into_iter().zip(counts).map(row).collect() }
}

/// Whether the scores find those whom a call keeps.
fn of_scores(found: &Qini) -> String {
    let Qini { coefficient, low, high, .. } = *found;
    let verdict = if low > 0.0 {
        "the scores find those whom a call keeps better than chance"
    } else if high < 0.0 {
        "the scores find those whom a call does not keep"
    } else {
        "that the scores find those whom a call keeps cannot be told from chance"
    };
    let text = |value: f64| number(value, Unit::Ratio);
    format!(
        "The Qini coefficient of the scores, the area between their curve and that of a random order, is {} (95 % interval {} to {}): \
         {verdict}.",
        text(coefficient),
        text(low),
        text(high)
    )
}

/// The curve at each tenth of the list.
fn curve(found: &Qini) -> Table {
    let columns = vec![
        Column::new("share", "Highest scores", Unit::Share, ColumnRole::Dimension),
        Column::measure("kept", "Kept, of all called", Unit::Share),
        Column::measure("at_random", "In a random order", Unit::Share),
    ];
    let end = found.curve.last().map_or(0.0, |end| end[1]);
    let row = |tenth: u32| {
        let share = f64::from(tenth) / 10.0;
        let behind = found.curve.partition_point(|point| point[0] < share).min(found.curve.len() - 1);
        let (before, behind) = (found.curve[behind.saturating_sub(1)], found.curve[behind]);
        let part = if behind[0] > before[0] { (share - before[0]) / (behind[0] - before[0]) } else { 1.0 };
        let kept = before[1] + part.clamp(0.0, 1.0) * (behind[1] - before[1]);
        Row::from([share, kept, end * share].map(Cell::Number).to_vec())
    };
    Table { columns, rows: (1..=10).map(row).collect() }
}
