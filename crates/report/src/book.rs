//! The whole report as a workbook: the summary, a sheet for each analysis, the columns of the data, what is left out.
//!
//! In: a [`Report`]. Out: the bytes of an `.xlsx` file. Invariant: numbers of tables keep all of their digits; the same report
//! gives the same bytes.

use catalog::Unit;
use insight::{Cell, Column, QualityPage, Row, Table};

use crate::file::{Format, Rows, Sheet, render};
use crate::summary::{CUSTOMERS, STRONGEST};
use crate::{Error, Report, method, number, quality};

/// The report as a workbook.
pub fn workbook(report: &Report) -> Result<Vec<u8>, Error> {
    let summary = summary(report);
    let columns = report.page.as_ref().map(QualityPage::table);
    let left_out = Table {
        columns: ["Analysis", "What it needs"].map(|label| Column::text(label, label)).to_vec(),
        rows: report.left_out.iter().map(|(name, needs)| vec![text(name), text(needs)].into()).collect(),
    };
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

/// What stands on the first screen of a page, and how the numbers were made. What is a number is one, each in its unit.
fn summary(report: &Report) -> Table {
    let told = &report.summary;
    let closures = told.closures.as_ref();
    let first = closures.map_or("Figures", |closures| closures.title.as_str());
    let mut rows: Vec<Row> = Vec::new();
    let mut push = |part: &str, what: &str, (value, unit): (Cell, Option<Unit>), note: &str| {
        rows.push(Row { unit, ..vec![text(part), text(what), value, text(note)].into() });
    };
    let bank = report.bank_name.as_deref().unwrap_or("BankSphere");
    push("Report", bank, (text(&report.title), None), &report.source);
    for (part, figures) in [(first, &told.key_figures), (CUSTOMERS, &told.more_figures)] {
        for figure in figures {
            let value = (figure.number.clone(), Some(figure.unit));
            push(part, &figure.label, value, figure.note.as_deref().unwrap_or_default());
        }
    }
    let findings = closures.map(|closures| (closures.title.as_str(), &closures.findings));
    for (part, findings) in findings.into_iter().chain([(STRONGEST, &told.findings)]) {
        for finding in findings {
            push(part, "Finding", (text(&finding.sentence), None), &finding.analysis);
        }
    }
    for (name, finding) in &report.quality {
        push("The data", name, fact(finding), "");
    }
    for line in method::lines(report, "the page of HTML shows with it") {
        push("Method", "", (text(&line), None), "");
    }
    push("Report", "Made", (text(&report.generated), None), "");
    Table { columns: ["Part", "What", "Value", "Note"].map(|label| Column::text(label, label)).to_vec(), rows }
}

/// A fact on the data: a count where it says nothing else.
fn fact(finding: &str) -> (Cell, Option<Unit>) {
    let written = finding.replace(',', "").parse::<u32>().ok().filter(|n| number::count(u64::from(*n)) == finding);
    written.map_or_else(|| (text(finding), None), |n| (Cell::Integer(n.into()), Some(Unit::Count)))
}

/// A text; a blank where there is none.
fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Missing } else { Cell::Text(text.to_owned()) }
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
        for text in ["Closure rate", "A <b>finding</b> of an analysis that is not shown.", "Method"] {
            assert!(texts.iter().any(|there| there == text), "{text}: {texts:?}");
        }
        let number = |label: &str| {
            let row = summary.rows().find(|row| row[1] == Data::String(label.into())).unwrap();
            row[2].clone()
        };
        assert_eq!([number("Customers"), number("Closure rate")], [Data::Float(10_127.0), Data::Float(0.1607)]);
        assert_eq!(number("Missing education"), Data::Float(1_519.0));
        let data = book.worksheet_range("The data").unwrap();
        let missing = data.rows().next().unwrap().iter().position(|label| *label == Data::String("Missing".into()));
        assert!(data.rows().skip(1).all(|row| matches!(row[missing.unwrap()], Data::Float(_))));
        let first = book.worksheet_range(&names[1]).unwrap();
        assert_eq!(first.rows().count(), report.answers[0].table.rows.len() + 1);
        assert!(bytes == workbook(&report).unwrap());
    }
}
