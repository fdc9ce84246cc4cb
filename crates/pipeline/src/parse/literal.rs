//! Constant arguments that no server would take: refused before a document is read.

use bson::Bson;

use super::form;
use crate::{
    Error,
    ast::{Expr, Operator, TimeUnit},
    describe,
    error::nearest,
};

/// Checks the constant ones among the arguments of an operator, which are in the order of its registry row.
pub(super) fn check(operator: Operator, args: &[Expr]) -> Result<(), Error> {
    match operator {
        Operator::DateAdd | Operator::DateSubtract | Operator::DateTrunc => unit(&args[1]),
        Operator::DateDiff => unit(&args[2]).and_then(|()| weekday(&args[4])),
        Operator::Convert => target_type(&args[1]),
        Operator::SetField => field_name(&args[0]),
        Operator::Zip => zip(args),
        Operator::Slice if args.len() == 3 => slice_length(&args[2]),
        Operator::Round | Operator::Trunc if args.len() == 2 => digits(&args[1]),
        Operator::Median => method(&args[1]),
        Operator::Percentile => {
            method(&args[2])?;
            percentiles_of(&args[1])
        }
        _ => Ok(()),
    }
    .and_then(|()| if operator == Operator::DateTrunc { weekday(&args[4]) } else { Ok(()) })
}

fn unit(arg: &Expr) -> Result<(), Error> {
    match arg {
        Expr::Literal(Bson::String(name)) if TimeUnit::named(name).is_none() => {
            Err(Error::input(format!("unknown unit of time `{name}`"))
                .hint(nearest("unit", name, TimeUnit::names()))
                .under("unit"))
        }
        Expr::Literal(value) if !matches!(value, Bson::String(_) | Bson::Null) => {
            Err(Error::input(format!("`unit` takes a string, found {}", describe::a_value(value))))
        }
        _ => Ok(()),
    }
}

fn weekday(arg: &Expr) -> Result<(), Error> {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    match arg {
        Expr::Literal(Bson::String(name)) => {
            let lower = name.to_lowercase();
            let known = DAYS.iter().any(|day| *day == lower || day[..3] == lower);
            if known {
                return Ok(());
            }
            Err(Error::input(format!("unknown day of the week `{name}`")).hint(nearest("day", name, DAYS)))
        }
        _ => Ok(()),
    }
}

fn target_type(arg: &Expr) -> Result<(), Error> {
    match arg {
        Expr::Literal(Bson::String(name)) if super::type_alias(name).is_none() || name == "number" => {
            Err(Error::input(format!("unknown type `{name}`")).under("to"))
        }
        _ => Ok(()),
    }
}

fn field_name(arg: &Expr) -> Result<(), Error> {
    if matches!(arg, Expr::Literal(Bson::String(_))) {
        return Ok(());
    }
    Err(Error::input("the field of `$setField` must be a constant string")
        .hint("a name that starts with `$` is written `{$literal: \"$name\"}`"))
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

fn slice_length(arg: &Expr) -> Result<(), Error> {
    match arg {
        Expr::Literal(Bson::Null) => Ok(()),
        Expr::Literal(value) if form::whole(value).is_none_or(|length| length <= 0) => Err(Error::input(format!(
            "the third argument must be a whole number above 0, found {}",
            describe::a_value(value)
        ))),
        _ => Ok(()),
    }
}

fn digits(arg: &Expr) -> Result<(), Error> {
    match arg {
        Expr::Literal(Bson::Null) => Ok(()),
        Expr::Literal(value) if form::whole(value).is_none_or(|digits| !(-20..=100).contains(&digits)) => {
            Err(Error::input(format!(
                "the digits must be a whole number from -20 to 100, found {}",
                describe::a_value(value)
            )))
        }
        _ => Ok(()),
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
