//! A list of customers: a file of CSV as `budget` writes it, and others do; or documents.
//!
//! In: the file's text, or documents. Out: a [`List`]: its head, its rows as they stand, and which column holds the customers' numbers.
//! Invariant: each row has a cell for each column, and no customer is there twice or without a number.

use std::collections::HashMap;

use bson::{Bson, Document};
use diagnostic::{Diagnostic, nearest, quote};

use crate::{Error, ErrorKind};

/// A list of customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    pub(super) source: String,
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    /// The column of the customers' numbers.
    pub(super) key: usize,
}

impl List {
    /// Reads a list; `source` is the file. The customers' numbers are in the column `key`, or in the first.
    pub fn read(text: &str, source: &str, key: Option<&str>) -> Result<Self, Error> {
        let wrong =
            |error: &csv::Error| Error::new(ErrorKind::Data, Diagnostic::new(told(error)).at(source.to_owned()));
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter(text)).from_reader(text.as_bytes());
        let head = reader.headers().map_err(|error| wrong(&error))?;
        let head = head.iter().map(|name| name.trim().to_owned()).collect();
        let row = |record: csv::Result<csv::StringRecord>| {
            record.map(|record| record.iter().map(str::to_owned).collect()).map_err(|error| wrong(&error))
        };
        let rows = reader.records().map(row).collect::<Result<_, _>>()?;
        Self::of(head, rows, source, key)
    }

    /// The list of some documents, each a customer with the same fields as the first; `source` says what they are.
    pub fn of_documents(documents: &[Document], source: &str, key: Option<&str>) -> Result<Self, Error> {
        let head: Vec<String> = documents.first().map(|first| first.keys().cloned().collect()).unwrap_or_default();
        let row =
            |document: &Document| head.iter().map(|name| document.get(name).map_or_else(String::new, text)).collect();
        let rows = documents.iter().map(row).collect();
        Self::of(head, rows, source, key)
    }

    fn of(head: Vec<String>, rows: Vec<Vec<String>>, source: &str, key: Option<&str>) -> Result<Self, Error> {
        let wrong = |message: String| Error::new(ErrorKind::Data, Diagnostic::new(message).at(source.to_owned()));
        if let Some(twice) = head.iter().enumerate().find(|(at, name)| head[..*at].contains(name)) {
            return Err(wrong(format!("the column `{}` is there twice", quote(twice.1))));
        }
        if head.iter().all(String::is_empty) {
            return Err(wrong("the list is empty: its first line names the columns".to_owned()));
        }
        let mut list = Self { source: source.to_owned(), head, rows, key: 0 };
        if let Some(key) = key {
            list.key = list.column(key)?;
        }
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for (row, at) in list.rows.iter().zip(1..) {
            let number = list.number(row);
            if number.is_empty() {
                let column = quote(&list.head[list.key]);
                return Err(wrong(format!("row {at} has no number of a customer in `{column}`")));
            }
            if let Some(first) = seen.insert(number, at) {
                let message = format!("the customer `{}` is there twice, in the rows {first} and {at}", quote(number));
                return Err(wrong(message));
            }
        }
        if list.rows.is_empty() {
            return Err(wrong("the list has no customers".to_owned()));
        }
        Ok(list)
    }

    /// The name of the column of the customers' numbers.
    #[must_use]
    pub fn key_column(&self) -> &str {
        &self.head[self.key]
    }

    /// What stands in a column of this name, a customer each; nothing where it is not there.
    #[must_use]
    pub fn cells(&self, name: &str) -> Option<Vec<&str>> {
        let column = self.column(name).ok()?;
        Some(self.rows.iter().map(|row| row[column].as_str()).collect())
    }

    /// Its rows as documents; a cell that is a number as one.
    #[must_use]
    pub fn documents(&self) -> Vec<Document> {
        let value = |cell: &String| match (cell.parse::<i64>(), cell.parse::<f64>()) {
            // A number that is written otherwise, such as 007, stays as it stands.
            (Ok(whole), _) if whole.to_string() == *cell => Bson::Int64(whole),
            (Err(_), Ok(number)) if number.is_finite() => Bson::Double(number),
            _ => Bson::String(cell.clone()),
        };
        let document = |row: &Vec<String>| self.head.iter().cloned().zip(row.iter().map(value)).collect();
        self.rows.iter().map(document).collect()
    }

    /// The place of a column.
    pub(super) fn column(&self, name: &str) -> Result<usize, Error> {
        self.head.iter().position(|known| known == name).ok_or_else(|| {
            let hint = nearest("column", name, self.head.iter().map(String::as_str));
            let diagnostic = Diagnostic::new(format!("the list has no column `{}`", quote(name)));
            Error::new(ErrorKind::Data, diagnostic.at(self.source.clone()).hint(hint))
        })
    }

    /// The number of the customer of a row.
    pub(super) fn number<'a>(&self, row: &'a [String]) -> &'a str {
        row[self.key].trim()
    }

    /// What is wrong with a cell.
    pub(super) fn wrong(&self, row: usize, column: usize, why: &str) -> Error {
        let cell = self.rows.get(row).and_then(|row| row.get(column)).map_or("", String::as_str);
        let message = format!("row {}, column `{}`: `{}` {why}", row + 1, quote(&self.head[column]), quote(cell));
        Error::new(ErrorKind::Data, Diagnostic::new(message).at(self.source.clone()))
    }

    /// The file.
    pub fn csv(&self) -> Result<String, Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let failed = |error: &dyn std::fmt::Display| {
            Error::new(ErrorKind::Data, Diagnostic::new(format!("the list cannot be written: {error}")))
        };
        for row in std::iter::once(&self.head).chain(&self.rows) {
            writer.write_record(row).map_err(|error| failed(&error))?;
        }
        let bytes = writer.into_inner().map_err(|error| failed(&error))?;
        String::from_utf8(bytes).map_err(|error| failed(&error))
    }
}

/// A value as a cell; what has none of its own is text as Extended JSON has it.
pub(super) fn text(value: &Bson) -> String {
    match value {
        Bson::String(text) => text.trim().to_owned(),
        Bson::Int32(number) => number.to_string(),
        Bson::Int64(number) => number.to_string(),
        Bson::Double(number) => number.to_string(),
        Bson::Boolean(is) => is.to_string(),
        Bson::Null => String::new(),
        other => other.to_string(),
    }
}

/// What stands between the cells: the most frequent of the usual signs in the first line, a comma where there is none.
fn delimiter(text: &str) -> u8 {
    let head = text.lines().next().unwrap_or_default();
    let n = |sign: u8| head.bytes().filter(|byte| *byte == sign).count();
    [b'\t', b';', b','].into_iter().max_by_key(|sign| n(*sign)).unwrap_or(b',')
}

/// What is wrong with the file.
fn told(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            format!("line {line} has {}, and the first line {expected_len}", diagnostic::counted(*len, "cell"))
        }
        _ => format!("the list is no CSV: {error}"),
    }
}
