//! Values that a query document compares with categories: no customer would meet one that the category does not have.
//!
//! In: a predicate over known fields. Out: nothing, or the error that the short form of a filter gives for the same value.

use bson::Bson;
use pipeline::ast::{Comparison, Expr, Node, Operator, Path, Predicate, Test};
use pipeline::{Error, nearest};

use crate::Catalog;

impl Catalog {
    /// Refuses a predicate that compares a category with a value that it does not have.
    pub(crate) fn check_categories(&self, predicate: &Predicate) -> Result<(), Error> {
        let mut found = Ok(());
        Node::Predicate(predicate).visit(&mut |node| {
            if found.is_err() {
                return;
            }
            found = match node {
                Node::Predicate(Predicate::Field(path, test)) => self.check_test(path, test),
                Node::Expr(Expr::Call { operator, args }) => self.check_call(*operator, args),
                _ => Ok(()),
            };
        });
        found
    }

    fn check_test(&self, path: &Path, test: &Test) -> Result<(), Error> {
        match test {
            Test::Compare(Comparison::Eq | Comparison::Ne, value) => self.check_value(path, value),
            Test::In(values) | Test::NotIn(values) => values.iter().try_for_each(|value| self.check_value(path, value)),
            Test::And(tests) => tests.iter().try_for_each(|test| self.check_test(path, test)),
            Test::Not(test) => self.check_test(path, test),
            _ => Ok(()),
        }
    }

    fn check_call(&self, operator: Operator, args: &[Expr]) -> Result<(), Error> {
        match (operator, args) {
            (Operator::Eq | Operator::Ne, [Expr::Literal(value), field] | [field, Expr::Literal(value)]) => {
                field.field().map_or(Ok(()), |path| self.check_value(path, value))
            }
            (Operator::In, [field, Expr::Array(values)]) => {
                let Some(path) = field.field() else { return Ok(()) };
                values.iter().try_for_each(|value| match value {
                    Expr::Literal(value) => self.check_value(path, value),
                    _ => Ok(()),
                })
            }
            _ => Ok(()),
        }
    }

    fn check_value(&self, path: &Path, value: &Bson) -> Result<(), Error> {
        let name = path.to_string();
        let Some(field) = self.fields.iter().find(|field| field.joined_path == name && field.is_column) else {
            return Ok(());
        };
        let categories = self.contract.columns[field.column].categories();
        let text = match value {
            // A regular expression among values matches by itself.
            Bson::Null | Bson::Undefined | Bson::RegularExpression(_) => return Ok(()),
            Bson::String(text) => text.clone(),
            other => other.to_string(),
        };
        let is_one = value.as_str().is_some_and(|value| categories.iter().any(|category| category.value == value));
        if categories.is_empty() || is_one {
            return Ok(());
        }
        let hint = nearest("value", &text, categories.iter().map(|category| category.value.as_str()));
        Err(Error::input(format!("`{}` has no value `{}`", field.path, diagnostic::quote(&text))).hint(hint))
    }
}
