//! Columns that grow by a value at a time.
//!
//! In: the bytes of values, with the rows that they belong to. Out: Arrow arrays, each when it is asked for.
//! Invariant: a row that gave no value is null. Words may be new as long as no array is finished, for all arrays of a column
//! share their dictionary.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::{
    BinaryBuilder, BooleanBuilder, FixedSizeBinaryBuilder, Float64Builder, Int32Builder, Int64Builder,
    TimestampMillisecondBuilder, UInt8Builder,
};
use arrow_array::types::UInt8Type;
use arrow_array::{ArrayRef, DictionaryArray, StringArray};

use crate::column::{Drafted, Kind};
use crate::element::text;
use crate::list::ListBuilder;
use crate::{Error, element};

/// Codes of words are bytes, and one is left over.
const MOST_WORDS: usize = 255;

#[derive(Debug)]
pub(crate) struct Column {
    n_rows: usize,
    values: Values,
}

#[derive(Debug)]
enum Values {
    Double(Float64Builder),
    Int(Int32Builder),
    Long(Int64Builder),
    Bool(BooleanBuilder),
    Date(TimestampMillisecondBuilder),
    Word(Words),
    ObjectId(FixedSizeBinaryBuilder),
    Text(BinaryBuilder),
    Raw(BinaryBuilder),
    List(Box<ListBuilder>),
}

/// Words by their codes.
#[derive(Debug)]
struct Words {
    codes: UInt8Builder,
    by_code: Vec<String>,
    numbers: HashMap<String, u8>,
    /// All of them, once a batch was finished.
    dictionary: Option<ArrayRef>,
}

impl Words {
    /// The code of a word, a new one as long as there may be new ones.
    fn code(&mut self, text: &str) -> Option<u8> {
        let known = self.numbers.get(text).copied();
        if known.is_some() || self.dictionary.is_some() || self.by_code.len() >= MOST_WORDS {
            return known;
        }
        let code = self.by_code.len() as u8;
        self.numbers.insert(text.to_owned(), code);
        self.by_code.push(text.to_owned());
        Some(code)
    }
}

impl Column {
    pub(crate) fn new(drafted: Drafted) -> Self {
        let Drafted { kind, words, inside, .. } = drafted;
        let values = match kind {
            Kind::Double => Values::Double(Float64Builder::new()),
            Kind::Int => Values::Int(Int32Builder::new()),
            Kind::Long => Values::Long(Int64Builder::new()),
            Kind::Bool => Values::Bool(BooleanBuilder::new()),
            Kind::Date => Values::Date(TimestampMillisecondBuilder::new()),
            Kind::Word => {
                let numbers = words.iter().enumerate().map(|(at, word)| (word.clone(), at as u8)).collect();
                Values::Word(Words { codes: UInt8Builder::new(), by_code: words, numbers, dictionary: None })
            }
            Kind::ObjectId => Values::ObjectId(FixedSizeBinaryBuilder::new(12)),
            Kind::Text => Values::Text(BinaryBuilder::new()),
            Kind::Raw(_) => Values::Raw(BinaryBuilder::new()),
            Kind::List => Values::List(Box::new(ListBuilder::new(inside))),
        };
        Self { n_rows: 0, values }
    }

    /// Takes the value of a row, if it has room for it.
    pub(crate) fn add(&mut self, row: usize, value: &[u8]) -> Result<bool, Error> {
        if self.n_rows > row {
            return Ok(false);
        }
        let fixed = || value.try_into().map_err(|_| element::malformed());
        let missed = row - self.n_rows;
        match &mut self.values {
            Values::Double(values) => {
                values.append_nulls(missed);
                values.append_value(f64::from_le_bytes(fixed()?));
            }
            Values::Int(values) => {
                values.append_nulls(missed);
                values.append_value(i32::from_le_bytes(value.try_into().map_err(|_| element::malformed())?));
            }
            Values::Long(values) => {
                values.append_nulls(missed);
                values.append_value(i64::from_le_bytes(fixed()?));
            }
            Values::Date(values) => {
                values.append_nulls(missed);
                values.append_value(i64::from_le_bytes(fixed()?));
            }
            Values::Bool(values) if value.iter().all(|byte| *byte <= 1) => {
                values.append_nulls(missed);
                values.append_value(value == [1]);
            }
            Values::Bool(_) => return Ok(false),
            Values::Word(words) => {
                let Some(code) = words.code(text(value)?) else { return Ok(false) };
                words.codes.append_nulls(missed);
                words.codes.append_value(code);
            }
            Values::ObjectId(values) => {
                (0..missed).for_each(|_| values.append_null());
                values.append_value(value).map_err(|error| Error::new(error.to_string()))?;
            }
            Values::Text(values) => {
                // What is no UTF-8 is kept as it is.
                let Ok(text) = text(value) else { return Ok(false) };
                (0..missed).for_each(|_| values.append_null());
                values.append_value(text);
            }
            Values::Raw(values) => {
                (0..missed).for_each(|_| values.append_null());
                values.append_value(value);
            }
            Values::List(list) => {
                if !element::is_in_order(value)? {
                    return Ok(false);
                }
                list.pad(missed);
                list.add(value)?;
            }
        }
        self.n_rows = row + 1;
        Ok(true)
    }

    /// The layouts of a list's elements since its last array; nothing of another column.
    pub(crate) fn element_layouts(&mut self) -> Option<Vec<Box<[u8]>>> {
        match &mut self.values {
            Values::List(list) => Some(list.take_layouts()),
            _ => None,
        }
    }

    /// Nulls for the rows up to `row`.
    fn pad(&mut self, row: usize) {
        let n = row.saturating_sub(self.n_rows);
        if n == 0 {
            return;
        }
        match &mut self.values {
            Values::Double(values) => values.append_nulls(n),
            Values::Int(values) => values.append_nulls(n),
            Values::Long(values) => values.append_nulls(n),
            Values::Date(values) => values.append_nulls(n),
            Values::Bool(values) => values.append_nulls(n),
            Values::Word(words) => words.codes.append_nulls(n),
            Values::ObjectId(values) => (0..n).for_each(|_| values.append_null()),
            Values::Text(values) | Values::Raw(values) => (0..n).for_each(|_| values.append_null()),
            Values::List(list) => list.pad(n),
        }
    }

    pub(crate) fn finish(&mut self, n_rows: usize) -> Result<ArrayRef, Error> {
        self.pad(n_rows);
        self.n_rows = 0;
        Ok(match &mut self.values {
            Values::Double(values) => Arc::new(values.finish()),
            Values::Int(values) => Arc::new(values.finish()),
            Values::Long(values) => Arc::new(values.finish()),
            Values::Date(values) => Arc::new(values.finish()),
            Values::Bool(values) => Arc::new(values.finish()),
            Values::Word(Words { codes, by_code, dictionary, .. }) => {
                let dictionary =
                    dictionary.get_or_insert_with(|| Arc::new(StringArray::from(std::mem::take(by_code))) as ArrayRef);
                let array = DictionaryArray::<UInt8Type>::try_new(codes.finish(), Arc::clone(dictionary));
                Arc::new(array.map_err(|error| Error::new(error.to_string()))?)
            }
            Values::ObjectId(values) => Arc::new(values.finish()),
            Values::Text(values) | Values::Raw(values) => Arc::new(values.finish()),
            Values::List(list) => list.finish()?,
        })
    }
}
