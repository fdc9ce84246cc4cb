//! Looks at every row of a table once.
//!
//! In: the header, then each row's cells. Out: what is known of the columns and of pairs of them, for `finish` to judge.
//! Invariant: no cell makes it fail, whatever its bytes are.

use std::hash::{BuildHasher, RandomState};

use contract::Role;
use csv::ByteRecord;
use diagnostic::Faults;
use tabular::Beside;
use twox_hash::XxHash3_64;

use crate::column::{Cell, Column};
use crate::pairs::Pairs;
use crate::synonyms::{Meaning, Synonyms};
use crate::{Recognised, Wishes, finish};

/// So many rows are kept to look for columns computed from others.
const MOST_SAMPLED: u64 = 400;

/// A table under way.
#[derive(Debug)]
pub struct Survey {
    pub(crate) columns: Vec<Column>,
    pub(crate) pairs: Pairs,
    pub(crate) synonyms: Synonyms,
    pub(crate) n_rows: u64,
    /// The numbers of the first rows, column by column.
    pub(crate) sample: Vec<Vec<Option<f64>>>,
    seed: u64,
    header: Vec<String>,
    /// Whether a row was met.
    has_begun: bool,
    cells: Vec<Cell>,
}

impl Survey {
    /// For a table with these names of columns.
    #[must_use]
    pub fn new(header: &[String]) -> Self {
        let synonyms = Synonyms::built_in();
        let is_key = |name: &str| synonyms.meaning(name) == Some(Meaning::Role(Role::CustomerKey));
        let columns: Vec<Column> = header.iter().map(|name| Column::new(name, is_key(name))).collect();
        Self {
            pairs: Pairs::new(columns.len()),
            cells: vec![Cell::default(); columns.len()],
            sample: vec![Vec::new(); columns.len()],
            columns,
            synonyms,
            n_rows: 0,
            seed: RandomState::new().hash_one(0),
            header: header.to_vec(),
            has_begun: false,
        }
    }

    /// Takes a row. Cells that it lacks are blank, and those beyond the header are passed over.
    ///
    /// A blank row, and the sums below a table, say nothing of the customers.
    pub fn add(&mut self, record: &ByteRecord) {
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        if self.is_beside(record, is_first) {
            return;
        }
        for (position, column) in self.columns.iter_mut().enumerate() {
            let cell = record.get(position).unwrap_or_default();
            let hash = XxHash3_64::oneshot_with_seed(self.seed, cell);
            let known = column.add(self.n_rows, cell, hash, &self.synonyms);
            self.cells[position] = known;
            if self.n_rows < MOST_SAMPLED {
                self.sample[position].push(known.number);
            }
        }
        self.pairs.add(&self.cells);
        self.n_rows += 1;
    }

    /// Whether a row is none of a customer: blank, the header again, units, a remark below the table, or with the heading of
    /// sums in it and hardly anything else.
    fn is_beside(&self, record: &ByteRecord, is_first: bool) -> bool {
        let is_blank = |cell: &[u8]| cell.first().is_none_or(u8::is_ascii_whitespace) && cell.trim_ascii().is_empty();
        let n_cells = record.iter().filter(|cell| !is_blank(cell)).count();
        let is_total = |cell: &[u8]| std::str::from_utf8(cell).is_ok_and(|text| self.synonyms.is_total(text.trim()));
        self.columns.len() > 1
            && (Beside::of(&self.header, record, is_first).is_some()
                || n_cells == 0
                || (n_cells * 2 < self.columns.len() && record.iter().any(is_total)))
    }

    /// How many rows there were.
    #[must_use]
    pub fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// Says what the table is.
    pub fn finish(&mut self, wishes: &Wishes<'_>) -> Result<Recognised, Faults> {
        self.columns.iter_mut().for_each(Column::settle);
        finish::finish(self, wishes)
    }
}
