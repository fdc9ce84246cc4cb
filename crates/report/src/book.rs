//! The whole report as a workbook: the summary, a sheet for each analysis, the columns of the data, what is left out.
//!
//! In: a [`Report`]. Out: the bytes of an `.xlsx` file. Invariant: numbers of tables keep all of their digits; the same report
//! gives the same bytes.

use insight::{Cell, Column, Row, Table};

use crate::file::{Format, Rows, Sheet, render};
use crate::summary::{CUSTOMERS, STRONGEST};
use crate::{Error, Report, method, quality};

/// The report as a workbook.
pub fn workbook(report: &Report) -> Result<Vec<u8>, Error> {
    let summary = summary(report);
    let columns = report.page.as_ref().map(quality::columns);
    let left_out = texts(["Analysis", "What it needs"], report.left_out.iter().map(|(name, needs)| [name, needs]));
    let mut sheets = vec![Sheet { name: "Summary", rows: Rows::Table(&summary) }];
    sheets.extend(report.answers.iter().map(Sheet::from));
    sheets.extend(columns.as_ref().map(|table| Sheet { name: "The data", rows: Rows::Table(table) }));
    let matrices: Vec<(&str, Table)> = report
        .page
        .iter()
        .flat_map(|page| &page.matrices)
        .map(|matrix| (quality::matrix_heading(matrix), quality::matrix_values(matrix)))
        .collect();
    sheets.extend(matrices.iter().map(|(name, table)| Sheet { name, rows: Rows::Table(table) }));
    if !report.left_out.is_empty() {
        sheets.push(Sheet { name: "Left out", rows: Rows::Table(&left_out) });
    }
    render(&report.title, &sheets, Format::Workbook, None)
}

/// What stands on the first screen of a page, and how the numbers were made.
fn summary(report: &Report) -> Table {
    let told = &report.summary;
    let closures = told.closures.as_ref();
    let first = closures.map_or("Figures", |closures| closures.title.as_str());
    let mut rows: Vec<[String; 4]> = Vec::new();
    let mut push = |part: &str, what: &str, value: &str, note: &str| {
        rows.push([part, what, value, note].map(str::to_owned));
    };
    push("Report", report.bank_name.as_deref().unwrap_or("BankSphere"), &report.title, &report.source);
    for (part, figures) in [(first, &told.key_figures), (CUSTOMERS, &told.more_figures)] {
        for figure in figures {
            push(part, &figure.label, &figure.value, figure.note.as_deref().unwrap_or_default());
        }
    }
    let findings = closures.map(|closures| (closures.title.as_str(), &closures.findings));
    for (part, findings) in findings.into_iter().chain([(STRONGEST, &told.findings)]) {
        for finding in findings {
            push(part, "Finding", &finding.sentence, &finding.analysis);
        }
    }
    for (name, finding) in &report.quality {
        push("The data", name, finding, "");
    }
    for line in method::lines(report, "the page of HTML shows with it") {
        push("Method", "", &line, "");
    }
    push("Report", "Made", &report.generated, "");
    texts(["Part", "What", "Value", "Note"], rows.iter().map(<[String; 4]>::each_ref))
}

/// A table of texts.
fn texts<'t, const N: usize>(labels: [&str; N], rows: impl Iterator<Item = [&'t String; N]>) -> Table {
    let cell = |text: &'t String| if text.is_empty() { Cell::Missing } else { Cell::Text(text.clone()) };
    Table {
        columns: labels.map(|label| Column::text(label, label)).to_vec(),
        rows: rows.map(|row| Row::from(row.map(cell).to_vec())).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;
    use crate::samples;

    #[test]
    fn a_workbook_holds_the_summary_each_analysis_and_the_data() {
        let report = samples::report();
        let bytes = workbook(&report).unwrap();
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.clone())).unwrap();
        let names = book.sheet_names();
        assert_eq!(names.len(), report.answers.len() + 3, "{names:?}");
        assert_eq!((names[0].as_str(), names[names.len() - 2].as_str()), ("Summary", "The data"));
        let summary = book.worksheet_range("Summary").unwrap();
        let texts: Vec<String> = summary.rows().flatten().map(Data::to_string).collect();
        for text in ["Closure rate", "16.1 %", "A <b>finding</b> of an analysis that is not shown.", "Method"] {
            assert!(texts.iter().any(|there| there == text), "{text}: {texts:?}");
        }
        let first = book.worksheet_range(&names[1]).unwrap();
        assert_eq!(first.rows().count(), report.answers[0].table.rows.len() + 1);
        assert!(bytes == workbook(&report).unwrap());
    }
}
