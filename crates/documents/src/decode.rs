//! Documents, their bytes and single values, out of the columns of a batch.
//!
//! In: the layouts of a batch and those of its columns that are to be read. Out: what the rows say.
//! Invariant: a row's layout and its columns agree, or the row is refused; no byte makes a panic.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type, TimestampMillisecondType, UInt8Type, UInt16Type};
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_schema::DataType;
use bson::{Bson, DateTime, Document};

use crate::element::{self, Decimal, malformed};
use crate::layout::{Content, Entry, Layout, Source, damaged, layouts as layouts_of};
use crate::{Error, LAYOUTS, column};

/// What of a batch is read.
#[derive(Clone)]
pub struct Reader<'a> {
    layouts: &'a [Layout],
    /// By the number of the column; those that were not asked for are not there.
    columns: Arc<[Option<&'a ArrayRef>]>,
}

/// An array of a row's document.
pub enum Elements<'a> {
    /// As bytes.
    Bytes(&'a [u8]),
    /// In a list: which of its elements, and what reads these by their number.
    Listed(Range<usize>, Reader<'a>),
}

impl<'a> Reader<'a> {
    /// A reader of a batch with these layouts. The columns are by their number in the batch; those that are needed are
    /// told by [`Reader::needed`].
    #[must_use]
    pub fn new(layouts: &'a [Layout], columns: Vec<Option<&'a ArrayRef>>) -> Self {
        Self { layouts, columns: columns.into() }
    }

    /// Which elements of a list a row's array has, and what reads these as documents whose only field has no name.
    fn listed(&self, column: usize, layouts: &'a [Layout], row: usize) -> Result<(Range<usize>, Self), Error> {
        let list = self.column(column)?.as_list_opt::<i32>().ok_or_else(damaged)?;
        let end = |at: usize| list.value_offsets().get(at).and_then(|end| usize::try_from(*end).ok());
        let elements = end(row).zip(end(row + 1)).ok_or_else(damaged)?;
        let columns = list.values().as_struct_opt().and_then(|inside| inside.columns().split_first());
        let (layout, others) = columns.ok_or_else(damaged)?;
        // Numbered as those of a batch.
        let columns = [Some(layout), None].into_iter().chain(others.iter().map(Some)).collect();
        Ok((elements.0..elements.1, Self { layouts, columns }))
    }

    /// Which columns of a batch are read for the fields at the top that `is_wanted` names.
    #[must_use]
    pub fn needed(layouts: &[Layout], n_columns: usize, is_wanted: &dyn Fn(&str) -> bool) -> Vec<bool> {
        let mut needed = vec![false; n_columns];
        needed.iter_mut().take(1).for_each(|layout| *layout = true);
        for layout in layouts {
            for field in layout.fields.iter().filter(|field| is_wanted(&field.name)) {
                mark(field, &mut needed);
            }
        }
        needed
    }

    /// The layout of a row.
    pub fn layout(&self, row: usize) -> Result<&'a Layout, Error> {
        self.layouts.get(self.number(row)?).ok_or_else(damaged)
    }

    fn number(&self, row: usize) -> Result<usize, Error> {
        let column = self.column(0)?;
        if row >= column.len() {
            return Err(damaged());
        }
        if let Some(numbers) = column.as_primitive_opt::<UInt16Type>() {
            return Ok(usize::from(numbers.value(row)));
        }
        let numbers = column.as_primitive_opt::<UInt8Type>().ok_or_else(damaged)?;
        Ok(usize::from(numbers.value(row)))
    }

    fn column(&self, number: usize) -> Result<&'a ArrayRef, Error> {
        self.columns.get(number).copied().flatten().ok_or_else(damaged)
    }

    /// The document of a row, with the fields at its top that `is_wanted` names.
    pub fn document(&self, row: usize, is_wanted: &dyn Fn(&str) -> bool) -> Result<Document, Error> {
        self.fields(&self.layout(row)?.fields, row, &mut Rest::of(self, row), is_wanted)
    }

    /// The value of a field at the top of a row's document.
    pub fn field(&self, row: usize, name: &str) -> Result<Option<Bson>, Error> {
        self.named(&self.layout(row)?.fields, row, name, &mut Rest::of(self, row))
    }

    /// The value that an element of a list has at a path of one name, or the element itself at none.
    pub fn of_element(&self, element: usize, name: Option<&str>) -> Result<Option<Bson>, Error> {
        let mut rest = Rest::of(self, element);
        let content = match self.layout(element)?.fields.as_slice() {
            [only] => &only.content,
            _ => return Err(damaged()),
        };
        match (name, content) {
            (None, content) => self.value(content, element, &mut rest).map(Some),
            (Some(name), Content::Object(fields)) => self.named(fields, element, name, &mut rest),
            // An object that lies in one piece.
            (Some(name), content) => Ok(match self.value(content, element, &mut rest)? {
                Bson::Document(mut document) => document.remove(name),
                _ => None,
            }),
        }
    }

    fn named(&self, fields: &'a [Entry], row: usize, name: &str, rest: &mut Rest<'a>) -> Result<Option<Bson>, Error> {
        for field in fields {
            if field.name == name {
                return self.value(&field.content, row, rest).map(Some);
            }
            rest.skip(&field.content)?;
        }
        Ok(None)
    }

    /// The elements of a field at the top of a row's document: nothing where the field is no array, with whether it is null.
    pub fn elements(&self, row: usize, name: &str) -> Result<(Option<Elements<'a>>, bool), Error> {
        let mut rest = Rest::of(self, row);
        for field in &self.layout(row)?.fields {
            if field.name != name {
                rest.skip(&field.content)?;
                continue;
            }
            let elements = match &field.content {
                Content::Value { element: element::NULL, .. } => return Ok((None, true)),
                Content::Value { element: element @ element::ARRAY, source: Source::Rest, .. } => {
                    Elements::Bytes(rest.take(*element)?)
                }
                Content::Value { element: element::ARRAY, source: Source::Column(number), .. } => {
                    let column = self.column(*number)?.as_binary_opt::<i32>().ok_or_else(damaged)?;
                    Elements::Bytes(if row < column.len() { column.value(row) } else { return Err(damaged()) })
                }
                Content::List { column, layouts, .. } => {
                    let (elements, inside) = self.listed(*column, layouts, row)?;
                    Elements::Listed(elements, inside)
                }
                _ => return Ok((None, false)),
            };
            return Ok((Some(elements), false));
        }
        Ok((None, false))
    }

    fn fields(
        &self,
        fields: &'a [Entry],
        row: usize,
        rest: &mut Rest<'a>,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Document, Error> {
        let mut document = Document::new();
        for field in fields {
            if is_wanted(&field.name) {
                document.insert(field.name.as_str(), self.value(&field.content, row, rest)?);
            } else {
                rest.skip(&field.content)?;
            }
        }
        Ok(document)
    }

    fn value(&self, content: &'a Content, row: usize, rest: &mut Rest<'a>) -> Result<Bson, Error> {
        match content {
            Content::Object(fields) => Ok(Bson::Document(self.fields(fields, row, rest, &|_| true)?)),
            Content::Value { element, source: Source::Rest, .. } => element::value(*element, rest.take(*element)?),
            Content::Value { element, source: Source::Column(number), .. } => self.cell(*number, *element, row),
            Content::List { column, layouts, .. } => {
                let (elements, inside) = self.listed(*column, layouts, row)?;
                let value = |at| inside.of_element(at, None)?.ok_or_else(damaged);
                elements.map(value).collect::<Result<Vec<Bson>, Error>>().map(Bson::Array)
            }
        }
    }

    /// The value of a column's row.
    fn cell(&self, number: usize, element: u8, row: usize) -> Result<Bson, Error> {
        let array = self.column(number)?;
        if row >= array.len() || array.is_null(row) {
            return Err(damaged());
        }
        Ok(match array.data_type() {
            DataType::Float64 => Bson::Double(array.as_primitive::<Float64Type>().value(row)),
            DataType::Int32 => Bson::Int32(array.as_primitive::<Int32Type>().value(row)),
            DataType::Int64 => Bson::Int64(array.as_primitive::<Int64Type>().value(row)),
            DataType::Boolean => Bson::Boolean(array.as_boolean().value(row)),
            DataType::Timestamp(..) => {
                Bson::DateTime(DateTime::from_millis(array.as_primitive::<TimestampMillisecondType>().value(row)))
            }
            DataType::Dictionary(..) => Bson::String(word(array, row)?.to_owned()),
            DataType::Binary if element == element::STRING => {
                let bytes = array.as_binary::<i32>().value(row);
                Bson::String(std::str::from_utf8(bytes).map_err(|_| malformed())?.to_owned())
            }
            DataType::Binary => element::value(element, array.as_binary::<i32>().value(row))?,
            DataType::FixedSizeBinary(12) => element::value(element, array.as_fixed_size_binary().value(row))?,
            _ => return Err(damaged()),
        })
    }

    /// The bytes of a row's document, as they came.
    pub fn raw(&self, row: usize) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.write_object(&self.layout(row)?.fields, row, &mut Rest::of(self, row), &mut bytes)?;
        Ok(bytes)
    }

    fn write_object(
        &self,
        fields: &'a [Entry],
        row: usize,
        rest: &mut Rest<'a>,
        bytes: &mut Vec<u8>,
    ) -> Result<(), Error> {
        framed(bytes, |bytes| {
            fields
                .iter()
                .try_for_each(|field| self.write_field(field.name.as_bytes(), &field.content, row, rest, bytes))
        })
    }

    fn write_field(
        &self,
        name: &[u8],
        content: &'a Content,
        row: usize,
        rest: &mut Rest<'a>,
        bytes: &mut Vec<u8>,
    ) -> Result<(), Error> {
        bytes.push(content.element());
        bytes.extend(name);
        bytes.push(0);
        match content {
            Content::Object(fields) => self.write_object(fields, row, rest, bytes)?,
            Content::Value { element, source: Source::Rest, .. } => bytes.extend(rest.take(*element)?),
            Content::Value { element, source: Source::Column(number), .. } => {
                self.write_cell(*number, *element, row, bytes)?;
            }
            Content::List { column, layouts, .. } => {
                let (elements, inside) = self.listed(*column, layouts, row)?;
                framed(bytes, |bytes| inside.write_elements(elements, bytes))?;
            }
        }
        Ok(())
    }

    fn write_elements(&self, elements: Range<usize>, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let mut name = Decimal::new();
        for element in elements {
            let [only] = self.layout(element)?.fields.as_slice() else { return Err(damaged()) };
            self.write_field(name.digits(), &only.content, element, &mut Rest::of(self, element), bytes)?;
            name.add_one();
        }
        Ok(())
    }

    fn write_cell(&self, number: usize, element: u8, row: usize, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let array = self.column(number)?;
        if row >= array.len() || array.is_null(row) {
            return Err(damaged());
        }
        let write_text = |text: &[u8], bytes: &mut Vec<u8>| {
            bytes.extend(i32::try_from(text.len() + 1).map_err(|_| malformed())?.to_le_bytes());
            bytes.extend(text);
            bytes.push(0);
            Ok(())
        };
        match array.data_type() {
            DataType::Float64 => bytes.extend(array.as_primitive::<Float64Type>().value(row).to_le_bytes()),
            DataType::Int32 => bytes.extend(array.as_primitive::<Int32Type>().value(row).to_le_bytes()),
            DataType::Int64 => bytes.extend(array.as_primitive::<Int64Type>().value(row).to_le_bytes()),
            DataType::Boolean => bytes.push(u8::from(array.as_boolean().value(row))),
            DataType::Timestamp(..) => {
                bytes.extend(array.as_primitive::<TimestampMillisecondType>().value(row).to_le_bytes());
            }
            DataType::Dictionary(..) => write_text(word(array, row)?.as_bytes(), bytes)?,
            DataType::Binary if element == element::STRING => {
                write_text(array.as_binary::<i32>().value(row), bytes)?;
            }
            DataType::Binary => bytes.extend(array.as_binary::<i32>().value(row)),
            DataType::FixedSizeBinary(12) => bytes.extend(array.as_fixed_size_binary().value(row)),
            _ => return Err(damaged()),
        }
        Ok(())
    }
}

/// Writes an object or an array around its fields.
fn framed(bytes: &mut Vec<u8>, fields: impl FnOnce(&mut Vec<u8>) -> Result<(), Error>) -> Result<(), Error> {
    let start = bytes.len();
    bytes.extend([0; 4]);
    fields(bytes)?;
    bytes.push(0);
    let length = i32::try_from(bytes.len() - start).map_err(|_| malformed())?;
    bytes[start..start + 4].copy_from_slice(&length.to_le_bytes());
    Ok(())
}

/// The elements of an array's bytes: puts the fields of each that are named into the column of their name, nothing where an
/// element has none or is no object. Gives the number of elements.
pub fn array_fields(array: &[u8], names: &[&str], columns: &mut [Vec<Option<Bson>>]) -> Result<usize, Error> {
    let mut n_elements = 0;
    for element in element::elements(array)? {
        let element = element?;
        n_elements += 1;
        for column in columns.iter_mut() {
            column.push(None);
        }
        if element.kind != element::OBJECT {
            continue;
        }
        for field in element::elements(element.value)? {
            let field = field?;
            let column = names.iter().position(|name| *name == field.name).and_then(|at| columns.get_mut(at));
            if let Some(cell) = column.and_then(|column| column.last_mut()) {
                *cell = Some(element::value(field.kind, field.value)?);
            }
        }
    }
    Ok(n_elements)
}

/// The elements of an array's bytes.
pub fn array_elements(array: &[u8]) -> Result<Vec<Bson>, Error> {
    element::elements(array)?.map(|element| element.and_then(|one| element::value(one.kind, one.value))).collect()
}

/// The bytes of all documents of a batch, as they came.
pub fn raw_documents(batch: &RecordBatch) -> Result<Vec<Vec<u8>>, Error> {
    let layouts = batch.column_by_name(LAYOUTS).and_then(|column| column.as_binary_opt::<i32>()).ok_or_else(damaged)?;
    let layouts = layouts_of(layouts, batch.num_columns())?;
    let reader = Reader::new(&layouts, batch.columns().iter().map(Some).collect());
    (0..batch.num_rows()).map(|row| reader.raw(row)).collect()
}

fn word(array: &ArrayRef, row: usize) -> Result<&str, Error> {
    let array = array.as_dictionary_opt::<UInt8Type>().ok_or_else(damaged)?;
    let words: &StringArray = array.values().as_string_opt().ok_or_else(damaged)?;
    let code = usize::from(array.keys().value(row));
    if code < words.len() { Ok(words.value(code)) } else { Err(damaged()) }
}

fn mark(field: &Entry, needed: &mut [bool]) {
    match &field.content {
        Content::Object(fields) => fields.iter().for_each(|field| mark(field, needed)),
        Content::Value { source: Source::Column(number), .. } | Content::List { column: number, .. } => {
            needed[*number] = true;
        }
        Content::Value { element, source: Source::Rest, .. } => needed[2] |= !matches!(*element, element::NULL),
    }
}

/// The bytes of a row's rest that were not taken yet.
struct Rest<'a> {
    bytes: &'a [u8],
}

impl<'a> Rest<'a> {
    fn of(reader: &Reader<'a>, row: usize) -> Self {
        let column = reader.columns.get(2).copied().flatten().and_then(|column| column.as_binary_opt::<i32>());
        Self { bytes: column.filter(|column| row < column.len()).map_or(&[], |column| column.value(row)) }
    }

    fn take(&mut self, element: u8) -> Result<&'a [u8], Error> {
        let size = element::size(element, self.bytes)?;
        let (value, left) = self.bytes.split_at_checked(size).ok_or_else(malformed)?;
        self.bytes = left;
        Ok(value)
    }

    /// Passes over what a field has here. Where the rest is not read at all, nothing of it is wanted behind.
    fn skip(&mut self, content: &Content) -> Result<(), Error> {
        match content {
            Content::Value { source: Source::Column(_), .. } | Content::List { .. } => Ok(()),
            _ if self.bytes.is_empty() => Ok(()),
            Content::Object(fields) => fields.iter().try_for_each(|field| self.skip(&field.content)),
            Content::Value { element, source: Source::Rest, .. } => self.take(*element).map(drop),
        }
    }
}

const _: () = assert!(column::N_FIXED == 3);
