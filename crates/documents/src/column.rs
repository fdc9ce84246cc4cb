//! The columns of a batch: their names, the types of values that they hold, and Arrow's types for these.
//!
//! Invariant: a column `path:type` holds values of that one BSON type; a path is written with dots, so names with a dot, a
//! dollar sign in front or nothing in them have no column.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, TimeUnit};

use crate::element;

/// The column of layout numbers.
pub const LAYOUT: &str = "layout";
/// The column of layouts.
pub const LAYOUTS: &str = "layouts";
pub(crate) const REST: &str = "rest";
/// The columns that every batch has, in front of the others.
pub(crate) const N_FIXED: usize = 3;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 64-bit floating point.
    Double,
    /// 32-bit integer.
    Int,
    /// 64-bit integer.
    Long,
    /// Truth value.
    Bool,
    /// Milliseconds since 1970.
    Date,
    /// Text that is one of few, by the codes of one dictionary.
    Word,
    /// Text as UTF-8 bytes.
    Text,
    /// Twelve bytes.
    ObjectId,
    /// The bytes of a value of any other type.
    Raw(u8),
}

impl Kind {
    /// The kind for a BSON element type.
    pub(crate) fn of(element: u8) -> Self {
        match element {
            element::DOUBLE => Self::Double,
            element::INT => Self::Int,
            element::LONG => Self::Long,
            element::BOOL => Self::Bool,
            element::DATE => Self::Date,
            element::STRING => Self::Text,
            element::OBJECT_ID => Self::ObjectId,
            other => Self::Raw(other),
        }
    }

    /// The BSON element type of the values.
    #[must_use]
    pub fn element(self) -> u8 {
        match self {
            Self::Double => element::DOUBLE,
            Self::Int => element::INT,
            Self::Long => element::LONG,
            Self::Bool => element::BOOL,
            Self::Date => element::DATE,
            Self::Word | Self::Text => element::STRING,
            Self::ObjectId => element::OBJECT_ID,
            Self::Raw(element) => element,
        }
    }

    fn name(self) -> String {
        match self {
            Self::Double => "double".to_owned(),
            Self::Int => "int".to_owned(),
            Self::Long => "long".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Date => "date".to_owned(),
            Self::Word => "word".to_owned(),
            Self::Text => "string".to_owned(),
            Self::ObjectId => "objectId".to_owned(),
            Self::Raw(element) => format!("bson{element}"),
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "double" => Self::Double,
            "int" => Self::Int,
            "long" => Self::Long,
            "bool" => Self::Bool,
            "date" => Self::Date,
            "word" => Self::Word,
            "string" => Self::Text,
            "objectId" => Self::ObjectId,
            raw => Self::Raw(raw.strip_prefix("bson")?.parse().ok()?),
        })
    }

    pub(crate) fn data_type(self) -> DataType {
        match self {
            Self::Double => DataType::Float64,
            Self::Int => DataType::Int32,
            Self::Long => DataType::Int64,
            Self::Bool => DataType::Boolean,
            Self::Date => DataType::Timestamp(TimeUnit::Millisecond, None),
            Self::Word => DataType::Dictionary(Box::new(DataType::UInt8), Box::new(DataType::Utf8)),
            Self::ObjectId => DataType::FixedSizeBinary(12),
            // Not UTF-8 to Arrow, whose reader would look at every byte of a block before it hands it out.
            Self::Text | Self::Raw(_) => DataType::Binary,
        }
    }
}

/// The name of a column.
pub(crate) fn name(path: &[String], kind: Kind) -> String {
    format!("{}:{}", path.join("."), kind.name())
}

/// Path and kind of a column, from its name.
pub(crate) fn parse(name: &str) -> Option<(Vec<String>, Kind)> {
    let (path, kind) = name.rsplit_once(':')?;
    Some((path.split('.').map(str::to_owned).collect(), Kind::from_name(kind)?))
}

/// Whether a field of this name can be in a path.
pub(crate) fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('$') && !name.contains('.')
}

pub(crate) fn schema<'a>(columns: impl Iterator<Item = (&'a [String], Kind)>) -> Schema {
    let fixed = [
        Field::new(LAYOUT, DataType::UInt16, false),
        Field::new(LAYOUTS, DataType::Binary, false),
        Field::new(REST, DataType::Binary, false),
    ];
    let columns = columns.map(|(path, kind)| Field::new(name(path, kind), kind.data_type(), true));
    Schema::new(fixed.into_iter().chain(columns).map(Arc::new).collect::<Vec<_>>())
}

/// Whether a schema is one that a [`Draft`](crate::Draft) makes.
#[must_use]
pub fn is_columns(schema: &Schema) -> bool {
    let fixed = [(LAYOUT, DataType::UInt16), (LAYOUTS, DataType::Binary), (REST, DataType::Binary)];
    let fields = schema.fields();
    let is_field = |field: &Field| parse(field.name()).is_some_and(|(_, kind)| kind.data_type() == *field.data_type());
    fields.len() >= N_FIXED
        && fields.iter().zip(&fixed).all(|(field, (name, kind))| field.name() == name && field.data_type() == kind)
        && fields.iter().skip(N_FIXED).all(|field| is_field(field))
}
