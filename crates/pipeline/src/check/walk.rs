//! Looks up every field that expressions, predicates and accumulators read.
//!
//! In: a part of a stage, and the fields that reach the stage. Out: nothing, or the error for the first field that cannot be
//! there, with the way to it as the user wrote it (`$cond[1]`, `branches[0].case`, `sortBy.age`).
//! Why not [`crate::ast::Node`]: its parts have no names, which an error's place is made of; and the fields within reach
//! change inside `$elemMatch`.

use bson::Bson;

use super::{
    follow::Scope,
    shape::{Fields, Node},
    unknown,
};
use crate::{
    Error,
    ast::{Accumulator, AccumulatorCall, Arguments, Expr, Operator, Path, Predicate, SortKey, Test},
};

/// A stage with the fields of the documents that reach it.
pub(super) struct Walk<'a> {
    pub(super) stage: &'static str,
    pub(super) fields: &'a Fields,
    /// What stands for which variables; none where fields below variables are not looked up.
    pub(super) scope: Option<&'a Scope<'a>>,
}

impl Walk<'_> {
    /// What a field holds; an error where it cannot be there.
    pub(super) fn field(&self, path: &Path) -> Result<Node, Error> {
        self.fields.get(path).ok_or_else(|| unknown(path, self.stage, self.fields))
    }

    pub(super) fn sort_keys(&self, keys: &[SortKey]) -> Result<(), Error> {
        keys.iter().try_for_each(|key| match self.query_field(&key.path) {
            Ok(()) => Ok(()),
            Err(error) => Err(error.under(&key.path.to_string())),
        })
    }

    /// In queries and sort keys a number in a path may also be a position in an array.
    fn query_field(&self, path: &Path) -> Result<(), Error> {
        let is_position = |segment: &String| segment.bytes().all(|b| b.is_ascii_digit());
        let names: Vec<&str> = path.segments().iter().filter(|name| !is_position(name)).map(String::as_str).collect();
        let without = Path::new(&names.join(".")).filter(|shorter| shorter != path);
        match (self.fields.get(path), without) {
            (Some(_), _) => Ok(()),
            (None, Some(shorter)) if self.fields.get(&shorter).is_some() => Ok(()),
            (None, _) => Err(unknown(path, self.stage, self.fields)),
        }
    }

    pub(super) fn predicate(&self, predicate: &Predicate) -> Result<(), Error> {
        let list = |name: &str, clauses: &[Predicate]| {
            clauses
                .iter()
                .enumerate()
                .try_for_each(|(at, clause)| self.predicate(clause).map_err(|error| error.in_element(at).under(name)))
        };
        match predicate {
            Predicate::And(clauses) => clauses.iter().try_for_each(|clause| self.predicate(clause)),
            Predicate::Or(clauses) => list("$or", clauses),
            Predicate::Nor(clauses) => list("$nor", clauses),
            Predicate::Expr(expr) => self.expr(expr).map_err(|error| error.under("$expr")),
            Predicate::JsonSchema(subject, _) => self.expr(subject).map_err(|error| error.under("$jsonSchema")),
            Predicate::Field(path, test) => self
                .query_field(path)
                .and_then(|()| self.test(path, test))
                .map_err(|error| error.under(&path.to_string())),
        }
    }

    /// Only `$elemMatch` reads further fields: those of the elements.
    fn test(&self, path: &Path, test: &Test) -> Result<(), Error> {
        match test {
            Test::ElemMatchObject(inner) => {
                let mut node = self.fields.get(path);
                while let Some(Node::Array(element)) = node {
                    node = Some(*element);
                }
                match node {
                    Some(Node::Object(fields)) => {
                        Walk { fields: &fields, ..*self }.predicate(inner).map_err(|error| error.under("$elemMatch"))
                    }
                    _ => Ok(()),
                }
            }
            Test::And(tests) | Test::All(tests) => tests.iter().try_for_each(|test| self.test(path, test)),
            Test::Not(inner) => self.test(path, inner),
            Test::Compare(..) | Test::In(_) | Test::NotIn(_) | Test::Exists(_) | Test::Type(_) | Test::Regex(_) => {
                Ok(())
            }
            Test::Mod { .. } | Test::Size(_) | Test::Bits(..) | Test::ElemMatchValue(_) => Ok(()),
        }
    }

    pub(super) fn accumulator(&self, call: &AccumulatorCall) -> Result<(), Error> {
        let part = match call.accumulator {
            Accumulator::Top | Accumulator::TopN | Accumulator::Bottom | Accumulator::BottomN => Some("output"),
            Accumulator::FirstN
            | Accumulator::LastN
            | Accumulator::MaxN
            | Accumulator::MinN
            | Accumulator::Median
            | Accumulator::Percentile => Some("input"),
            _ => None,
        };
        let inside = |error: Error| match part {
            Some(part) => error.under(part),
            None => error,
        };
        // `n` sees the group's key only, whose shape is another.
        self.expr(&call.input)
            .map_err(inside)
            .and_then(|()| self.sort_keys(&call.sort_by).map_err(|error| error.under("sortBy")))
            .map_err(|error| error.under(call.accumulator.spec().name))
    }

    pub(super) fn expr(&self, expr: &Expr) -> Result<(), Error> {
        match expr {
            Expr::Literal(_) | Expr::Missing => Ok(()),
            Expr::Field(path) | Expr::Root(Some(path)) => self.field(path).map(drop),
            Expr::Root(None) => Ok(()),
            Expr::Variable(variable, below) => self.variable(variable, below.as_ref()),
            Expr::Object(fields) => fields.iter().try_for_each(|(name, value)| self.part(name, value)),
            Expr::Array(elements) => self.elements(elements),
            Expr::Let { bindings: given, body } => {
                let bindings = given.iter().try_for_each(|(name, value)| self.part(name, value));
                bindings
                    .map_err(|error| error.under("vars"))
                    .and_then(|()| self.inside(self.let_scope(given).as_ref()).part("in", body))
                    .map_err(|error| error.under("$let"))
            }
            Expr::Switch { branches, default } => {
                let branch = |(at, (case, then)): (usize, &(Expr, Expr))| {
                    let checked = self.part("case", case).and_then(|()| self.part("then", then));
                    checked.map_err(|error| error.in_element(at).under("branches"))
                };
                let branches = branches.iter().enumerate().try_for_each(branch);
                let default = || default.as_ref().map_or(Ok(()), |value| self.part("default", value));
                branches.and_then(|()| default()).map_err(|error| error.under("$switch"))
            }
            Expr::Map { input, variable, body } => {
                let scope = self.element_scope(input, variable);
                let parts = self.part("input", input);
                let parts = parts.and_then(|()| self.inside(scope.as_ref()).part("in", body));
                parts.map_err(|error| error.under("$map"))
            }
            Expr::Filter { input, variable, condition, limit } => {
                let scope = self.element_scope(input, variable);
                let limit = || limit.as_ref().map_or(Ok(()), |value| self.part("limit", value));
                let parts = self.part("input", input);
                let parts = parts.and_then(|()| self.inside(scope.as_ref()).part("cond", condition));
                parts.and_then(|()| limit()).map_err(|error| error.under("$filter"))
            }
            Expr::Reduce { input, initial, body } => {
                let scope = self.reduce_scope(input, initial, body);
                let parts = self.part("input", input).and_then(|()| self.part("initialValue", initial));
                parts
                    .and_then(|()| self.inside(scope.as_ref()).part("in", body))
                    .map_err(|error| error.under("$reduce"))
            }
            Expr::Call { operator, args } => {
                let arguments = self.arguments(*operator, args).and_then(|()| self.named_in_call(*operator, args));
                arguments.map_err(|error| error.under(operator.spec().name))
            }
        }
    }

    fn part(&self, name: &str, expr: &Expr) -> Result<(), Error> {
        self.expr(expr).map_err(|error| error.under(name))
    }

    fn elements(&self, elements: &[Expr]) -> Result<(), Error> {
        let element = |(at, value)| self.expr(value).map_err(|error| error.in_element(at));
        elements.iter().enumerate().try_for_each(element)
    }

    fn arguments(&self, operator: Operator, args: &[Expr]) -> Result<(), Error> {
        match operator.spec().arguments {
            Arguments::Named(keys) | Arguments::NamedOrPositional(keys) => {
                keys.iter().zip(args).try_for_each(|((name, _), value)| self.part(name, value))
            }
            Arguments::NamedOrSingle(keys) => match args {
                [only, rest @ ..] if rest.iter().all(|arg| *arg == Expr::Missing) => self.expr(only),
                args => keys.iter().zip(args).try_for_each(|((name, _), value)| self.part(name, value)),
            },
            Arguments::Positional { .. } | Arguments::Whole | Arguments::None | Arguments::Vectors => match args {
                [only] => self.expr(only),
                args => self.elements(args),
            },
        }
    }

    /// What is known of an expression's value.
    pub(super) fn node(&self, expr: &Expr) -> Node {
        match expr {
            Expr::Literal(Bson::Document(_) | Bson::Array(_)) => Node::Any,
            Expr::Literal(_) => Node::Value,
            // Reached through an array, a field is an array of what it is: not worth following.
            Expr::Field(path) | Expr::Root(Some(path)) => match path.segments() {
                [_] => self.fields.get(path).unwrap_or(Node::Any),
                _ => match self.fields.get(path) {
                    Some(Node::Value) => Node::Value,
                    _ => Node::Any,
                },
            },
            Expr::Root(None) => Node::Object(self.fields.clone()),
            Expr::Object(fields) => {
                let mut object = Fields::default();
                for (name, value) in fields {
                    object.put(name, self.node(value));
                }
                Node::Object(object)
            }
            Expr::Call { operator: Operator::MergeObjects, args } => self.merged(args),
            _ => Node::Any,
        }
    }

    /// Objects that are all known merge to a known one.
    fn merged(&self, args: &[Expr]) -> Node {
        let mut object = Fields::default();
        for arg in args {
            match self.node(arg) {
                Node::Object(fields) => object = object.or(fields),
                _ => return Node::Any,
            }
        }
        Node::Object(object)
    }
}
