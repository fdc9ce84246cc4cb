//! Constant arguments that no server would take: refused before a document is read.

use bson::Bson;

use super::{
    expr::{Scope, expr},
    form, names,
};
use crate::{
    Error,
    ast::{Expr, Operator, Variable},
    describe,
};

/// Checks the constant ones among the arguments of an operator, which are in the order of its registry row.
/// MongoDB: most are looked at only while running, where a null beside them may hide what is wrong with them.
pub(super) fn check(operator: Operator, args: &[Expr]) -> Result<(), Error> {
    match operator {
        Operator::SetField | Operator::UnsetField => field_name(operator, &args[0]),
        Operator::RegexMatch | Operator::RegexFind | Operator::RegexFindAll => regex(operator, &args[1]),
        Operator::Zip => zip(args),
        Operator::HexHash => algorithm(&args[1]),
        Operator::SerializeEjson => relaxed(&args[1]),
        Operator::Median => method(&args[1]),
        Operator::Percentile => {
            method(&args[2])?;
            percentiles_of(&args[1])
        }
        _ => Ok(()),
    }
}

/// A constant where no document is at hand, such as a boundary of `$bucket`.
pub(super) fn constant(value: &Bson, scope: &Scope<'_>, code: i32) -> Result<Expr, Error> {
    match expr(value, scope)? {
        Expr::Array(_) | Expr::Object(_) if is_plain(value) => Ok(Expr::Literal(value.clone())),
        computed if is_constant(&computed) => Ok(computed),
        _ => Err(Error::input(format!("expected a constant, found {}", describe::a_value(value))).code(code)),
    }
}

/// The number of a constant expression where no document is at hand. What is no number is given as it stands.
pub(super) fn number(value: &Bson, scope: &Scope<'_>) -> Result<Bson, Error> {
    match constant(value, scope, 9)? {
        Expr::Literal(value) => Ok(value),
        computed => match folded(&computed) {
            Some(number) => Ok(Bson::Double(number)),
            None if matches!(computed, Expr::Array(_) | Expr::Object(_)) => Ok(value.clone()),
            None => Err(Error::unsupported("only plain arithmetic is supported here").hint("write the number itself")),
        },
    }
}

/// What arithmetic with constants comes to; not that of decimals.
fn folded(expr: &Expr) -> Option<f64> {
    let (operator, args) = match expr {
        Expr::Literal(Bson::Decimal128(_)) => return None,
        Expr::Literal(value) => return form::number(value),
        Expr::Call { operator, args } => (*operator, args.as_slice()),
        _ => return None,
    };
    if let (Operator::Cond, [Expr::Literal(Bson::Boolean(condition)), then, other]) = (operator, args) {
        return folded(if *condition { then } else { other });
    }
    let args = args.iter().map(folded).collect::<Option<Vec<f64>>>()?;
    match (operator, args.as_slice()) {
        (Operator::Add, args) => Some(args.iter().sum()),
        (Operator::Multiply, args) => Some(args.iter().product()),
        (Operator::Subtract, [a, b]) => Some(a - b),
        (Operator::Divide, [a, b]) if *b != 0.0 => Some(a / b),
        (Operator::Mod, [a, b]) if *b != 0.0 => Some(a % b),
        (Operator::Abs, [a]) => Some(a.abs()),
        (Operator::Floor, [a]) => Some(a.floor()),
        (Operator::Ceil, [a]) => Some(a.ceil()),
        (Operator::ToInt | Operator::ToLong, [a]) => Some(a.trunc()),
        (Operator::ToDouble, [a]) => Some(*a),
        _ => None,
    }
}

/// Whether there is nothing to compute in a value.
fn is_plain(value: &Bson) -> bool {
    match value {
        Bson::String(text) => !text.starts_with('$'),
        Bson::Array(values) => values.iter().all(is_plain),
        Bson::Document(document) => document.iter().all(|(key, value)| !key.starts_with('$') && is_plain(value)),
        _ => true,
    }
}

/// Whether a server could compute the value without a document.
pub(super) fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(_) | Expr::Missing | Expr::Variable(Variable::Remove | Variable::Now, _) => true,
        Expr::Array(elements) | Expr::Call { args: elements, .. } => elements.iter().all(is_constant),
        Expr::Object(fields) => fields.iter().all(|(_, value)| is_constant(value)),
        _ => false,
    }
}

fn field_name(operator: Operator, arg: &Expr) -> Result<(), Error> {
    let name = operator.spec().name;
    let code = match arg {
        Expr::Literal(Bson::String(text)) if text.contains('\0') => {
            let message = format!("the field of `{name}` cannot contain the character with code 0");
            return Err(Error::input(message).code(9_534_700));
        }
        Expr::Literal(Bson::String(_)) => return Ok(()),
        Expr::Literal(_) => 4_161_107,
        Expr::Field(_) | Expr::Root(_) | Expr::Variable(..) => 4_161_108,
        _ => 4_161_106,
    };
    Err(Error::input(format!("the field of `{name}` must be a constant string"))
        .hint("a name that starts with `$` is written `{$literal: \"$name\"}`")
        .code(code))
}

fn regex(operator: Operator, arg: &Expr) -> Result<(), Error> {
    match arg {
        Expr::Literal(Bson::String(_) | Bson::RegularExpression(_) | Bson::Null | Bson::Undefined) => Ok(()),
        Expr::Literal(other) => {
            let (name, found) = (operator.spec().name, describe::a_value(other));
            let message = format!("`{name}` takes a string or a regular expression as `regex`, found {found}");
            Err(Error::input(message).code(51105))
        }
        _ => Ok(()),
    }
}

fn zip(args: &[Expr]) -> Result<(), Error> {
    let Expr::Array(inputs) = &args[0] else {
        return Err(Error::input("`inputs` takes an array of expressions").code(34461));
    };
    if inputs.is_empty() {
        return Err(Error::input("`inputs` needs at least one array").code(34465));
    }
    let longest = match &args[1] {
        Expr::Missing | Expr::Literal(Bson::Boolean(false)) => false,
        Expr::Literal(Bson::Boolean(true)) => true,
        _ => return Err(Error::input("`useLongestLength` takes true or false").code(34463)),
    };
    match &args[2] {
        Expr::Missing => Ok(()),
        Expr::Array(_) if !longest => {
            Err(Error::input("`defaults` mean nothing unless `useLongestLength` is true").code(34466))
        }
        Expr::Array(defaults) if defaults.len() != inputs.len() => {
            Err(Error::input("`defaults` and `inputs` must have the same length").code(34467))
        }
        Expr::Array(_) => Ok(()),
        _ => Err(Error::input("`defaults` takes an array of expressions").code(34462)),
    }
}

/// `algorithm` of `$hexHash`.
fn algorithm(arg: &Expr) -> Result<(), Error> {
    match arg {
        Expr::Literal(Bson::String(name)) if name == "md5" || name == "sha256" => Ok(()),
        Expr::Literal(Bson::String(name)) if name == "xxh64" => {
            Err(names::unsupported("the algorithm `xxh64` of `$hexHash`"))
        }
        _ => Err(Error::input("`algorithm` must be `\"md5\"`, `\"sha256\"` or `\"xxh64\"`")),
    }
}

/// `relaxed` of `$serializeEJSON`.
fn relaxed(arg: &Expr) -> Result<(), Error> {
    match arg {
        Expr::Missing | Expr::Literal(Bson::Boolean(_)) => Ok(()),
        _ => Err(Error::input("`relaxed` takes true or false")),
    }
}

/// `method` of `$median` and `$percentile`.
pub(super) fn method(arg: &Expr) -> Result<(), Error> {
    match arg {
        Expr::Literal(Bson::String(name)) if name == "approximate" => Ok(()),
        _ => Err(Error::input("`method` must be `\"approximate\"`")),
    }
}

fn percentiles_of(arg: &Expr) -> Result<(), Error> {
    match arg {
        Expr::Literal(value) => percentiles(value).map(drop),
        Expr::Array(elements) => elements.iter().try_for_each(|element| match element {
            Expr::Literal(value) => percentile(value).map(drop),
            _ => Ok(()),
        }),
        _ => Ok(()),
    }
}

/// `p` of `$percentile`: a list of numbers from 0 to 1.
pub(super) fn percentiles(value: &Bson) -> Result<Vec<f64>, Error> {
    match value {
        Bson::Array(values) if !values.is_empty() => values.iter().map(percentile).collect(),
        other => Err(Error::input(format!("`p` takes an array of numbers, found {}", describe::a_value(other)))
            .hint("for the quartiles write `[0.25, 0.5, 0.75]`")),
    }
}

fn percentile(value: &Bson) -> Result<f64, Error> {
    form::number(value)
        .filter(|p| (0.0..=1.0).contains(p))
        .ok_or_else(|| Error::input(format!("`p` takes numbers from 0 to 1, found {}", describe::a_value(value))))
}
