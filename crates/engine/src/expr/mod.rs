//! Expressions: one value from one document.
//!
//! In: a well-formed `pipeline::ast::Expr` and an [`Env`] (the document or another [`Source`], the pipeline's start time, the
//! variables in scope). Out: a value, missing, or the server's error. Nothing here panics on any document.
//!
//! Each operator is one small file that says what it takes and gives; `registry` names them all in one `match`.

mod args;
mod arithmetic;
mod array;
mod binary;
mod convert;
mod date;
mod forms;
mod logic;
mod object;
mod registry;
mod set;
mod source;
mod statistics;
mod string;
#[cfg(test)]
mod testing;

use std::borrow::Cow;

use bson::{Bson, DateTime, Document};
use pipeline::ast::{Expr, FieldRef, Path, Variable};

pub(crate) use arithmetic::divide::divide;
pub(crate) use arithmetic::subtract::subtract;
pub use date::add_to_date;
pub use source::Source;
pub use string::Pattern;

use crate::Error;
use crate::value::{self, Value};

/// A value that may be borrowed from the document or from the expression; `None` is missing.
pub(crate) type Found<'e> = Option<Cow<'e, Bson>>;

/// What an expression is evaluated against.
#[derive(Clone, Debug)]
pub struct Env<'a, S = Document> {
    root: &'a S,
    now: DateTime,
    scope: Option<Scope<'a, S>>,
}

/// One bound variable and the scope around it.
#[derive(Clone, Debug)]
struct Scope<'a, S> {
    name: &'a str,
    value: Found<'a>,
    outer: &'a Env<'a, S>,
}

impl<'a, S: Source> Env<'a, S> {
    /// The environment of a document, without variables; `now` is `$$NOW`.
    #[must_use]
    pub fn new(root: &'a S, now: DateTime) -> Self {
        Self { root, now, scope: None }
    }

    /// The same with one more variable, which hides an outer one of the same name.
    #[must_use]
    pub fn bind<'b>(&'b self, name: &'b str, value: Option<Cow<'b, Bson>>) -> Env<'b, S> {
        Env { root: self.root, now: self.now, scope: Some(Scope { name, value, outer: self }) }
    }

    /// The value of an expression; `None` is missing.
    pub fn evaluate(&self, expr: &Expr<S::Field>) -> Result<Value, Error> {
        Ok(self.find(expr)?.map(Cow::into_owned))
    }

    /// Whether an expression is true.
    pub fn is_true(&self, expr: &Expr<S::Field>) -> Result<bool, Error> {
        Ok(value::is_true(self.find(expr)?.as_deref()))
    }

    /// The value of an expression, borrowed where it lies in the document or in the expression.
    pub(crate) fn find<'e>(&'e self, expr: &'e Expr<S::Field>) -> Result<Found<'e>, Error> {
        Ok(match expr {
            Expr::Literal(value) => Some(Cow::Borrowed(value)),
            Expr::Missing => None,
            Expr::Field(field) => self.root.top(field).and_then(|top| value::find_in(top, field.rest())),
            Expr::Root(path) => self.root.root(path),
            Expr::Variable(variable, path) => self.variable(variable, path.as_ref())?,
            Expr::Object(fields) => Some(Cow::Owned(forms::object(self, fields)?)),
            Expr::Array(items) => Some(Cow::Owned(forms::array(self, items)?)),
            Expr::Let { bindings, body } => forms::let_in(self, bindings, body)?.map(Cow::Owned),
            Expr::Switch { branches, default } => forms::switch(self, branches, default.as_deref())?.map(Cow::Owned),
            Expr::Map { input, variable, body } => Some(Cow::Owned(forms::map(self, input, variable, body)?)),
            Expr::Filter { input, variable, condition, limit } => {
                Some(Cow::Owned(forms::filter(self, input, variable, condition, limit.as_deref())?))
            }
            Expr::Reduce { input, initial, body } => forms::reduce(self, input, initial, body)?.map(Cow::Owned),
            Expr::Call { operator, args } => registry::call(self, *operator, args)?.map(Cow::Owned),
        })
    }

    fn variable<'e>(&'e self, variable: &'e Variable, path: Option<&'e Path>) -> Result<Found<'e>, Error> {
        let value = match (variable, path) {
            (Variable::Remove, _) => return Ok(None),
            (Variable::Now, None) => return Ok(Some(Cow::Owned(Bson::DateTime(self.now)))),
            (Variable::Now, Some(_)) => return Ok(None),
            (Variable::User(name), _) => self.bound(name)?,
        };
        Ok(match path {
            None => value.map(Cow::Borrowed),
            Some(path) => value.and_then(|value| value::find_in(value, path.segments())),
        })
    }

    /// The value of a bound variable.
    fn bound(&self, name: &str) -> Result<Option<&Bson>, Error> {
        let mut env = self;
        while let Some(scope) = &env.scope {
            if scope.name == name {
                return Ok(scope.value.as_deref());
            }
            env = scope.outer;
        }
        Err(Error::coded(17_276, format!("use of undefined variable: `{name}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::testing::check;

    #[test]
    fn fields_and_variables_are_found() {
        check(r#""$a.b""#, "{a: [{b: 1}, {c: 2}, {b: 3}]}", "[1,3]");
        check(r#""$nope""#, "{a: 1}", "missing");
        check(r#""$$ROOT""#, "{a: 1}", r#"{"a":1}"#);
        check(r#""$$ROOT.a""#, "{a: 1}", "1");
        check(r#""$$REMOVE""#, "{a: 1}", "missing");
        check(r#"{x: "$a", y: "$nope", z: {w: "$nope"}}"#, "{a: 1}", r#"{"x":1,"z":{}}"#);
        check(r#"["$a", "$nope"]"#, "{a: 1}", "[1,null]");
    }
}
