//! The evaluated arguments of an operator.

use bson::Bson;
use pipeline::ast::Expr;

use super::{Env, Found};
use crate::Error;

/// All arguments of a call, evaluated in order. A named argument that was left out is [`Args::is_given`] false; one
/// that came out missing is given all the same.
pub(super) struct Args<'e> {
    exprs: &'e [Expr],
    values: Vec<Found<'e>>,
}

impl<'e> Args<'e> {
    /// No arguments, for operators that evaluate their own.
    pub(super) fn none() -> Self {
        Self { exprs: &[], values: Vec::new() }
    }

    /// Evaluates them.
    pub(super) fn of(env: &'e Env<'_>, exprs: &'e [Expr]) -> Result<Self, Error> {
        let values = exprs.iter().map(|expr| env.find(expr)).collect::<Result<_, _>>()?;
        Ok(Self { exprs, values })
    }

    /// Evaluates them; `None`, without looking at the rest, where one of the first `n` is null or missing.
    pub(super) fn unless_null(env: &'e Env<'_>, exprs: &'e [Expr], n: usize) -> Result<Option<Self>, Error> {
        let mut values = Vec::with_capacity(exprs.len());
        for (index, expr) in exprs.iter().enumerate() {
            let value = env.find(expr)?;
            if index < n && crate::value::is_nullish(value.as_deref()) {
                return Ok(None);
            }
            values.push(value);
        }
        Ok(Some(Self { exprs, values }))
    }

    /// The argument at a position; `None` where it is missing or not there.
    pub(super) fn at(&self, index: usize) -> Option<&Bson> {
        self.values.get(index)?.as_deref()
    }

    /// Whether the argument was written at all.
    pub(super) fn is_given(&self, index: usize) -> bool {
        self.exprs.get(index).is_some_and(|expr| !matches!(expr, Expr::Missing))
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = Option<&Bson>> {
        self.values.iter().map(Option::as_deref)
    }

    /// Whether the argument was written and came out as null or missing.
    pub(super) fn is_null(&self, index: usize) -> bool {
        self.is_given(index) && crate::value::is_nullish(self.at(index))
    }
}

/// The elements of an array; `None` for any other value.
pub(super) fn array(value: Option<&Bson>) -> Option<&[Bson]> {
    value.and_then(Bson::as_array).map(Vec::as_slice)
}

/// A string (or symbol); `None` for any other value.
pub(super) fn text(value: Option<&Bson>) -> Option<&str> {
    match value {
        Some(Bson::String(text) | Bson::Symbol(text)) => Some(text),
        _ => None,
    }
}
