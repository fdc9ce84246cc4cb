//! Reads the rows of a table into blocks by a contract, checking every cell of every row.
//!
//! In: a table whose header fits the contract. Out: full [`Block`]s of the rows that keep the contract, and all faults of the
//! others, each with its file, line, column and cell.
//! Invariant: memory holds one block and what `seen.rs` keeps of the keys, however long the file is.

use std::sync::Arc;

use contract::Severity;
use diagnostic::{Diagnostic, quote};
use store::BLOCK_ROWS;
use tabular::{Evidence, Notation, Row, RowMark, Table};

use crate::block::{Block, Cells};
use crate::cell::{self, shown};
use crate::error::duplicate_key;
use crate::faults::Found;
use crate::header::Header;
use crate::seen::Seen;
use crate::shape::{Read, Shape};
use crate::{Error, fault};

/// The rows of a table under way.
pub(crate) struct Rows<'a> {
    shape: Arc<Shape>,
    table: &'a Table,
    rows: tabular::Rows<'a>,
    header: &'a Header,
    /// How the numbers of each of the contract's columns are written; plainly unless said.
    notations: &'a [Option<Notation>],
    row: Row,
    n_read: u64,
    seen: Seen,
    /// Where each row of the block begins.
    marks: Vec<RowMark>,
}

/// How a block was filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filled {
    /// With rows, if any kept the contract.
    Rows,
    /// Not, since there are no more.
    End,
    /// Not, since a number is written in another way than plainly, and how the column writes is not known.
    OtherNotation,
}

impl<'a> Rows<'a> {
    pub(crate) fn open(
        shape: &Arc<Shape>,
        table: &'a Table,
        header: &'a Header,
        notations: &'a [Option<Notation>],
    ) -> Result<Self, Error> {
        Ok(Self {
            shape: Arc::clone(shape),
            table,
            rows: table.rows()?,
            header,
            notations,
            row: Row::new(),
            n_read: 0,
            seen: Seen::new(shape.contract.key()),
            marks: Vec::new(),
        })
    }

    /// How much of the file is read, from 0 to 1.
    pub(crate) fn fraction(&self) -> f64 {
        self.rows.fraction()
    }

    /// How many rows have been read, whatever became of them.
    pub(crate) fn n_read(&self) -> u64 {
        self.n_read
    }

    /// How many rows had no cell and were passed over.
    pub(crate) fn n_empty(&self) -> u64 {
        self.rows.n_empty()
    }

    /// Fills the block with the next rows that keep the contract; the faults of the others are added to those that were found.
    pub(crate) fn fill(&mut self, block: &mut Block, found: &mut Found) -> Result<Filled, Error> {
        block.truncate(0);
        self.marks.clear();
        let mut is_end = true;
        for _ in 0..BLOCK_ROWS {
            if !self.rows.read(&mut self.row)? {
                break;
            }
            is_end = false;
            self.n_read += 1;
            if self.row.len() != self.header.n_cells {
                found.add_row(["the number of cells"], |_| self.wrong_number_of_cells());
            } else if let Some(position) = self.push(block) {
                block.truncate(self.marks.len());
                if self.is_other_notation(position) {
                    return Ok(Filled::OtherNotation);
                }
                self.add_wrong_cells(found);
            } else if self.seen.insert_last(block) {
                block.end_row();
                self.marks.push(self.rows.mark());
            } else {
                block.truncate(self.marks.len());
                let key = &self.shape.contract.key().name;
                found.add_row([format!("`{key}`, twice").as_str()], |_| self.duplicate());
            }
        }
        if is_end {
            return Ok(Filled::End);
        }
        self.check_whole_rows(block, found);
        Ok(Filled::Rows)
    }

    /// Reads the row's cells into the block; the position of the first bad one.
    fn push(&self, block: &mut Block) -> Option<usize> {
        for (position, reader) in self.shape.readers.iter().enumerate() {
            let Some(cell) = self.header.cells[position] else {
                self.push_number_of_row(position, block);
                continue;
            };
            let Some(cell) = self.row.get(cell) else { return Some(position) };
            if reader.is_nullable && cell::is_null(reader, cell) {
                block.push_null(position);
                continue;
            }
            let is_empty_key = cell.is_empty() && position == self.shape.contract.key_position();
            let notation = self.notations[position].as_ref();
            if is_empty_key || cell::push(reader, notation, &mut block.columns[position], cell).is_none() {
                return Some(position);
            }
            block.mark_valid(position);
        }
        None
    }

    /// A key that files do not have is the number of the row. Computed columns are filled when the block is full.
    fn push_number_of_row(&self, position: usize, block: &mut Block) {
        if !self.shape.contract.columns[position].is_numbered {
            return;
        }
        match &mut block.columns[position] {
            Cells::Int(cells) => cells.push(self.n_read as i32),
            Cells::Long(cells) => cells.push(self.n_read as i64),
            // By the contract a key that is numbered is a whole number.
            Cells::Category(_) | Cells::Decimal(_) | Cells::Text(_) | Cells::Date(_) => {}
        }
    }

    /// Whether the cell is a number that is not plainly written, in a column whose notation has not been looked for.
    fn is_other_notation(&self, position: usize) -> bool {
        let is_number =
            matches!(self.shape.readers[position].kind, Read::Int { .. } | Read::Long { .. } | Read::Decimal { .. });
        is_number && self.notations[position].is_none() && {
            let cell = self.cell(position);
            let is_plain = if matches!(self.shape.readers[position].kind, Read::Decimal { .. }) {
                cell::decimal(cell).is_some()
            } else {
                cell::decimal(cell).is_some() || cell::whole(cell).is_some()
            };
            !is_plain && Evidence::default().add(cell)
        }
    }

    fn cell(&self, position: usize) -> &[u8] {
        self.header.cells[position].and_then(|cell| self.row.get(cell)).unwrap_or_default()
    }

    /// Adds each cell of the row that breaks the contract.
    fn add_wrong_cells(&self, found: &mut Found) {
        let mut scratch = Block::with_capacity(Arc::clone(&self.shape), 1);
        let key = self.shape.contract.key_position();
        let is_wrong = |position: &usize| {
            let (reader, cell) = (&self.shape.readers[*position], self.cell(*position));
            let is_read = self.header.cells[*position].is_some();
            let into = &mut scratch.columns[*position];
            is_read
                && !(reader.is_nullable && cell::is_null(reader, cell))
                && ((cell.is_empty() && *position == key)
                    || cell::push(reader, self.notations[*position].as_ref(), into, cell).is_none())
        };
        let wrong: Vec<usize> = (0..self.shape.readers.len()).filter(is_wrong).collect();
        let columns = &self.shape.contract.columns;
        let kinds: Vec<String> = wrong.iter().map(|position| format!("`{}`", self.name_in_file(*position))).collect();
        let line = self.rows.here();
        found.add_row(kinds.iter().map(String::as_str), |which| {
            let position = wrong[which];
            let fault = fault::of(&columns[position], self.notations[position].as_ref(), self.cell(position));
            fault.at(format!("{line}, column `{}`", quote(self.name_in_file(position))))
        });
    }

    /// What the file calls a column.
    fn name_in_file(&self, position: usize) -> &str {
        let cell = self.header.cells[position];
        cell.map_or(&self.shape.contract.columns[position].name, |cell| &self.table.header()[cell])
    }

    /// Computes what is computed, and takes out the rows that break a rule.
    fn check_whole_rows(&self, block: &mut Block, found: &mut Found) {
        let contract = &self.shape.contract;
        let mut broken: Vec<(usize, String, Diagnostic)> = Vec::new();
        for (row, position, value) in block.compute() {
            let name = quote(&contract.columns[position].name);
            let fault = Diagnostic::new(format!("`{name}` is computed as {value}, which is out of its range"));
            broken.push((row, format!("`{name}`"), fault));
        }
        for rule in contract.rules.iter().filter(|rule| rule.severity == Severity::Fault) {
            for row in rule.broken(block) {
                let values: Vec<String> = rule.columns().iter().map(|column| block.shown(*column, row)).collect();
                let fault = Diagnostic::new(format!("this row breaks the rule {}: {}", rule.words, values.join(", ")));
                let hint = "if the bank counts otherwise, a contract can say so: `severity = \"note\"` at the rule";
                broken.push((row, format!("the rule {}", rule.words), fault.hint(hint)));
            }
        }
        broken.sort_by_key(|(row, ..)| *row);
        let mut rows: Vec<usize> = broken.iter().map(|(row, ..)| *row).collect();
        for faults in broken.chunk_by(|(one, ..), (other, ..)| one == other) {
            found.add_row(faults.iter().map(|(_, kind, _)| kind.as_str()), |which| {
                let (row, _, fault) = &faults[which];
                fault.clone().at(self.table.place(self.marks[*row]))
            });
        }
        rows.dedup();
        block.remove(&rows);
    }

    fn wrong_number_of_cells(&self) -> Diagnostic {
        let (found, expected) = (self.row.len(), self.header.n_cells);
        let hint = if self.row.iter().any(|cell| cell.contains(&b'\n')) {
            "a cell of this row spans lines: a quote `\"` may be missing at its end"
        } else if found > expected {
            "a text with a separator in it must be quoted"
        } else {
            "the row may be cut off"
        };
        let message = format!("the row has {found} cells, but the header has {expected}");
        Diagnostic::new(message).at(self.rows.here()).hint(hint)
    }

    /// Reads the file again up to the first row with the key of this one, since only this fault needs to know its line.
    fn duplicate(&self) -> Diagnostic {
        let position = self.shape.contract.key_position();
        let key = |row: &Row| {
            let mut block = Block::with_capacity(Arc::clone(&self.shape), 1);
            let (reader, notation) = (&self.shape.readers[position], self.notations[position].as_ref());
            cell::push(reader, notation, &mut block.columns[position], row.get(self.header.cells[position]?)?)?;
            Some(block.columns.swap_remove(position))
        };
        let place = format!("{}, column `{}`", self.rows.here(), quote(self.name_in_file(position)));
        let message = format!("the customer `{}` is in the file twice", shown(self.cell(position)));
        let fault = duplicate_key(Diagnostic::new(message).at(place));
        let Ok(mut again) = self.table.rows() else { return fault };
        let (twice, mut row) = (key(&self.row), Row::new());
        while let Ok(true) = again.read(&mut row) {
            if key(&row) == twice {
                return fault.hint(format!("the first one is at {}; keep one row a customer", again.here()));
            }
        }
        fault
    }
}

/// How the numbers of each of the contract's columns are written in a table, by all of their cells. What is ambiguous is read
/// plainly, so that its cells are told as faults.
pub(crate) fn notations(
    shape: &Shape,
    table: &Table,
    header: &Header,
    check: impl Fn() -> Result<(), Error>,
) -> Result<Vec<Option<Notation>>, Error> {
    let is_number = |position: &usize| {
        let kind = &shape.readers[*position].kind;
        matches!(kind, Read::Int { .. } | Read::Long { .. } | Read::Decimal { .. }) && header.cells[*position].is_some()
    };
    let positions: Vec<usize> = (0..shape.readers.len()).filter(is_number).collect();
    let mut evidence = vec![Evidence::default(); positions.len()];
    let (mut rows, mut row, mut n_read) = (table.rows()?, Row::new(), 0_u64);
    while rows.read(&mut row)? {
        n_read += 1;
        if n_read.is_multiple_of(BLOCK_ROWS as u64) {
            check()?;
        }
        for (position, evidence) in positions.iter().zip(&mut evidence) {
            let cell = header.cells[*position].and_then(|cell| row.get(cell)).unwrap_or_default();
            evidence.add(cell);
        }
    }
    let mut all = vec![None; shape.readers.len()];
    for (position, notation) in positions.into_iter().zip(tabular::notations(&evidence, table.comma_likely())) {
        all[position] = Some(notation.unwrap_or(Notation::PLAIN));
    }
    Ok(all)
}
