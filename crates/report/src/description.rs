//! The description of the columns for people: heading, how much there is, table, what is in doubt.
//!
//! In: a [`QualityPage`]. Out: text, or a page of HTML.

use insight::QualityPage;

use crate::answer::markdown_notes;
use crate::file::answer_page;
use crate::table::{Format, render};

/// The whole description as text, its table no wider than `width`.
#[must_use]
pub fn description_text(page: &QualityPage, width: Option<usize>) -> String {
    let table = render(&page.description_in_words(), Format::Table, width);
    let mut text = format!("{}\n{}\n\n{table}", page.description_heading(), page.extent());
    for (at, note) in page.description_notes().iter().enumerate() {
        text.extend([if at == 0 { "\nnote: " } else { "note: " }, note, "\n"]);
    }
    text
}

/// The description in Markdown.
#[must_use]
pub fn description_markdown(page: &QualityPage) -> String {
    let table = render(&page.description_in_words(), Format::Markdown, None);
    let notes = markdown_notes(&page.description_notes());
    format!("## {}\n\n{}\n\n{table}{notes}", page.description_heading(), page.extent())
}

/// The description as a page of HTML; what is saved from its table are the numbers.
#[must_use]
pub fn description_html(page: &QualityPage) -> String {
    let answer = page.description_answer();
    answer_page(&answer, &page.description_in_words(), &answer.table)
}
