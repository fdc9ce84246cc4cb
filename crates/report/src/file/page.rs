//! Tables as a page of HTML that opens by itself, in the colours of the report.

use std::fmt::Write;

use insight::Table;

use super::{Rows, Sheet};
use crate::html::{escape, push_page_head};
use crate::{documents_table, html};

/// The tables below each other, whole. Answers have a page of their own, the report.
#[must_use]
pub(super) fn page(title: &str, sheets: &[Sheet<'_>]) -> String {
    let mut page = String::new();
    push_page_head(&mut page, title);
    let _ = write!(
        page,
        "<body>\n<header class=\"masthead\">\n<p class=\"brand\">BankSphere</p>\n<h1>{}</h1>\n</header>\n<main id=\"main\">\n",
        escape(title)
    );
    for sheet in sheets {
        match sheet.rows {
            Rows::Answer(answer, table) => push(&mut page, sheet.name, &answer.heading(), table),
            Rows::Table(table) => push(&mut page, sheet.name, sheet.name, table),
            Rows::Documents(documents) => push(&mut page, sheet.name, sheet.name, &documents_table(documents)),
        }
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn push(page: &mut String, name: &str, title: &str, table: &Table) {
    page.push_str("<section>\n");
    html::push_table(page, name, title, table);
    page.push_str("</section>\n");
}
