//! A list of customers as a file of CSV: what `budget` writes, and what others write.
//!
//! In: the file's text. Out: a [`List`]: its head, its rows as they stand, and which column holds the customers' numbers.
//! Invariant: each row has a cell for each column, and no customer is there twice or without a number.

use std::collections::HashMap;

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
        let wrong = |message: String| Error::new(ErrorKind::Data, Diagnostic::new(message).at(source.to_owned()));
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter(text)).from_reader(text.as_bytes());
        let head = reader.headers().map_err(|error| wrong(told(&error)))?;
        let head: Vec<String> = head.iter().map(|name| name.trim().to_owned()).collect();
        if let Some(twice) = head.iter().enumerate().find(|(at, name)| head[..*at].contains(name)) {
            return Err(wrong(format!("the column `{}` is there twice", quote(twice.1))));
        }
        if head.iter().all(String::is_empty) {
            return Err(wrong("the list is empty: its first line names the columns".to_owned()));
        }
        let mut list = Self { source: source.to_owned(), head, rows: Vec::new(), key: 0 };
        if let Some(key) = key {
            list.key = list.column(key)?;
        }
        let mut seen: HashMap<String, usize> = HashMap::new();
        for record in reader.records() {
            let record = record.map_err(|error| wrong(told(&error)))?;
            let row: Vec<String> = record.iter().map(str::to_owned).collect();
            let (number, at) = (row[list.key].trim().to_owned(), list.rows.len() + 1);
            if number.is_empty() {
                return Err(wrong(format!(
                    "row {at} has no number of a customer in `{}`",
                    quote(&list.head[list.key])
                )));
            }
            if let Some(first) = seen.insert(number.clone(), at) {
                let message = format!("the customer `{}` is there twice, in the rows {first} and {at}", quote(&number));
                return Err(wrong(message));
            }
            list.rows.push(row);
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
