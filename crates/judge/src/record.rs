//! Writes into a case file what a server answers to it.
//!
//! In: a case file and a runner, a real server in earnest. Out: the same file with every `answer` and `error` as the
//! server gives them now. What says the same keeps its text, and rows whose order is free are sorted by theirs, so a rerun
//! on the same server changes nothing.

use bson::Bson;
use pipeline::print::{Format, document};

use crate::case_file::{CaseFile, Kind, Recorded, Statement, canonical};
use crate::runner::Runner;
use crate::{Answer, Refusal};

/// Rewrites one file; gives how many of its answers are new. `version` is the server's, such as `6.0.27`.
///
/// # Panics
/// Where the file cannot be read or written.
pub fn record(file: &CaseFile, runner: &mut dyn Runner, version: &str) -> Result<usize, mongo::Error> {
    runner.fill(&file.collections)?;
    let path = file.path();
    let text = fs_err::read_to_string(&path).expect("a case file can be read");
    let lines: Vec<&str> = text.split('\n').collect();
    let (mut written, mut copied, mut n_new) = (Vec::new(), 0, 0);
    for statement in &file.statements {
        if !statement.is_known_to(version) {
            continue;
        }
        let answer = answer(runner, statement, &file.ids())?;
        if says_the_same(statement, &answer) {
            continue;
        }
        n_new += 1;
        written.extend(lines[copied..statement.recorded_lines.start].iter().map(|&line| line.to_owned()));
        written.extend(answer);
        copied = statement.recorded_lines.end;
    }
    written.extend(lines[copied..].iter().map(|&line| line.to_owned()));
    if n_new > 0 {
        fs_err::write(&path, written.join("\n")).expect("a case file can be written");
    }
    Ok(n_new)
}

/// The lines to record for a statement.
pub(crate) fn answer(runner: &dyn Runner, statement: &Statement, ids: &[&Bson]) -> Result<Vec<String>, mongo::Error> {
    let questions = statement.questions(ids);
    let answers = questions.iter().map(|question| runner.answer(question)).collect::<Result<Vec<_>, _>>()?;
    if let Some(code) = one_code(&answers) {
        return Ok(vec![format!("error {code}")]);
    }
    let mut lines: Vec<String> = match statement.kind {
        Kind::Expression => ids.iter().zip(&answers).map(|(id, answer)| format!("{id}: {}", value(answer))).collect(),
        Kind::Predicate => vec![matched(&answers[0])],
        Kind::Pipeline | Kind::Command(_) => rows(&answers[0], statement),
    };
    lines.insert(0, "answer".to_owned());
    Ok(lines)
}

/// The code that every answer is refused with.
fn one_code(answers: &[Answer]) -> Option<i32> {
    let code = |answer: &Answer| match answer {
        Answer::Refused(refusal) => Some(shown_code(refusal)),
        Answer::Rows(_) => None,
    };
    let first = code(answers.first()?)?;
    answers.iter().all(|answer| code(answer) == Some(first)).then_some(first)
}

fn shown_code(refusal: &Refusal) -> i32 {
    refusal.code.unwrap_or(0)
}

/// The value of an expression on one document.
fn value(answer: &Answer) -> String {
    match answer {
        Answer::Refused(refusal) => format!("error {}", shown_code(refusal)),
        Answer::Rows(rows) => {
            let value = rows.first().and_then(|row| row.get("value"));
            value.map_or_else(|| "missing".to_owned(), pipeline::print::canonical)
        }
    }
}

/// The `_id`s that matched.
fn matched(answer: &Answer) -> String {
    let Answer::Rows(rows) = answer else { return String::new() };
    let ids: Vec<String> = rows.iter().filter_map(|row| row.get("_id")).map(ToString::to_string).collect();
    if ids.is_empty() { "none".to_owned() } else { ids.join(" ") }
}

fn rows(answer: &Answer, statement: &Statement) -> Vec<String> {
    let Answer::Rows(rows) = answer else { return Vec::new() };
    let mut lines: Vec<String> = rows
        .iter()
        .map(|row| if statement.free.arrays { with_sorted_arrays(row) } else { row.clone() })
        .map(|row| document(&row, Format::Canonical))
        .collect();
    if statement.free.rows {
        lines.sort();
    }
    lines
}

/// Where order is free the server's changes from run to run; the file's should not.
fn with_sorted_arrays(row: &bson::Document) -> bson::Document {
    fn sorted(value: &Bson) -> Bson {
        match value {
            Bson::Document(document) => Bson::Document(with_sorted_arrays(document)),
            Bson::Array(items) => {
                let mut items: Vec<Bson> = items.iter().map(sorted).collect();
                items.sort_by_cached_key(pipeline::print::canonical);
                Bson::Array(items)
            }
            other => other.clone(),
        }
    }
    row.iter().map(|(name, value)| (name.clone(), sorted(value))).collect()
}

/// Whether the lines to record say what is recorded, be it in another spelling.
fn says_the_same(statement: &Statement, answer: &[String]) -> bool {
    match &statement.recorded {
        Recorded::Nothing => false,
        Recorded::Refused(code) => answer == [format!("error {code}")],
        Recorded::Lines(lines) => {
            let respelt = |lines: &[String]| {
                let mut lines: Vec<String> = lines.iter().map(|line| respell(statement.kind, line)).collect();
                if statement.free.rows {
                    lines.sort();
                }
                lines
            };
            answer.first().is_some_and(|line| line == "answer") && respelt(lines) == respelt(&answer[1..])
        }
    }
}

/// A recorded line in our own spelling.
fn respell(kind: Kind, line: &str) -> String {
    match kind {
        Kind::Predicate => line.to_owned(),
        Kind::Pipeline | Kind::Command(_) => pipeline::print::canonical(&canonical(line)),
        Kind::Expression => match line.split_once(": ") {
            Some((id, value)) if value != "missing" && !value.starts_with("error ") => {
                format!("{id}: {}", pipeline::print::canonical(&canonical(value)))
            }
            _ => line.to_owned(),
        },
    }
}
