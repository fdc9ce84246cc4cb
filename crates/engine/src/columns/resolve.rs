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
    if let Some(replaced) = replace(expr) {
        return replaced;
    }
    let mut one = |expr: &Expr| map(expr, replace);
    match expr {
        Expr::Literal(_) | Expr::Missing | Expr::Field(_) | Expr::Variable(..) => expr.clone(),
        Expr::Object(list) => Expr::Object(list.iter().map(|(name, expr)| (name.clone(), one(expr))).collect()),
        Expr::Array(list) => Expr::Array(list.iter().map(one).collect()),
        Expr::Let { bindings, body } => Expr::Let {
            bindings: bindings.iter().map(|(name, expr)| (name.clone(), one(expr))).collect(),
            body: Box::new(one(body)),
        },
        Expr::Switch { branches, default } => Expr::Switch {
            branches: branches.iter().map(|(case, then)| (one(case), one(then))).collect(),
            default: default.as_ref().map(|default| Box::new(one(default))),
        },
        Expr::Map { input, variable, body } => {
            Expr::Map { input: Box::new(one(input)), variable: variable.clone(), body: Box::new(one(body)) }
        }
        Expr::Filter { input, variable, condition, limit } => Expr::Filter {
            input: Box::new(one(input)),
            variable: variable.clone(),
            condition: Box::new(one(condition)),
            limit: limit.as_ref().map(|limit| Box::new(one(limit))),
        },
        Expr::Reduce { input, initial, body } => {
            Expr::Reduce { input: Box::new(one(input)), initial: Box::new(one(initial)), body: Box::new(one(body)) }
        }
        Expr::Call { operator, args } => Expr::Call { operator: *operator, args: args.iter().map(one).collect() },
    }
}

/// The field paths that an expression reads; `$$ROOT` is `None`.
pub(crate) fn reads(expr: &Expr) -> Option<Vec<Path>> {
    let mut paths = Vec::new();
    let mut reads_all = false;
    map(expr, &mut |leaf| {
        match leaf {
            Expr::Field(path) | Expr::Variable(Variable::Root, Some(path)) => paths.push(path.clone()),
            Expr::Variable(Variable::Root, None) => reads_all = true,
            _ => {}
        }
        None
    });
    (!reads_all).then_some(paths)
}

/// The field paths that a predicate reads; `$$ROOT` is `None`.
pub(crate) fn predicate_reads(predicate: &Predicate) -> Option<Vec<Path>> {
    match predicate {
        Predicate::And(list) | Predicate::Or(list) | Predicate::Nor(list) => {
            list.iter().map(predicate_reads).collect::<Option<Vec<_>>>().map(|lists| lists.concat())
        }
        Predicate::Expr(expr) => reads(expr),
        Predicate::Field(path, _) => Some(vec![path.clone()]),
    }
}

/// The columns that a resolved expression reads, each once, in rising order.
pub(crate) fn columns(expr: &Expr) -> Vec<ColumnId> {
    distinct(&reads(expr).unwrap_or_default())
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
