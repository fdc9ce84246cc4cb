//! Analyses of the built-in catalog, rows as text, and answers as they are shown.

use std::fmt::Write;

use bson::Document;
use catalog::{Analysis, Catalog};
use contract::Contract;
use expect_test::Expect;
use insight::{Answer, Cell, answer};

pub(crate) fn built_in() -> Catalog {
    Catalog::built_in(&Contract::card()).unwrap_or_else(|faults| panic!("{faults}"))
}

pub(crate) fn question(by: &[&str], measures: &[&str]) -> Analysis {
    let catalog = built_in();
    let topic = catalog.topic("segment").expect("the built-in catalog has it");
    catalog.compose(by, measures, None, topic).unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) fn rows(text: &str) -> Vec<Document> {
    let value = pipeline::read(text).unwrap_or_else(|error| panic!("{error}"));
    let rows = value.as_array().cloned().unwrap_or_default();
    rows.into_iter().filter_map(|row| row.as_document().cloned()).collect()
}

pub(crate) fn answered(analysis: &Analysis, text: &str) -> Answer {
    answer(analysis, &[rows(text)]).unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) fn shown(answer: &Answer) -> String {
    let names: Vec<&str> = answer.table.columns.iter().map(|column| column.name.as_str()).collect();
    let mut text = format!("{}\n", names.join(" | "));
    for row in &answer.table.rows {
        let cells = row.cells.iter().map(|cell| match cell {
            Cell::Missing => "–".to_owned(),
            Cell::Hidden => "hidden".to_owned(),
            Cell::Text(text) => text.clone(),
            Cell::Integer(number) => number.to_string(),
            Cell::Number(number) => format!("{number:.4}"),
        });
        writeln!(text, "{}", cells.collect::<Vec<_>>().join(" | ")).expect("a string takes it all");
    }
    writeln!(text, "\n{}", answer.sentence()).expect("a string takes it all");
    for note in answer.notes() {
        writeln!(text, "note: {note}").expect("a string takes it all");
    }
    text
}

#[track_caller]
pub(crate) fn check(analysis: &Analysis, text: &str, expected: &Expect) {
    expected.assert_eq(&shown(&answered(analysis, text)));
}
