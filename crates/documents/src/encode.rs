//! Writes documents as batches of columns.
//!
//! In: raw documents. Out: record batches of one schema, each when it is asked for.
//! Invariant: a document adds one row to every column; what finds no place in its column goes to the rest. Words may be new
//! as long as no batch is finished, for all batches share their dictionaries.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::{
    BinaryBuilder, BooleanBuilder, FixedSizeBinaryBuilder, Float64Builder, Int32Builder, Int64Builder,
    TimestampMillisecondBuilder, UInt8Builder,
};
use arrow_array::types::UInt8Type;
use arrow_array::{ArrayRef, DictionaryArray, RecordBatch, StringArray, UInt16Array};
use arrow_schema::SchemaRef;

use crate::column::{Kind, N_FIXED};
use crate::draft::{self, MOST_LEVELS};
use crate::element::{ARRAY, Element, OBJECT, elements, text};
use crate::layout::{ARRAYS, NESTED, REST};
use crate::{Error, element};

/// Codes of words are bytes, and one is left over.
const MOST_WORDS: usize = 255;

/// Makes batches of documents.
#[derive(Debug)]
pub struct Encoder {
    schema: SchemaRef,
    root: Place,
    columns: Vec<Column>,
    n_rows: usize,
    /// The layout of each row.
    rows: Vec<u16>,
    /// The number of each layout of this batch.
    numbers: HashMap<Box<[u8]>, u16>,
    layouts: Vec<Box<[u8]>>,
    rest: BinaryBuilder,
    /// Of the document under way.
    layout: Vec<u8>,
    others: Vec<u8>,
}

/// What the draft says of a field: the columns for its types, and the fields inside.
#[derive(Debug, Default)]
struct Place {
    columns: Vec<(u8, usize)>,
    inside: Vec<(String, Place)>,
}

#[derive(Debug)]
struct Column {
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

impl Encoder {
    pub(crate) fn new(columns: Vec<(Vec<String>, Kind, Vec<String>)>) -> Self {
        let schema = draft::schema(&columns);
        let mut root = Place::default();
        for (at, (path, kind, _)) in columns.iter().enumerate() {
            let place = path.iter().fold(&mut root, |place, name| place.inside(name));
            place.columns.push((kind.element(), at));
        }
        let columns = columns.into_iter().map(|(_, kind, words)| Column::new(kind, words)).collect();
        Self {
            schema,
            root,
            columns,
            n_rows: 0,
            rows: Vec::new(),
            numbers: HashMap::new(),
            layouts: Vec::new(),
            rest: BinaryBuilder::new(),
            layout: Vec::new(),
            others: Vec::new(),
        }
    }

    /// The schema of all its batches.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// Documents since the last batch.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Takes a document. A batch takes at most 65,536, of less than 2 GB together.
    pub fn add(&mut self, document: &[u8]) -> Result<(), Error> {
        let Self { root, columns, layout, others, n_rows, .. } = self;
        layout.clear();
        others.clear();
        object(document, 0, root, &mut Row { columns, layout, others, number: *n_rows })?;
        // Rows that are alike often follow each other.
        let last = self.rows.last().filter(|last| self.layouts[usize::from(**last)].as_ref() == self.layout);
        let number = if let Some(number) = last.or_else(|| self.numbers.get(self.layout.as_slice())) {
            *number
        } else {
            let number = u16::try_from(self.layouts.len()).map_err(|_| Error::new("a block has too many rows"))?;
            let layout: Box<[u8]> = self.layout.as_slice().into();
            self.layouts.push(layout.clone());
            self.numbers.insert(layout, number);
            number
        };
        self.rows.push(number);
        self.rest.append_value(&self.others);
        self.n_rows += 1;
        Ok(())
    }

    /// The documents since the last batch as one.
    pub fn finish(&mut self) -> Result<RecordBatch, Error> {
        let n_rows = std::mem::take(&mut self.n_rows);
        self.numbers.clear();
        let mut layouts = BinaryBuilder::new();
        // No layout is empty: even that of an empty document has its end.
        self.layouts.drain(..).for_each(|layout| layouts.append_value(layout));
        let layouts = padded(layouts, n_rows);
        let fixed: [ArrayRef; N_FIXED] = [
            Arc::new(UInt16Array::from(std::mem::take(&mut self.rows))),
            Arc::new(layouts),
            Arc::new(self.rest.finish()),
        ];
        let columns = self.columns.iter_mut().map(|column| column.finish(n_rows)).collect::<Result<Vec<_>, _>>()?;
        RecordBatch::try_new(self.schema(), fixed.into_iter().chain(columns).collect())
            .map_err(|error| Error::new(error.to_string()))
    }
}

fn padded(mut builder: BinaryBuilder, n_rows: usize) -> arrow_array::BinaryArray {
    use arrow_array::builder::ArrayBuilder as _;
    (builder.len()..n_rows).for_each(|_| builder.append_value([]));
    builder.finish()
}

impl Place {
    fn inside(&mut self, name: &str) -> &mut Self {
        let at = self.inside.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
            self.inside.push((name.to_owned(), Self::default()));
            self.inside.len() - 1
        });
        &mut self.inside[at].1
    }

    /// The place of a field, looked for from `from` on: fields mostly come in one order.
    fn find(&self, name: &str, from: &mut usize) -> Option<&Self> {
        let n = self.inside.len();
        let at = (0..n).map(|step| (*from + step) % n).find(|at| self.inside[*at].0 == name)?;
        *from = at + 1;
        Some(&self.inside[at].1)
    }
}

/// Where the values of a document go.
struct Row<'a> {
    columns: &'a mut [Column],
    layout: &'a mut Vec<u8>,
    others: &'a mut Vec<u8>,
    number: usize,
}

impl Row<'_> {
    fn field(&mut self, element: &Element, source: u16) {
        let has_arrays = element.kind == ARRAY && holds_arrays(element.value);
        self.layout.push(if has_arrays { ARRAYS } else { element.kind });
        self.layout.extend(element.name.as_bytes());
        self.layout.push(0);
        self.layout.extend(source.to_le_bytes());
    }
}

/// Whether an element of an array is an array.
fn holds_arrays(array: &[u8]) -> bool {
    elements(array).is_ok_and(|mut elements| elements.any(|element| element.is_ok_and(|element| element.kind == ARRAY)))
}

fn object(document: &[u8], level: usize, place: &Place, row: &mut Row) -> Result<(), Error> {
    let mut from = 0;
    let empty = Place::default();
    for element in elements(document)? {
        let element = element?;
        let place = place.find(element.name, &mut from).unwrap_or(&empty);
        if element.kind == OBJECT && level + 1 < MOST_LEVELS {
            row.field(&element, NESTED);
            object(element.value, level + 1, place, row)?;
            continue;
        }
        let column = place.columns.iter().find(|(kind, _)| *kind == element.kind);
        let taken = match column {
            Some((_, at)) => row.columns[*at].add(row.number, element.value)?.then_some(*at),
            None => None,
        };
        if let Some(at) = taken {
            let number = u16::try_from(at + N_FIXED).map_err(|_| Error::new("too many columns"))?;
            row.field(&element, number);
        } else {
            row.field(&element, REST);
            row.others.extend(element.value);
        }
    }
    row.layout.push(0);
    Ok(())
}

impl Column {
    fn new(kind: Kind, words: Vec<String>) -> Self {
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
        };
        Self { n_rows: 0, values }
    }

    /// Takes the value of a row, if it has room for it.
    fn add(&mut self, row: usize, value: &[u8]) -> Result<bool, Error> {
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
        }
        self.n_rows = row + 1;
        Ok(true)
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
        }
    }

    fn finish(&mut self, n_rows: usize) -> Result<ArrayRef, Error> {
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
        })
    }
}
