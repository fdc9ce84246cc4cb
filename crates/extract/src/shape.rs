//! A contract made ready for rows: per column how its cells are read and stored, per collection its Arrow schema.
//!
//! In: a [`Contract`]. Out: a [`Shape`], made once for an import and shared by its blocks.
//! Invariant: readers and columns are in the same order; a range fits into the width it is stored in.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use contract::{Column, Contract, Kind, Role, Side};

use crate::words::Words;

/// A contract made ready for rows.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) contract: Contract,
    pub(crate) readers: Vec<Reader>,
    /// The position of the key.
    pub(crate) key: usize,
    customers: SchemaRef,
    transactions: SchemaRef,
}

/// How the cells of a column are read and stored.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) kind: Read,
    pub(crate) is_nullable: bool,
    /// Cells that stand for no answer.
    pub(crate) missing: Vec<Box<[u8]>>,
    /// What the number in a cell is multiplied by.
    pub(crate) scale: Option<f64>,
    /// Whether it names the customer.
    pub(crate) is_key: bool,
}

#[derive(Debug)]
pub(crate) enum Read {
    Category(Words),
    /// A whole number of at most 32 bits.
    Int {
        min: i32,
        max: i32,
        width: Width,
    },
    /// A whole number of 64 bits.
    Long {
        min: i64,
        max: i64,
    },
    Decimal {
        min: f64,
        max: f64,
    },
    Text,
    Date {
        format: Option<String>,
    },
}

/// The width of a stored whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    Int8,
    Int16,
    Int32,
}

impl Reader {
    fn new(column: &Column) -> Self {
        let kind = match &column.kind {
            Kind::Category(categories) => Read::Category(Words::new(column, categories)),
            Kind::Whole { min, max } => match (i32::try_from(*min), i32::try_from(*max)) {
                (Ok(min), Ok(max)) => Read::Int { min, max, width: Width::of(min, max) },
                _ => Read::Long { min: *min, max: *max },
            },
            Kind::Decimal { min, max, .. } => Read::Decimal { min: *min, max: *max },
            Kind::Text => Read::Text,
            Kind::Date => Read::Date { format: column.format.clone() },
        };
        let missing = column.missing.iter().map(|missing| missing.as_bytes().into()).collect();
        Self {
            kind,
            is_nullable: column.is_nullable,
            missing,
            scale: column.scale,
            is_key: column.role == Some(Role::CustomerKey),
        }
    }

    fn data_type(&self) -> DataType {
        match &self.kind {
            Read::Category(_) => DataType::Dictionary(Box::new(DataType::UInt8), Box::new(DataType::Utf8)),
            Read::Int { width: Width::Int8, .. } => DataType::Int8,
            Read::Int { width: Width::Int16, .. } => DataType::Int16,
            Read::Int { width: Width::Int32, .. } => DataType::Int32,
            Read::Long { .. } => DataType::Int64,
            Read::Decimal { .. } => DataType::Float64,
            Read::Text => DataType::Utf8,
            Read::Date { .. } => DataType::Timestamp(TimeUnit::Millisecond, None),
        }
    }
}

impl Width {
    fn of(min: i32, max: i32) -> Self {
        if i8::try_from(min).is_ok() && i8::try_from(max).is_ok() {
            Self::Int8
        } else if i16::try_from(min).is_ok() && i16::try_from(max).is_ok() {
            Self::Int16
        } else {
            Self::Int32
        }
    }
}

impl Shape {
    pub(crate) fn new(contract: &Contract) -> Arc<Self> {
        let readers: Vec<Reader> = contract.columns.iter().map(Reader::new).collect();
        let schema = |side| schema(contract, &readers, side);
        let (customers, transactions) = (schema(Side::Customers), schema(Side::Transactions));
        Arc::new(Self { contract: contract.clone(), readers, key: contract.key_position(), customers, transactions })
    }

    /// The Arrow schema of a collection.
    pub(crate) fn schema(&self, side: Side) -> SchemaRef {
        Arc::clone(if side == Side::Transactions { &self.transactions } else { &self.customers })
    }

    /// The columns, each with its reader.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&Column, &Reader)> {
        self.contract.columns.iter().zip(&self.readers)
    }
}

fn schema(contract: &Contract, readers: &[Reader], side: Side) -> SchemaRef {
    let mut fields = Vec::new();
    for (position, column) in contract.columns_of(side) {
        let reader = &readers[position];
        fields.push(Field::new(&column.name, reader.data_type(), column.is_nullable));
        if let (Some(detail), Read::Category(words)) = (&column.detail, &reader.kind) {
            let bound = if fits_int(&words.bounds) { DataType::Int32 } else { DataType::Int64 };
            let code = if words.bounds.len() > i8::MAX as usize { DataType::Int16 } else { DataType::Int8 };
            let name = |part: &str| format!("{}.{part}", detail.field);
            fields.push(Field::new(name("Category_Code"), code, column.is_nullable));
            fields.push(Field::new(name("Min"), bound.clone(), true));
            fields.push(Field::new(name("Max"), bound, true));
        }
    }
    let metadata = HashMap::from([(store::ID.to_owned(), contract.key().name.clone())]);
    Arc::new(Schema::new_with_metadata(fields, metadata))
}

/// Whether all bounds are integers of 32 bits.
pub(crate) fn fits_int(bounds: &[(Option<i64>, Option<i64>)]) -> bool {
    bounds.iter().flat_map(|(min, max)| [min, max]).flatten().all(|bound| i32::try_from(*bound).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_stored_as_narrow_as_their_range() {
        for (min, max, width) in [
            (0, 127, Width::Int8),
            (-128, 0, Width::Int8),
            (0, 128, Width::Int16),
            (-129, 0, Width::Int16),
            (0, 32_767, Width::Int16),
            (0, 32_768, Width::Int32),
            (-32_769, 0, Width::Int32),
        ] {
            assert_eq!(Width::of(min, max), width, "{min} to {max}");
        }
    }
}
