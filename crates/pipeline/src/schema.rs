//! What is known of a collection's documents before one is read.

use std::collections::BTreeMap;

/// The schemas of a bank's collections, by name.
pub type Schemas = BTreeMap<String, Schema>;

/// The shape of a collection's documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Schema {
    /// Documents differ: any field may be there.
    Any,
    /// Just these fields, nested ones by dotted path (`Income_Info.Min`), in document order.
    Fields(Vec<Field>),
}

/// One field of a [`Schema::Fields`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its dotted path.
    pub path: String,
    /// Its type where it is not null.
    pub field_type: FieldType,
    /// Whether it may be null.
    pub nullable: bool,
}

/// The types of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named as in BSON")]
pub enum FieldType {
    Bool,
    Int,
    Long,
    Double,
    String,
    Date,
}
