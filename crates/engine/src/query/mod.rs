//! The query language: whether a document matches a predicate.
//!
//! In: a predicate, made ready once as a [`Matcher`], and documents. Out: yes or no; only `$expr` and a regular
//! expression that gives up can fail. Always holds: a predicate that names no `$expr` never fails on plain tests.

mod comparison;
mod field_test;
mod traverse;

use bson::{DateTime, Document};
use pipeline::ast::{Expr, Predicate};

use crate::Error;
use crate::expr::Env;
use crate::value::is_true;

use field_test::FieldTest;
pub(crate) use traverse::{Leaf, Traversal};

/// Whether `document` matches. Over many documents make a [`Matcher`] once instead.
pub fn matches(predicate: &Predicate, document: &Document, now: DateTime) -> Result<bool, Error> {
    Matcher::new(predicate, now)?.matches(document)
}

/// A predicate made ready for many documents: patterns compiled, paths split, `$in` hashed.
#[derive(Debug)]
pub struct Matcher<'a> {
    root: Node<'a>,
    now: DateTime,
}

#[derive(Debug)]
enum Node<'a> {
    And(Vec<Node<'a>>),
    Or(Vec<Node<'a>>),
    Nor(Vec<Node<'a>>),
    Expr(&'a Expr),
    Field(Traversal, FieldTest<'a>),
}

impl<'a> Matcher<'a> {
    /// Fails where a pattern is no regular expression.
    pub fn new(predicate: &'a Predicate, now: DateTime) -> Result<Self, Error> {
        Ok(Self { root: Node::new(predicate)?, now })
    }

    /// Whether `document` matches.
    pub fn matches(&self, document: &Document) -> Result<bool, Error> {
        self.root.matches(document, self.now)
    }
}

impl<'a> Node<'a> {
    fn new(predicate: &'a Predicate) -> Result<Self, Error> {
        // MongoDB: `$expr` is asked last, so an error in it shows only where it decides.
        let all = |list: &'a [Predicate]| {
            let (exprs, others): (Vec<_>, Vec<_>) = list.iter().partition(|part| matches!(part, Predicate::Expr(_)));
            others.into_iter().chain(exprs).map(Self::new).collect::<Result<Vec<_>, _>>()
        };
        Ok(match predicate {
            Predicate::And(list) => Self::And(all(list)?),
            Predicate::Or(list) => Self::Or(all(list)?),
            Predicate::Nor(list) => Self::Nor(all(list)?),
            Predicate::Expr(expr) => Self::Expr(expr),
            Predicate::Field(path, test) => Self::Field(Traversal::new(path), FieldTest::new(test)?),
        })
    }

    fn matches(&self, document: &Document, now: DateTime) -> Result<bool, Error> {
        match self {
            Self::And(list) => all(list, |node| node.matches(document, now)),
            Self::Or(list) => any(list, |node| node.matches(document, now)),
            Self::Nor(list) => any(list, |node| node.matches(document, now)).map(|yes| !yes),
            Self::Expr(expr) => Ok(is_true(Env::new(document, now).evaluate(expr)?.as_ref())),
            Self::Field(path, test) => test.at(path, document, now),
        }
    }
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
