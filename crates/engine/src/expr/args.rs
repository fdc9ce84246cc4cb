//! The evaluated arguments of an operator.

use bson::Bson;
use pipeline::ast::Expr;

use super::{Env, Found, Source};
use crate::Error;

/// All arguments of a call, evaluated in order.
pub(super) struct Args<'e> {
    /// `None` for a named argument that was left out; one that came out missing is given all the same.
    values: Vec<Option<Found<'e>>>,
}

impl<'e> Args<'e> {
    /// No arguments, for operators that evaluate their own.
    pub(super) fn none() -> Self {
        Self { values: Vec::new() }
    }

    /// Evaluates them.
    pub(super) fn of<S: Source>(env: &'e Env<'_, S>, exprs: &'e [Expr<S::Field>]) -> Result<Self, Error> {
        Ok(Self { values: exprs.iter().map(|expr| argument(env, expr)).collect::<Result<_, _>>()? })
    }

    /// Evaluates them; `None`, without looking at the rest, where one of the first `n` is null or missing.
    pub(super) fn unless_null<S: Source>(
        env: &'e Env<'_, S>,
        exprs: &'e [Expr<S::Field>],
        n: usize,
    ) -> Result<Option<Self>, Error> {
        let mut values = Vec::with_capacity(exprs.len());
        for (index, expr) in exprs.iter().enumerate() {
            let value = argument(env, expr)?;
            if index < n && crate::value::is_nullish(value.as_ref().and_then(Option::as_deref)) {
                return Ok(None);
            }
            values.push(value);
        }
        Ok(Some(Self { values }))
    }

    /// The argument at a position; `None` where it is missing or not there.
    pub(super) fn at(&self, index: usize) -> Option<&Bson> {
        self.values.get(index)?.as_ref()?.as_deref()
    }

    /// Whether the argument was written at all.
    pub(super) fn is_given(&self, index: usize) -> bool {
        self.values.get(index).is_some_and(Option::is_some)
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = Option<&Bson>> {
        self.values.iter().map(|value| value.as_ref()?.as_deref())
    }

    /// Whether the argument was written and came out as null or missing.
    pub(super) fn is_null(&self, index: usize) -> bool {
        self.is_given(index) && crate::value::is_nullish(self.at(index))
    }
}

fn argument<'e, S: Source>(env: &'e Env<'_, S>, expr: &'e Expr<S::Field>) -> Result<Option<Found<'e>>, Error> {
    Ok(match expr {
        Expr::Missing => None,
        expr => Some(env.find(expr)?),
    })
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
