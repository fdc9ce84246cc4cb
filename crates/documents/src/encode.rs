//! Writes documents as batches of columns.
//!
//! In: raw documents. Out: record batches of one schema, each when it is asked for.
//! Invariant: a document adds one row to every column; what finds no place in its column goes to the rest.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::BinaryBuilder;
use arrow_array::{ArrayRef, RecordBatch, UInt16Array};
use arrow_schema::SchemaRef;

use crate::Error;
use crate::builder::Column;
use crate::column::{self, Drafted, N_FIXED};
use crate::draft::MOST_LEVELS;
use crate::element::{ARRAY, Element, OBJECT, elements};
use crate::layout::{ARRAYS, LISTS, NESTED, REST};

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
pub(crate) struct Place {
    /// Those of one type are tried in their order.
    columns: Vec<(u8, usize)>,
    inside: Vec<(String, Place)>,
}

impl Encoder {
    pub(crate) fn new(columns: Vec<Drafted>) -> Self {
        Self {
            schema: Arc::new(column::schema(&columns)),
            root: Place::of(&columns),
            columns: columns.into_iter().map(Column::new).collect(),
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
        object(document, 0, Some(root), &mut Row { columns, layout, others, number: *n_rows })?;
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
        let mut first = self.element_layouts()?;
        for layout in self.layouts.drain(..) {
            first.extend(layout);
            layouts.append_value(&first);
            first.clear();
        }
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

    /// The layouts of all lists' elements, which stand in front of the first layout.
    fn element_layouts(&mut self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        for (at, column) in self.columns.iter_mut().enumerate() {
            let Some(layouts) = column.element_layouts() else { continue };
            bytes.push(LISTS);
            bytes.extend(number(at)?.to_le_bytes());
            bytes.push(u8::try_from(layouts.len()).map_err(|_| Error::new("a list has too many layouts"))?);
            for layout in layouts {
                bytes.extend(layout);
            }
        }
        Ok(bytes)
    }
}

fn padded(mut builder: BinaryBuilder, n_rows: usize) -> arrow_array::BinaryArray {
    use arrow_array::builder::ArrayBuilder as _;
    (builder.len()..n_rows).for_each(|_| builder.append_value([]));
    builder.finish()
}

impl Place {
    /// The places of the paths of these columns.
    pub(crate) fn of(columns: &[Drafted]) -> Self {
        let mut root = Self::default();
        for (at, column) in columns.iter().enumerate() {
            let place = column.path.iter().fold(&mut root, |place, name| place.inside(name));
            place.columns.push((column.kind.element(), at));
        }
        root
    }

    fn inside(&mut self, name: &str) -> &mut Self {
        let at = self.inside.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
            self.inside.push((name.to_owned(), Self::default()));
            self.inside.len() - 1
        });
        &mut self.inside[at].1
    }

    /// The place of a field, looked for from `from` on: fields mostly come in one order.
    pub(crate) fn find(&self, name: &str, from: &mut usize) -> Option<&Self> {
        let n = self.inside.len();
        let at = (0..n).map(|step| (*from + step) % n).find(|at| self.inside[*at].0 == name)?;
        *from = at + 1;
        Some(&self.inside[at].1)
    }
}

/// Where the values of a document go.
pub(crate) struct Row<'a> {
    pub(crate) columns: &'a mut [Column],
    pub(crate) layout: &'a mut Vec<u8>,
    pub(crate) others: &'a mut Vec<u8>,
    pub(crate) number: usize,
}

impl Row<'_> {
    fn field(&mut self, element: &Element, source: u16) {
        let has_arrays = element.kind == ARRAY && holds_arrays(element.value);
        self.layout.push(if has_arrays { ARRAYS } else { element.kind });
        self.layout.extend(element.name.as_bytes());
        self.layout.push(0);
        self.layout.extend(source.to_le_bytes());
    }

    /// Keeps a field as it is.
    pub(crate) fn whole(&mut self, element: &Element) {
        self.field(element, REST);
        self.others.extend(element.value);
    }

    /// Takes a field that lies so many levels below the document's top.
    pub(crate) fn element(&mut self, element: &Element, level: usize, place: Option<&Place>) -> Result<(), Error> {
        if element.kind == OBJECT && level + 1 < MOST_LEVELS {
            self.field(element, NESTED);
            return object(element.value, level + 1, place, self);
        }
        let columns = place.map_or(&[][..], |place| &place.columns);
        for (_, at) in columns.iter().filter(|(kind, _)| *kind == element.kind) {
            if self.columns[*at].add(self.number, element.value)? {
                self.field(element, number(*at)?);
                return Ok(());
            }
        }
        self.whole(element);
        Ok(())
    }
}

/// The number by which layouts tell a column.
fn number(at: usize) -> Result<u16, Error> {
    u16::try_from(at + N_FIXED).ok().filter(|number| *number < NESTED).ok_or_else(|| Error::new("too many columns"))
}

/// Whether an element of an array is an array.
fn holds_arrays(array: &[u8]) -> bool {
    elements(array).is_ok_and(|mut elements| elements.any(|element| element.is_ok_and(|element| element.kind == ARRAY)))
}

fn object(document: &[u8], level: usize, place: Option<&Place>, row: &mut Row) -> Result<(), Error> {
    let mut from = 0;
    for element in elements(document)? {
        let element = element?;
        row.element(&element, level, place.and_then(|place| place.find(element.name, &mut from)))?;
    }
    row.layout.push(0);
    Ok(())
}
