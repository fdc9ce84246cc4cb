//! Tables as files: text, a workbook, columns of Parquet, a page of HTML.
//!
//! In: [`Sheet`]s, each an answer, a table, or the documents of a pipeline; and a [`Format`]. Out: the bytes of a file.
//! Invariant: values keep their types where the format has types; what it has no room for is refused by name. Documents are
//! whole in JSON, as Extended JSON, so that they can be imported again.

mod page;
mod parquet;
mod value;
mod workbook;

use bson::Document;
use insight::{Answer, Table};
use pipeline::print;

use crate::answer::{answer_markdown_over, answer_text_over};
use crate::{Error, documents_table, table};

pub(crate) use self::page::answer_page;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text.
    Text(table::Format),
    /// A workbook (`.xlsx`).
    Workbook,
    /// A page of HTML.
    Page,
    /// Columns of Parquet.
    Parquet,
}

/// One of the tables of a file.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it holds.
    pub rows: Rows<'a>,
}

/// Rows, as what they are.
#[derive(Clone, Copy, Debug)]
pub enum Rows<'a> {
    /// An answer with its heading, sentence and notes, and its table, perhaps laid out otherwise.
    Answer(&'a Answer, &'a Table),
    /// A table that is no answer.
    Table(&'a Table),
    /// Documents of any shape.
    Documents(&'a [Document]),
}

impl<'a> From<&'a Answer> for Sheet<'a> {
    fn from(answer: &'a Answer) -> Self {
        Self { name: &answer.name, rows: Rows::Answer(answer, &answer.table) }
    }
}

impl Format {
    /// Each kind of file with how its name ends, the usual ending first.
    pub const ENDINGS: [(&'static str, Self); 10] = [
        ("csv", Self::Text(table::Format::Csv)),
        ("json", Self::Text(table::Format::Json)),
        ("ndjson", Self::Text(table::Format::Ndjson)),
        ("jsonl", Self::Text(table::Format::Ndjson)),
        ("md", Self::Text(table::Format::Markdown)),
        ("txt", Self::Text(table::Format::Table)),
        ("xlsx", Self::Workbook),
        ("html", Self::Page),
        ("htm", Self::Page),
        ("parquet", Self::Parquet),
    ];

    /// Whether it has room for several tables.
    #[must_use]
    pub fn holds_several(self) -> bool {
        matches!(self, Self::Workbook | Self::Page | Self::Text(table::Format::Table | table::Format::Markdown))
    }

    /// What it is called in messages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Text(table::Format::Table) => "text",
            Self::Text(table::Format::Csv) => "CSV",
            Self::Text(table::Format::Spreadsheet) => "CSV for a spreadsheet",
            Self::Text(table::Format::Json) => "JSON",
            Self::Text(table::Format::Ndjson) => "NDJSON",
            Self::Text(table::Format::Markdown) => "Markdown",
            Self::Workbook => "a workbook",
            Self::Page => "a page of HTML",
            Self::Parquet => "a file of Parquet",
        }
    }

    /// Whether a terminal can show it.
    #[must_use]
    pub fn is_text(self) -> bool {
        !matches!(self, Self::Workbook | Self::Parquet)
    }
}

/// The bytes of a file with these tables, a title above a page; text of a format that holds one alone stands below each
/// other. Only text that is aligned heeds the width.
pub fn render(title: &str, sheets: &[Sheet<'_>], format: Format, width: Option<usize>) -> Result<Vec<u8>, Error> {
    match (format, sheets) {
        (Format::Text(format), _) => Ok(text(sheets, format, width).into_bytes()),
        (Format::Workbook, _) => workbook::workbook(title, sheets),
        (Format::Page, _) => Ok(page::page(title, sheets).into_bytes()),
        (Format::Parquet, [sheet]) => parquet::parquet(sheet),
        (Format::Parquet, _) => Err(Error::one_table(sheets.len())),
    }
}

fn text(sheets: &[Sheet<'_>], format: table::Format, width: Option<usize>) -> String {
    let texts = sheets.iter().map(|sheet| match sheet.rows {
        Rows::Answer(answer, table) => of_answer(answer, table, format, width),
        Rows::Table(table) => table::render(table, format, width),
        Rows::Documents(documents) => of_documents(documents, format, width),
    });
    let mut whole = String::new();
    for text in texts {
        // The mark of the encoding stands at the beginning of a file alone.
        whole.push_str(if whole.is_empty() { &text } else { text.trim_start_matches(table::MARK) });
    }
    whole
}

/// People also get title, sentence and notes.
fn of_answer(answer: &Answer, table: &Table, format: table::Format, width: Option<usize>) -> String {
    match format {
        table::Format::Table => answer_text_over(answer, table, width),
        table::Format::Markdown => answer_markdown_over(answer, table),
        _ => table::render(table, format, width),
    }
}

fn of_documents(documents: &[Document], format: table::Format, width: Option<usize>) -> String {
    let lines = |between: &str| {
        let lines: Vec<String> = documents.iter().map(|one| print::document(one, print::Format::Relaxed)).collect();
        lines.join(between)
    };
    match format {
        table::Format::Json if documents.is_empty() => "[]\n".to_owned(),
        table::Format::Json => format!("[\n  {}\n]\n", lines(",\n  ")),
        table::Format::Ndjson if documents.is_empty() => String::new(),
        table::Format::Ndjson => lines("\n") + "\n",
        _ => table::render(&documents_table(documents), format, width),
    }
}

#[cfg(test)]
mod tests;
