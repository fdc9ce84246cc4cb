//! Reads a piece of a table by a contract, checking every cell of every row. Pieces are read side by side.
//!
//! In: a piece of a table whose header fits the contract. Out: a [`Part`]: the rows that keep the contract as a block, and
//! which of the others have faults.
//! Invariant: what depends on the rows before the piece (their number, their keys) is left to `rows.rs`.

use std::sync::Arc;

use contract::{Rule, Severity};
use tabular::{Evidence, Line, Notation, Piece, Pieces};

use crate::Error;
use crate::block::{Block, Cells};
use crate::cell;
use crate::header::Header;
use crate::shape::{Read, Shape};

/// So many pieces are read at once, which bounds the memory.
const MOST_PIECES: usize = 8;

/// What the pieces of a table are read by.
pub(crate) struct Guide<'a> {
    pub(crate) shape: &'a Arc<Shape>,
    pub(crate) header: &'a Header,
    /// How the numbers of each of the contract's columns are written; plainly unless said.
    pub(crate) notations: &'a [Option<Notation>],
    /// The names of rules that rows may break although that is a fault.
    pub(crate) accepted: &'a [String],
}

/// A piece that was read.
pub(crate) struct Part<'a> {
    pub(crate) piece: Piece<'a>,
    /// The rows whose cells all keep the contract.
    pub(crate) block: Block,
    /// The byte of the piece at which each of them begins.
    pub(crate) starts: Vec<u32>,
    /// The other rows in order.
    pub(crate) wrong: Vec<Wrong>,
    /// Rows that break rules or the range of what is computed, each with its position in the block.
    pub(crate) broken: Vec<Broken>,
    /// Rows, whatever became of them.
    pub(crate) n_rows: u64,
    /// The same with those that had no cell.
    pub(crate) n_records: u64,
    pub(crate) n_empty: u64,
    /// The byte at which the last row has ended, and whether no row goes on after the piece.
    pub(crate) end: usize,
    pub(crate) is_done: bool,
    /// Whether a number is written in another way than plainly, and how its column writes is not known.
    pub(crate) is_other_notation: bool,
}

/// A row that cannot be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wrong {
    /// How many rows of the block stand before it.
    pub(crate) position: usize,
    /// The byte of the piece at which it begins.
    pub(crate) start: u32,
    pub(crate) what: What,
}

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// It has more or fewer cells than the header.
    Width,
    Cells,
}

/// What a row breaks as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Broken {
    /// A rule, by its position in the contract.
    Rule { row: usize, rule: usize },
    /// The range of a computed column.
    Range { row: usize, column: usize, value: f64 },
}

impl Broken {
    pub(crate) fn row(&self) -> usize {
        match self {
            Self::Rule { row, .. } | Self::Range { row, .. } => *row,
        }
    }
}

impl Guide<'_> {
    /// Reads the next pieces, so many that each thread has some, in their order; none at the end. A piece that cannot
    /// be had is the last.
    pub(crate) fn read_some<'a>(&self, pieces: &mut Pieces<'a>) -> Vec<Result<Part<'a>, Error>> {
        let n_pieces = (2 * rayon::current_num_threads()).clamp(2, MOST_PIECES);
        let mut parts: Vec<Option<Result<Part<'a>, Error>>> = Vec::new();
        parts.resize_with(n_pieces, || None);
        rayon::scope(|scope| {
            for part in &mut parts {
                match pieces.read() {
                    Ok(Some(piece)) => scope.spawn(|_| *part = Some(Ok(self.read(piece)))),
                    Ok(None) => return,
                    Err(error) => {
                        *part = Some(Err(error.into()));
                        return;
                    }
                }
            }
        });
        parts.into_iter().flatten().collect()
    }

    /// Reads a piece.
    pub(crate) fn read<'a>(&self, piece: Piece<'a>) -> Part<'a> {
        let n_most = store::BLOCK_ROWS.min(1 + piece.n_bytes() / 64);
        let mut block = Block::with_capacity(Arc::clone(self.shape), n_most);
        let mut starts = Vec::with_capacity(n_most);
        let mut wrong = Vec::new();
        let mut is_other_notation = false;
        let mut lines = piece.lines();
        let mut n_rows = 0;
        while lines.read() {
            n_rows += 1;
            let line = lines.line();
            let what = if line.len() == self.header.n_cells {
                let Some(position) = self.push(&line, n_rows, &mut block) else {
                    block.end_row();
                    starts.push(lines.start());
                    continue;
                };
                is_other_notation |= self.is_other_notation(position, &line);
                What::Cells
            } else {
                What::Width
            };
            block.truncate(starts.len());
            wrong.push(Wrong { position: starts.len(), start: lines.start(), what });
            if is_other_notation {
                break;
            }
        }
        let (n_records, n_empty) = (lines.n_records(), lines.n_empty());
        let (end, is_done) = (lines.end(), lines.is_done());
        let broken = self.broken(&mut block);
        Part { piece, block, starts, wrong, broken, n_rows, n_records, n_empty, end, is_done, is_other_notation }
    }

    /// Reads the row's cells into the block; the position of the first bad one.
    fn push(&self, line: &Line<'_>, number: u64, block: &mut Block) -> Option<usize> {
        for (position, reader) in self.shape.readers.iter().enumerate() {
            let Some(cell) = self.header.cells[position] else {
                self.push_number_of_row(position, number, block);
                continue;
            };
            let Some(cell) = line.get(cell) else { return Some(position) };
            if reader.is_nullable && cell::is_null(reader, cell) {
                block.push_null(position);
                continue;
            }
            let is_empty_key = cell.is_empty() && position == self.shape.key;
            let notation = self.notations[position].as_ref();
            if is_empty_key || cell::push(reader, notation, &mut block.columns[position], cell).is_none() {
                return Some(position);
            }
            if reader.is_nullable {
                block.mark_valid(position);
            }
        }
        None
    }

    /// A key that files do not have is the number of the row, here in its piece. Computed columns are filled when the block is.
    fn push_number_of_row(&self, position: usize, number: u64, block: &mut Block) {
        if !self.shape.contract.columns[position].is_numbered {
            return;
        }
        match &mut block.columns[position] {
            Cells::Int(cells) => cells.push(number as i32),
            Cells::Long(cells) => cells.push(number as i64),
            // By the contract a key that is numbered is a whole number.
            Cells::Category(_) | Cells::Decimal(_) | Cells::Text(_) | Cells::Date(_) => {}
        }
    }

    /// Whether the cell is a number that is not plainly written, in a column whose notation has not been looked for.
    fn is_other_notation(&self, position: usize, line: &Line<'_>) -> bool {
        let kind = &self.shape.readers[position].kind;
        let is_number = matches!(kind, Read::Int { .. } | Read::Long { .. } | Read::Decimal { .. });
        is_number && self.notations[position].is_none() && {
            let cell = self.header.cells[position].and_then(|cell| line.get(cell)).unwrap_or_default();
            let is_plain = cell::decimal(cell).is_some()
                || (!matches!(kind, Read::Decimal { .. }) && cell::whole(cell).is_some());
            !is_plain && Evidence::default().add(cell)
        }
    }

    /// Computes what is computed, and finds the rows that break a rule.
    fn broken(&self, block: &mut Block) -> Vec<Broken> {
        let outside = block.compute().into_iter();
        let mut broken: Vec<Broken> =
            outside.map(|(row, column, value)| Broken::Range { row, column, value }).collect();
        for (rule, tested) in self.shape.contract.rules.iter().enumerate() {
            if self.refuses(tested) {
                broken.extend(tested.broken(block).into_iter().map(|row| Broken::Rule { row, rule }));
            }
        }
        broken.sort_by_key(Broken::row);
        broken
    }

    /// Whether rows that break the rule are refused.
    pub(crate) fn refuses(&self, rule: &Rule) -> bool {
        let is_accepted = rule.name.as_ref().is_some_and(|name| self.accepted.contains(name));
        rule.severity == Severity::Fault && !is_accepted
    }
}
