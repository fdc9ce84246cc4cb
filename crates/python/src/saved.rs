//! A table as the text of a file.
//!
//! In: contents and a file's name. Out: CSV, JSON, NDJSON or Markdown as the name's ending says. Rows of a pipeline are
//! whole documents in JSON, as the command line prints them, so that they can be imported again.

use std::path::Path;

use bank::{Error, ErrorKind};
use diagnostic::Diagnostic;
use pipeline::print::{self, Format};
use report::table;

use crate::content::Content;

/// The text of the whole table.
pub(crate) fn text(content: &Content, path: &Path) -> Result<String, Error> {
    let format = match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => table::Format::Csv,
        Some("json") => table::Format::Json,
        Some("ndjson") => table::Format::Ndjson,
        Some("md") => table::Format::Markdown,
        _ => {
            let file = path.display();
            let diagnostic = Diagnostic::new(format!("`{file}` names no kind of table"));
            return Err(Error::new(ErrorKind::Usage, diagnostic.hint("it ends in .csv, .json, .ndjson or .md")));
        }
    };
    if let Content::Documents { rows, .. } = content {
        let lines = rows.iter().map(|row| print::document(row, Format::Relaxed));
        match format {
            table::Format::Ndjson => return Ok(lines.map(|line| line + "\n").collect()),
            table::Format::Json if rows.is_empty() => return Ok("[]\n".to_owned()),
            table::Format::Json => return Ok(format!("[\n  {}\n]\n", lines.collect::<Vec<_>>().join(",\n  "))),
            _ => {}
        }
    }
    Ok(table::render(&content.first(usize::MAX), format, None))
}
