//! Expressions → BSON.

use bson::{Bson, Document};

use crate::{
    ast::{Arguments, Expr, Operator, OperatorSpec, Path, Variable},
    limits,
};

/// `{name: value}`.
pub(super) fn single(name: &str, value: impl Into<Bson>) -> Document {
    let mut document = Document::new();
    document.insert(name, value);
    document
}

/// An expression where any expression may stand.
pub(super) fn expr(expr: &Expr) -> Bson {
    limits::on_enough_stack(|| expr_here(expr))
}

fn expr_here(expr: &Expr) -> Bson {
    match expr {
        Expr::Literal(value) if speaks_for_itself(value) => value.clone(),
        Expr::Literal(value) => Bson::Document(single("$literal", value.clone())),
        Expr::Missing => Bson::String("$$REMOVE".to_owned()),
        Expr::Field(path) => Bson::String(format!("${path}")),
        Expr::Root(path) => variable("ROOT", path.as_ref()),
        Expr::Variable(Variable::Remove, path) => variable("REMOVE", path.as_ref()),
        Expr::Variable(Variable::Now, path) => variable("NOW", path.as_ref()),
        Expr::Variable(Variable::User(name), path) => variable(name, path.as_ref()),
        Expr::Object(fields) => {
            Bson::Document(fields.iter().map(|(name, value)| (name.clone(), self::expr(value))).collect())
        }
        Expr::Array(elements) => Bson::Array(elements.iter().map(self::expr).collect()),
        Expr::Call { operator, args } => Bson::Document(single(operator.spec().name, arguments(*operator, args))),
        form => Bson::Document(self::form(form)),
    }
}

fn variable(name: &str, path: Option<&Path>) -> Bson {
    Bson::String(match path {
        Some(path) => format!("$${name}.{path}"),
        None => format!("$${name}"),
    })
}

/// Whether a constant means itself where an expression is read.
fn speaks_for_itself(value: &Bson) -> bool {
    match value {
        Bson::String(text) => !text.starts_with('$'),
        Bson::Document(_) | Bson::Array(_) => false,
        _ => true,
    }
}

/// The expressions with forms of their own.
fn form(expr: &Expr) -> Document {
    let mut inner = Document::new();
    let name = match expr {
        Expr::Let { bindings, body } => {
            let vars: Document = bindings.iter().map(|(name, value)| (name.clone(), self::expr(value))).collect();
            inner.insert("vars", vars);
            inner.insert("in", self::expr(body));
            "$let"
        }
        Expr::Switch { branches, default } => {
            let branch = |(case, then): &(Expr, Expr)| {
                let mut branch = single("case", self::expr(case));
                branch.insert("then", self::expr(then));
                Bson::Document(branch)
            };
            inner.insert("branches", branches.iter().map(branch).collect::<Vec<_>>());
            if let Some(default) = default {
                inner.insert("default", self::expr(default));
            }
            "$switch"
        }
        Expr::Map { input, variable, body } => {
            element_form(&mut inner, input, variable);
            inner.insert("in", self::expr(body));
            "$map"
        }
        Expr::Filter { input, variable, condition, limit } => {
            element_form(&mut inner, input, variable);
            inner.insert("cond", self::expr(condition));
            if let Some(limit) = limit {
                inner.insert("limit", self::expr(limit));
            }
            "$filter"
        }
        Expr::Reduce { input, initial, body } => {
            inner.insert("input", self::expr(input));
            inner.insert("initialValue", self::expr(initial));
            inner.insert("in", self::expr(body));
            "$reduce"
        }
        _ => return inner,
    };
    single(name, inner)
}

fn element_form(inner: &mut Document, input: &Expr, variable: &str) {
    inner.insert("input", expr(input));
    if variable != "this" {
        inner.insert("as", variable);
    }
}

fn arguments(operator: Operator, args: &[Expr]) -> Bson {
    let spec: &OperatorSpec = operator.spec();
    match spec.arguments {
        Arguments::Positional { max: 1, .. } => match args {
            // An array would be taken for the list of arguments.
            [arg] if !matches!(arg, Expr::Array(_)) => expr(arg),
            args => Bson::Array(args.iter().map(expr).collect()),
        },
        Arguments::Positional { .. } => match args {
            [arg] if matches!(arg, Expr::Field(_) | Expr::Root(_) | Expr::Variable(..)) => expr(arg),
            args => Bson::Array(args.iter().map(expr).collect()),
        },
        Arguments::NamedOrPositional(_) => Bson::Array(args.iter().map(expr).collect()),
        Arguments::NamedOrSingle(keys) => match args {
            [arg, rest @ ..] if rest.iter().all(|arg| *arg == Expr::Missing) => match arg {
                // An object would be taken for the named arguments, an array for the list of them.
                Expr::Object(_) | Expr::Array(_) => Bson::Array(vec![expr(arg)]),
                arg => expr(arg),
            },
            args => named(operator, keys, args),
        },
        Arguments::Named(keys) => named(operator, keys, args),
        Arguments::Whole => args.first().map_or(Bson::Null, expr),
        Arguments::None => Bson::Document(Document::new()),
        Arguments::Vectors => match args {
            [a, b, score] => {
                let mut form = single("vectors", vec![expr(a), expr(b)]);
                form.insert("score", expr(score));
                Bson::Document(form)
            }
            args => Bson::Array(args.iter().map(expr).collect()),
        },
    }
}

fn named(operator: Operator, keys: &[(&'static str, bool)], args: &[Expr]) -> Bson {
    let mut document = Document::new();
    for ((key, _), arg) in keys.iter().zip(args) {
        match arg {
            Expr::Missing => {}
            // Not an expression, so it must not be wrapped.
            Expr::Literal(order) if operator == Operator::SortArray && *key == "sortBy" => {
                document.insert(*key, order.clone());
            }
            arg => {
                document.insert(*key, expr(arg));
            }
        }
    }
    Bson::Document(document)
}
