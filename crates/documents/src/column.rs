//! The columns of a batch: their names, the types of values that they hold, and Arrow's types for these.
//!
//! Invariant: a column `path:type` holds values of that one BSON type; a path is written with dots, so names with a dot, a
//! dollar sign in front or nothing in them have no column. Inside a column `path:list` the elements are documents of one
//! field without a name, so that the paths of its columns begin with a dot, but for those of elements that are no objects.

use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Fields, Schema, TimeUnit};

use crate::{Error, element};

/// The column of layout numbers.
pub const LAYOUT: &str = "layout";
/// The column of layouts.
pub const LAYOUTS: &str = "layouts";
pub(crate) const REST: &str = "rest";
/// The columns that every batch has, in front of the others.
pub(crate) const N_FIXED: usize = 3;
/// The columns that every list has, in front of the others: as a batch has them, but for the layouts.
pub(crate) const N_FIXED_IN_LIST: usize = 2;
/// Of a schema's metadata: the version of what wrote it. Nothing was written there before lists.
const VERSION: &str = "banksphere.documents";
/// With lists.
const NEWEST: u32 = 2;

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
    /// Arrays whose elements lie in columns themselves.
    List,
}

/// A column that documents call for.
#[derive(Debug)]
pub(crate) struct Drafted {
    pub(crate) path: Vec<String>,
    pub(crate) kind: Kind,
    /// The words that are known.
    pub(crate) words: Vec<String>,
    /// Of a list: the columns of its elements.
    pub(crate) inside: Vec<Drafted>,
}

impl Drafted {
    fn field(&self) -> Field {
        let data_type = self.kind.data_type().unwrap_or_else(|| list_type(&self.inside));
        Field::new(name(&self.path, self.kind), data_type, true)
    }
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
            Self::List => element::ARRAY,
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
            Self::List => "list".to_owned(),
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
            "list" => Self::List,
            raw => Self::Raw(raw.strip_prefix("bson")?.parse().ok()?),
        })
    }

    /// Arrow's type for the values; nothing for a list, which has the types of its own columns.
    fn data_type(self) -> Option<DataType> {
        Some(match self {
            Self::Double => DataType::Float64,
            Self::Int => DataType::Int32,
            Self::Long => DataType::Int64,
            Self::Bool => DataType::Boolean,
            Self::Date => DataType::Timestamp(TimeUnit::Millisecond, None),
            Self::Word => DataType::Dictionary(Box::new(DataType::UInt8), Box::new(DataType::Utf8)),
            Self::ObjectId => DataType::FixedSizeBinary(12),
            // Not UTF-8 to Arrow, whose reader would look at every byte of a block before it hands it out.
            Self::Text | Self::Raw(_) => DataType::Binary,
            Self::List => return None,
        })
    }
}

/// The fields of a list's elements.
pub(crate) fn list_fields(inside: &[Drafted]) -> Fields {
    let fixed = [Field::new(LAYOUT, DataType::UInt8, false), Field::new(REST, DataType::Binary, false)];
    fixed.into_iter().chain(inside.iter().map(Drafted::field)).map(Arc::new).collect()
}

/// The field that stands for a list's elements.
pub(crate) fn element_field(fields: Fields) -> FieldRef {
    Arc::new(Field::new("element", DataType::Struct(fields), false))
}

fn list_type(inside: &[Drafted]) -> DataType {
    DataType::List(element_field(list_fields(inside)))
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

pub(crate) fn schema(columns: &[Drafted]) -> Schema {
    let fixed = [
        Field::new(LAYOUT, DataType::UInt16, false),
        Field::new(LAYOUTS, DataType::Binary, false),
        Field::new(REST, DataType::Binary, false),
    ];
    let fields = fixed.into_iter().chain(columns.iter().map(Drafted::field)).map(Arc::new);
    let mut schema = Schema::new(fields.collect::<Vec<_>>());
    schema.metadata.insert(VERSION.to_owned(), NEWEST.to_string());
    schema
}

/// Whether a schema is one that a [`Draft`](crate::Draft) makes.
#[must_use]
pub fn is_columns(schema: &Schema) -> bool {
    let fixed = [(LAYOUT, DataType::UInt16), (LAYOUTS, DataType::Binary), (REST, DataType::Binary)];
    let fields = schema.fields();
    fields.len() >= N_FIXED && is_fixed(fields, &fixed) && fields.iter().skip(N_FIXED).all(|field| is_field(field))
}

/// Refuses what a newer version of this crate wrote.
pub fn check_version(schema: &Schema) -> Result<(), Error> {
    let Some(version) = schema.metadata.get(VERSION) else { return Ok(()) };
    match version.parse::<u32>() {
        Ok(version) if version <= NEWEST => Ok(()),
        _ => Err(Error::new(format!("they were written in the format {version}, which is newer than this program"))),
    }
}

fn is_fixed(fields: &Fields, fixed: &[(&str, DataType)]) -> bool {
    fields.iter().zip(fixed).all(|(field, (name, kind))| field.name() == name && field.data_type() == kind)
}

fn is_field(field: &Field) -> bool {
    let Some((_, kind)) = parse(field.name()) else { return false };
    kind.data_type().map_or_else(|| is_list(field.data_type()), |data_type| data_type == *field.data_type())
}

fn is_list(data_type: &DataType) -> bool {
    let DataType::List(element) = data_type else { return false };
    let DataType::Struct(fields) = element.data_type() else { return false };
    let fixed = [(LAYOUT, DataType::UInt8), (REST, DataType::Binary)];
    let is_inside = |field: &Field| is_field(field) && !matches!(field.data_type(), DataType::List(_));
    fields.len() >= N_FIXED_IN_LIST
        && is_fixed(fields, &fixed)
        && fields.iter().skip(N_FIXED_IN_LIST).all(|field| is_inside(field))
}
