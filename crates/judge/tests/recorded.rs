//! Holds every runner to what a real MongoDB answered: every statement of every case file in `tests/cases`.
//!
//! `UPDATE=1 cargo test -p judge --test recorded` records the answers anew from the server; read the diff before you commit it.

#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]
#![expect(clippy::print_stdout, reason = "who records is told how much is new")]

use std::fmt::Write as _;

use bson::{Bson, Document};
use judge::case_file::{self, CaseFile, Kind, Recorded, Statement, canonical};
use judge::compare::{rows_agree, values_agree};
use judge::runner::{Collections, Definitions, Embedded, Runner, Server};
use judge::{Answer, Refusal, gaps};

#[test]
fn the_definitions_answer_as_recorded() {
    hold_to_the_cases(&mut Definitions::default());
}

#[test]
fn the_engine_answers_as_recorded() {
    hold_to_the_cases(&mut Embedded::on_documents());
}

#[test]
fn the_engine_answers_as_recorded_from_columns() {
    hold_to_the_cases(&mut Embedded::on_columns());
}

#[test]
fn the_engine_answers_as_recorded_from_columns_of_any_shape() {
    hold_to_the_cases(&mut Embedded::on_shredded());
}

#[test]
fn the_server_answers_as_recorded() {
    let Some(uri) = mongod::bank("the_server_answers_as_recorded") else { return };
    let mut server = Server::connect(&uri).unwrap();
    let version = server.version();
    let (mut n_new, mut report) = (0, String::new());
    for file in case_file::read_all() {
        if std::env::var_os("UPDATE").is_some() {
            n_new += judge::record(&file, &mut server, &version).unwrap();
            continue;
        }
        server.fill(&file.collections).unwrap();
        for statement in file.statements.iter().filter(|statement| statement.is_known_to(&version)) {
            let mut differences = differences(&server, &file, statement);
            if let Kind::Command(_) = statement.kind {
                // The pipeline that a command comes down to says the same on the server.
                let translated = AsPipelines(&server);
                differences.extend(self::differences(&translated, &file, statement));
            }
            for difference in differences {
                let _ = writeln!(report, "\n{}:{}\n  {}\n    {difference}", file.name, statement.line, statement.text);
            }
        }
    }
    assert!(report.is_empty(), "MongoDB {version} answers otherwise than is recorded{report}");
    if n_new > 0 {
        println!("{n_new} answers recorded anew from MongoDB {version}: read the diff");
    }
}

/// A server that knows pipelines alone.
struct AsPipelines<'a>(&'a Server);

impl Runner for AsPipelines<'_> {
    fn fill(&mut self, _collections: &Collections) -> Result<(), mongo::Error> {
        Ok(())
    }

    fn ask(&self, pipeline: &Bson) -> Result<Answer, mongo::Error> {
        self.0.ask(pipeline)
    }
}

fn hold_to_the_cases(runner: &mut dyn Runner) {
    let gaps = gaps::read();
    let (mut report, mut failures, mut passed) = (String::new(), 0, 0);
    for file in case_file::read_all() {
        runner.fill(&file.collections).unwrap();
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
    assert!(passed > 1_700, "only {passed} cases");
}

/// How a runner's answer to a statement differs from the recorded one, one line each.
fn differences(runner: &dyn Runner, file: &CaseFile, statement: &Statement) -> Vec<String> {
    let ids = file.ids();
    let questions = statement.questions(&ids);
    differences_of(&questions.iter().map(|question| runner.answer(question).unwrap()).collect::<Vec<_>>(), statement)
}

fn differences_of(answers: &[Answer], statement: &Statement) -> Vec<String> {
    match (&statement.recorded, statement.kind) {
        (Recorded::Nothing, _) => Vec::new(),
        (Recorded::Refused(code), _) => answers.iter().filter_map(|answer| must_refuse(*code, answer)).collect(),
        (Recorded::Lines(lines), Kind::Expression) => {
            lines.iter().zip(answers).filter_map(|(line, answer)| value_differs(line, answer, statement)).collect()
        }
        (Recorded::Lines(lines), Kind::Predicate) => rows_differ(&ids_of(lines), &answers[0], statement),
        (Recorded::Lines(lines), Kind::Pipeline | Kind::Command(_)) => {
            let rows: Vec<Document> = lines.iter().map(|line| canonical(line).as_document().unwrap().clone()).collect();
            rows_differ(&rows, &answers[0], statement)
        }
    }
}

/// `1 4 7` as documents that hold these `_id`s.
fn ids_of(lines: &[String]) -> Vec<Document> {
    let ids = lines.iter().flat_map(|line| line.split(' ')).filter(|&word| word != "none");
    ids.map(|word| bson::doc! {"_id": word.parse::<i32>().unwrap()}).collect()
}

fn must_refuse(code: i32, answer: &Answer) -> Option<String> {
    match answer {
        Answer::Refused(Refusal { code: actual, .. }) if actual.is_none_or(|actual| actual == code) => None,
        other => Some(format!("must be refused with {code}, gives {}", other.show())),
    }
}

fn rows_differ(expected: &[Document], answer: &Answer, statement: &Statement) -> Vec<String> {
    match answer {
        Answer::Rows(rows) if rows_agree(expected, rows, statement.free) => Vec::new(),
        other => vec![format!("must give {}\n    but gives {}", Answer::Rows(expected.to_vec()).show(), other.show())],
    }
}

/// Compares with a line such as `3: {"$numberInt":"5"}`, `3: missing` or `3: error 2`.
fn value_differs(line: &str, answer: &Answer, statement: &Statement) -> Option<String> {
    let (_, expected) = line.split_once(": ").unwrap();
    if let Some(code) = expected.strip_prefix("error ") {
        return must_refuse(code.parse().unwrap(), answer).map(|difference| format!("{line}: {difference}"));
    }
    let actual: Option<Option<&Bson>> = match answer {
        Answer::Rows(rows) => rows.first().map(|row| row.get("value")),
        Answer::Refused(_) => None,
    };
    let agree = match (expected, actual) {
        (_, None) => false,
        ("missing", Some(actual)) => actual.is_none(),
        (_, Some(actual)) => {
            actual.is_some_and(|actual| values_agree(&canonical(expected), actual, statement.free.arrays))
        }
    };
    (!agree).then(|| format!("must give {line}, but gives {}", answer.show()))
}
