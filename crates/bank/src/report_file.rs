//! A report as the bytes of a file, of the kind that its name says.
//!
//! In: a report and a file's name. Out: its bytes, or the refusal of a name that says something else.
//! Invariant: a name without an ending, and standard output, get the page of HTML.

use std::path::Path;

use report::Report;

use crate::{Error, ending};

/// The kinds of reports, by the ending of a file's name.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Html,
    Pdf,
    Workbook,
}

const ENDINGS: [(&str, Kind); 4] =
    [("html", Kind::Html), ("htm", Kind::Html), ("pdf", Kind::Pdf), ("xlsx", Kind::Workbook)];

/// Refuses a file whose ending names no kind of report.
pub fn check_report(file: &Path) -> Result<(), Error> {
    kind(file).map(drop)
}

fn kind(file: &Path) -> Result<Kind, Error> {
    Ok(ending::kind(file, "report", &ENDINGS)?.unwrap_or(Kind::Html))
}

/// The report as the ending of `file` says: a page of HTML, a PDF or a workbook.
pub fn report_file(file: &Path, report: &Report) -> Result<Vec<u8>, Error> {
    match kind(file)? {
        Kind::Html => Ok(report::html(report).into_bytes()),
        Kind::Pdf => Ok(report::pdf(report)?),
        Kind::Workbook => Ok(report::workbook(report)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_says_what_a_report_becomes() {
        let report = Report::default();
        let starts = |file: &str, with: &[u8]| report_file(Path::new(file), &report).unwrap().starts_with(with);
        assert!(starts("a.HTML", b"<!DOCTYPE html>") && starts("a.htm", b"<!DOCTYPE html>"));
        assert!(starts("-", b"<!DOCTYPE html>") && starts("report", b"<!DOCTYPE html>"));
        assert!(starts("a.pdf", b"%PDF-") && starts("a.xlsx", b"PK"));
        let refused = check_report(Path::new("a.docx")).unwrap_err().to_string();
        assert!(refused.starts_with("`a.docx` names no kind of report"), "{refused}");
    }
}
