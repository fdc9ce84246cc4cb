//! The query language: whether a document matches a predicate.
//!
//! In: a predicate, made ready once as a [`Matcher`], and documents (or other sources of its fields). Out: yes or no; only
//! `$expr` and a regular expression that gives up can fail. Invariant: a predicate that names no `$expr` never fails on plain tests.

mod bits;
mod comparison;
mod field_test;
mod json_schema;
mod position;
mod traverse;

use bson::{Bson, DateTime};
use pipeline::ast::{Expr, FieldRef, Path, Predicate};

use crate::Error;
use crate::expr::{Env, Source};
use crate::value::is_true;

use field_test::FieldTest;
use json_schema::Schema;
pub(crate) use traverse::{Leaf, Traversal};

/// Whether `document` matches. Over many documents make a [`Matcher`] once instead.
pub fn matches<S: Source>(predicate: &Predicate<S::Field>, document: &S, now: DateTime) -> Result<bool, Error> {
    Matcher::new(predicate, now)?.matches(document)
}

/// A predicate made ready for many documents: patterns compiled, paths split, `$in` hashed.
#[derive(Debug)]
pub struct Matcher<'a, F: FieldRef = Path> {
    root: Node<'a, F>,
    now: DateTime,
}

#[derive(Debug)]
enum Node<'a, F: FieldRef = Path> {
    And(Vec<Node<'a, F>>),
    Or(Vec<Node<'a, F>>),
    Nor(Vec<Node<'a, F>>),
    Expr(&'a Expr<F>),
    JsonSchema(&'a Expr<F>, Schema<'a>),
    /// A field, the path that goes on inside its value, and the test.
    Field(&'a F, Traversal, FieldTest<'a>),
}

impl<'a, F: FieldRef> Matcher<'a, F> {
    /// Fails where a pattern is no regular expression.
    pub fn new(predicate: &'a Predicate<F>, now: DateTime) -> Result<Self, Error> {
        Ok(Self { root: Node::new(predicate)?, now })
    }

    /// Whether `document` matches.
    pub fn matches<S: Source<Field = F>>(&self, document: &S) -> Result<bool, Error> {
        self.root.matches(document, self.now)
    }
}

impl<'a, F: FieldRef> Node<'a, F> {
    fn new(predicate: &'a Predicate<F>) -> Result<Self, Error> {
        // MongoDB: `$expr` is asked last, so an error in it shows only where it decides.
        let all = |list: &'a [Predicate<F>]| {
            let (exprs, others): (Vec<_>, Vec<_>) = list.iter().partition(|part| matches!(part, Predicate::Expr(_)));
            others.into_iter().chain(exprs).map(Self::new).collect::<Result<Vec<_>, _>>()
        };
        Ok(match predicate {
            Predicate::And(list) => Self::And(all(list)?),
            Predicate::Or(list) => Self::Or(all(list)?),
            Predicate::Nor(list) => Self::Nor(all(list)?),
            Predicate::Expr(expr) => Self::Expr(expr),
            Predicate::JsonSchema(subject, schema) => Self::JsonSchema(subject, Schema::new(&schema.schema)?),
            Predicate::Field(field, test) => Self::Field(field, Traversal::new(field.rest()), FieldTest::new(test)?),
        })
    }

    fn matches<S: Source<Field = F>>(&self, document: &S, now: DateTime) -> Result<bool, Error> {
        match self {
            Self::And(list) => all(list, |node| node.matches(document, now)),
            Self::Or(list) => any(list, |node| node.matches(document, now)),
            Self::Nor(list) => any(list, |node| node.matches(document, now)).map(|yes| !yes),
            Self::Expr(expr) => Ok(is_true(Env::new(document, now).evaluate(expr)?.as_ref())),
            Self::JsonSchema(subject, schema) => match document.document() {
                Some(whole) if matches!(subject, Expr::Root(_)) => schema.holds_of_object(whole),
                _ => is_valid(schema, Env::new(document, now).find(subject)?.as_deref()),
            },
            Self::Field(field, path, test) => test.at(path, document.top(field), now),
        }
    }
}

fn is_valid(schema: &Schema<'_>, value: Option<&Bson>) -> Result<bool, Error> {
    value.map_or(Ok(false), |value| schema.holds(value))
}

fn any<T>(list: &[T], holds: impl Fn(&T) -> Result<bool, Error>) -> Result<bool, Error> {
    for item in list {
        if holds(item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn all<T>(list: &[T], holds: impl Fn(&T) -> Result<bool, Error>) -> Result<bool, Error> {
    any(list, |item| holds(item).map(|yes| !yes)).map(|fails| !fails)
}
