//! An answer as text for people: title with the filter, question, table, sentence, notes.

use insight::{Answer, Table};

use crate::table::{Format, render};

/// The whole answer as text, its table no wider than `width`.
#[must_use]
pub fn answer_text(answer: &Answer, width: Option<usize>) -> String {
    answer_text_over(answer, &answer.table, width)
}

/// The same over another layout of its table.
#[must_use]
pub fn answer_text_over(answer: &Answer, table: &Table, width: Option<usize>) -> String {
    let (title, question, sentence) = (answer.heading(), &answer.question, answer.sentence());
    let table = render(table, Format::Table, width);
    let mut text = format!("{title}\n{question}\n\n{table}\n{sentence}\n");
    for note in answer.notes() {
        text.extend(["note: ", &note, "\n"]);
    }
    text + "\n"
}
