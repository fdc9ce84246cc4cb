//! The plain fields of the bank's collections, and whether what is read lies in the joined ones.

use pipeline::ast::{Expr, Path, Reads};
use pipeline::{Field, FieldType, Schema, Schemas};

use crate::Unit;

/// The collection that every question starts from.
pub(crate) const CUSTOMERS: &str = "customers";
/// The collection joined to it by `CLIENTNUM`, and the field it is joined as.
pub(crate) const TRANSACTIONS: &str = "transactions";

/// A plain field as the catalog knows it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlainField {
    /// The collection it is in.
    pub collection: String,
    /// Its dotted path in there.
    pub path: String,
    /// What its values are.
    pub field_type: FieldType,
    /// Whether they may be null.
    pub nullable: bool,
    /// Its heading.
    pub label: String,
    /// What its values count.
    pub unit: Unit,
    /// How sentences speak of a group with one of its values.
    pub phrase: Option<String>,
    /// The dimension that groups its many values (none: nothing does); absent where it may be grouped by itself.
    pub band: Option<String>,
}

impl PlainField {
    /// Its path as seen from a customer with its transactions joined.
    pub(crate) fn joined_path(&self) -> String {
        if self.collection == CUSTOMERS { self.path.clone() } else { format!("{}.{}", self.collection, self.path) }
    }
}

/// The schemas that these fields make; each document also has its `_id`, the customer's number.
pub(crate) fn schemas(fields: &[PlainField]) -> Schemas {
    let mut schemas = Schemas::new();
    for field in fields {
        let schema = schemas.entry(field.collection.clone()).or_insert_with(|| {
            Schema::Fields(vec![Field { path: "_id".to_owned(), field_type: FieldType::Int, nullable: false }])
        });
        if let Schema::Fields(list) = schema {
            let (path, field_type, nullable) = (field.path.clone(), field.field_type, field.nullable);
            list.push(Field { path, field_type, nullable });
        }
    }
    schemas
}

/// Whether a path leads into the joined transactions.
pub(crate) fn is_joined(path: &Path) -> bool {
    path.head() == TRANSACTIONS
}

/// Whether some of what is read lies in the joined transactions; whole documents have them too.
pub(crate) fn reads_joined(reads: &Reads) -> bool {
    reads.is_whole() || reads.named().iter().any(is_joined)
}

/// The top-level fields that an expression reads, each once.
pub(crate) fn own_fields(expr: &Expr) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for path in expr.reads().named() {
        if !names.iter().any(|name| name == path.head()) {
            names.push(path.head().to_owned());
        }
    }
    names
}
