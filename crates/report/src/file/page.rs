//! Tables as a page of HTML that opens by itself, in the colours of the report.

use std::fmt::Write;

use insight::{Answer, Table};

use super::{Rows, Sheet};
use crate::html::{analysis, escape, push_page_head};
use crate::{documents_table, html};

/// The tables below each other, whole; answers with all that they say. A single answer gives the page its title.
#[must_use]
pub(super) fn page(title: &str, sheets: &[Sheet<'_>]) -> String {
    if let [Sheet { rows: Rows::Answer(answer, table), .. }] = sheets {
        return answer_page(answer, table, table);
    }
    framed(title, |page| {
        for sheet in sheets {
            match sheet.rows {
                Rows::Answer(answer, table) => push_answer(page, answer, table),
                Rows::Table(table) => push(page, sheet.name, table),
                Rows::Documents(documents) => push(page, sheet.name, &documents_table(documents)),
            }
        }
    })
}

/// A page of one answer, its table as people read it; what is saved from there is another layout, such as its bare numbers.
#[must_use]
pub(crate) fn answer_page(answer: &Answer, shown: &Table, saved: &Table) -> String {
    framed(&answer.heading(), |page| {
        page.push_str("<article>\n");
        analysis::push_parts(page, answer, shown, saved);
        page.push_str("</article>\n");
    })
}

/// A page with its title, and what `push` puts below it.
fn framed(title: &str, push: impl FnOnce(&mut String)) -> String {
    let mut page = String::new();
    push_page_head(&mut page, title);
    let _ = write!(
        page,
        "<body>\n<header class=\"masthead\">\n<p class=\"brand\">BankSphere</p>\n<h1>{}</h1>\n</header>\n<main id=\"main\">\n",
        escape(title)
    );
    push(&mut page);
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn push_answer(page: &mut String, answer: &Answer, table: &Table) {
    let _ = writeln!(page, "<article class=\"analysis\">\n<h2>{}</h2>", escape(&answer.heading()));
    analysis::push_parts(page, answer, table, table);
    page.push_str("</article>\n");
}

fn push(page: &mut String, name: &str, table: &Table) {
    page.push_str("<section>\n");
    html::push_table(page, name, name, table);
    page.push_str("</section>\n");
}
