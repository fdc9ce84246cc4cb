//! Which column is the outcome, and which of its values mean that the account was closed.
//!
//! In: the table, and what the user says of the outcome. Out: the outcome, or why none was taken.
//! Invariant: nothing is guessed. Candidates that disagree, and outcomes that are not closure, are left to the user.

use contract::Role;
use diagnostic::{Diagnostic, nearest, quote};

use crate::Closed;
use crate::column::{Class, Value};
use crate::fold;
use crate::synonyms::{Meaning, Word};
use crate::table::{Table, trimmed};

/// The outcome of a table.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) column: usize,
    /// Of each of the column's values whether it means closed; `None` of one that is no answer.
    pub(crate) closed: Vec<Option<bool>>,
    /// Other columns that say the same, or were read as the outcome too.
    pub(crate) doubles: Vec<usize>,
    /// Whether the user named it.
    pub(crate) is_wished: bool,
}

/// What was found.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    Found(Outcome),
    /// Columns that may be the outcome, none of which was taken.
    Doubt(Vec<usize>),
    /// Outcomes that are not closure; never empty.
    Risk(Vec<usize>),
    /// Whether accounts are used, which may be whether they are open; never empty.
    Active(Vec<usize>),
    None,
}

/// How an outcome is written, the best last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Writing {
    /// 0 and 1.
    Bare,
    YesNo,
    /// Words for an open and a closed account.
    Words,
}

/// A column that may be the outcome.
struct Candidate {
    column: usize,
    /// `None` where its values cannot be read.
    read: Option<(Writing, Vec<Option<bool>>)>,
}

/// Finds the outcome among the columns that are not left out.
pub(crate) fn find(table: &Table<'_>, is_out: &[bool], wish: Option<&Closed>) -> Result<Verdict, Diagnostic> {
    let columns: Vec<usize> = (0..table.columns.len()).filter(|position| !is_out[*position]).collect();
    if let Some(wish) = wish {
        let outcome = wished(table, wish)?;
        return Ok(Verdict::Found(with_doubles(table, &columns, outcome)));
    }
    let candidates: Vec<Candidate> = columns.iter().filter_map(|column| candidate(table, *column)).collect();
    let Some(best) = candidates.iter().filter(|one| one.read.is_some()).max_by_key(|one| rank(one)) else {
        return Ok(if candidates.is_empty() {
            risk(table, &columns)
        } else {
            Verdict::Doubt(candidates.iter().map(|one| one.column).collect())
        });
    };
    let disagree =
        candidates.iter().filter(|other| other.column != best.column).any(|other| !agree(table, best, other));
    if disagree {
        return Ok(Verdict::Doubt(candidates.iter().map(|one| one.column).collect()));
    }
    let closed = best.read.as_ref().map(|(_, closed)| closed.clone()).unwrap_or_default();
    let others = candidates.iter().map(|one| one.column).filter(|column| *column != best.column).collect();
    let outcome = Outcome { column: best.column, closed, doubles: others, is_wished: false };
    Ok(Verdict::Found(with_doubles(table, &columns, outcome)))
}

/// The best written first, and of these the first of the file.
fn rank(candidate: &Candidate) -> (Option<Writing>, std::cmp::Reverse<usize>) {
    (candidate.read.as_ref().map(|(writing, _)| *writing), std::cmp::Reverse(candidate.column))
}

/// Whether a column may be the outcome, by its name or by its values.
fn candidate(table: &Table<'_>, column: usize) -> Option<Candidate> {
    let values = table.columns[column].few();
    let meaning = table.meanings[column];
    let is_named = matches!(meaning, Some(Meaning::Outcome | Meaning::Staying));
    // Of many values it is a measure, whatever its name is.
    let values = values.filter(|values| values.iter().filter(|value| value.is_answer()).count() <= 12)?;
    if values.iter().all(|value| !value.is_answer()) {
        return None;
    }
    let read = read(table, values, meaning);
    let is_worded = matches!(&read, Some((Writing::Words, closed)) if closed.contains(&Some(true)) && closed.contains(&Some(false)));
    let is_state = meaning == Some(Meaning::State) && read.is_some();
    (is_named || is_worded || is_state).then_some(Candidate { column, read })
}

/// Which values mean closed, if all of them say so in one way.
fn read(table: &Table<'_>, values: &[Value], meaning: Option<Meaning>) -> Option<(Writing, Vec<Option<bool>>)> {
    let words: Vec<Option<Option<Word>>> =
        values.iter().map(|value| value.is_answer().then(|| table.synonyms.word(trimmed(value)))).collect();
    let all = |known: [Word; 2]| words.iter().flatten().all(|word| word.is_some_and(|word| known.contains(&word)));
    let closed = |mark: Word| words.iter().map(|word| word.map(|word| word == Some(mark))).collect();
    if all([Word::Closed, Word::Open]) {
        return Some((Writing::Words, closed(Word::Closed)));
    }
    if !all([Word::Yes, Word::No]) {
        return None;
    }
    let is_bare = values.iter().any(|value| value.class == Class::Number);
    let writing = if is_bare { Writing::Bare } else { Writing::YesNo };
    match meaning {
        Some(Meaning::Outcome) => Some((writing, closed(Word::Yes))),
        Some(Meaning::Staying) => Some((writing, closed(Word::No))),
        _ => None,
    }
}

/// Whether another candidate says the same: determined by the best and, unless it is a bare code beside words, read alike.
fn agree(table: &Table<'_>, best: &Candidate, other: &Candidate) -> bool {
    let pair = (best.column.min(other.column), best.column.max(other.column));
    let is_same = table.pairs.one_to_one().any(|one| one == pair);
    let (Some((writing, of_best)), Some((other_writing, of_other))) = (&best.read, &other.read) else { return is_same };
    if !is_same {
        // A finer column in other words, such as why a customer left, agrees too.
        return table.pairs.determines(other.column, best.column) && table.is_telling(best.column);
    }
    if *other_writing == Writing::Bare && *writing > Writing::Bare {
        return true;
    }
    let n_closed = |column: usize, closed: &[Option<bool>]| -> u64 {
        let values = table.columns[column].few().unwrap_or_default();
        values.iter().zip(closed).filter(|(_, closed)| **closed == Some(true)).map(|(value, _)| value.n).sum()
    };
    n_closed(best.column, of_best) == n_closed(other.column, of_other)
}

/// The outcome with all columns that say the same or more.
fn with_doubles(table: &Table<'_>, columns: &[usize], mut outcome: Outcome) -> Outcome {
    let of = outcome.column;
    // A column that names the rows goes with the outcome wherever the file is sorted by it.
    let names_rows = |column: usize| {
        table.meanings[column] == Some(Meaning::Role(Role::CustomerKey)) || table.columns[column].is_counting()
    };
    for column in columns.iter().copied().filter(|column| *column != of && !names_rows(*column)) {
        let is_double = table.are_doubles(of, column) || table.is_coarser(of, column) || table.is_banded(of, column);
        if is_double && !outcome.doubles.contains(&column) {
            outcome.doubles.push(column);
        }
    }
    outcome.doubles.sort_unstable();
    outcome
}

/// Outcomes that are not closure, or columns that tell of use, if there are any.
fn risk(table: &Table<'_>, columns: &[usize]) -> Verdict {
    let is_outcome = |column: &&usize| {
        let n = table.columns[**column].answers().len();
        table.meanings[**column] == Some(Meaning::Risk) && (2..=6).contains(&n)
    };
    let found: Vec<usize> = columns.iter().filter(is_outcome).copied().collect();
    if !found.is_empty() {
        return Verdict::Risk(found);
    }
    let active: Vec<usize> = columns.iter().copied().filter(|column| tells_of_use(table, *column)).collect();
    if active.is_empty() { Verdict::None } else { Verdict::Active(active) }
}

/// Whether a column says who is active, and not only in codes that its name does not explain.
fn tells_of_use(table: &Table<'_>, column: usize) -> bool {
    let answers = table.columns[column].answers();
    let is_all = |known: [Word; 2]| {
        answers.iter().all(|value| table.synonyms.word(trimmed(value)).is_some_and(|word| known.contains(&word)))
    };
    let is_named = table.meanings[column] == Some(Meaning::Role(Role::Active));
    answers.len() == 2 && ((is_named && is_all([Word::Yes, Word::No])) || is_all([Word::Open, Word::Idle]))
}

/// The outcome that the user named.
fn wished(table: &Table<'_>, wish: &Closed) -> Result<Outcome, Diagnostic> {
    let is = |same: &dyn Fn(&str) -> bool| table.columns.iter().position(|column| same(&column.header));
    let folded = fold::name(&wish.column);
    let column = is(&|name| name == wish.column)
        .or_else(|| is(&|name| name.trim() == wish.column))
        .or_else(|| is(&|name| !folded.is_empty() && fold::name(name) == folded))
        .ok_or_else(|| {
            let names = table.columns.iter().map(|column| column.header.as_str());
            let hint = nearest("column", &wish.column, names);
            Diagnostic::new(format!("the file has no column `{}`", quote(&wish.column))).hint(hint)
        })?;
    let header = quote(&table.columns[column].header);
    let Some(values) = table.columns[column].few() else {
        let message = format!("the column `{header}` has too many values to be the outcome");
        return Err(Diagnostic::new(message));
    };
    let texts = || values.iter().filter(|value| value.is_answer()).map(trimmed);
    let mut closed: Vec<Option<bool>> = values.iter().map(|value| value.is_answer().then_some(false)).collect();
    for text in &wish.values {
        let exact = texts().any(|other| other == text);
        let is_meant = |value: &Value| {
            let is_number = |one: &str| one.parse::<f64>().ok();
            let same_number = is_number(trimmed(value)).is_some() && is_number(trimmed(value)) == is_number(text);
            trimmed(value) == text || (!exact && (fold::value(trimmed(value)) == fold::value(text) || same_number))
        };
        let mut is_found = false;
        for (value, closed) in values.iter().zip(&mut closed).filter(|(value, _)| is_meant(value)) {
            *closed = Some(value.is_answer());
            is_found = true;
        }
        if !is_found {
            let message = format!("the column `{header}` has no value `{}`", quote(text));
            return Err(Diagnostic::new(message).hint(nearest("value", text, texts())));
        }
    }
    if closed.iter().flatten().all(|closed| *closed) {
        let message = format!("then every customer has closed the account: the column `{header}` has no other value");
        return Err(Diagnostic::new(message));
    }
    Ok(Outcome { column, closed, doubles: Vec::new(), is_wished: true })
}
