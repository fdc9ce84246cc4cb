//! Names resolved: the fields of expressions and predicates become columns.
//!
//! In: an expression in the user's fields and the [`Fields`] they stand for. Out: a [`Resolved`] one, which refers to columns
//! and is evaluated by the plain definitions on a [`Row`] of them. Invariant: nothing resolved has a name of the user's in
//! the place of a column, nor `$$ROOT`: the types have no room for them.

use std::convert::Infallible;

use bson::Bson;
use pipeline::ast::{Expr, FieldRef, Predicate, Test, Variable};

use super::plan::ColumnId;
use super::tree::{Fields, Found, Node};
use crate::expr::{self, Source};

/// A column, or something inside its values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ColumnPath {
    pub(crate) column: ColumnId,
    pub(crate) rest: Vec<String>,
}

/// An expression over columns.
pub(crate) type Resolved = Expr<ColumnPath>;

/// A predicate over columns.
pub(crate) type ResolvedPredicate = Predicate<ColumnPath>;

impl FieldRef for ColumnPath {
    /// A whole document is an object of columns here.
    type Root = Infallible;

    fn rest(&self) -> &[String] {
        &self.rest
    }
}

impl ColumnPath {
    /// The column, if its values are meant and not what is inside them.
    pub(crate) fn whole(&self) -> Option<ColumnId> {
        self.rest.is_empty().then_some(self.column)
    }
}

impl From<ColumnId> for ColumnPath {
    fn from(column: ColumnId) -> Self {
        Self { column, rest: Vec::new() }
    }
}

/// The values of a column.
pub(crate) fn column(column: ColumnId) -> Resolved {
    Expr::Field(column.into())
}

/// One row: by column its value, as far as an expression reads it.
#[derive(Debug)]
pub(crate) struct Row<'a>(Vec<Option<&'a Bson>>);

impl<'a> Row<'a> {
    pub(crate) fn new(n_columns: usize) -> Self {
        Self(vec![None; n_columns])
    }

    pub(crate) fn set(&mut self, column: ColumnId, value: Option<&'a Bson>) {
        self.0[column.0 as usize] = value;
    }
}

impl Source for Row<'_> {
    type Field = ColumnPath;

    fn top(&self, field: &ColumnPath) -> Option<&Bson> {
        self.0[field.column.0 as usize]
    }

    fn root<'e>(&'e self, path: &Infallible) -> expr::Found<'e> {
        match *path {}
    }
}

/// Resolves an expression.
pub(crate) fn expr(expr: &Expr, fields: &Fields) -> Resolved {
    let found = |path: &[String]| found(&fields.find(path));
    expr.resolve(&|path| found(path.segments()), &|path| found(path.as_ref().map_or(&[], |path| path.segments())))
}

fn found(found: &Found) -> Resolved {
    match found {
        Found::Column(column, rest) => Expr::Field(ColumnPath { column: *column, rest: rest.to_vec() }),
        Found::Object(fields) => object(fields),
        Found::Nothing => Expr::Variable(Variable::Remove, None),
    }
}

fn object(fields: &Fields) -> Resolved {
    let field = |(name, node): &(String, Node)| {
        let value = match node {
            Node::Column(id) | Node::Loose { whole: id, .. } => column(*id),
            Node::Object(inner) => object(inner),
        };
        (name.clone(), value)
    };
    Expr::Object(fields.0.iter().map(field).collect())
}

/// Resolves a predicate; for a field that is no column, `column_of` is asked for one that holds it.
pub(crate) fn predicate(
    predicate: &Predicate,
    fields: &Fields,
    column_of: &mut dyn FnMut(&Resolved) -> ColumnId,
) -> ResolvedPredicate {
    let mut all = |list: &[Predicate]| list.iter().map(|inner| self::predicate(inner, fields, column_of)).collect();
    match predicate {
        Predicate::And(list) => Predicate::And(all(list)),
        Predicate::Or(list) => Predicate::Or(all(list)),
        Predicate::Nor(list) => Predicate::Nor(all(list)),
        Predicate::Expr(inner) => Predicate::Expr(expr(inner, fields)),
        Predicate::JsonSchema(subject, schema) => Predicate::JsonSchema(expr(subject, fields), schema.clone()),
        Predicate::Field(path, test) => {
            let field = match found(&fields.find(path.segments())) {
                Expr::Field(field) => field,
                other => column_of(&other).into(),
            };
            Predicate::Field(field, test.clone())
        }
    }
}

/// Rebuilds an expression; where `replace` gives one, that stands instead.
pub(crate) fn map(expr: &Resolved, replace: &mut dyn FnMut(&Resolved) -> Option<Resolved>) -> Resolved {
    let mut rebuilt = expr.clone();
    rebuilt.replace(replace);
    rebuilt
}

/// The columns that an expression reads, each once, in rising order.
pub(crate) fn columns(expr: &Resolved) -> Vec<ColumnId> {
    let mut columns = Vec::new();
    add_columns(expr, &mut columns);
    distinct(columns)
}

/// The columns that a predicate reads, each once, in rising order.
pub(crate) fn predicate_columns(predicate: &ResolvedPredicate) -> Vec<ColumnId> {
    let mut columns = Vec::new();
    add_predicate_columns(predicate, &mut columns);
    distinct(columns)
}

fn add_columns(expr: &Resolved, columns: &mut Vec<ColumnId>) {
    if let Expr::Field(field) = expr {
        columns.push(field.column);
    }
    expr.parts().into_iter().for_each(|part| add_columns(part, columns));
}

fn add_predicate_columns(predicate: &ResolvedPredicate, columns: &mut Vec<ColumnId>) {
    match predicate {
        Predicate::And(list) | Predicate::Or(list) | Predicate::Nor(list) => {
            for inner in list {
                add_predicate_columns(inner, columns);
            }
        }
        Predicate::Expr(expr) | Predicate::JsonSchema(expr, _) => add_columns(expr, columns),
        Predicate::Field(field, _) => columns.push(field.column),
    }
}

fn distinct(mut columns: Vec<ColumnId>) -> Vec<ColumnId> {
    columns.sort_unstable();
    columns.dedup();
    columns
}

/// A predicate's conjuncts: what must hold, one by one. Tests on one field come apart where its values cannot be arrays
/// (`is_scalar`), on which each test might pass by another element.
pub(crate) fn conjuncts<F: FieldRef>(predicate: &Predicate<F>, is_scalar: &dyn Fn(&F) -> bool) -> Vec<Predicate<F>> {
    match predicate {
        Predicate::And(list) => list.iter().flat_map(|inner| conjuncts(inner, is_scalar)).collect(),
        Predicate::Field(field, Test::And(tests)) if is_scalar(field) => {
            tests.iter().map(|test| Predicate::Field(field.clone(), test.clone())).collect()
        }
        other => vec![other.clone()],
    }
}
