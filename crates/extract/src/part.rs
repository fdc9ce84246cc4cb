//! Reads a piece of a table by a contract, checking every cell of every row. Pieces are read side by side.
//!
//! In: a piece of a table whose header fits the contract. Out: a [`Part`]: the rows that keep the contract as a block, and
//! which of the others have faults.
//! Invariant: what depends on the rows before the piece (their number, their keys) is left to `rows.rs`.

use std::sync::Arc;

use contract::{Rule, Severity};
use tabular::{Evidence, Line, Notation, Piece};

use crate::block::{Block, Cells};
use crate::cell;
use crate::header::Header;
use crate::scales::{self, Scale};
use crate::shape::{Read, Reader, Shape};
use crate::span::Spans;

/// So many rows are added column by column: their cells stay in the processor's cache.
const TOGETHER: usize = 128;

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
    /// What each column of decimal numbers tells of its scale.
    pub(crate) scales: Vec<(usize, Scale<usize>)>,
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
    /// Whether rows are no UTF-8, and so are not read.
    pub(crate) is_misread: bool,
    /// Why the row behind the last one cannot be right.
    pub(crate) refusal: Option<tabular::Error>,
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
    /// Reads a piece.
    pub(crate) fn read<'a>(&self, piece: Piece<'a>) -> Part<'a> {
        let n_most = store::BLOCK_ROWS.min(1 + piece.bytes().len() / 64);
        let mut reading = Reading {
            guide: self,
            block: Block::with_capacity(Arc::clone(self.shape), n_most),
            starts: Vec::with_capacity(n_most),
            wrong: Vec::new(),
            n_rows: 0,
            is_other_notation: false,
            are_plain: vec![true; self.shape.readers.len()],
        };
        let mut lines = piece.lines();
        let mut is_text = true;
        let mut checked = 0;
        let mut check = |end: usize| piece.is_text(std::mem::replace(&mut checked, end)..end);
        while !reading.is_other_notation && lines.read() {
            if lines.line().len() == self.header.n_cells && lines.keep() {
                reading.starts.push(lines.start());
                if lines.kept().len() < TOGETHER * self.header.n_cells {
                    continue;
                }
                is_text &= check(lines.end());
                reading.add_all(piece.bytes(), lines.kept());
            } else {
                is_text &= check(lines.end());
                reading.add_all(piece.bytes(), lines.kept());
                reading.add(lines.line(), lines.start());
            }
            lines.forget();
        }
        is_text &= check(lines.end());
        reading.add_all(piece.bytes(), lines.kept());
        let (n_records, n_empty) = (lines.n_records(), lines.n_empty());
        let (end, is_done) = (lines.end(), lines.is_done());
        let refusal = lines.refusal().map(|refusal| piece.refused(refusal, lines.start()));
        let Reading { mut block, starts, wrong, n_rows, is_other_notation, .. } = reading;
        let broken = self.broken(&mut block);
        let scales = self.decimals().map(|position| (position, scales::of_column(&block, position))).collect();
        Part {
            piece,
            block,
            starts,
            wrong,
            broken,
            scales,
            n_rows,
            n_records,
            n_empty,
            end,
            is_done,
            is_other_notation,
            is_misread: !is_text,
            refusal,
        }
    }

    /// The positions of the columns whose cells are decimal numbers.
    fn decimals(&self) -> impl Iterator<Item = usize> {
        let readers = self.shape.readers.iter().zip(&self.header.cells).enumerate();
        let is_read = |(_, (reader, cell)): &(usize, (&Reader, &Option<usize>))| {
            cell.is_some() && matches!(reader.kind, Read::Decimal { .. })
        };
        readers.filter(is_read).map(|(position, _)| position)
    }

    /// Reads the row's cells into the block; the position of the first bad one.
    fn push(&self, line: Line<'_>, number: u64, block: &mut Block) -> Option<usize> {
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
    fn is_other_notation(&self, position: usize, line: Line<'_>) -> bool {
        let kind = &self.shape.readers[position].kind;
        let is_number = matches!(kind, Read::Int { .. } | Read::Long { .. } | Read::Decimal { .. });
        is_number && self.notations[position].is_none() && {
            let cell = self.header.cells[position].and_then(|cell| line.get(cell)).unwrap_or_default();
            let is_plain =
                cell::decimal(cell).is_some() || (!matches!(kind, Read::Decimal { .. }) && cell::whole(cell).is_some());
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

/// A piece under way.
struct Reading<'a> {
    guide: &'a Guide<'a>,
    block: Block,
    starts: Vec<u32>,
    wrong: Vec<Wrong>,
    n_rows: u64,
    is_other_notation: bool,
    /// Of each column whether all of its numbers so far are written so plainly that many can be read at once.
    are_plain: Vec<bool>,
}

impl Reading<'_> {
    /// Adds a row; what is wrong with it is kept in mind.
    fn add(&mut self, line: Line<'_>, start: u32) {
        self.n_rows += 1;
        let what = if line.len() == self.guide.header.n_cells {
            let Some(position) = self.guide.push(line, self.n_rows, &mut self.block) else {
                self.block.end_rows(1);
                self.starts.push(start);
                return;
            };
            self.is_other_notation |= self.guide.is_other_notation(position, line);
            What::Cells
        } else {
            What::Width
        };
        self.block.truncate(self.starts.len());
        self.wrong.push(Wrong { position: self.starts.len(), start, what });
    }

    /// Adds the rows whose cells are there in the text and whose starts are the newest: column by column, or if one breaks the
    /// contract, row by row.
    fn add_all(&mut self, text: &[u8], ends: &[u32]) {
        let n_cells = self.guide.header.n_cells.max(1);
        let n_new = ends.len() / n_cells;
        let n_before = self.starts.len() - n_new;
        if self.push_columns(text, ends, n_before).is_some() {
            self.block.end_rows(n_new);
            self.n_rows += n_new as u64;
            return;
        }
        self.block.truncate(n_before);
        let starts = self.starts.split_off(n_before);
        for (ends, start) in ends.chunks(n_cells).zip(starts) {
            if !self.is_other_notation {
                self.add(Line::new(text, start, ends), start);
            }
        }
    }

    /// `None` where a cell breaks the contract, and then columns are of several lengths.
    fn push_columns(&mut self, text: &[u8], ends: &[u32], n_before: usize) -> Option<()> {
        let Guide { shape, header, notations, .. } = self.guide;
        let starts = &self.starts[n_before..];
        for (position, reader) in shape.readers.iter().enumerate() {
            let Some(cell) = header.cells[position] else {
                for row in 1..=starts.len() as u64 {
                    self.guide.push_number_of_row(position, self.n_rows + row, &mut self.block);
                }
                continue;
            };
            let cells = Spans::new(text, starts, ends, header.n_cells, cell);
            let notation = notations[position].as_ref();
            if reader.is_nullable {
                for cell in cells.iter() {
                    if cell::is_null(reader, cell.bytes()) {
                        self.block.push_null(position);
                    } else {
                        cell::push(reader, notation, &mut self.block.columns[position], cell)?;
                        self.block.mark_valid(position);
                    }
                }
            } else {
                let (column, are_plain) = (&mut self.block.columns[position], &mut self.are_plain[position]);
                cell::push_all(reader, notation, column, cells, are_plain)?;
            }
        }
        Some(())
    }
}
