//! A block of customers as columns, and its two halves as record batches.
//!
//! Invariant: all columns of a block have the same length, in the order of [`COLUMNS`]; both halves list the same
//! customers in the same order.

use std::sync::{Arc, LazyLock};

use arrow_array::types::{ArrowPrimitiveType, Int8Type, Int16Type, Int32Type, UInt8Type};
use arrow_array::{ArrayRef, DictionaryArray, Float64Array, PrimitiveArray, RecordBatch, StringArray, UInt8Array};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};

use crate::columns::{COLUMNS, Column, INCOME_CATEGORY, INCOME_RANGES, Kind, Side, Width};

/// The cells of one column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cells {
    Category(Vec<u8>),
    Whole(Vec<i32>),
    Decimal(Vec<f64>),
}

/// Some customers, whole: both collections' columns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Block {
    pub(crate) columns: Vec<Cells>,
}

impl Block {
    pub(crate) fn with_capacity(n_rows: usize) -> Self {
        let cells = |column: &Column| match column.kind {
            Kind::Category(_) => Cells::Category(Vec::with_capacity(n_rows)),
            Kind::Whole(..) => Cells::Whole(Vec::with_capacity(n_rows)),
            Kind::Decimal(..) => Cells::Decimal(Vec::with_capacity(n_rows)),
        };
        Self { columns: COLUMNS.iter().map(cells).collect() }
    }

    pub(crate) fn clear(&mut self) {
        for cells in &mut self.columns {
            match cells {
                Cells::Category(cells) => cells.clear(),
                Cells::Whole(cells) => cells.clear(),
                Cells::Decimal(cells) => cells.clear(),
            }
        }
    }

    pub(crate) fn n_rows(&self) -> usize {
        match &self.columns[0] {
            Cells::Category(cells) => cells.len(),
            Cells::Whole(cells) => cells.len(),
            Cells::Decimal(cells) => cells.len(),
        }
    }

    /// The half of a collection.
    pub(crate) fn batch(&self, side: Side) -> Result<RecordBatch, ArrowError> {
        let mut arrays = Vec::new();
        for (position, (column, cells)) in COLUMNS.iter().zip(&self.columns).enumerate() {
            if column.side != side && column.side != Side::Both {
                continue;
            }
            arrays.push(array(position, column, cells)?);
            if position == INCOME_CATEGORY
                && let Cells::Category(codes) = cells
            {
                arrays.extend(income_info(codes));
            }
        }
        RecordBatch::try_new(schema(side), arrays)
    }
}

/// The Arrow schema of a collection.
pub(crate) fn schema(side: Side) -> SchemaRef {
    static CUSTOMERS: LazyLock<SchemaRef> = LazyLock::new(|| make_schema(Side::Customer));
    static TRANSACTIONS: LazyLock<SchemaRef> = LazyLock::new(|| make_schema(Side::Transaction));
    Arc::clone(if side == Side::Transaction { &TRANSACTIONS } else { &CUSTOMERS })
}

fn make_schema(side: Side) -> SchemaRef {
    let mut fields = Vec::new();
    for (position, column) in COLUMNS.iter().enumerate() {
        if column.side != side && column.side != Side::Both {
            continue;
        }
        let data_type = match column.kind {
            Kind::Category(_) => DataType::Dictionary(Box::new(DataType::UInt8), Box::new(DataType::Utf8)),
            Kind::Whole(_, _, Width::Int8) => DataType::Int8,
            Kind::Whole(_, _, Width::Int16) => DataType::Int16,
            Kind::Whole(_, _, Width::Int32) => DataType::Int32,
            Kind::Decimal(..) => DataType::Float64,
        };
        fields.push(Field::new(column.name, data_type, false));
        if position == INCOME_CATEGORY {
            fields.push(Field::new("Income_Info.Category_Code", DataType::Int8, false));
            fields.push(Field::new("Income_Info.Min", DataType::Int32, true));
            fields.push(Field::new("Income_Info.Max", DataType::Int32, true));
        }
    }
    Arc::new(Schema::new_with_metadata(fields, [(store::ID, COLUMNS[0].name)]))
}

fn array(position: usize, column: &Column, cells: &Cells) -> Result<ArrayRef, ArrowError> {
    Ok(match (cells, column.kind) {
        (Cells::Category(codes), _) => {
            let keys = UInt8Array::from(codes.clone());
            Arc::new(DictionaryArray::<UInt8Type>::try_new(keys, Arc::clone(&DICTIONARIES[position]))?)
        }
        (Cells::Whole(cells), Kind::Whole(_, _, Width::Int8)) => narrow::<Int8Type>(cells, |cell| cell as i8),
        (Cells::Whole(cells), Kind::Whole(_, _, Width::Int16)) => narrow::<Int16Type>(cells, |cell| cell as i16),
        (Cells::Whole(cells), _) => narrow::<Int32Type>(cells, |cell| cell),
        (Cells::Decimal(cells), _) => Arc::new(Float64Array::from(cells.clone())),
    })
}

/// The dictionary of each category column, one and the same for all blocks.
static DICTIONARIES: LazyLock<Vec<ArrayRef>> = LazyLock::new(|| {
    let dictionary = |column: &Column| -> ArrayRef {
        match column.kind {
            Kind::Category(categories) => Arc::new(StringArray::from(categories.to_vec())),
            Kind::Whole(..) | Kind::Decimal(..) => Arc::new(StringArray::from(Vec::<&str>::new())),
        }
    };
    COLUMNS.iter().map(dictionary).collect()
});

/// Invariant: the contract's range fits the width, so nothing is lost.
fn narrow<T: ArrowPrimitiveType>(cells: &[i32], width: fn(i32) -> T::Native) -> ArrayRef {
    Arc::new(PrimitiveArray::<T>::from_iter_values(cells.iter().map(|cell| width(*cell))))
}

/// `Income_Info.Category_Code`, `.Min` and `.Max`.
fn income_info(codes: &[u8]) -> [ArrayRef; 3] {
    let range = |code: &u8| INCOME_RANGES[usize::from(*code)];
    [
        Arc::new(PrimitiveArray::<Int8Type>::from_iter_values(codes.iter().map(|code| *code as i8 + 1))),
        Arc::new(codes.iter().map(|code| range(code).0).collect::<PrimitiveArray<Int32Type>>()),
        Arc::new(codes.iter().map(|code| range(code).1).collect::<PrimitiveArray<Int32Type>>()),
    ]
}
