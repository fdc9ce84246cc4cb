//! A table as a file.
//!
//! In: contents and a file's name. Out: the file, in CSV, JSON, NDJSON or Markdown as the name's ending says. Rows of a pipeline are
//! whole documents in JSON, as the command line prints them, so that they can be imported again.

use std::path::Path;

use bank::{Error, ErrorKind};
use diagnostic::Diagnostic;
use pipeline::print::{self, Format};
use report::table;

use crate::content::Content;

/// Writes the whole table; gives what the user should know of it.
pub(crate) fn write(content: &Content, path: &Path, for_spreadsheet: bool) -> Result<Option<Diagnostic>, Error> {
    let format = format(path, for_spreadsheet)?;
    if let Some(text) = documents(content, format)? {
        return bank::write_file(path, text.as_bytes()).map(|()| None);
    }
    let table = content.first(usize::MAX)?;
    bank::write_file(path, table::render(&table, format, None).as_bytes())?;
    Ok(if format == table::Format::Csv { bank::formulas_notice([&*table]) } else { None })
}

fn format(path: &Path, for_spreadsheet: bool) -> Result<table::Format, Error> {
    let file = diagnostic::quote(&path.display().to_string());
    let refused = |diagnostic| Err(Error::new(ErrorKind::Usage, diagnostic));
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") if for_spreadsheet => Ok(table::Format::Spreadsheet),
        Some("csv") => Ok(table::Format::Csv),
        Some("json" | "ndjson" | "md") if for_spreadsheet => {
            refused(Diagnostic::new(format!("`{file}` is no file for a spreadsheet")).hint("a spreadsheet reads .csv"))
        }
        Some("json") => Ok(table::Format::Json),
        Some("ndjson") => Ok(table::Format::Ndjson),
        Some("md") => Ok(table::Format::Markdown),
        _ => refused(
            Diagnostic::new(format!("`{file}` names no kind of table")).hint("it ends in .csv, .json, .ndjson or .md"),
        ),
    }
}

/// The rows of a pipeline as whole documents, in the formats that have them.
fn documents(content: &Content, format: table::Format) -> Result<Option<String>, Error> {
    let (is_list, between) = match format {
        table::Format::Ndjson => (false, "\n"),
        table::Format::Json => (true, ",\n  "),
        _ => return Ok(None),
    };
    let mut text = String::new();
    let has_rows = content.each_document(|row| {
        text.push_str(if text.is_empty() { "" } else { between });
        text.push_str(&print::document(row, Format::Relaxed));
    })?;
    Ok(has_rows.then(|| match (is_list, text.is_empty()) {
        (true, true) => "[]\n".to_owned(),
        (true, false) => format!("[\n  {text}\n]\n"),
        (false, true) => text,
        (false, false) => text + "\n",
    }))
}
