//! A table as a file.
//!
//! In: contents and a file's name. Out: the file, as what the name's ending says. Rows of a pipeline are whole documents in JSON, as
//! the command line prints them, so that they can be imported again.

use std::path::Path;

use bank::{Error, ErrorKind};
use bson::Document;
use diagnostic::Diagnostic;
use pipeline::print;
use report::file::{Format, Rows, Sheet, render};
use report::table;

use crate::content::Content;

/// The sheet of a table that has no name of its own.
const NAME: &str = "rows";

/// Writes the whole table; gives what the user should know of it.
pub(crate) fn write(content: &Content, path: &Path, for_spreadsheet: bool) -> Result<Option<Diagnostic>, Error> {
    let format = format(path, for_spreadsheet)?;
    if let Some(text) = documents(content, format)? {
        return bank::write_file(path, text.as_bytes()).map(|()| None);
    }
    if let (Content::Answer(answer), Format::Workbook | Format::Page) = (content, format) {
        return written(path, Sheet::from(&**answer), format).map(|()| None);
    }
    if !matches!(format, Format::Text(_)) {
        let mut rows: Vec<Document> = Vec::new();
        if content.each_document(|row| rows.push(row.clone()))? {
            return written(path, Sheet { name: NAME, rows: Rows::Documents(&rows) }, format).map(|()| None);
        }
    }
    let table = content.first(usize::MAX)?;
    let name = content.title().filter(|title| !title.is_empty()).unwrap_or(NAME);
    written(path, Sheet { name, rows: Rows::Table(&table) }, format)?;
    let is_csv = format == Format::Text(table::Format::Csv);
    Ok(if is_csv { bank::formulas_notice([&*table]) } else { None })
}

fn written(path: &Path, sheet: Sheet<'_>, format: Format) -> Result<(), Error> {
    bank::write_file(path, &render(sheet.name, &[sheet], format, None)?)
}

fn format(path: &Path, for_spreadsheet: bool) -> Result<Format, Error> {
    let file = diagnostic::quote(&path.display().to_string());
    let refused = |message, hint| Err(Error::new(ErrorKind::Usage, Diagnostic::new(message).hint(hint)));
    match bank::by_ending(path)? {
        Some(Format::Text(table::Format::Csv)) if for_spreadsheet => Ok(Format::Text(table::Format::Spreadsheet)),
        Some(_) if for_spreadsheet => {
            refused(format!("`{file}` is no text for a spreadsheet"), "that is .csv; .xlsx needs no `spreadsheet=True`")
        }
        Some(format) => Ok(format),
        None => refused(format!("`{file}` names no kind of table"), "its ending does, such as .csv or .xlsx"),
    }
}

/// The rows of a pipeline as whole documents, in the formats that have them.
fn documents(content: &Content, format: Format) -> Result<Option<String>, Error> {
    let (is_list, between) = match format {
        Format::Text(table::Format::Ndjson) => (false, "\n"),
        Format::Text(table::Format::Json) => (true, ",\n  "),
        _ => return Ok(None),
    };
    let mut text = String::new();
    let has_rows = content.each_document(|row| {
        text.push_str(if text.is_empty() { "" } else { between });
        text.push_str(&print::document(row, print::Format::Relaxed));
    })?;
    Ok(has_rows.then(|| match (is_list, text.is_empty()) {
        (true, true) => "[]\n".to_owned(),
        (true, false) => format!("[\n  {text}\n]\n"),
        (false, true) => text,
        (false, false) => text + "\n",
    }))
}
