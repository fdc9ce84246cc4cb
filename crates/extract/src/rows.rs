//! Reads the rows of a table into blocks by a contract, checking every cell of every row.
//!
//! In: a table whose header fits the contract. Out: full [`Block`]s of the rows that keep the contract, and all faults of the
//! others, each with its file, line, column and cell.
//! Invariant: memory holds one block and what `seen.rs` keeps of the keys, however long the file is.

use std::sync::Arc;

use contract::{Rule, Severity};
use diagnostic::{Action, Diagnostic, quote};
use store::BLOCK_ROWS;
use tabular::{Beside, Evidence, Notation, Row, RowMark, Table};

use crate::block::{Block, Cells};
use crate::cell::{self, shown};
use crate::error::duplicate_key;
use crate::faults::Found;
use crate::header::Header;
use crate::import::Reading;
use crate::seen::Seen;
use crate::shape::{Read, Shape};
use crate::{Error, fault};

/// The rows of a table under way.
pub(crate) struct Rows<'a> {
    shape: Arc<Shape>,
    table: &'a Table,
    lines: tabular::Rows<'a>,
    header: &'a Header,
    /// How the numbers of each of the contract's columns are written; plainly unless said.
    notations: &'a [Option<Notation>],
    row: Row,
    n_read: u64,
    seen: Seen,
    /// Where each row of the block begins.
    marks: Vec<RowMark>,
    /// The same rows as they stand in the file, where rows are set aside.
    kept: Vec<Row>,
    reading: &'a Reading<'a>,
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
        reading: &'a Reading<'a>,
    ) -> Self {
        Self {
            shape: Arc::clone(shape),
            table,
            lines: table.rows(),
            header,
            notations,
            row: Row::new(),
            n_read: 0,
            seen: Seen::new(shape.contract.key()),
            marks: Vec::new(),
            kept: Vec::new(),
            reading,
        }
    }

    /// How much of the file is read, from 0 to 1.
    pub(crate) fn fraction(&self) -> f64 {
        self.lines.fraction()
    }

    /// How many rows have been read, whatever became of them.
    pub(crate) fn n_read(&self) -> u64 {
        self.n_read
    }

    /// How many rows had no cell and were passed over.
    pub(crate) fn n_empty(&self) -> u64 {
        self.lines.n_empty()
    }

    /// Fills the block with the next rows that keep the contract; the faults of the others are added to those that were found.
    pub(crate) fn fill(&mut self, block: &mut Block, found: &mut Found) -> Result<Filled, Error> {
        block.truncate(0);
        self.marks.clear();
        self.kept.clear();
        let mut is_end = true;
        for _ in 0..BLOCK_ROWS {
            if !self.lines.read(&mut self.row)? {
                break;
            }
            is_end = false;
            self.n_read += 1;
            if let Some(beside) = Beside::of(self.table.header(), &self.row, self.n_read == 1) {
                let fault = Diagnostic::new(beside.to_string()).at(self.lines.here()).hint(beside.hint());
                self.add_faults(found, &self.row, vec![("lines beside the table".to_owned(), fault)])?;
            } else if self.row.len() != self.header.n_cells {
                let fault = self.wrong_number_of_cells();
                self.add_faults(found, &self.row, vec![("the number of cells".to_owned(), fault)])?;
            } else if let Some(position) = self.push(block) {
                block.truncate(self.marks.len());
                if self.is_other_notation(position) {
                    return Ok(Filled::OtherNotation);
                }
                self.add_wrong_cells(found)?;
            } else if self.seen.insert_last(block) {
                block.end_row();
                self.marks.push(self.lines.mark());
                if self.reading.set_aside.is_some() {
                    self.kept.push(self.row.clone());
                }
            } else {
                block.truncate(self.marks.len());
                let kind = format!("`{}`, twice", self.name_in_file(self.shape.contract.key_position()));
                let fault = self.duplicate(found.is_told());
                self.add_faults(found, &self.row, vec![(kind, fault)])?;
            }
        }
        if is_end {
            return Ok(Filled::End);
        }
        self.check_whole_rows(block, found)?;
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

    /// Adds the faults of a row, each with its kind, and sets the row aside if rows are.
    fn add_faults(&self, found: &mut Found, row: &Row, faults: Vec<(String, Diagnostic)>) -> Result<(), Error> {
        if let Some(set_aside) = self.reading.set_aside {
            let reasons: Vec<&str> = faults.iter().map(|(_, fault)| fault.message()).collect();
            set_aside(row, &reasons.join("; "))?;
        }
        found.add_row(faults);
        Ok(())
    }

    /// Adds each cell of the row that breaks the contract.
    fn add_wrong_cells(&self, found: &mut Found) -> Result<(), Error> {
        let mut scratch = Block::with_capacity(Arc::clone(&self.shape), 1);
        let key = self.shape.contract.key_position();
        // Only what is told needs its line, for which the file is read again.
        let line = if found.is_told() { self.lines.here() } else { String::new() };
        let mut faults = Vec::new();
        for (position, reader) in self.shape.readers.iter().enumerate() {
            let (cell, notation) = (self.cell(position), self.notations[position].as_ref());
            let is_null = reader.is_nullable && cell::is_null(reader, cell);
            let is_empty_key = cell.is_empty() && position == key;
            if self.header.cells[position].is_none()
                || is_null
                || (!is_empty_key && cell::push(reader, notation, &mut scratch.columns[position], cell).is_some())
            {
                continue;
            }
            let name = self.name_in_file(position);
            let fault = fault::of(&self.shape.contract.columns[position], notation, cell);
            faults.push((format!("`{name}`"), fault.at(format!("{line}, column `{}`", quote(name)))));
        }
        self.add_faults(found, &self.row, faults)
    }

    /// What the file calls a column.
    fn name_in_file(&self, position: usize) -> &str {
        let cell = self.header.cells[position];
        cell.map_or(&self.shape.contract.columns[position].name, |cell| &self.table.header()[cell])
    }

    /// Computes what is computed, and takes out the rows that break a rule.
    fn check_whole_rows(&self, block: &mut Block, found: &mut Found) -> Result<(), Error> {
        let contract = &self.shape.contract;
        let mut broken: Vec<(usize, String, Diagnostic)> = Vec::new();
        for (row, position, value) in block.compute() {
            let name = quote(&contract.columns[position].name);
            let fault = Diagnostic::new(format!("`{name}` is computed as {value}, which is out of its range"));
            broken.push((row, format!("`{name}`"), fault));
        }
        let is_accepted = |rule: &Rule| rule.name.as_ref().is_some_and(|name| self.reading.accepted.contains(name));
        let rules = contract.rules.iter().filter(|rule| rule.severity == Severity::Fault);
        for rule in rules.filter(|rule| !is_accepted(rule)) {
            let rows = rule.broken(block);
            found.add_broken(rule, rows.len() as u64);
            for row in rows {
                let values: Vec<String> = rule.columns().iter().map(|column| block.shown(*column, row)).collect();
                let fault = Diagnostic::new(format!("this row breaks the rule {}: {}", rule.words, values.join(", ")));
                let fault = match &rule.name {
                    Some(name) => fault.hint_at(Action::AcceptRule(name.clone())),
                    None => fault.hint("if the bank counts otherwise, a contract can say so: `severity = \"note\"`"),
                };
                broken.push((row, format!("the rule {}", rule.words), fault));
            }
        }
        broken.sort_by_key(|(row, ..)| *row);
        let mut rows: Vec<usize> = broken.iter().map(|(row, ..)| *row).collect();
        rows.dedup();
        for faults in broken.chunk_by(|(one, ..), (other, ..)| one == other) {
            let row = faults[0].0;
            let place = if found.is_told() { self.table.place(self.marks[row]) } else { String::new() };
            let placed = faults.iter().map(|(_, kind, fault)| (kind.clone(), fault.clone().at(place.clone())));
            let nothing = Row::new();
            self.add_faults(found, self.kept.get(row).unwrap_or(&nothing), placed.collect())?;
        }
        block.remove(&rows);
        Ok(())
    }

    fn wrong_number_of_cells(&self) -> Diagnostic {
        let (found, expected) = (self.row.len(), self.header.n_cells);
        let hint = if self.row.iter().any(|cell| cell.contains(&b'\n')) {
            "a cell of this row spans lines: a quote `\"` may be missing at its end"
        } else if found > expected {
            "a text with a separator in it must be quoted"
        } else {
            "the row may be cut off, or it is no row of the table, such as a line below it"
        };
        let message = format!("the row has {found} cells, but the header has {expected}");
        Diagnostic::new(message).at(self.lines.here()).hint(hint)
    }

    /// Reads the file again up to the first row with the key of this one, since only this fault needs to know its line, and only
    /// if it is told.
    fn duplicate(&self, is_told: bool) -> Diagnostic {
        let position = self.shape.contract.key_position();
        let key = |row: &Row| {
            let mut block = Block::with_capacity(Arc::clone(&self.shape), 1);
            let (reader, notation) = (&self.shape.readers[position], self.notations[position].as_ref());
            cell::push(reader, notation, &mut block.columns[position], row.get(self.header.cells[position]?)?)?;
            Some(block.columns.swap_remove(position))
        };
        let message = format!("the customer `{}` is in the file twice", shown(self.cell(position)));
        let fault = duplicate_key(Diagnostic::new(message));
        if !is_told {
            return fault;
        }
        let fault = fault.at(format!("{}, column `{}`", self.lines.here(), quote(self.name_in_file(position))));
        let mut again = self.table.rows();
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
    let (mut rows, mut row, mut n_read) = (table.rows(), Row::new(), 0_u64);
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
