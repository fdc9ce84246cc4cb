//! Takes the rows of a table piece by piece, in order: what keeps the contract as full blocks, the faults of the others.
//!
//! In: the [`Part`]s of a table whose header fits the contract. Out: [`Block`]s, each but the last of [`BLOCK_ROWS`] rows, and
//! all faults, each with its file, line, column and cell.
//! Invariant: faults come in the order of the rows, those of cells before those of whole rows in each part; memory holds
//! some parts and what `seen.rs` keeps of the keys, however long the file is.

use std::sync::Arc;

use diagnostic::{Action, Diagnostic, quote};
use store::BLOCK_ROWS;
use tabular::{Beside, Evidence, Notation, Row, RowMark, Table};

use crate::block::{Block, Cells};
use crate::cell::{self, shown};
use crate::error::duplicate_key;
use crate::faults::Found;
use crate::header::Header;
use crate::import::Reading;
use crate::part::{Broken, Guide, Part, What};
use crate::scales::{ACCEPTED, Scale};
use crate::seen::Seen;
use crate::shape::{Read, Shape};
use crate::{Error, fault};

/// The rows of a table so far.
pub(crate) struct Rows<'a> {
    guide: &'a Guide<'a>,
    table: &'a Table,
    reading: &'a Reading<'a>,
    seen: Seen,
    /// How many there were, whatever became of them; the same with those that had no cell; and those alone.
    n_read: u64,
    n_records: u64,
    n_empty: u64,
    /// What each column tells of its scale.
    scales: Vec<Scale<RowMark>>,
    /// Rows that do not fill a block yet.
    filling: Block,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(guide: &'a Guide<'a>, table: &'a Table, reading: &'a Reading<'a>) -> Self {
        Self {
            guide,
            table,
            reading,
            seen: Seen::new(guide.shape.contract.key()),
            n_read: 0,
            n_records: 0,
            n_empty: 0,
            scales: vec![Scale::none(); guide.shape.readers.len()],
            filling: Block::with_capacity(Arc::clone(guide.shape), 0),
        }
    }

    /// How many rows there were, whatever became of them.
    pub(crate) fn n_read(&self) -> u64 {
        self.n_read
    }

    /// How many rows had no cell and were passed over.
    pub(crate) fn n_empty(&self) -> u64 {
        self.n_empty
    }

    /// Takes the next part: its rows that keep the contract into `blocks` once they fill one, the faults of the others to
    /// those that were found.
    pub(crate) fn take(
        &mut self,
        part: &mut Part<'_>,
        found: &mut Found,
        blocks: &mut Vec<Block>,
    ) -> Result<(), Error> {
        for (position, scale) in std::mem::take(&mut part.scales) {
            self.scales[position].join(scale, |row| part.piece.mark(part.starts[row], self.n_records));
        }
        part.block.add_to_number(self.guide.shape.contract.key(), self.n_read);
        let repeated = self.seen.repeated(&part.block);
        self.add_wrong_rows(part, &repeated, found)?;
        let removed = self.add_broken_rows(part, &repeated, found)?;
        part.block.remove(&removed);
        self.n_read += part.n_rows;
        self.n_records += part.n_records;
        self.n_empty += part.n_empty;
        let nothing = Block::with_capacity(Arc::clone(self.guide.shape), 0);
        self.fill(std::mem::replace(&mut part.block, nothing), blocks);
        Ok(())
    }

    /// Finds the columns that hold two scales at once: faults of the file, or where the user accepts them, what answers tell.
    pub(crate) fn judge_scales(&mut self, found: &mut Found) -> Vec<String> {
        let columns = &self.guide.shape.contract.columns;
        let mut notes = Vec::new();
        for (position, scale) in std::mem::take(&mut self.scales).into_iter().enumerate() {
            let name = &columns[position].name;
            if self.reading.accepted.iter().any(|one| one.strip_prefix(ACCEPTED) == Some(name)) {
                notes.extend(scale.note(name));
            } else if let Some(fault) = scale.fault(self.name_in_file(position), name, |mark| self.table.place(mark)) {
                found.add_damage(fault);
            }
        }
        notes
    }

    /// The rows that are left, after the last part.
    pub(crate) fn rest(self) -> Block {
        self.filling
    }

    fn fill(&mut self, block: Block, blocks: &mut Vec<Block>) {
        let empty = |n_rows| Block::with_capacity(Arc::clone(self.guide.shape), n_rows);
        if self.filling.n_rows() == 0 && block.n_rows() <= BLOCK_ROWS {
            self.filling = block;
        } else {
            let mut from = 0;
            while from < block.n_rows() {
                if self.filling.n_rows() == BLOCK_ROWS {
                    blocks.push(std::mem::replace(&mut self.filling, empty(BLOCK_ROWS)));
                }
                let to = block.n_rows().min(from + BLOCK_ROWS - self.filling.n_rows());
                self.filling.append(&block, from..to);
                from = to;
            }
        }
        if self.filling.n_rows() == BLOCK_ROWS {
            blocks.push(std::mem::replace(&mut self.filling, empty(0)));
        }
    }

    /// Adds the faults of rows that cannot be read, and of those whose key comes again, in the order of the rows.
    fn add_wrong_rows(&self, part: &Part<'_>, repeated: &[usize], found: &mut Found) -> Result<(), Error> {
        let mut repeated = repeated.iter().copied().peekable();
        for (at, wrong) in part.wrong.iter().enumerate() {
            while let Some(row) = repeated.next_if(|row| *row < wrong.position) {
                self.add_repeated(part, row, found)?;
            }
            let row = part.piece.row(wrong.start);
            let place = self.place(part, wrong.start, found);
            let is_first = self.n_read == 0 && at == 0 && wrong.position == 0;
            let beside = Beside::of(self.table.header(), &row, is_first);
            let faults = match (beside, wrong.what) {
                (Some(beside), _) => {
                    let fault = Diagnostic::new(beside.to_string()).at(place).hint(beside.hint());
                    vec![("lines beside the table".to_owned(), fault)]
                }
                (None, What::Cells) => self.wrong_cells(&row, &place),
                (None, What::Width) => vec![("the number of cells".to_owned(), self.wrong_width(&row).at(place))],
            };
            self.add_faults(found, &row, faults)?;
        }
        repeated.try_for_each(|row| self.add_repeated(part, row, found))
    }

    fn add_repeated(&self, part: &Part<'_>, row: usize, found: &mut Found) -> Result<(), Error> {
        let cells = part.piece.row(part.starts[row]);
        let place = self.place(part, part.starts[row], found);
        let kind = format!("`{}`, twice", self.name_in_file(self.guide.shape.key));
        let fault = self.duplicate(&cells, found.is_told().then_some(place));
        self.add_faults(found, &cells, vec![(kind, fault)])
    }

    /// Adds the faults of rows that break a rule; the rows of the block that are to be taken out, with those that are
    /// already, ascending.
    fn add_broken_rows(&self, part: &Part<'_>, repeated: &[usize], found: &mut Found) -> Result<Vec<usize>, Error> {
        let contract = &self.guide.shape.contract;
        let broken = part.broken.iter().filter(|broken| repeated.binary_search(&broken.row()).is_err());
        let broken: Vec<&Broken> = broken.collect();
        let mut removed = repeated.to_vec();
        for faults in broken.chunk_by(|one, other| one.row() == other.row()) {
            let row = faults[0].row();
            let place = self.place(part, part.starts[row], found);
            let mut placed = Vec::new();
            for broken in faults {
                let (kind, fault) = match broken {
                    Broken::Rule { rule, .. } => {
                        found.add_broken(&contract.rules[*rule], 1);
                        self.broken_rule(&part.block, *rule, row)
                    }
                    Broken::Range { column, value, .. } => {
                        let name = quote(&contract.columns[*column].name);
                        let message = format!("`{name}` is computed as {value}, which is out of its range");
                        (format!("`{name}`"), Diagnostic::new(message))
                    }
                };
                placed.push((kind, fault.at(place.clone())));
            }
            self.add_faults(found, &part.piece.row(part.starts[row]), placed)?;
            removed.push(row);
        }
        removed.sort_unstable();
        Ok(removed)
    }

    fn broken_rule(&self, block: &Block, rule: usize, row: usize) -> (String, Diagnostic) {
        let rule = &self.guide.shape.contract.rules[rule];
        let values: Vec<String> = rule.columns().iter().map(|column| block.shown(*column, row)).collect();
        let fault = Diagnostic::new(format!("this row breaks the rule {}: {}", rule.words, values.join(", ")));
        let fault = match &rule.name {
            Some(name) => fault.hint_at(Action::AcceptRule(name.clone())),
            None => fault.hint("if the bank counts otherwise, a contract can say so: `severity = \"note\"`"),
        };
        (format!("the rule {}", rule.words), fault)
    }

    /// The place of a row, if its fault is told: to know its line, the file is read again.
    fn place(&self, part: &Part<'_>, start: u32, found: &Found) -> String {
        if found.is_told() { self.table.place(part.piece.mark(start, self.n_records)) } else { String::new() }
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

    /// Each cell of the row that breaks the contract.
    fn wrong_cells(&self, row: &Row, place: &str) -> Vec<(String, Diagnostic)> {
        let Guide { shape, header, notations, .. } = self.guide;
        let mut scratch = Block::with_capacity(Arc::clone(shape), 1);
        let mut faults = Vec::new();
        for (position, reader) in shape.readers.iter().enumerate() {
            let (cell, notation) = (self.cell(row, position), notations[position].as_ref());
            let is_null = reader.is_nullable && cell::is_null(reader, cell);
            let is_empty_key = cell.is_empty() && position == shape.key;
            if header.cells[position].is_none()
                || is_null
                || (!is_empty_key && cell::push(reader, notation, &mut scratch.columns[position], cell).is_some())
            {
                continue;
            }
            let name = self.name_in_file(position);
            let fault = fault::of(&shape.contract.columns[position], notation, cell);
            faults.push((format!("`{name}`"), fault.at(format!("{place}, column `{}`", quote(name)))));
        }
        faults
    }

    fn cell<'r>(&self, row: &'r Row, position: usize) -> &'r [u8] {
        self.guide.header.cells[position].and_then(|cell| row.get(cell)).unwrap_or_default()
    }

    /// What the file calls a column.
    fn name_in_file(&self, position: usize) -> &str {
        let cell = self.guide.header.cells[position];
        cell.map_or(&self.guide.shape.contract.columns[position].name, |cell| &self.table.header()[cell])
    }

    fn wrong_width(&self, row: &Row) -> Diagnostic {
        let (found, expected) = (row.len(), self.guide.header.n_cells);
        let hint = if row.iter().any(|cell| cell.contains(&b'\n')) {
            "a cell of this row spans lines: a quote `\"` may be missing at its end"
        } else if found > expected {
            "a text with a separator in it must be quoted"
        } else {
            "the row may be cut off, or it is no row of the table, such as a line below it"
        };
        Diagnostic::new(format!("the row has {}, but the header has {expected}", diagnostic::counted(found, "cell")))
            .hint(hint)
    }

    /// Reads the file again up to the first row with the key of this one, since only this fault needs to know its line, and only
    /// if it is told, with its place.
    fn duplicate(&self, row: &Row, place: Option<String>) -> Diagnostic {
        let Guide { shape, header, notations, .. } = self.guide;
        let position = shape.key;
        let key = |row: &Row| {
            let mut block = Block::with_capacity(Arc::clone(shape), 1);
            let (reader, notation) = (&shape.readers[position], notations[position].as_ref());
            cell::push(reader, notation, &mut block.columns[position], row.get(header.cells[position]?)?)?;
            Some::<Cells>(block.columns.swap_remove(position))
        };
        let message = format!("the customer `{}` is in the file twice", shown(self.cell(row, position)));
        let fault = duplicate_key(Diagnostic::new(message));
        let Some(place) = place else { return fault };
        let fault = fault.at(format!("{place}, column `{}`", quote(self.name_in_file(position))));
        let mut again = self.table.rows();
        let (twice, mut row) = (key(row), Row::new());
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
