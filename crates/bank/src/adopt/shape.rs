//! Documents as rows of a table: each path that leads to a plain value is a column.
//!
//! In: documents. Out: a [`Shape`], which makes each of them a row of text cells.
//! Invariant: what is no plain value (an array, binary data) is told, and never a cell.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use csv::ByteRecord;
use diagnostic::{Diagnostic, quote};
use pipeline::{Bson, Document};

use crate::{Error, ErrorKind};

/// More fields than any contract has columns.
const MOST_PATHS: usize = 2_000;

/// The paths of documents.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    header: Vec<String>,
    positions: HashMap<String, usize>,
    /// How many documents have a plain value at each of them.
    n_plain: Vec<u64>,
    /// Paths with other than plain values, or whose names no path can be made of, with how many documents have them.
    others: BTreeMap<String, u64>,
    /// Paths with texts that have a digit and more than digits in them.
    marked: BTreeSet<String>,
    n_documents: u64,
}

impl Shape {
    /// Looks at a document.
    pub(super) fn add(&mut self, document: &Document) {
        self.n_documents += 1;
        let Self { header, positions, n_plain, others, marked, .. } = self;
        walk("", document, &mut |path, value| {
            if is_marked(value) && !marked.contains(path) && marked.len() <= MOST_PATHS {
                marked.insert(path.to_owned());
            }
            match (cell(value), positions.get(path)) {
                (Some(_), Some(position)) => n_plain[*position] += 1,
                (Some(_), None) if header.len() <= MOST_PATHS => {
                    positions.insert(path.to_owned(), header.len());
                    header.push(path.to_owned());
                    n_plain.push(1);
                }
                (None, _) if others.len() <= MOST_PATHS => *others.entry(path.to_owned()).or_default() += 1,
                _ => {}
            }
        });
    }

    /// Refuses more fields than a contract can have.
    pub(super) fn check(&mut self, collection: &str) -> Result<(), Error> {
        if self.header.len() > MOST_PATHS || self.others.len() > MOST_PATHS {
            let message = format!("the documents of `{}` have more than {MOST_PATHS} fields", quote(collection));
            let hint = "values that became names of fields belong into an array, or into another collection";
            return Err(Error::new(ErrorKind::Data, Diagnostic::new(message).hint(hint)));
        }
        // A path that has both is what most documents have.
        let counts = std::mem::take(&mut self.n_plain);
        let plain = std::mem::take(&mut self.header).into_iter().zip(counts);
        let plain = plain.filter(|(path, n)| self.others.get(path).is_none_or(|others| others < n));
        (self.header, self.n_plain) = plain.unzip();
        let is_plain = |path: &String| self.header.contains(path);
        self.others.retain(|path, _| !is_plain(path));
        self.positions = self.header.iter().cloned().enumerate().map(|(position, path)| (path, position)).collect();
        Ok(())
    }

    /// The same without `_id`.
    pub(super) fn without_id(&self) -> Self {
        let mut header = self.header.clone();
        header.retain(|path| path != "_id");
        let positions = header.iter().cloned().enumerate().map(|(position, path)| (path, position)).collect();
        Self { header, positions, ..self.clone() }
    }

    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// What each column is called: the last part of its path, where that is no other's, else the whole path.
    pub(super) fn names(&self) -> Vec<String> {
        let last = |path: &str| path.rsplit('.').next().unwrap_or(path).to_owned();
        let mut n: HashMap<String, usize> = HashMap::new();
        self.header.iter().for_each(|path| *n.entry(last(path)).or_default() += 1);
        self.header.iter().map(|path| if n[&last(path)] == 1 { last(path) } else { path.clone() }).collect()
    }

    pub(super) fn n_documents(&self) -> u64 {
        self.n_documents
    }

    /// Whether a document has a plain value there.
    pub(super) fn has(&self, path: &str) -> bool {
        self.positions.contains_key(path)
    }

    /// Whether a document has a text there with a digit and more than digits in it.
    pub(super) fn is_marked(&self, path: &str) -> bool {
        self.marked.contains(path)
    }

    /// Whether a document has anything there.
    pub(super) fn knows(&self, path: &str) -> bool {
        self.has(path) || self.others.contains_key(path)
    }

    /// All paths, those without plain values too.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.header.iter().chain(self.others.keys()).map(String::as_str)
    }

    /// What is said of the fields that are no columns.
    pub(super) fn told(&self) -> Option<String> {
        let others: Vec<String> = self.others.keys().cloned().collect();
        (!others.is_empty()).then(|| format!("not read, for they hold no plain values: {}", super::named(&others)))
    }

    /// A document as a row.
    pub(super) fn row(&self, document: &Document) -> ByteRecord {
        let mut cells = vec![String::new(); self.header.len()];
        walk("", document, &mut |path, value| {
            if let (Some(position), Some(text)) = (self.positions.get(path), cell(value)) {
                cells[*position] = text;
            }
        });
        ByteRecord::from(cells)
    }
}

/// Calls `see` with each path that does not lead to an object, and its value.
fn walk(above: &str, document: &Document, see: &mut dyn FnMut(&str, &Bson)) {
    for (name, value) in document {
        let path = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        let is_odd = name.is_empty() || name.starts_with('$') || name.contains(['.', '\0']);
        match value {
            _ if is_odd => see(&path, &Bson::Undefined),
            Bson::Document(inner) => walk(&path, inner, see),
            plain => see(&path, plain),
        }
    }
}

fn is_marked(value: &Bson) -> bool {
    let has = |text: &str, is: fn(&u8) -> bool| text.bytes().any(|byte| is(&byte));
    value.as_str().is_some_and(|text| has(text, u8::is_ascii_digit) && has(text, |byte| !byte.is_ascii_digit()))
}

/// The text of a plain value; empty where there is no answer.
fn cell(value: &Bson) -> Option<String> {
    Some(match value {
        Bson::Null => String::new(),
        Bson::Double(number) if number.is_nan() => String::new(),
        Bson::Double(number) => number.to_string(),
        Bson::Int32(number) => number.to_string(),
        Bson::Int64(number) => number.to_string(),
        Bson::Decimal128(number) => number.to_string(),
        Bson::Boolean(truth) => truth.to_string(),
        Bson::String(text) => text.clone(),
        Bson::ObjectId(id) => id.to_hex(),
        Bson::DateTime(time) => day(*time),
        _ => return None,
    })
}

/// The day of a time; a time that no calendar has stays a number.
fn day(time: bson::DateTime) -> String {
    match jiff::Timestamp::from_millisecond(time.timestamp_millis()) {
        Ok(time) => time.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
        Err(_) => time.timestamp_millis().to_string(),
    }
}
