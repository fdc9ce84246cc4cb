//! A list: arrays whose elements lie in columns.
//!
//! In: the bytes of arrays, whose elements are named in order. Out: an Arrow list of structs, one for each element: the number
//! of its layout, what of it is in no column, and its columns. Each element is kept as a document is whose only field has no
//! name.
//! Invariant: what finds no place in its column goes to the rest of its element, so every such array can be taken.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::BinaryBuilder;
use arrow_array::{ArrayRef, ListArray, StructArray, UInt8Array};
use arrow_buffer::OffsetBuffer;
use arrow_schema::Fields;

use crate::Error;
use crate::builder::Column;
use crate::column::{self, Drafted};
use crate::element::{Element, elements};
use crate::encode::{Place, Row};

/// With so many different layouts, elements that come later are kept whole: layouts have a number of one byte, and whole
/// elements need one for each type.
const MOST_LAYOUTS: usize = 200;

/// Makes lists.
#[derive(Debug)]
pub(crate) struct ListBuilder {
    fields: Fields,
    root: Place,
    columns: Vec<Column>,
    /// The first element of each array, and behind them that of the next.
    offsets: Vec<i32>,
    /// The layout of each element.
    rows: Vec<u8>,
    numbers: HashMap<Box<[u8]>, u8>,
    layouts: Vec<Box<[u8]>>,
    rest: BinaryBuilder,
    /// Of the element under way.
    layout: Vec<u8>,
    others: Vec<u8>,
}

impl ListBuilder {
    pub(crate) fn new(columns: Vec<Drafted>) -> Self {
        Self {
            fields: column::list_fields(&columns),
            root: Place::of(&columns),
            columns: columns.into_iter().map(Column::new).collect(),
            offsets: vec![0],
            rows: Vec::new(),
            numbers: HashMap::new(),
            layouts: Vec::new(),
            rest: BinaryBuilder::new(),
            layout: Vec::new(),
            others: Vec::new(),
        }
    }

    /// Takes an array.
    pub(crate) fn add(&mut self, array: &[u8]) -> Result<(), Error> {
        for element in elements(array)? {
            self.element(&Element { name: "", ..element? })?;
        }
        self.pad(1);
        Ok(())
    }

    /// Ends a list behind the last element, and makes more, empty ones, so that they are `n`.
    pub(crate) fn pad(&mut self, n: usize) {
        let end = self.rows.len() as i32;
        self.offsets.extend(std::iter::repeat_n(end, n));
    }

    fn element(&mut self, element: &Element) -> Result<(), Error> {
        let Self { root, columns, layout, others, rows, .. } = self;
        layout.clear();
        others.clear();
        let mut row = Row { columns, layout, others, number: rows.len() };
        if self.layouts.len() < MOST_LAYOUTS {
            row.element(element, 1, root.find("", &mut 0))?;
        } else {
            row.whole(element);
        }
        layout.push(0);
        let last = rows.last().filter(|last| self.layouts[usize::from(**last)].as_ref() == layout);
        let number = if let Some(number) = last.or_else(|| self.numbers.get(layout.as_slice())) {
            *number
        } else {
            let number = u8::try_from(self.layouts.len()).map_err(|_| Error::new("a list has too many layouts"))?;
            let layout: Box<[u8]> = layout.as_slice().into();
            self.layouts.push(layout.clone());
            self.numbers.insert(layout, number);
            number
        };
        self.rows.push(number);
        self.rest.append_value(&self.others);
        Ok(())
    }

    /// The layouts of the elements since the last array was made.
    pub(crate) fn take_layouts(&mut self) -> Vec<Box<[u8]>> {
        self.numbers.clear();
        std::mem::take(&mut self.layouts)
    }

    /// The arrays since the last time as one.
    pub(crate) fn finish(&mut self) -> Result<ArrayRef, Error> {
        let failed = |error: arrow_schema::ArrowError| Error::new(error.to_string());
        let n_elements = self.rows.len();
        let fixed: [ArrayRef; 2] =
            [Arc::new(UInt8Array::from(std::mem::take(&mut self.rows))), Arc::new(self.rest.finish())];
        let columns = self.columns.iter_mut().map(|column| column.finish(n_elements)).collect::<Result<Vec<_>, _>>()?;
        let arrays: Vec<ArrayRef> = fixed.into_iter().chain(columns).collect();
        let elements =
            StructArray::try_new_with_length(self.fields.clone(), arrays, None, n_elements).map_err(failed)?;
        let offsets = OffsetBuffer::new(std::mem::replace(&mut self.offsets, vec![0]).into());
        let element = column::element_field(self.fields.clone());
        Ok(Arc::new(ListArray::try_new(element, offsets, Arc::new(elements), None).map_err(failed)?))
    }
}
