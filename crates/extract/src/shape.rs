//! A contract made ready for rows: per column how its cells are read and stored, per collection its Arrow schema.
//!
//! In: a [`Contract`]. Out: a [`Shape`], made once for an import and shared by its blocks.
//! Invariant: readers and columns are in the same order; a range fits into the width it is stored in.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use contract::{Category, Column, Contract, Kind, Role, Side};

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

/// A spelling with its code.
type Word = (Box<[u8]>, u8);

/// The spellings of a column's categories, each with its code, and the dictionary of their values.
#[derive(Debug)]
pub(crate) struct Words {
    /// At the place of its [`Words::place`], where no two share one; else in `many`.
    few: Vec<Option<Word>>,
    factor: u64,
    many: HashMap<Box<[u8]>, u8>,
    pub(crate) dictionary: ArrayRef,
    pub(crate) bounds: Vec<(Option<i64>, Option<i64>)>,
    has_empty: bool,
}

impl Words {
    /// Places that are looked at without a hash.
    const PLACES: usize = 256;
    /// Factors that are tried to tell the spellings apart: odd numbers without a pattern in their bits.
    const FACTORS: u64 = 500;

    fn new(column: &Column, categories: &[Category]) -> Self {
        let mut words: Vec<Word> = Vec::new();
        for (code, category) in categories.iter().enumerate() {
            for text in std::iter::once(&category.value).chain(&category.spellings) {
                words.push((text.as_bytes().into(), code as u8));
            }
        }
        let has_empty = words.iter().any(|(text, _)| text.is_empty());
        let values: Vec<&str> = categories.iter().map(|category| category.value.as_str()).collect();
        let mut this = Self {
            few: Vec::new(),
            factor: 0,
            many: HashMap::new(),
            dictionary: Arc::new(StringArray::from(values)),
            bounds: column.bounds(),
            has_empty,
        };
        let mut factors = (1..=Self::FACTORS).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c14) | 1);
        match factors.find_map(|factor| Some((factor, Self::placed(factor, &words)?))) {
            Some((factor, few)) => (this.factor, this.few) = (factor, few),
            None => this.many = words.into_iter().collect(),
        }
        this
    }

    /// Each spelling at its place; `None` where two share one.
    fn placed(factor: u64, words: &[Word]) -> Option<Vec<Option<Word>>> {
        let mut few = vec![None; Self::PLACES];
        for word in words {
            let place = &mut few[Self::place(factor, &word.0)];
            if place.is_some() {
                return None;
            }
            *place = Some(word.clone());
        }
        Some(few)
    }

    /// A number of the text's length and of four of its bytes.
    #[inline]
    fn place(factor: u64, text: &[u8]) -> usize {
        let [Some(first), Some(middle), Some(last)] = [text.first(), text.get(text.len() / 2), text.last()] else {
            return 0;
        };
        let second = text.get(1).copied().unwrap_or_default();
        let mixed = u64::from_le_bytes([*first, second, *middle, *last, text.len() as u8, 0, 0, 0]);
        (mixed.wrapping_mul(factor) >> 56) as usize
    }

    /// The code of a spelling.
    #[inline]
    pub(crate) fn code(&self, text: &[u8]) -> Option<u8> {
        if self.few.is_empty() {
            return self.many.get(text).copied();
        }
        let (known, code) = self.few[Self::place(self.factor, text)].as_ref()?;
        (**known == *text).then_some(*code)
    }

    /// Whether an empty cell is one of the spellings.
    pub(crate) fn has_empty(&self) -> bool {
        self.has_empty
    }
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

    #[test]
    fn many_spellings_are_found_as_few_are() {
        for n in [3, 16, 17, 200] {
            let values: Vec<String> =
                (0..n).map(|code| format!("{{ value = 'v{code}', spellings = ['s{code}'] }}")).collect();
            let text = format!(
                "title = 't'\n[columns.k]\nkind = 'text'\nrole = 'customer_key'\n[columns.c]\nkind = 'category'\n\
                 categories = [{}]",
                values.join(", ")
            );
            let contract = Contract::parse("t.toml", &text).unwrap();
            let Read::Category(words) = &Shape::new(&contract).readers[1].kind else { panic!("no category") };
            for code in 0..n {
                assert_eq!(words.code(format!("v{code}").as_bytes()), Some(code as u8));
                assert_eq!(words.code(format!("s{code}").as_bytes()), Some(code as u8));
            }
            assert_eq!((words.code(b"v"), words.code(b""), words.has_empty()), (None, None, false));
        }
    }
}
