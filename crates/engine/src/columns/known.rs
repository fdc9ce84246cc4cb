//! The expressions that a plan has a column for.
//!
//! In: a resolved expression. Out: its column, where there is one.
//! Invariant: only an expression that is the same in every value, type and name finds a column; so 0.0 and -0.0 are two, and
//! what holds a NaN is never found.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::discriminant;

use bson::Bson;
use pipeline::ast::Expr;

use super::plan::ColumnId;
use super::resolve::Resolved;

/// Expressions with their columns, by a number that equal ones have in common.
#[derive(Default)]
pub(crate) struct Known(HashMap<u64, Vec<(Resolved, ColumnId)>>);

impl Known {
    /// The number of an expression. Why not its text: of thousands of branches that took longer than to run them.
    pub(crate) fn number(expr: &Resolved) -> u64 {
        let mut state = DefaultHasher::new();
        feed(expr, &mut state);
        state.finish()
    }

    pub(crate) fn column(&self, number: u64, expr: &Resolved) -> Option<ColumnId> {
        self.0.get(&number)?.iter().find(|(known, _)| known == expr).map(|(_, column)| *column)
    }

    pub(crate) fn insert(&mut self, number: u64, expr: Resolved, column: ColumnId) {
        self.0.entry(number).or_default().push((expr, column));
    }
}

fn feed(expr: &Resolved, state: &mut DefaultHasher) {
    discriminant(expr).hash(state);
    match expr {
        Expr::Literal(value) => feed_value(value, state),
        Expr::Field(field) => (field.column, &field.rest).hash(state),
        Expr::Root(root) => match *root {},
        Expr::Call { operator, .. } => operator.hash(state),
        Expr::Variable(variable, path) => format!("{variable:?} {path:?}").hash(state),
        Expr::Object(named) | Expr::Let { bindings: named, .. } => {
            for (name, _) in named {
                name.hash(state);
            }
        }
        Expr::Map { variable, .. } | Expr::Filter { variable, .. } => variable.hash(state),
        Expr::Missing | Expr::Array(_) | Expr::Switch { .. } | Expr::Reduce { .. } => {}
    }
    let parts = expr.parts();
    parts.len().hash(state);
    for part in parts {
        feed(part, state);
    }
}

fn feed_value(value: &Bson, state: &mut DefaultHasher) {
    discriminant(value).hash(state);
    match value {
        // The bits tell -0.0 from 0.0, which are equal.
        Bson::Double(number) => number.to_bits().hash(state),
        Bson::Int32(number) => number.hash(state),
        Bson::Int64(number) => number.hash(state),
        Bson::Boolean(is) => is.hash(state),
        Bson::String(text) => text.hash(state),
        Bson::Array(values) => {
            for value in values {
                feed_value(value, state);
            }
        }
        Bson::Document(document) => {
            for (name, value) in document {
                name.hash(state);
                feed_value(value, state);
            }
        }
        other => format!("{other:?}").hash(state),
    }
}

#[cfg(test)]
mod tests {
    use pipeline::ast::Operator;

    use super::*;
    use crate::columns::resolve;

    fn sum(column: u32, number: Bson) -> Resolved {
        let args = vec![resolve::column(ColumnId(column)), Expr::Literal(number)];
        Expr::Call { operator: Operator::Add, args }
    }

    #[test]
    fn the_same_expression_is_found_and_no_other() {
        let mut known = Known::default();
        let all = [
            sum(0, Bson::Double(0.0)),
            sum(0, Bson::Double(-0.0)),
            sum(1, Bson::Double(0.0)),
            sum(0, Bson::Int32(0)),
            sum(0, Bson::Int64(0)),
            Expr::Array(vec![sum(0, Bson::Int32(0))]),
            Expr::Object(vec![("a".to_owned(), sum(0, Bson::Int32(0)))]),
            Expr::Object(vec![("b".to_owned(), sum(0, Bson::Int32(0)))]),
        ];
        for (expr, at) in all.iter().zip(0..) {
            let number = Known::number(expr);
            assert_eq!(known.column(number, expr), None, "{expr:?}");
            known.insert(number, expr.clone(), ColumnId(at));
        }
        for (expr, at) in all.iter().zip(0..) {
            assert_eq!(known.column(Known::number(&expr.clone()), expr), Some(ColumnId(at)));
        }
    }
}
