//! A block: some thousand rows, whose columns are computed when first asked for.
//!
//! In: a plan and a place in the stored batches. Out: a column's codes, numbers or values for the rows that are left.
//! Invariant: every column of a block has `n_rows` entries; a filter gathers what it keeps, so that nothing behind
//! it needs to know of it.

use std::collections::HashSet;
use std::rc::Rc;

use arrow_array::{Array, ArrayRef};
use bson::Document;
use documents::{Absence, Reader};

use super::compute;
use super::plan::{ColumnId, Plan, Source};
use super::ranks::Ranking;
use super::shape::{Domain, Kind, Lane, Numbers};
use super::stored::{self, RowSet};
use super::sums::Exponents;
use crate::Error;
use crate::value::Value;

/// Rows of a block: their columns fit into a core's cache.
pub(crate) const BLOCK_ROWS: usize = 8192;

/// Rows with their columns as far as they were asked for.
pub(crate) struct Block<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) n_rows: usize,
    batch: usize,
    start: usize,
    len: usize,
    selection: Option<Vec<u32>>,
    views: Vec<Views>,
}

/// A column's block in each form that was asked for.
#[derive(Clone, Default)]
struct Views {
    codes: Option<Rc<[u16]>>,
    /// The ranks of its numbers among the constants that they are compared with.
    ranks: Option<Rc<[u16]>>,
    numbers: Option<Numbers>,
    values: Option<Rc<[Value]>>,
}

impl<'p> Block<'p> {
    /// All rows from `start` of a batch, `len` of them.
    pub(crate) fn new(plan: &'p Plan, batch: usize, start: usize, len: usize) -> Self {
        let views = vec![Views::default(); plan.columns.len()];
        Self { plan, n_rows: len, batch, start, len, selection: None, views }
    }

    /// Where the row stands in its batch.
    pub(crate) fn place(&self, row: usize) -> usize {
        self.start + self.selection.as_ref().map_or(row, |selection| selection[row] as usize)
    }

    /// Batch and place of a row.
    pub(crate) fn whole_place(&self, row: usize) -> (usize, usize) {
        (self.batch, self.place(row))
    }

    /// The rows of a stored column as they lie, or copied where some are left out.
    pub(crate) fn stored_array(&self, id: ColumnId) -> Result<ArrayRef, Error> {
        let Source::Stored { collection, index } = self.plan.column(id).source else {
            return Err(Error::new("a computed column was asked for its stored bytes"));
        };
        let array = self.plan.collections[collection].array(self.batch, index)?;
        match &self.selection {
            None => Ok(array.slice(self.start, self.len)),
            Some(selection) => super::frame::taken(array, selection.iter().map(|row| self.start + *row as usize)),
        }
    }

    /// Keeps only the rows at `positions` (rising).
    pub(crate) fn narrow(&mut self, positions: &[u32]) {
        if positions.len() < self.n_rows {
            self.take(positions);
        }
    }

    /// Makes a row for each of `positions` (rising, some perhaps more than once).
    pub(crate) fn take(&mut self, positions: &[u32]) {
        for (column, views) in self.plan.columns.iter().zip(&mut self.views) {
            if matches!(column.source, Source::Stored { .. }) {
                *views = Views::default();
                continue;
            }
            let taken = |codes: Rc<[u16]>| positions.iter().map(|i| codes[*i as usize]).collect();
            views.codes = views.codes.take().map(taken);
            views.ranks = views.ranks.take().map(taken);
            views.numbers = views.numbers.take().map(|numbers| numbers.take(positions));
            views.values =
                views.values.take().map(|values| positions.iter().map(|i| values[*i as usize].clone()).collect());
        }
        self.selection = Some(match self.selection.take() {
            None => positions.to_vec(),
            Some(selection) => positions.iter().map(|i| selection[*i as usize]).collect(),
        });
        self.n_rows = positions.len();
    }

    /// Sets a column's values, one a row.
    pub(crate) fn set_values(&mut self, id: ColumnId, values: Vec<Value>) {
        self.views(id).values = Some(values.into());
    }

    /// Sets the codes of a coded column, one a row.
    pub(crate) fn set_codes(&mut self, id: ColumnId, codes: Vec<u16>) {
        self.views(id).codes = Some(codes.into());
    }

    /// Sets the numbers of a column, one a row.
    pub(crate) fn set_numbers(&mut self, id: ColumnId, numbers: Numbers) {
        self.views(id).numbers = Some(numbers);
    }

    /// What reads a field at the top of the block's documents.
    pub(crate) fn loose_reader(&self, name: &str) -> Result<Reader<'p>, Error> {
        let typed = &self.plan.collections[0];
        let loose = typed.loose.as_ref().ok_or_else(|| Error::new("typed columns have no documents of any shape"))?;
        loose.reader(typed, self.batch, &|wanted| wanted == name)
    }

    fn views(&mut self, id: ColumnId) -> &mut Views {
        &mut self.views[id.0 as usize]
    }

    /// The codes of a coded column.
    pub(crate) fn codes(&mut self, id: ColumnId) -> Result<Rc<[u16]>, Error> {
        if let Some(codes) = &self.views(id).codes {
            return Ok(Rc::clone(codes));
        }
        let plan = self.plan;
        let column = plan.column(id);
        let Kind::Coded(domain) = &column.kind else {
            return Err(Error::new("a column without codes was asked for its codes"));
        };
        let codes: Rc<[u16]> = match &column.source {
            Source::Stored { collection, index } => self.stored_codes(*collection, *index, domain)?.into(),
            Source::Table(table) => compute::table(table, self)?.into(),
            Source::Kernel(kernel) => compute::codes(kernel, self)?.into(),
            Source::PerRow { .. } | Source::Element => {
                return Err(Error::new("a column of any values was asked for its codes"));
            }
        };
        self.views(id).codes = Some(Rc::clone(&codes));
        Ok(codes)
    }

    fn stored_codes(&self, collection: usize, index: usize, domain: &Domain) -> Result<Vec<u16>, Error> {
        let typed = &self.plan.collections[collection];
        let column = &typed.columns[index];
        let n = domain.len() - usize::from(column.absence != Absence::Never);
        let min = if let Domain::Ints { min, .. } = domain { *min } else { 0 };
        let codes = stored::codes(typed.array(self.batch, index)?, &self.rows(), min, n);
        if codes.iter().fold(0, |max, code| max.max(*code)) as usize >= domain.len() && !codes.is_empty() {
            return Err(Error::new(format!("column `{}` has a value outside its declared range", column.path)));
        }
        Ok(codes)
    }

    /// The bytes of a stored column of which each is a code, with the code of each byte, where the block has all rows and none
    /// is null.
    pub(crate) fn stored_bytes(&self, id: ColumnId) -> Option<(&'p [u8], [u16; 256])> {
        let plan = self.plan;
        let column = plan.column(id);
        let (Source::Stored { collection, index }, Kind::Coded(domain)) = (&column.source, &column.kind) else {
            return None;
        };
        if self.selection.is_some() || self.views[id.0 as usize].codes.is_some() {
            return None;
        }
        let min = if let Domain::Ints { min, .. } = **domain { min } else { 0 };
        // An error shows where the codes are asked for.
        let array = plan.collections[*collection].array(self.batch, *index).ok()?;
        let (bytes, is_signed) = stored::bytes(array)?;
        let code = |byte: usize| {
            let value = if is_signed { i64::from(byte as u8 as i8) } else { byte as i64 };
            u16::try_from(value.wrapping_sub(min)).unwrap_or(u16::MAX)
        };
        Some((&bytes[self.start..self.start + self.len], std::array::from_fn(code)))
    }

    /// The error of a stored value that is outside its column's range.
    pub(crate) fn outside(&self, id: ColumnId) -> Error {
        let path = match self.plan.column(id).source {
            Source::Stored { collection, index } => self.plan.collections[collection].columns[index].path.to_string(),
            _ => String::new(),
        };
        Error::new(format!("column `{path}` has a value outside its declared range"))
    }

    /// The numbers of a column that has a shape, or of a coded one where all else counts as absent.
    pub(crate) fn numbers(&mut self, id: ColumnId) -> Result<Numbers, Error> {
        if let Some(numbers) = &self.views(id).numbers {
            return Ok(numbers.clone());
        }
        let plan = self.plan;
        let column = plan.column(id);
        let numbers = match (&column.source, &column.kind) {
            (Source::Stored { collection, index }, Kind::Number(_)) => self.stored_numbers(*collection, *index)?,
            (Source::Stored { collection, index }, Kind::Coded(domain)) if matches!(**domain, Domain::Ints { .. }) => {
                self.stored_numbers(*collection, *index)?
            }
            (_, Kind::Coded(domain)) => {
                let codes = self.codes(id)?;
                decode(column.decoded(domain), &codes)
            }
            (Source::Kernel(kernel), Kind::Number(shape)) => compute::numbers(kernel, shape, self)?,
            _ => return Err(Error::new("a column of any values was asked for its numbers")),
        };
        self.views(id).numbers = Some(numbers.clone());
        Ok(numbers)
    }

    /// The ranks of a column's numbers.
    pub(crate) fn ranks(&mut self, id: ColumnId, ranking: &Ranking) -> Result<Rc<[u16]>, Error> {
        if let Some(ranks) = &self.views(id).ranks {
            return Ok(Rc::clone(ranks));
        }
        let column = self.plan.column(id);
        let ranks: Rc<[u16]> = match &column.kind {
            Kind::Coded(domain) => ranking.of_codes(column.decoded(domain), &self.codes(id)?).into(),
            _ => ranking.of_numbers(&self.numbers(id)?).into(),
        };
        self.views(id).ranks = Some(Rc::clone(&ranks));
        Ok(ranks)
    }

    fn stored_numbers(&self, collection: usize, index: usize) -> Result<Numbers, Error> {
        Ok(stored::numbers(self.plan.collections[collection].array(self.batch, index)?, &self.rows()))
    }

    /// Exponents that bound the doubles of a stored column, found once for each batch.
    pub(crate) fn exponents(&self, id: ColumnId) -> Option<Exponents> {
        let Source::Stored { collection, index } = self.plan.column(id).source else { return None };
        let typed = &self.plan.collections[collection];
        typed.columns[index].exponents(self.batch, typed.array(self.batch, index).ok()?)
    }

    /// The values of any column.
    pub(crate) fn values(&mut self, id: ColumnId) -> Result<Rc<[Value]>, Error> {
        if let Some(values) = &self.views(id).values {
            return Ok(Rc::clone(values));
        }
        let plan = self.plan;
        let column = plan.column(id);
        let values: Rc<[Value]> = match (&column.source, &column.kind) {
            (Source::Stored { collection, index }, _) => {
                plan.collections[*collection].values(self.batch, *index, &self.rows())?.into()
            }
            (Source::PerRow { expr, inputs }, _) => compute::per_row(expr, inputs, self)?.into(),
            // Few values may be large ones, of which each row has a copy.
            (_, Kind::Coded(domain)) => {
                let value = |code: &u16| plan.brake.check().map(|()| domain.value(usize::from(*code)));
                self.codes(id)?.iter().map(value).collect::<Result<_, Error>>()?
            }
            (_, Kind::Number(shape)) => self.numbers(id)?.values(shape).into(),
            _ => return Err(Error::new("a column that nothing computes was asked for its values")),
        };
        self.views(id).values = Some(Rc::clone(&values));
        Ok(values)
    }

    /// Computes a column, whatever its form, for the errors that it may give.
    pub(crate) fn check(&mut self, id: ColumnId) -> Result<(), Error> {
        match self.plan.column(id).kind {
            Kind::Coded(_) => self.codes(id).map(drop),
            Kind::Number(_) => self.numbers(id).map(drop),
            Kind::Any => self.values(id).map(drop),
        }
    }

    /// The documents of the rows, where they are of any shape.
    pub(crate) fn loose_documents(&self, wanted: Option<&HashSet<String>>) -> Result<Vec<Document>, Error> {
        self.plan.brake.check()?;
        let typed = &self.plan.collections[0];
        match &typed.loose {
            Some(loose) => loose.documents(typed, self.batch, &self.rows(), wanted),
            None => Err(Error::new("typed columns were asked for documents of any shape")),
        }
    }

    fn rows(&self) -> RowSet<'_> {
        RowSet { start: self.start, len: self.len, selection: self.selection.as_deref() }
    }
}

/// Codes as numbers.
fn decode((lane, absent): &(Lane, Vec<bool>), codes: &[u16]) -> Numbers {
    let lane = match lane {
        Lane::Int(values) => Lane::Int(codes.iter().map(|code| values[usize::from(*code)]).collect()),
        Lane::Double(values) => Lane::Double(codes.iter().map(|code| values[usize::from(*code)]).collect()),
    };
    let is_absent = absent.contains(&true);
    Numbers { lane, absent: is_absent.then(|| codes.iter().map(|code| absent[usize::from(*code)]).collect()) }
}
