//! A block of customers as columns, and its parts as record batches.
//!
//! Invariant: all columns of a block have the same length, in the order of the contract; the batches of both collections
//! list the same customers in the same order. A null has a cell too, whose value says nothing.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::types::{
    ArrowPrimitiveType, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMillisecondType, UInt8Type,
};
use arrow_array::{ArrayRef, DictionaryArray, PrimitiveArray, RecordBatch, StringArray};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::ArrowError;
use contract::{Column, Side};

use crate::shape::{Read, Reader, Shape, Width, fits_int};
use crate::words::Words;

/// The cells of one column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cells {
    Category(Vec<u8>),
    Int(Vec<i32>),
    Long(Vec<i64>),
    Decimal(Vec<f64>),
    Text(Texts),
    /// Milliseconds since 1970.
    Date(Vec<i64>),
}

/// Texts in one buffer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    pub(crate) fn get(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.text[start..self.ends[row]]
    }

    pub(crate) fn last(&self) -> Option<&str> {
        self.ends.len().checked_sub(1).map(|row| self.get(row))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|row| self.get(row))
    }
}

/// Some customers, whole: the columns of all collections.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) shape: Arc<Shape>,
    pub(crate) columns: Vec<Cells>,
    /// Per column whether each cell is there; `None` where none can be null.
    pub(crate) valid: Vec<Option<Vec<bool>>>,
    n_rows: usize,
}

impl Block {
    pub(crate) fn with_capacity(shape: Arc<Shape>, n_rows: usize) -> Self {
        let cells = |reader: &Reader| match reader.kind {
            Read::Category(_) => Cells::Category(Vec::with_capacity(n_rows)),
            Read::Int { .. } => Cells::Int(Vec::with_capacity(n_rows)),
            Read::Long { .. } => Cells::Long(Vec::with_capacity(n_rows)),
            Read::Decimal { .. } => Cells::Decimal(Vec::with_capacity(n_rows)),
            Read::Text => Cells::Text(Texts::default()),
            Read::Date { .. } => Cells::Date(Vec::with_capacity(n_rows)),
        };
        let columns = shape.readers.iter().map(cells).collect();
        let valid = shape.readers.iter().map(|reader| reader.is_nullable.then(Vec::new)).collect();
        Self { shape, columns, valid, n_rows: 0 }
    }

    /// Leaves the first rows, and no part of another.
    pub(crate) fn truncate(&mut self, n_rows: usize) {
        self.columns.iter_mut().for_each(|cells| cells.truncate(n_rows));
        self.valid.iter_mut().flatten().for_each(|valid| valid.truncate(n_rows));
        self.n_rows = self.n_rows.min(n_rows);
    }

    /// Takes these rows out, whose positions ascend.
    pub(crate) fn remove(&mut self, rows: &[usize]) {
        if rows.is_empty() {
            return;
        }
        let mut is_kept = vec![true; self.n_rows];
        for row in rows {
            is_kept[*row] = false;
        }
        self.columns.iter_mut().for_each(|cells| cells.keep(&is_kept));
        self.valid.iter_mut().flatten().for_each(|valid| keep(valid, &is_kept));
        self.n_rows -= rows.len();
    }

    /// Adds rows of another block of the same shape.
    pub(crate) fn append(&mut self, other: &Self, rows: Range<usize>) {
        self.n_rows += rows.len();
        for (cells, others) in self.columns.iter_mut().zip(&other.columns) {
            cells.append(others, rows.clone());
        }
        for (valid, others) in self.valid.iter_mut().zip(&other.valid) {
            if let (Some(valid), Some(others)) = (valid, others) {
                valid.extend_from_slice(&others[rows.clone()]);
            }
        }
    }

    /// Counts on from so many rows, where the key is the number of a row.
    pub(crate) fn add_to_number(&mut self, key: &Column, n_rows: u64) {
        if !key.is_numbered {
            return;
        }
        match &mut self.columns[self.shape.key] {
            Cells::Int(cells) => cells.iter_mut().for_each(|cell| *cell = (i64::from(*cell) + n_rows as i64) as i32),
            Cells::Long(cells) => cells.iter_mut().for_each(|cell| *cell += n_rows as i64),
            Cells::Category(_) | Cells::Decimal(_) | Cells::Text(_) | Cells::Date(_) => {}
        }
    }

    /// Ends a row: each column that is read has a cell more.
    pub(crate) fn end_row(&mut self) {
        self.end_rows(1);
    }

    /// Ends some rows: each column that is read has so many cells more.
    pub(crate) fn end_rows(&mut self, n_rows: usize) {
        self.n_rows += n_rows;
    }

    pub(crate) fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Fills the columns that are computed from others. The rows, and why, whose value lies outside of the contract's range.
    pub(crate) fn compute(&mut self) -> Vec<(usize, usize, f64)> {
        let shape = Arc::clone(&self.shape);
        let mut outside = Vec::new();
        for (position, column) in shape.contract.columns.iter().enumerate() {
            let Some(computed) = &column.computed else { continue };
            let values = computed.values(self);
            self.columns[position].truncate(0);
            self.valid[position].iter_mut().for_each(Vec::clear);
            for (row, value) in values.into_iter().enumerate() {
                let (cells, kind) = (&mut self.columns[position], &shape.readers[position].kind);
                let is_in_range = value.is_none_or(|value| cells.push_number(kind, value));
                if value.is_none() || !is_in_range {
                    outside.extend(value.map(|value| (row, position, value)));
                    self.push_null(position);
                } else {
                    self.mark_valid(position);
                }
            }
        }
        outside
    }

    /// Adds a null to a column that may have some.
    pub(crate) fn push_null(&mut self, position: usize) {
        match &mut self.columns[position] {
            Cells::Category(cells) => cells.push(0),
            Cells::Int(cells) => cells.push(0),
            Cells::Long(cells) | Cells::Date(cells) => cells.push(0),
            Cells::Decimal(cells) => cells.push(0.0),
            Cells::Text(texts) => texts.push(""),
        }
        self.valid[position].get_or_insert_default().push(false);
    }

    /// Says that the column's newest cell is there.
    pub(crate) fn mark_valid(&mut self, position: usize) {
        if let Some(valid) = &mut self.valid[position] {
            valid.push(true);
        }
    }

    /// The value of a category by its code.
    pub(crate) fn category(&self, position: usize, code: u8) -> &str {
        self.shape.contract.columns[position].categories().get(usize::from(code)).map_or("", |one| &one.value)
    }

    /// A cell as messages show it, with its column's name.
    pub(crate) fn shown(&self, position: usize, row: usize) -> String {
        let value = match &self.columns[position] {
            Cells::Category(codes) => self.category(position, codes[row]).to_owned(),
            Cells::Int(cells) => cells[row].to_string(),
            Cells::Long(cells) | Cells::Date(cells) => cells[row].to_string(),
            Cells::Decimal(cells) => cells[row].to_string(),
            Cells::Text(texts) => texts.get(row).to_owned(),
        };
        format!("`{}` is {}", diagnostic::quote(&self.shape.contract.columns[position].name), diagnostic::quote(&value))
    }

    /// The part of a collection.
    pub(crate) fn batch(&self, side: Side) -> Result<RecordBatch, ArrowError> {
        let mut arrays = Vec::new();
        for (position, column) in self.shape.contract.columns_of(side) {
            let (reader, cells) = (&self.shape.readers[position], &self.columns[position]);
            let valid = self.valid[position].as_deref();
            arrays.push(array(reader, cells, valid)?);
            if let (Some(_), Read::Category(words), Cells::Category(codes)) = (&column.detail, &reader.kind, cells) {
                arrays.extend(detail(words, codes, valid));
            }
        }
        RecordBatch::try_new(self.shape.schema(side), arrays)
    }
}

/// The block as the contract's rules see it.
impl contract::Rows for Block {
    fn n_rows(&self) -> usize {
        Block::n_rows(self)
    }

    fn numbers(&self, column: usize, rows: Range<usize>, into: &mut Vec<f64>) {
        match &self.columns[column] {
            Cells::Int(cells) => into.extend(cells[rows].iter().map(|cell| f64::from(*cell))),
            Cells::Long(cells) | Cells::Date(cells) => into.extend(cells[rows].iter().map(|cell| *cell as f64)),
            Cells::Decimal(cells) => into.extend_from_slice(&cells[rows]),
            // The contract's types keep a rule from asking for these.
            Cells::Category(_) | Cells::Text(_) => into.extend(rows.map(|_| f64::NAN)),
        }
    }

    fn text(&self, column: usize, row: usize) -> &str {
        match &self.columns[column] {
            Cells::Category(codes) => self.category(column, codes[row]),
            Cells::Text(texts) => texts.get(row),
            Cells::Int(_) | Cells::Long(_) | Cells::Decimal(_) | Cells::Date(_) => "",
        }
    }

    fn valid(&self, column: usize) -> Option<&[bool]> {
        self.valid[column].as_deref()
    }
}

impl Cells {
    fn truncate(&mut self, n_rows: usize) {
        match self {
            Self::Category(cells) => cells.truncate(n_rows),
            Self::Int(cells) => cells.truncate(n_rows),
            Self::Long(cells) | Self::Date(cells) => cells.truncate(n_rows),
            Self::Decimal(cells) => cells.truncate(n_rows),
            Self::Text(texts) => {
                texts.ends.truncate(n_rows);
                texts.text.truncate(texts.ends.last().copied().unwrap_or(0));
            }
        }
    }

    /// Adds cells of the same kind.
    fn append(&mut self, other: &Self, rows: Range<usize>) {
        match (self, other) {
            (Self::Category(cells), Self::Category(others)) => cells.extend_from_slice(&others[rows]),
            (Self::Int(cells), Self::Int(others)) => cells.extend_from_slice(&others[rows]),
            (Self::Long(cells), Self::Long(others)) | (Self::Date(cells), Self::Date(others)) => {
                cells.extend_from_slice(&others[rows]);
            }
            (Self::Decimal(cells), Self::Decimal(others)) => cells.extend_from_slice(&others[rows]),
            (Self::Text(texts), Self::Text(others)) => rows.for_each(|row| texts.push(others.get(row))),
            // Blocks of one shape have columns of the same kinds.
            _ => {}
        }
    }

    fn keep(&mut self, is_kept: &[bool]) {
        match self {
            Self::Category(cells) => keep(cells, is_kept),
            Self::Int(cells) => keep(cells, is_kept),
            Self::Long(cells) | Self::Date(cells) => keep(cells, is_kept),
            Self::Decimal(cells) => keep(cells, is_kept),
            Self::Text(texts) => {
                let mut kept = Texts::default();
                texts.iter().zip(is_kept).filter(|(_, is_kept)| **is_kept).for_each(|(text, _)| kept.push(text));
                *texts = kept;
            }
        }
    }

    /// Adds a computed number, a whole one rounded; whether it lies in the range.
    fn push_number(&mut self, kind: &Read, value: f64) -> bool {
        match (self, kind) {
            (Self::Int(cells), Read::Int { min, max, .. }) => {
                let is_in = (f64::from(*min)..=f64::from(*max)).contains(&value.round());
                if is_in {
                    cells.push(value.round() as i32);
                }
                is_in
            }
            (Self::Long(cells), Read::Long { min, max }) => {
                let is_in = value.abs() < 9e18 && (*min..=*max).contains(&(value.round() as i64));
                if is_in {
                    cells.push(value.round() as i64);
                }
                is_in
            }
            (Self::Decimal(cells), Read::Decimal { min, max }) => {
                let is_in = (*min..=*max).contains(&value);
                if is_in {
                    cells.push(value);
                }
                is_in
            }
            // By the contract only numbers are computed.
            _ => false,
        }
    }
}

fn keep<T: Copy>(cells: &mut Vec<T>, is_kept: &[bool]) {
    let mut row = 0;
    cells.retain(|_| {
        row += 1;
        is_kept[row - 1]
    });
}

fn array(reader: &Reader, cells: &Cells, valid: Option<&[bool]>) -> Result<ArrayRef, ArrowError> {
    Ok(match (cells, &reader.kind) {
        (Cells::Category(codes), Read::Category(words)) => {
            let keys = primitive::<UInt8Type, _>(codes, valid, |code| code);
            Arc::new(DictionaryArray::<UInt8Type>::try_new(keys, Arc::clone(&words.dictionary))?)
        }
        (Cells::Int(cells), Read::Int { width: Width::Int8, .. }) => {
            Arc::new(primitive::<Int8Type, _>(cells, valid, |cell| cell as i8))
        }
        (Cells::Int(cells), Read::Int { width: Width::Int16, .. }) => {
            Arc::new(primitive::<Int16Type, _>(cells, valid, |cell| cell as i16))
        }
        (Cells::Int(cells), _) => Arc::new(primitive::<Int32Type, _>(cells, valid, |cell| cell)),
        (Cells::Long(cells), _) => Arc::new(primitive::<Int64Type, _>(cells, valid, |cell| cell)),
        (Cells::Decimal(cells), _) => Arc::new(primitive::<Float64Type, _>(cells, valid, |cell| cell)),
        (Cells::Date(cells), _) => Arc::new(primitive::<TimestampMillisecondType, _>(cells, valid, |cell| cell)),
        (Cells::Text(texts), _) => match valid {
            None => Arc::new(StringArray::from_iter_values(texts.iter())),
            Some(valid) => {
                let texts = texts.iter().zip(valid).map(|(text, is_valid)| is_valid.then_some(text));
                Arc::new(texts.collect::<StringArray>())
            }
        },
        (Cells::Category(_), _) => return Err(ArrowError::SchemaError("a column has the wrong kind".to_owned())),
    })
}

/// Invariant: the contract's range fits the width, so nothing is lost.
fn primitive<T: ArrowPrimitiveType, C: Copy>(
    cells: &[C],
    valid: Option<&[bool]>,
    width: impl Fn(C) -> T::Native,
) -> PrimitiveArray<T> {
    // Of a null the cell says nothing, and a file has zeros there.
    let values: Vec<T::Native> = match valid {
        None => cells.iter().map(|cell| width(*cell)).collect(),
        Some(valid) => {
            let zero = T::Native::default();
            cells.iter().zip(valid).map(|(cell, is_valid)| if *is_valid { width(*cell) } else { zero }).collect()
        }
    };
    PrimitiveArray::new(values.into(), valid.and_then(|valid| nulls(valid.len(), |row| valid[row])))
}

/// Which rows are there; `None` where all are.
fn nulls(n_rows: usize, is_valid: impl Fn(usize) -> bool) -> Option<NullBuffer> {
    Some(NullBuffer::from(BooleanBuffer::collect_bool(n_rows, is_valid))).filter(|nulls| nulls.null_count() > 0)
}

/// `Category_Code`, `Min` and `Max` of a category with bounds.
fn detail(words: &Words, codes: &[u8], valid: Option<&[bool]>) -> [ArrayRef; 3] {
    let code: ArrayRef = if words.bounds.len() > i8::MAX as usize {
        Arc::new(primitive::<Int16Type, _>(codes, valid, |code| i16::from(code) + 1))
    } else {
        Arc::new(primitive::<Int8Type, _>(codes, valid, |code| code as i8 + 1))
    };
    let (min, max) = words.bounds.iter().copied().unzip::<_, _, Vec<_>, Vec<_>>();
    if fits_int(&words.bounds) {
        let narrow = |bound: i64| bound as i32;
        let bound =
            |bounds: &[Option<i64>]| -> ArrayRef { Arc::new(bound_of::<Int32Type>(codes, valid, bounds, narrow)) };
        [code, bound(&min), bound(&max)]
    } else {
        let bound = |bounds: &[Option<i64>]| -> ArrayRef {
            Arc::new(bound_of::<Int64Type>(codes, valid, bounds, |bound| bound))
        };
        [code, bound(&min), bound(&max)]
    }
}

/// A bound of each row, by its code; null where the category has none.
fn bound_of<T: ArrowPrimitiveType>(
    codes: &[u8],
    valid: Option<&[bool]>,
    bounds: &[Option<i64>],
    width: impl Fn(i64) -> T::Native,
) -> PrimitiveArray<T> {
    let (mut values, mut is_there) = ([T::Native::default(); 256], [false; 256]);
    for (code, bound) in bounds.iter().enumerate().take(256) {
        values[code] = bound.map_or(values[code], &width);
        is_there[code] = bound.is_some();
    }
    let bounds = primitive::<T, _>(codes, valid, |code| values[usize::from(code)]);
    let is_valid = |row: usize| valid.is_none_or(|valid| valid[row]) && is_there[usize::from(codes[row])];
    PrimitiveArray::new(bounds.values().clone(), nulls(codes.len(), is_valid))
}
