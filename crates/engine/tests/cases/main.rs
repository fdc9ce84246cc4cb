//! Holds the embedded engine to what a real MongoDB answered: every statement of every case file in `tests/cases`.

mod case_file;
mod compare;
mod definitions;
mod gaps;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bson::{Bson, Document};
use case_file::{Answer, CaseFile, Kind, Statement};
use engine::{Collection, Engine};
use pipeline::{Pipeline, Run as _, RunError};

/// Rows, or the refusal's message and code.
type Outcome = Result<Vec<Document>, (String, Option<i32>)>;

/// How a pipeline is run.
type Runner = fn(&Collections, &Pipeline) -> Result<Vec<Document>, RunError>;

/// Documents by collection.
type Collections = BTreeMap<String, Vec<Document>>;

#[test]
fn the_definitions_answer_as_mongodb_does() {
    hold_to_the_cases(definitions::run);
}

#[test]
fn the_engine_answers_as_mongodb_does() {
    hold_to_the_cases(run_engine);
}

fn run_engine(collections: &Collections, pipeline: &Pipeline) -> Result<Vec<Document>, RunError> {
    let mut engine = Engine::new();
    for (name, documents) in collections {
        engine.insert(name, Collection::from_documents(documents.clone()));
    }
    engine.run("documents", pipeline)
}

fn hold_to_the_cases(runner: Runner) {
    let gaps = gaps::read();
    let (mut report, mut failures, mut passed) = (String::new(), 0, 0);
    for file in case_file::read_all() {
        for statement in &file.statements {
            let differences = differences(runner, &file, statement);
            let gap = gaps::covering(&gaps, &file.name, &statement.text);
            if differences.is_empty() {
                passed += 1;
            } else if let Some(gap) = gap {
                gap.is_used.set(true);
            } else {
                failures += 1;
                let _ = writeln!(report, "\n{}:{}\n  {}", file.name, statement.line, statement.text);
                // Two documents are enough to see what is wrong.
                for line in differences.iter().take(2) {
                    let _ = writeln!(report, "    {line}");
                }
            }
        }
    }
    for gap in gaps.iter().filter(|gap| !gap.is_used.get()) {
        failures += 1;
        let _ = writeln!(report, "\nthis gap is mended, take it off known_gaps.toml: {}", gap.name());
    }
    assert!(failures == 0, "{failures} differences, {passed} cases agree{report}");
}

/// How the engine's answer to a statement differs from the recorded one, one line each.
fn differences(runner: Runner, file: &CaseFile, statement: &Statement) -> Vec<String> {
    match (statement.kind, &statement.answer) {
        (_, Answer::Unrecorded) => Vec::new(),
        (Kind::Expression, answer) => differences_of_expression(runner, file, statement, answer),
        (Kind::Pipeline, answer) => {
            let outcome = run(runner, &file.collections, &statement.text);
            let expected = |lines: &[String]| lines.iter().map(|line| document(case_file::canonical(line))).collect();
            difference(statement, answer, outcome, &expected).into_iter().collect()
        }
        (Kind::Predicate, answer) => {
            let text = format!("[{{$match: {}}}, {{$project: {{_id: 1}}}}]", statement.text);
            let outcome = run(runner, &file.collections, &text);
            difference(statement, answer, outcome, &ids).into_iter().collect()
        }
    }
}

/// `1 4 7` as documents that hold these `_id`s.
fn ids(lines: &[String]) -> Vec<Document> {
    let ids = lines.iter().flat_map(|line| line.split(' ')).filter(|&word| word != "none");
    ids.map(|word| bson::doc! {"_id": word.parse::<i32>().expect("an `_id` is a whole number")}).collect()
}

fn difference(
    statement: &Statement,
    answer: &Answer,
    outcome: Outcome,
    expected: &dyn Fn(&[String]) -> Vec<Document>,
) -> Option<String> {
    match (answer, outcome) {
        (Answer::Refused(code), Err(error)) => wrong_code(*code, &error),
        (Answer::Refused(code), Ok(rows)) => Some(format!("must be refused with {code}, gives {}", show_all(&rows))),
        (Answer::Lines(lines), Ok(rows)) => {
            let expected = expected(lines);
            let agree = compare::rows_agree(&expected, &rows, statement.is_sorted, statement.has_free_arrays);
            (!agree).then(|| format!("must give {}\n    but gives {}", show_all(&expected), show_all(&rows)))
        }
        (Answer::Lines(lines), Err((message, _))) => {
            Some(format!("must give {}\n    but is refused: {message}", show_all(&expected(lines))))
        }
        (Answer::Unrecorded, _) => None,
    }
}

fn wrong_code(expected: i32, (message, actual): &(String, Option<i32>)) -> Option<String> {
    let actual = actual.filter(|actual| *actual != expected)?;
    Some(format!("must be refused with {expected}, but is with {actual}: {message}"))
}

/// An expression is asked of each document by itself.
fn differences_of_expression(runner: Runner, file: &CaseFile, statement: &Statement, answer: &Answer) -> Vec<String> {
    let text = format!("[{{$replaceWith: {{value: {}}}}}]", statement.text);
    let documents = &file.collections["documents"];
    let mut found = Vec::new();
    for (place, document) in documents.iter().enumerate() {
        let outcome = run(runner, &BTreeMap::from([("documents".to_owned(), vec![document.clone()])]), &text);
        let expected = match answer {
            Answer::Lines(lines) => lines[place].split_once(": ").expect("an answer follows its `_id`").1.to_owned(),
            Answer::Refused(code) => format!("error {code}"),
            Answer::Unrecorded => return Vec::new(),
        };
        if let Some(difference) = difference_of_value(&expected, outcome, statement.has_free_arrays) {
            found.push(format!("{document}: {difference}"));
        }
    }
    found
}

fn difference_of_value(expected: &str, outcome: Outcome, has_free_arrays: bool) -> Option<String> {
    let code = expected.strip_prefix("error ").map(|code| code.parse().expect("a code is a number"));
    let rows = match (code, outcome) {
        (Some(code), Err(error)) => return wrong_code(code, &error),
        (None, Err((message, _))) => return Some(format!("must give {expected}, but is refused: {message}")),
        (_, Ok(rows)) => rows,
    };
    let actual = rows.first().and_then(|row| row.get("value"));
    let shown = show_all(&rows);
    let agree = match (expected, actual) {
        ("missing", actual) => actual.is_none(),
        (_, Some(actual)) if code.is_none() => {
            compare::values_agree(&case_file::canonical(expected), actual, has_free_arrays)
        }
        _ => false,
    };
    (!agree).then(|| format!("must give {expected}, but the row is {shown}"))
}

fn run(runner: Runner, collections: &Collections, text: &str) -> Outcome {
    let parsed = pipeline::parse_text(text).map_err(|error| (error.to_string(), error.error_code()))?;
    runner(collections, &parsed).map_err(|error| (error.message, error.code))
}

fn document(value: Bson) -> Document {
    match value {
        Bson::Document(document) => document,
        other => panic!("a row is a document, not {other}"),
    }
}

fn show(row: &Document) -> String {
    pipeline::print::document(row, pipeline::print::Format::Canonical)
}

fn show_all(rows: &[Document]) -> String {
    let rows: Vec<String> = rows.iter().map(show).collect();
    if rows.is_empty() { "nothing".to_owned() } else { rows.join(" ") }
}
