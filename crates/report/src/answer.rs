//! An answer as text for people: title with the filter, question, table, sentence, notes.

use insight::{Answer, Table};

use crate::plain::wrapped;
use crate::table::{Format, render};

/// The whole answer as text, its table and its sentences no wider than `width`.
#[must_use]
pub fn answer_text(answer: &Answer, width: Option<usize>) -> String {
    answer_text_over(answer, &answer.table, width)
}

/// The same over another layout of its table.
pub(crate) fn answer_text_over(answer: &Answer, table: &Table, width: Option<usize>) -> String {
    let line = |text: &str, first: &str, indent: &str| match width {
        Some(width) => wrapped(text, first, indent, width),
        None => format!("{first}{text}\n"),
    };
    let table = render(table, Format::Table, width);
    let mut text = line(&answer.heading(), "", "") + &line(&answer.question, "", "");
    text.extend(["\n", &table, "\n", &line(&answer.sentence(), "", "")]);
    for note in answer.notes() {
        text.push_str(&line(&note, "note: ", "  "));
    }
    text + "\n"
}

/// An answer in Markdown, over a layout of its table.
pub(crate) fn answer_markdown_over(answer: &Answer, table: &Table) -> String {
    let table = render(table, Format::Markdown, None);
    format!("## {}\n\n{}\n\n{table}{}\n", answer.heading(), answer.sentence(), markdown_notes(&answer.notes()))
}

/// Notes as a list of Markdown, below what is there; nothing where there are none.
pub(crate) fn markdown_notes(notes: &[String]) -> String {
    let lines = notes.iter().fold(String::new(), |lines, note| lines + "- Note: " + note + "\n");
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr as _;

    use super::*;
    use crate::samples;

    #[test]
    fn sentences_are_as_wide_as_the_terminal_and_no_wider() {
        let report = samples::report();
        let answer = report.answers.iter().find(|answer| answer.sentence().width() > 60).unwrap();
        let narrow = answer_text(answer, Some(60));
        assert!(narrow.lines().all(|line| line.width() <= 60), "{narrow}");
        let joined = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(joined(&narrow).contains(&joined(&answer.sentence())), "{narrow}");
        assert!(answer_text(answer, None).lines().any(|line| line == answer.sentence()));
    }
}
