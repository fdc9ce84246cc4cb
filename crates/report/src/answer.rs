//! An answer as text for people: title, question, table, sentence, notes.

use insight::Answer;

use crate::table::{Format, render};

/// The whole answer as text, its table no wider than `width`.
#[must_use]
pub fn answer_text(answer: &Answer, width: Option<usize>) -> String {
    let table = render(&answer.table, Format::Table, width);
    let notes: String = answer.notes.iter().map(|note| format!("note: {note}\n")).collect();
    format!("{}\n{}\n\n{table}\n{}\n{notes}\n", answer.title, answer.question, answer.sentence)
}
