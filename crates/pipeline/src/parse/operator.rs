//! Operators: names, argument counts, and the few whose arguments have forms of their own.

use bson::{Bson, Document};

use super::{
    expr::{Scope, elements, expr},
    form::{self, Codes},
    forms, literal,
    names::{self, FORMS, UNSUPPORTED_OPERATORS},
    sort,
};
use crate::{
    Error,
    ast::{Accumulator, Arguments, Expr, Operator, OperatorSpec},
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
            let spec = Operator::named(name).ok_or_else(|| unknown(name, 168))?;
            let args = arguments(spec, argument, scope)?;
            literal::check(spec.operator, &args)?;
            Ok(Expr::Call { operator: spec.operator, args })
        }
    }
}

/// Whether there is an operator of that name, supported or not.
pub(super) fn exists(name: &str) -> bool {
    names::lists(FORMS, name)
        || name == "$const"
        || Operator::named(name).is_some()
        || names::lists(UNSUPPORTED_OPERATORS, name)
}

/// The error for a name that is no operator of ours; `code` is for one that no server has either.
pub(super) fn unknown(name: &str, code: i32) -> Error {
    if names::lists(UNSUPPORTED_OPERATORS, name) {
        return names::unsupported(&format!("the operator `{name}`"));
    }
    let error = Error::unknown("operator", name).code(code);
    if Accumulator::named(name).is_some() || names::is_window_function(name) {
        return error.hint(format!("`{name}` belongs in `$group` or `$setWindowFields`, not in an expression"));
    }
    error.hint(nearest("operator", name, Operator::all().iter().map(|spec| spec.name).chain(names::names(FORMS))))
}

fn arguments(spec: &OperatorSpec, argument: &Bson, scope: &Scope<'_>) -> Result<Vec<Expr>, Error> {
    match (spec.arguments, argument) {
        _ if has_own_form(spec.operator, argument) => own_form(spec, argument, scope),
        (Arguments::Positional { min, max }, _) => positional(spec, argument, min, max, scope),
        (Arguments::Named(keys), _) => named(spec, keys, argument, scope),
        // MongoDB: any object is the form of `$cond`, also one that looks like an operator.
        (Arguments::NamedOrPositional(keys), Bson::Document(document)) => in_turn(spec, keys, document, scope),
        (Arguments::NamedOrSingle(keys), Bson::Document(document)) if !is_operator(document) => {
            named(spec, keys, argument, scope)
        }
        (Arguments::NamedOrPositional(keys), _) => positional(spec, argument, keys.len(), keys.len(), scope),
        (Arguments::NamedOrSingle(_), Bson::Array(values)) if values.len() != 1 => {
            Err(wrong_count(spec, values.len(), 1, 1))
        }
        (Arguments::NamedOrSingle(keys), _) => {
            let mut args = positional(spec, argument, 1, 1, scope)?;
            args.resize(keys.len(), Expr::Missing);
            Ok(args)
        }
        (Arguments::Whole | Arguments::None | Arguments::Vectors, _) => own_form(spec, argument, scope),
    }
}

/// Whether an argument is read otherwise than the operator's row in the registry says.
fn has_own_form(operator: Operator, argument: &Bson) -> bool {
    match operator {
        Operator::GetField => true,
        Operator::SortArray => matches!(argument, Bson::Document(_)),
        Operator::Sigmoid => matches!(argument, Bson::Document(document) if document.contains_key("onNull")),
        _ => false,
    }
}

/// Why not in [`arguments`]: it is entered again for every level of an expression, and should take little of the stack.
fn own_form(spec: &OperatorSpec, argument: &Bson, scope: &Scope<'_>) -> Result<Vec<Expr>, Error> {
    match (spec.operator, argument) {
        (Operator::GetField, argument) => get_field(spec, argument, scope),
        (Operator::SortArray, Bson::Document(document)) => sort_array(spec, document, scope),
        // What a server makes of it is not told by its manual.
        (Operator::Sigmoid, _) => Err(names::unsupported("`onNull` of `$sigmoid`")),
        _ => match spec.arguments {
            Arguments::None => nothing(spec, argument),
            Arguments::Vectors => vectors(spec, argument, scope),
            _ => Ok(vec![expr(argument, scope)?]),
        },
    }
}

/// Two vectors, alone or with `score` beside them.
fn vectors(spec: &OperatorSpec, argument: &Bson, scope: &Scope<'_>) -> Result<Vec<Expr>, Error> {
    let Bson::Document(form) = argument else { return positional(spec, argument, 2, 2, scope) };
    form::fields(spec.name, form, &[("vectors", true), ("score", false)], Codes::default())?;
    let pair = form.get("vectors").unwrap_or(&Bson::Null);
    let mut args = positional(spec, pair, 2, 2, scope).map_err(|error| error.under("vectors"))?;
    match form.get("score") {
        None => {}
        Some(Bson::Boolean(is_score)) => args.push(Expr::Literal(Bson::Boolean(*is_score))),
        Some(other) => {
            let message = format!("`score` takes true or false, found {}", describe::a_value(other));
            return Err(Error::input(message).under("score"));
        }
    }
    Ok(args)
}

/// MongoDB: `{}` or `[]`.
fn nothing(spec: &OperatorSpec, argument: &Bson) -> Result<Vec<Expr>, Error> {
    let code = match argument {
        Bson::Document(document) if document.is_empty() => return Ok(Vec::new()),
        Bson::Array(values) if values.is_empty() => return Ok(Vec::new()),
        Bson::Document(_) | Bson::Array(_) => 3_040_501,
        _ => 10065,
    };
    let error = Error::input(format!("`{}` takes `{{}}`, found {}", spec.name, describe::a_value(argument)));
    Err(if spec.operator == Operator::Rand { error.code(code) } else { error })
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
    // MongoDB: what is wrong inside of an argument is told before how many there are.
    let args = match argument {
        Bson::Array(values) => elements(values, scope)?,
        single => vec![expr(single, scope)?],
    };
    if count < min || count > max { Err(wrong_count(spec, count, min, max)) } else { Ok(args) }
}

fn wrong_count(spec: &OperatorSpec, count: usize, min: usize, max: usize) -> Error {
    let plural = |n: usize| if n == 1 { "argument" } else { "arguments" };
    let wanted = match (min, max) {
        _ if min == max => format!("{min} {}", plural(min)),
        (_, usize::MAX) => format!("at least {min} {}", plural(min)),
        _ => format!("{min} to {max} arguments"),
    };
    let error = Error::input(format!("`{}` takes {wanted}, found {count}", spec.name));
    let error = form::coded(error, count_code(spec, min, max));
    if max == 1 {
        error.hint(format!("an array as the one argument is written `{{{}: [[…]]}}`", spec.name))
    } else {
        error
    }
}

/// The server's code for a wrong number of arguments.
fn count_code(spec: &OperatorSpec, min: usize, max: usize) -> Option<i32> {
    match spec.operator {
        Operator::ToBool
        | Operator::ToDate
        | Operator::ToDecimal
        | Operator::ToDouble
        | Operator::ToInt
        | Operator::ToLong
        | Operator::ToObjectId
        | Operator::ToString
        | Operator::ToUuid
        | Operator::ToArray
        | Operator::ToObject => Some(50723),
        Operator::Sigmoid
        | Operator::SimilarityCosine
        | Operator::SimilarityDotProduct
        | Operator::SimilarityEuclidean => None,
        Operator::IfNull => Some(1_257_300),
        Operator::SetEquals => Some(17045),
        _ if matches!(spec.arguments, Arguments::NamedOrSingle(_)) => Some(40536),
        _ if min == max => Some(16020),
        _ if max < usize::MAX => Some(28667),
        _ => None,
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
    let is_known = |key: &String| keys.iter().any(|(known, _)| known == key);
    // MongoDB: of `$setField`, the value is looked for first.
    if spec.operator == Operator::SetField
        && document.keys().all(is_known)
        && document.contains_key("field")
        && !document.contains_key("value")
    {
        return Err(Error::input("`$setField` needs `value`").code(4_161_103));
    }
    form::fields(spec.name, document, keys, codes)?;
    if spec.operator == Operator::DateFromParts {
        one_calendar(document)?;
    }
    let value = |(key, _): &(&'static str, bool)| match document.get(key) {
        Some(value) => expr(value, scope).map_err(|error| error.under(key)),
        None => Ok(Expr::Missing),
    };
    keys.iter().map(value).collect()
}

/// The same where the arguments are looked into as they are written, each before what stands behind it.
fn in_turn(
    spec: &OperatorSpec,
    keys: &[(&'static str, bool)],
    document: &Document,
    scope: &Scope<'_>,
) -> Result<Vec<Expr>, Error> {
    let mut args = vec![Expr::Missing; keys.len()];
    for (key, value) in document {
        match keys.iter().zip(&mut args).find(|((known, _), _)| known == key) {
            Some((_, arg)) => *arg = expr(value, scope).map_err(|error| error.under(key))?,
            None => form::fields(spec.name, document, keys, codes(spec.operator))?,
        }
    }
    form::fields(spec.name, document, keys, codes(spec.operator))?;
    Ok(args)
}

/// `$dateFromParts` counts from `year` or from `isoWeekYear`, never from parts of both calendars.
fn one_calendar(document: &Document) -> Result<(), Error> {
    let of_weeks = ["isoWeekYear", "isoWeek", "isoDayOfWeek"].into_iter().find(|key| document.contains_key(key));
    let of_months = ["year", "month", "day"].into_iter().find(|key| document.contains_key(key));
    let mixed = |one: &str, other: &str| Error::input(format!("`$dateFromParts` does not take `{one}` with `{other}`"));
    match (document.contains_key("year"), document.contains_key("isoWeekYear"), of_weeks, of_months) {
        (true, _, Some(weeks), _) => Err(mixed(weeks, "year").code(40489)),
        (_, true, _, Some(months)) => Err(mixed(months, "isoWeekYear").code(40525)),
        (false, false, ..) => Err(Error::input("`$dateFromParts` needs `year` or `isoWeekYear`").code(40516)),
        _ => Ok(()),
    }
}

fn codes(operator: Operator) -> Codes {
    let codes = |shape, unknown, missing| Codes { shape: Some(shape), unknown: Some(unknown), missing };
    match operator {
        Operator::Cond => Codes { shape: None, unknown: Some(17083), missing: &[17080, 17081, 17082] },
        Operator::Zip => codes(34460, 34464, &[34465]),
        Operator::Convert => codes(9, 9, &[9, 9]),
        Operator::Trim | Operator::Ltrim | Operator::Rtrim => codes(50696, 50694, &[50695]),
        Operator::DateToString => codes(18629, 18534, &[18628]),
        Operator::DateFromString => codes(40540, 40541, &[40542]),
        Operator::DateToParts => codes(40524, 40520, &[40522]),
        Operator::DateFromParts => codes(40519, 40518, &[]),
        Operator::RegexMatch | Operator::RegexFind | Operator::RegexFindAll => codes(51103, 31024, &[31022, 31023]),
        Operator::ReplaceOne | Operator::ReplaceAll => codes(51751, 51750, &[51749, 51748, 51747]),
        Operator::DateAdd | Operator::DateSubtract => codes(5_166_400, 5_166_401, &[5_166_402, 5_166_402, 5_166_402]),
        Operator::DateDiff => codes(5_166_301, 5_166_302, &[5_166_303, 5_166_304, 5_166_305]),
        Operator::DateTrunc => codes(5_439_007, 5_439_008, &[5_439_009, 5_439_010]),
        Operator::FirstN | Operator::LastN => codes(5_787_801, 5_787_901, &[5_787_906, 5_787_907]),
        Operator::MaxN | Operator::MinN => codes(5_787_900, 5_787_901, &[5_787_906, 5_787_907]),
        Operator::GetField => Codes { shape: None, unknown: Some(3_041_701), missing: &[3_041_702, 3_041_703] },
        Operator::SetField | Operator::UnsetField => codes(4_161_100, 4_161_101, &[4_161_102, 4_161_109, 4_161_103]),
        Operator::SortArray => codes(2_942_500, 2_942_501, &[2_942_502, 2_942_503]),
        Operator::Sigmoid => Codes::default(),
        _ if matches!(operator.spec().arguments, Arguments::NamedOrSingle(_)) => {
            Codes { shape: None, unknown: Some(40535), missing: &[40539] }
        }
        _ => Codes::default(),
    }
}

/// `{$getField: "name"}` is short for `{$getField: {field: "name", input: "$$CURRENT"}}`.
fn get_field(spec: &OperatorSpec, argument: &Bson, scope: &Scope<'_>) -> Result<Vec<Expr>, Error> {
    let mut args = match argument {
        Bson::Document(document) if !is_operator(document) => {
            named(spec, &[("field", true), ("input", true)], argument, scope)?
        }
        _ => vec![expr(argument, scope)?, Expr::Missing],
    };
    let code = match &args[0] {
        Expr::Literal(Bson::String(_)) => {
            if args[1] == Expr::Missing {
                args[1] = scope.current(None);
            }
            return Ok(args);
        }
        Expr::Literal(_) => 5_654_602,
        Expr::Field(_) | Expr::Root(_) | Expr::Variable(..) => 5_654_600,
        _ => 5_654_601,
    };
    Err(Error::input("the field of `$getField` must be a constant string")
        .hint("a name that starts with `$` is written `{$literal: \"$name\"}`")
        .code(code))
}

/// `sortBy` is no expression but 1, -1, or an object of fields with directions; it becomes a literal.
fn sort_array(spec: &OperatorSpec, document: &Document, scope: &Scope<'_>) -> Result<Vec<Expr>, Error> {
    form::fields(spec.name, document, &[("input", true), ("sortBy", true)], codes(spec.operator))?;
    let input = document.get("input").unwrap_or(&Bson::Null);
    let order = document.get("sortBy").unwrap_or(&Bson::Null);
    let code = match order {
        Bson::Document(keys) if keys.is_empty() => Some(2_942_505),
        Bson::Document(keys) => {
            sort::of_array(keys)?;
            None
        }
        value => match form::whole(value) {
            Some(1 | -1) => None,
            _ if form::number(value).is_some() => Some(2_942_506),
            _ => Some(2_942_507),
        },
    };
    if let Some(code) = code {
        let message = format!("`sortBy` takes 1, -1 or an object of fields, found {}", describe::a_value(order));
        return Err(Error::input(message).code(code));
    }
    Ok(vec![expr(input, scope).map_err(|error| error.under("input"))?, Expr::Literal(order.clone())])
}
