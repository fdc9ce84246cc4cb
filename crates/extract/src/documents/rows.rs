//! Rows of a table as documents.
//!
//! In: a table. Out: a document a row, its fields named by the header. Invariant: a column whose cells are all numbers becomes
//! numbers, one of `true` and `false` booleans, any other texts; an empty cell is no field.

use bson::{Bson, Document};
use diagnostic::quote;
use store::BLOCK_ROWS;
use tabular::{Evidence, Notation, Row, RowMark, Table};

use super::{Documents, Read};
use crate::{Error, ids};

/// A double keeps so many digits.
const DOUBLE_DIGITS: usize = 15;

/// What a column's cells become.
enum Kind {
    Whole(Notation),
    Double(Notation),
    Boolean,
    Text,
}

/// The table under way.
pub(super) struct TableRows<'a> {
    table: &'a Table,
    rows: tabular::Rows<'a>,
    kinds: Vec<Kind>,
}

/// What is seen of a column's cells.
#[derive(Default)]
struct Seen {
    evidence: Evidence,
    is_number: bool,
    is_boolean: bool,
}

impl<'a> TableRows<'a> {
    /// Looks through all cells, to know what each column holds.
    pub(super) fn open(table: &'a Table, check: impl Fn() -> Result<(), Error>) -> Result<Self, Error> {
        let header = table.header();
        for (position, name) in header.iter().enumerate() {
            let fault = if name.is_empty() {
                format!("the column {} has no name", position + 1)
            } else if header[..position].contains(name) {
                format!("the header names the column `{}` twice", quote(name))
            } else if name.starts_with('$') || name.contains('.') {
                format!("`{}` is not a name that a field can have: it has a `.` or begins with `$`", quote(name))
            } else {
                continue;
            };
            return Err(Error::input(fault).at(table.header_place()).hint("rename the column"));
        }
        let mut seen: Vec<Seen> =
            header.iter().map(|_| Seen { is_number: true, is_boolean: true, ..Seen::default() }).collect();
        let (mut rows, mut row, mut n_read) = (table.rows(), Row::new(), 0_u64);
        while rows.read(&mut row)? {
            n_read += 1;
            if n_read.is_multiple_of(BLOCK_ROWS as u64) {
                check()?;
            }
            if row.len() > header.len() {
                let message = format!(
                    "the row has {}, but the header has {}",
                    diagnostic::counted(row.len(), "cell"),
                    header.len()
                );
                return Err(Error::input(message).at(rows.here()).hint("a text with a separator in it must be quoted"));
            }
            for (seen, cell) in seen.iter_mut().zip(row.iter()).filter(|(_, cell)| !cell.is_empty()) {
                seen.is_number = seen.is_number && !is_code(cell) && seen.evidence.add(cell);
                seen.is_boolean = seen.is_boolean && boolean(cell).is_some();
            }
        }
        let mut kinds: Vec<Kind> =
            seen.iter().map(|seen| if seen.is_boolean { Kind::Boolean } else { Kind::Text }).collect();
        let evidence: Vec<Evidence> = seen.iter().map(|seen| seen.evidence.clone()).collect();
        for ((kind, seen), notation) in
            kinds.iter_mut().zip(&seen).zip(tabular::notations(&evidence, table.comma_likely()))
        {
            // What could be two numbers stays a text.
            if let (true, true, Ok(notation)) = (seen.is_number, seen.evidence.n_numbers() > 0, notation) {
                *kind = Kind::Double(notation);
            }
        }
        let mut this = Self { table, rows: table.rows(), kinds };
        this.find_whole_columns()?;
        Ok(this)
    }

    /// A column of numbers without parts is one of whole numbers.
    fn find_whole_columns(&mut self) -> Result<(), Error> {
        let (mut is_whole, mut has_long) = (vec![true; self.kinds.len()], vec![false; self.kinds.len()]);
        let (mut rows, mut row) = (self.table.rows(), Row::new());
        while rows.read(&mut row)? {
            let columns = self.kinds.iter_mut().zip(&mut is_whole).zip(&mut has_long);
            for (((kind, is_whole), has_long), cell) in columns.zip(row.iter()) {
                match kind {
                    Kind::Double(notation) if !cell.is_empty() => {
                        *is_whole &= notation.whole(cell).is_some();
                        *has_long |= cell.iter().filter(|byte| byte.is_ascii_digit()).count() > DOUBLE_DIGITS;
                        if notation.number(cell).is_none() {
                            *kind = Kind::Text;
                        }
                    }
                    _ => {}
                }
            }
        }
        for ((kind, is_whole), has_long) in self.kinds.iter_mut().zip(is_whole).zip(has_long) {
            match kind {
                Kind::Double(notation) if is_whole => *kind = Kind::Whole(notation.clone()),
                // A number that a double would round stays as it is written.
                Kind::Double(_) if has_long => *kind = Kind::Text,
                _ => {}
            }
        }
        Ok(())
    }
}

/// Whether digits begin with a zero that a number would lose: `007`.
fn is_code(cell: &[u8]) -> bool {
    matches!(cell, [b'0', b'0'..=b'9', ..])
}

fn boolean(cell: &[u8]) -> Option<bool> {
    if cell.eq_ignore_ascii_case(b"true") {
        Some(true)
    } else if cell.eq_ignore_ascii_case(b"false") {
        Some(false)
    } else {
        None
    }
}

impl Kind {
    /// The value of a cell that is not empty.
    fn value(&self, cell: &[u8]) -> Bson {
        let text = || Bson::String(String::from_utf8_lossy(cell).into_owned());
        match self {
            Self::Whole(notation) => notation
                .whole(cell)
                .map_or_else(text, |number| i32::try_from(number).map_or(Bson::Int64(number), Bson::Int32)),
            Self::Double(notation) => notation.number(cell).map_or_else(text, Bson::Double),
            Self::Boolean => boolean(cell).map_or_else(text, Bson::Boolean),
            Self::Text => text(),
        }
    }
}

impl Documents for TableRows<'_> {
    type Raw = (Row, RowMark);

    fn next(&mut self) -> Result<Option<Self::Raw>, Error> {
        let mut row = Row::new();
        Ok(self.rows.read(&mut row)?.then(|| (row, self.rows.mark())))
    }

    fn read(&self, (row, mark): &Self::Raw) -> Result<Read, Error> {
        let mut document = Document::new();
        for ((name, kind), cell) in self.table.header().iter().zip(&self.kinds).zip(row.iter()) {
            if !cell.is_empty() {
                document.insert(name, kind.value(cell));
            }
        }
        Read::of(&document).map_err(|error| error.at(self.table.place(*mark)))
    }

    fn place(&self, (_, mark): &Self::Raw) -> String {
        self.table.place(*mark)
    }

    fn fraction(&self) -> f64 {
        self.rows.fraction()
    }

    fn first_with(&self, id: &[u8]) -> Option<String> {
        let (mut rows, mut row) = (self.table.rows(), Row::new());
        while let Ok(true) = rows.read(&mut row) {
            let raw = (row.clone(), rows.mark());
            if self.read(&raw).is_ok_and(|read| ids::key(&read.bytes).as_deref() == Some(id)) {
                return Some(self.place(&raw));
            }
        }
        None
    }
}
