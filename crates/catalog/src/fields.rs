//! The plain fields of the bank's collections, as its contract makes them, and how customers are joined with what they do.

use contract::{CUSTOMERS, Column, Contract, FieldRule, Kind, Role, TRANSACTIONS};
use diagnostic::Diagnostic;
use pipeline::ast::{Expr, Lookup, Path, Reads, Stage, Unwind};
use pipeline::{FieldType, Pipeline};

use crate::{Mapping, Unit};

/// Whole numbers of more values than these are grouped in bands only.
const MOST_VALUES: i64 = 2_000;

/// A plain field as the catalog knows it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlainField {
    /// Its dotted path in its collection.
    pub path: String,
    /// Its path as seen from a customer with its transactions joined.
    pub joined_path: String,
    /// What its values are.
    pub field_type: FieldType,
    /// Whether they may be null.
    pub is_nullable: bool,
    /// Its heading.
    pub label: String,
    /// What its values count.
    pub unit: Unit,
    /// How sentences speak of a group with one of its values.
    pub phrase: Option<String>,
    /// Whether it has so many values that only bands of it can be a table's rows.
    pub is_many: bool,
    /// Whether it is the field of the column itself, and none that follows from it.
    pub is_column: bool,
    /// The column that it comes from, in the contract.
    pub column: usize,
}

impl PlainField {
    /// What reads it from a customer with its transactions joined.
    pub(crate) fn expr(&self) -> Expr {
        Expr::Field(Path::with_empty_names(&self.joined_path))
    }
}

/// The fields of a contract, the customers' before the transactions'.
pub(crate) fn of(contract: &Contract) -> Vec<PlainField> {
    let mut fields = Vec::new();
    for collection in contract.collections() {
        for rule in contract.fields(collection).unwrap_or_default() {
            // The key of the transactions is that of the customers.
            if *collection == TRANSACTIONS && rule.column == contract.key_position() {
                continue;
            }
            fields.push(field(contract, collection, rule));
        }
    }
    fields
}

fn field(contract: &Contract, collection: &str, rule: FieldRule) -> PlainField {
    let column = &contract.columns[rule.column];
    let is_column = column.name == rule.path;
    PlainField {
        joined_path: if collection == CUSTOMERS { rule.path.clone() } else { format!("{TRANSACTIONS}.{}", rule.path) },
        field_type: rule.field_type(),
        is_nullable: rule.is_nullable,
        is_many: is_column && is_many(column),
        unit: rule.unit,
        phrase: rule.phrase,
        label: rule.label,
        path: rule.path,
        is_column,
        column: rule.column,
    }
}

fn is_many(column: &Column) -> bool {
    if column.role == Some(Role::CustomerKey) || column.direct_identifier {
        return true;
    }
    match column.kind {
        Kind::Category(_) => false,
        Kind::Whole { .. } | Kind::Decimal { .. } if column.has_few => false,
        Kind::Whole { min, max } => max.saturating_sub(min) > MOST_VALUES,
        Kind::Text => column.role != Some(Role::Region),
        Kind::Decimal { .. } | Kind::Date => true,
    }
}

/// How a bank's customers are read: joined with their transactions, where it has some, out of documents of its own or of another
/// program.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Join {
    key: Option<Path>,
    mapping: Option<Mapping>,
}

impl Join {
    /// The join of a contract's collections.
    pub(crate) fn of(contract: &Contract) -> Result<Self, Diagnostic> {
        let key = if contract.has_transactions() { Path::new(&contract.key().name) } else { None };
        Ok(Self { key, mapping: Mapping::of(contract)? })
    }

    /// How documents of another program become the contract's; none where they are its own.
    pub(crate) fn mapping(&self) -> Option<&Mapping> {
        self.mapping.as_ref()
    }

    /// A pipeline over the customers, with the collection that it runs over.
    pub(crate) fn query(&self, pipeline: Pipeline) -> (String, Pipeline) {
        match &self.mapping {
            Some(mapping) => mapping.query(&pipeline),
            None => (CUSTOMERS.to_owned(), pipeline),
        }
    }

    /// Whether some of what is read lies in the transactions; whole documents have them too.
    pub(crate) fn is_needed(&self, reads: &Reads) -> bool {
        self.key.is_some() && (reads.is_whole() || reads.named().iter().any(|path| path.head() == TRANSACTIONS))
    }

    /// The stages that join each customer with its transactions.
    pub(crate) fn stages(&self) -> Vec<Stage> {
        let (Some(key), Some(target)) = (&self.key, Path::new(TRANSACTIONS)) else { return Vec::new() };
        let (from, path) = (TRANSACTIONS.to_owned(), target.clone());
        let lookup = Lookup { from, local: key.clone(), foreign: key.clone(), target };
        vec![Stage::Lookup(lookup), Stage::Unwind(Unwind { path, index: None, preserve: false })]
    }
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
