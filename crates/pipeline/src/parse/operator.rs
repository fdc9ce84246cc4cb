//! Operators: names, argument counts, and the few whose arguments have forms of their own.

use bson::{Bson, Document};

use super::{
    expr::{Scope, elements, expr},
    form::{self, Codes},
    forms, literal,
    names::{self, UNSUPPORTED_OPERATORS},
};
use crate::{
    Error,
    ast::{Accumulator, Arguments, Expr, Operator, OperatorSpec, Variable},
    describe,
    error::nearest,
};

/// Parses `{name: argument}`.
pub(super) fn operator(name: &str, argument: &Bson, scope: &Scope<'_>) -> Result<Expr, Error> {
    match name {
        "$literal" | "$const" => Ok(Expr::Literal(argument.clone())),
        "$let" => forms::let_(argument, scope),
        "$switch" => forms::switch(argument, scope),
        "$map" => forms::map(argument, scope),
        "$filter" => forms::filter(argument, scope),
        "$reduce" => forms::reduce(argument, scope),
        _ => {
            let spec = Operator::named(name).ok_or_else(|| unknown(name))?;
            let args = arguments(spec, argument, scope)?;
            literal::check(spec.operator, &args)?;
            Ok(Expr::Call { operator: spec.operator, args })
        }
    }
}

/// The error for a name that is no operator of ours.
fn unknown(name: &str) -> Error {
    if UNSUPPORTED_OPERATORS.contains(&name) {
        return Error::unsupported(format!("the operator `{name}` is not supported yet"));
    }
    let error = Error::input(format!("unknown operator `{name}`")).code(168);
    if Accumulator::named(name).is_some() || names::is_window_function(name) {
        return error.hint(format!("`{name}` belongs in `$group` or `$setWindowFields`, not in an expression"));
    }
    let forms = ["$literal", "$let", "$switch", "$map", "$filter", "$reduce"];
    error.hint(nearest("operator", name, Operator::all().iter().map(|spec| spec.name).chain(forms)))
}

fn arguments(spec: &OperatorSpec, argument: &Bson, scope: &Scope<'_>) -> Result<Vec<Expr>, Error> {
    match (spec.operator, argument) {
        (Operator::GetField, argument) => return get_field(spec, argument, scope),
        (Operator::SortArray, Bson::Document(document)) => return sort_array(spec, document, scope),
        _ => {}
    }
    match spec.arguments {
        Arguments::Positional { min, max } => positional(spec, argument, min, max, scope),
        Arguments::Named(keys) => named(spec, keys, argument, scope),
        Arguments::NamedOrPositional(keys) => match argument {
            Bson::Document(document) if !is_operator(document) => named(spec, keys, argument, scope),
            _ => positional(spec, argument, keys.len(), keys.len(), scope),
        },
        Arguments::NamedOrSingle(keys) => match argument {
            Bson::Document(document) if !is_operator(document) => named(spec, keys, argument, scope),
            _ => {
                let mut args = positional(spec, argument, 1, 1, scope)?;
                args.resize(keys.len(), Expr::Missing);
                Ok(args)
            }
        },
    }
}

fn is_operator(document: &Document) -> bool {
    document.keys().next().is_some_and(|key| key.starts_with('$'))
}

fn positional(
    spec: &OperatorSpec,
    argument: &Bson,
    min: usize,
    max: usize,
    scope: &Scope<'_>,
) -> Result<Vec<Expr>, Error> {
    let count = match argument {
        Bson::Array(values) => values.len(),
        _ => 1,
    };
    if count < min || count > max {
        return Err(wrong_count(spec, count, min, max));
    }
    match argument {
        Bson::Array(values) => elements(values, scope),
        single => Ok(vec![expr(single, scope)?]),
    }
}

fn wrong_count(spec: &OperatorSpec, count: usize, min: usize, max: usize) -> Error {
    let plural = |n: usize| if n == 1 { "argument" } else { "arguments" };
    let wanted = match (min, max) {
        _ if min == max => format!("{min} {}", plural(min)),
        (_, usize::MAX) => format!("at least {min} {}", plural(min)),
        _ => format!("{min} to {max} arguments"),
    };
    let error = Error::input(format!("`{}` takes {wanted}, found {count}", spec.name));
    let error = form::coded(error, (min == max).then_some(16020));
    let error = form::coded(error, (min < max && max < usize::MAX).then_some(28667));
    if max == 1 {
        error.hint(format!("an array as the one argument is written `{{{}: [[…]]}}`", spec.name))
    } else {
        error
    }
}

fn named(
    spec: &OperatorSpec,
    keys: &[(&'static str, bool)],
    argument: &Bson,
    scope: &Scope<'_>,
) -> Result<Vec<Expr>, Error> {
    let codes = codes(spec.operator);
    let document = form::object(spec.name, argument, codes)?;
    form::fields(spec.name, document, keys, codes)?;
    let value = |(key, _): &(&'static str, bool)| match document.get(key) {
        Some(value) => expr(value, scope).map_err(|error| error.under(key)),
        None => Ok(Expr::Missing),
    };
    keys.iter().map(value).collect()
}

fn codes(operator: Operator) -> Codes {
    match operator {
        Operator::Cond => Codes { shape: None, unknown: Some(17083), missing: &[17080, 17081, 17082] },
        Operator::Zip => Codes { shape: Some(34460), unknown: Some(34464), missing: &[34465] },
        Operator::Trim | Operator::Ltrim | Operator::Rtrim => {
            Codes { shape: Some(50696), unknown: Some(50694), missing: &[50695] }
        }
        Operator::DateToString => Codes { shape: Some(18629), unknown: Some(18534), missing: &[18628] },
        Operator::DateFromString => Codes { shape: Some(40540), unknown: Some(40541), missing: &[40542] },
        Operator::DateToParts => Codes { shape: Some(40524), unknown: Some(40520), missing: &[40522] },
        Operator::DateFromParts => Codes { shape: Some(40519), unknown: Some(40518), missing: &[] },
        Operator::RegexMatch | Operator::RegexFind | Operator::RegexFindAll => {
            Codes { shape: Some(51103), unknown: Some(31024), missing: &[31022, 31023] }
        }
        Operator::ReplaceOne | Operator::ReplaceAll => {
            Codes { shape: Some(51751), unknown: Some(51750), missing: &[51749, 51748, 51747] }
        }
        _ => Codes::default(),
    }
}

/// `{$getField: "name"}` is short for `{$getField: {field: "name", input: "$$CURRENT"}}`.
fn get_field(spec: &OperatorSpec, argument: &Bson, scope: &Scope<'_>) -> Result<Vec<Expr>, Error> {
    let mut args = match argument {
        Bson::Document(document) if !is_operator(document) => {
            named(spec, &[("field", true), ("input", false)], argument, scope)?
        }
        _ => vec![expr(argument, scope)?, Expr::Missing],
    };
    if !matches!(&args[0], Expr::Literal(Bson::String(_))) {
        return Err(Error::input("the field of `$getField` must be a constant string")
            .hint("a name that starts with `$` is written `{$literal: \"$name\"}`"));
    }
    if args[1] == Expr::Missing {
        args[1] = Expr::Variable(Variable::Root, None);
    }
    Ok(args)
}

/// `sortBy` is no expression but 1, -1, or an object of fields with directions; it becomes a literal.
fn sort_array(spec: &OperatorSpec, document: &Document, scope: &Scope<'_>) -> Result<Vec<Expr>, Error> {
    form::fields(spec.name, document, &[("input", true), ("sortBy", true)], Codes::default())?;
    let input = document.get("input").unwrap_or(&Bson::Null);
    let sort_by = document.get("sortBy").unwrap_or(&Bson::Null);
    match sort_by {
        Bson::Document(_) => {
            super::sort::keys("sortBy", sort_by).map_err(|error| error.under("sortBy"))?;
        }
        value if matches!(form::whole(value), Some(1 | -1)) => {}
        other => {
            return Err(Error::input(format!(
                "`sortBy` takes 1, -1 or an object of fields, found {}",
                describe::a_value(other)
            )));
        }
    }
    Ok(vec![expr(input, scope).map_err(|error| error.under("input"))?, Expr::Literal(sort_by.clone())])
}
