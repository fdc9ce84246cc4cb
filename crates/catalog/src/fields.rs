//! The plain fields of the bank's collections, and which of them expressions and predicates touch.

use pipeline::ast::{AccumulatorCall, Expr, Path, Predicate};
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

/// Whether an expression reads the joined transactions.
pub(crate) fn expr_joins(expr: &Expr) -> bool {
    let mut joins = false;
    visit_expr(&mut expr.clone(), &mut |path| joins |= is_joined(path));
    joins
}

/// Whether an accumulator reads the joined transactions.
pub(crate) fn accumulator_joins(call: &AccumulatorCall) -> bool {
    expr_joins(&call.input) || call.sort_by.iter().any(|key| is_joined(&key.path))
}

/// Whether a predicate tests the joined transactions.
pub(crate) fn predicate_joins(predicate: &Predicate) -> bool {
    let mut joins = false;
    visit_predicate(&mut predicate.clone(), &mut |path| joins |= is_joined(path));
    joins
}

/// Calls `visit` with the path of every field that an expression reads. It may be changed.
pub(crate) fn visit_expr(expr: &mut Expr, visit: &mut impl FnMut(&mut Path)) {
    if let Expr::Field(path) = expr {
        visit(path);
    }
    for part in parts(expr) {
        visit_expr(part, visit);
    }
}

/// The expressions right inside an expression.
fn parts(expr: &mut Expr) -> Vec<&mut Expr> {
    match expr {
        Expr::Literal(_) | Expr::Missing | Expr::Variable(..) | Expr::Field(_) => Vec::new(),
        Expr::Object(fields) => fields.iter_mut().map(|(_, value)| value).collect(),
        Expr::Array(items) | Expr::Call { args: items, .. } => items.iter_mut().collect(),
        Expr::Let { bindings, body } => bindings.iter_mut().map(|(_, value)| value).chain([body.as_mut()]).collect(),
        Expr::Switch { branches, default } => {
            let branches = branches.iter_mut().flat_map(|(case, then)| [case, then]);
            branches.chain(default.as_deref_mut()).collect()
        }
        Expr::Map { input, body, .. } => vec![input, body],
        Expr::Filter { input, condition, limit, .. } => {
            [input.as_mut(), condition.as_mut()].into_iter().chain(limit.as_deref_mut()).collect()
        }
        Expr::Reduce { input, initial, body } => vec![input, initial, body],
    }
}

/// Calls `visit` with the path of every field that a predicate tests. It may be changed.
pub(crate) fn visit_predicate(predicate: &mut Predicate, visit: &mut impl FnMut(&mut Path)) {
    match predicate {
        Predicate::And(parts) | Predicate::Or(parts) | Predicate::Nor(parts) => {
            for part in parts {
                visit_predicate(part, visit);
            }
        }
        Predicate::Expr(expr) => visit_expr(expr, visit),
        Predicate::Field(path, _) => visit(path),
    }
}

/// The top-level fields that an expression reads, each once.
pub(crate) fn own_fields(expr: &Expr) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    visit_expr(&mut expr.clone(), &mut |path| {
        if !names.iter().any(|name| name == path.head()) {
            names.push(path.head().to_owned());
        }
    });
    names
}
