//! Names resolved: field paths of expressions and predicates become columns.
//!
//! In: an expression in the user's fields and the [`Fields`] they stand for. Out: the same expression in which every
//! field path starts with a column's name (`#7`), so that the plain definitions evaluate it over a document of just
//! those columns.

use pipeline::ast::{Expr, Path, Predicate, Test, Variable};

use super::plan::ColumnId;
use super::tree::{Fields, Found, Node};

/// Rewrites every field path.
pub(crate) fn expr(expr: &Expr, fields: &Fields) -> Expr {
    map(expr, &mut |leaf| match leaf {
        Expr::Field(path) | Expr::Variable(Variable::Root, Some(path)) => Some(found(&fields.find(path.segments()))),
        Expr::Variable(Variable::Root, None) => Some(object(fields)),
        _ => None,
    })
}

fn found(found: &Found) -> Expr {
    match found {
        Found::Column(column, rest) => Expr::Field(column.path(rest)),
        Found::Object(fields) => object(fields),
        Found::Nothing => Expr::Variable(Variable::Remove, None),
    }
}

fn object(fields: &Fields) -> Expr {
    let field = |(name, node): &(String, Node)| {
        let value = match node {
            Node::Column(column) => Expr::Field(column.path(&[])),
            Node::Object(inner) => object(inner),
        };
        (name.clone(), value)
    };
    Expr::Object(fields.0.iter().map(field).collect())
}

/// Rewrites every field path; one that leads to an object asks `column_of` for a column that holds it.
pub(crate) fn predicate(
    predicate: &Predicate,
    fields: &Fields,
    column_of: &mut dyn FnMut(&Expr) -> ColumnId,
) -> Predicate {
    let mut all = |list: &[Predicate]| list.iter().map(|inner| self::predicate(inner, fields, column_of)).collect();
    match predicate {
        Predicate::And(list) => Predicate::And(all(list)),
        Predicate::Or(list) => Predicate::Or(all(list)),
        Predicate::Nor(list) => Predicate::Nor(all(list)),
        Predicate::Expr(inner) => Predicate::Expr(expr(inner, fields)),
        Predicate::Field(path, test) => {
            let path = match fields.find(path.segments()) {
                Found::Column(column, rest) => column.path(rest),
                Found::Object(inner) => column_of(&object(inner)).path(&[]),
                Found::Nothing => ColumnId::NONE.path(&[]),
            };
            Predicate::Field(path, test.clone())
        }
    }
}

/// Rebuilds an expression; where `replace` gives one, that stands instead.
pub(crate) fn map(expr: &Expr, replace: &mut dyn FnMut(&Expr) -> Option<Expr>) -> Expr {
    let mut rebuilt = expr.clone();
    rebuilt.replace(replace);
    rebuilt
}

/// The field paths that a predicate reads; `$$ROOT` is `None`.
pub(crate) fn predicate_reads(predicate: &Predicate) -> Option<Vec<Path>> {
    predicate.reads().only()
}

/// The columns that a resolved expression reads, each once, in rising order.
pub(crate) fn columns(expr: &Expr) -> Vec<ColumnId> {
    distinct(&expr.reads().only().unwrap_or_default())
}

/// The columns that a resolved predicate reads.
pub(crate) fn predicate_columns(predicate: &Predicate) -> Vec<ColumnId> {
    distinct(&predicate_reads(predicate).unwrap_or_default())
}

fn distinct(paths: &[Path]) -> Vec<ColumnId> {
    let mut columns: Vec<ColumnId> = paths.iter().filter_map(|path| ColumnId::named(path.head())).collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

/// A predicate's conjuncts: what must hold, one by one. Tests on one field come apart where its values cannot be arrays
/// (`is_scalar`), on which each test might pass by another element.
pub(crate) fn conjuncts(predicate: &Predicate, is_scalar: &dyn Fn(&Path) -> bool) -> Vec<Predicate> {
    match predicate {
        Predicate::And(list) => list.iter().flat_map(|inner| conjuncts(inner, is_scalar)).collect(),
        Predicate::Field(path, Test::And(tests)) if is_scalar(path) => {
            tests.iter().map(|test| Predicate::Field(path.clone(), test.clone())).collect()
        }
        other => vec![other.clone()],
    }
}
