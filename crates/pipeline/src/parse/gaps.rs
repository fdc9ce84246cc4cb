//! `$densify` and `$fill`.

use std::cmp::Ordering;

use bson::{Bson, Document};

use super::{
    expr::{Scope, expr},
    form::{self, Takes, Typed},
    path, sort, window_function,
};
use crate::{
    Error,
    ast::{Densify, DensifyBounds, Expr, Fill, FillWith, Path, SortKey, Stage},
};

const DENSIFY: Typed<3> = Typed {
    name: "$densify",
    keys: [("field", true, Takes::Text), ("partitionByFields", false, Takes::Texts), ("range", true, Takes::Object)],
    shape: 9,
};
const RANGE: Typed<3> = Typed {
    name: "range",
    keys: [("step", true, Takes::Number), ("unit", false, Takes::Text), ("bounds", true, Takes::Anything)],
    shape: form::WRONG_TYPE,
};
const FILL: Typed<4> = Typed {
    name: "$fill",
    keys: [
        ("partitionBy", false, Takes::Object),
        ("partitionByFields", false, Takes::Texts),
        ("sortBy", false, Takes::Object),
        ("output", true, Takes::Object),
    ],
    shape: 9,
};
const FILL_FIELD: Typed<2> = Typed {
    name: "output",
    keys: [("method", false, Takes::Text), ("value", false, Takes::Anything)],
    shape: 6_050_200,
};

/// Parses `$densify`.
pub(super) fn densify(value: &Bson) -> Result<Stage, Error> {
    let [field, partition_by, range] = DENSIFY.read(value)?;
    let partition_by = form::texts("partitionByFields", partition_by)?;
    let range = RANGE.read(range.unwrap_or(&Bson::Null)).map_err(|error| error.under("range"))?;
    let (step, unit, bounds) = self::range(range).map_err(|error| error.under("range"))?;
    let name = form::string("field", field.unwrap_or(&Bson::Null));
    let field = name.and_then(path::path).map_err(|error| error.under("field"))?;
    let of_partition = |(at, name): (usize, &str)| {
        // MongoDB: partitions are told by an object of expressions, in which a part of a reference is an operator.
        let path = path::path(name).and_then(|path| match path.segments().iter().any(|name| name.starts_with('$')) {
            true if name.starts_with('$') => Err(Error::unknown("variable", name).code(17276)),
            true => Err(Error::unknown("operator", name).code(168)),
            false => Ok(path),
        });
        path.map_err(|error| error.in_element(at).under("partitionByFields"))
    };
    let partition_by = partition_by.into_iter().map(of_partition).collect::<Result<Vec<_>, _>>()?;
    if bounds == DensifyBounds::Partition && partition_by.is_empty() {
        return Err(Error::input("the bounds `partition` need `partitionByFields`")
            .hint("without partitions the bounds are `full`")
            .code(5_733_408)
            .under("bounds")
            .under("range"));
    }
    Ok(Stage::Densify(Densify { field, partition_by, step, unit, bounds }))
}

type Range = (Bson, Option<crate::ast::TimeUnit>, DensifyBounds);

fn range([step, unit, bounds]: [Option<&Bson>; 3]) -> Result<Range, Error> {
    let unit = unit.map(window_function::time_unit).transpose().map_err(|error| error.under("unit"))?;
    let step = step.unwrap_or(&Bson::Null);
    let inside = |error: Error| error.under("step");
    if form::number(step).is_none_or(|step| step.is_nan() || step <= 0.0) {
        return Err(inside(Error::input("`step` must be above 0").code(5_733_401)));
    }
    if unit.is_some() && form::whole(step).is_none() {
        return Err(inside(Error::input("a step of dates is a whole number of units").code(6_586_400)));
    }
    let bounds = self::bounds(bounds.unwrap_or(&Bson::Null), step, unit.is_some());
    Ok((step.clone(), unit, bounds.map_err(|error| error.under("bounds"))?))
}

fn bounds(value: &Bson, step: &Bson, has_unit: bool) -> Result<DensifyBounds, Error> {
    let error = |message: &str, code| Err(Error::input(message).code(code));
    let bounds = match value {
        Bson::String(word) => {
            return match word.as_str() {
                "full" => Ok(DensifyBounds::Full),
                "partition" => Ok(DensifyBounds::Partition),
                _ => Err(Error::input(format!("unknown bounds `{word}`"))
                    .hint("bounds are `\"full\"`, `\"partition\"`, or an array of two numbers or dates")
                    .code(5_946_802)),
            };
        }
        Bson::Array(bounds) => bounds,
        _ => return error("`bounds` takes `\"full\"`, `\"partition\"`, or an array of two bounds", 5_733_404),
    };
    let [lower, upper] = bounds.as_slice() else { return error("`bounds` takes two bounds", 5_733_403) };
    if !rises(lower, upper) {
        return error("the first bound lies above the second", 5_733_402);
    }
    match (lower, upper) {
        (Bson::DateTime(_), _) if !has_unit => return error("bounds that are dates need a `unit`", 5_733_410),
        (Bson::DateTime(_), Bson::DateTime(_)) => {}
        (Bson::DateTime(_), _) => return error("bounds are both numbers or both dates", 5_733_406),
        _ if form::number(lower).is_none() => return error("bounds are numbers or dates", 5_946_800),
        _ if has_unit => return error("bounds that are numbers take no `unit`", 5_733_409),
        _ if form::number(upper).is_none() => return error("bounds are both numbers or both dates", 5_733_406),
        _ => {}
    }
    let is_like_step = |bound: &Bson| std::mem::discriminant(bound) == std::mem::discriminant(step);
    if !(has_unit || is_like_step(lower) && is_like_step(upper)) {
        return error("bounds and step must be of one type of number", 5_876_900);
    }
    if form::number(lower).is_some_and(f64::is_nan) {
        let code = if form::number(upper).is_some_and(f64::is_nan) { 8_423_306 } else { 5_897_900 };
        return error("from a bound that is no number there is no end of steps", code);
    }
    Ok(DensifyBounds::Explicit(Box::new([lower.clone(), upper.clone()])))
}

/// Whether the second bound is not below the first. MongoDB: of any two types one is below the other; NaN is below all numbers.
fn rises(lower: &Bson, upper: &Bson) -> bool {
    if let (Some(a), Some(b)) = (form::number(lower), form::number(upper)) {
        let exact = form::whole(lower).zip(form::whole(upper)).map(|(a, b)| a <= b);
        return exact.unwrap_or_else(|| a.is_nan() || a.partial_cmp(&b).is_some_and(Ordering::is_le));
    }
    match (lower, upper) {
        (Bson::DateTime(lower), Bson::DateTime(upper)) => lower <= upper,
        (Bson::String(lower), Bson::String(upper)) => lower <= upper,
        (Bson::Boolean(lower), Bson::Boolean(upper)) => lower <= upper,
        _ => rank(lower) <= rank(upper),
    }
}

/// The place of a value's type among all types.
fn rank(value: &Bson) -> u8 {
    match value {
        Bson::MinKey => 0,
        Bson::Undefined | Bson::Null => 1,
        Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_) | Bson::Decimal128(_) => 2,
        Bson::String(_) | Bson::Symbol(_) => 3,
        Bson::Document(_) => 4,
        Bson::Array(_) => 5,
        Bson::Binary(_) => 6,
        Bson::ObjectId(_) => 7,
        Bson::Boolean(_) => 8,
        Bson::DateTime(_) => 9,
        Bson::Timestamp(_) => 10,
        Bson::RegularExpression(_) => 11,
        Bson::DbPointer(_) => 12,
        Bson::JavaScriptCode(_) => 13,
        Bson::JavaScriptCodeWithScope(_) => 14,
        Bson::MaxKey => 15,
    }
}

/// Parses `$fill`. MongoDB: where no field is filled by a method, what says how to partition and to sort is not looked into.
pub(super) fn fill(value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    let [partition_by, partition_fields, sort_by, output] = FILL.read(value)?;
    let named = form::texts("partitionByFields", partition_fields)?;
    if let Some((at, _)) = named.iter().find(|(_, name)| name.contains('\0')) {
        let error = Error::input("a field name cannot contain the character with code 0").code(9_527_900);
        return Err(error.in_element(*at).under("partitionByFields"));
    }
    if partition_by.is_some() && partition_fields.is_some() {
        let message = "`$fill` takes `partitionBy` or `partitionByFields`, not both";
        return Err(Error::input(message).code(6_050_204));
    }
    let output = output.and_then(Bson::as_document).into_iter().flatten();
    let written =
        output.map(|(name, value)| filling(value).map(|with| (name, with)).map_err(|error| error.under(name)));
    let written = written.collect::<Result<Vec<_>, Error>>().map_err(|error| error.under("output"))?;
    if written.is_empty() {
        return Err(Error::input("`output` needs at least one field").code(6_050_203).under("output"));
    }
    let by_method = written.iter().any(|(_, with)| with.is_method());
    let fields = (!named.is_empty()).then(|| by_fields(&named, scope)).transpose();
    let key = partition_by.map(|key| expr(key, scope)).transpose().map_err(|error| error.under("partitionBy"));
    let sort = sort_by.map_or(Ok(Vec::new()), |keys| sort::sort_by(keys, form::WRONG_TYPE));
    let (partition_by, sort_by) = match (key, fields, sort) {
        (Ok(key), Ok(fields), Ok(sort)) => (key.or(fields), sort),
        (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) if by_method => return Err(error),
        (key, fields, sort) => (key.ok().flatten().or(fields.ok().flatten()), sort.unwrap_or_default()),
    };
    let output = outputs(&written, &sort_by, scope).map_err(|error| error.under("output"))?;
    Ok(Stage::Fill(Fill { partition_by, sort_by, output }))
}

/// Fields by name as one key, in which those that are missing are left out. MongoDB: `{name: "$name"}` is an expression as any.
fn by_fields(names: &[(usize, &str)], scope: &Scope<'_>) -> Result<Expr, Error> {
    let mut key = Document::new();
    for (at, name) in names {
        if key.insert(*name, format!("${name}")).is_some() {
            let error = Error::input(format!("the field `{name}` is given twice")).code(16406);
            return Err(error.in_element(*at).under("partitionByFields"));
        }
    }
    expr(&Bson::Document(key), scope).map_err(|error| {
        error
            .hint("a field inside another stands in `partitionBy`, such as `{ key: \"$a.b\" }`")
            .under("partitionByFields")
    })
}

/// What one field of `output` says.
enum Filling<'a> {
    Last,
    Linear,
    Value(&'a Bson),
    Nothing,
}

impl Filling<'_> {
    fn is_method(&self) -> bool {
        matches!(self, Self::Last | Self::Linear)
    }
}

fn filling(value: &Bson) -> Result<Filling<'_>, Error> {
    match FILL_FIELD.read(value)? {
        [Some(_), Some(_)] => {
            Err(Error::input("a field is filled by `method` or by `value`, not by both").code(6_050_201))
        }
        [None, Some(value)] => Ok(Filling::Value(value)),
        [None, None] => Ok(Filling::Nothing),
        [Some(method), None] => match form::string("method", method)? {
            "locf" => Ok(Filling::Last),
            "linear" => Ok(Filling::Linear),
            name => Err(Error::input(format!("unknown method `{name}`"))
                .hint("the methods are `linear` and `locf`")
                .code(6_050_202)),
        },
    }
}

/// MongoDB: what fills by methods is a stage of its own in front of what fills by values, so paths of the one may lie inside paths
/// of the other.
fn outputs(
    written: &[(&String, Filling<'_>)],
    sort_by: &[SortKey],
    scope: &Scope<'_>,
) -> Result<Vec<(Path, FillWith)>, Error> {
    let mut output: Vec<Option<(Path, FillWith)>> = vec![None; written.len()];
    for methods in [true, false] {
        for ((name, with), parsed) in
            written.iter().zip(&mut output).filter(|((_, with), _)| with.is_method() == methods)
        {
            *parsed = Some(filled(name, with, sort_by, scope).map_err(|error| error.under(name))?);
        }
        let is_of = |with: &FillWith| match with {
            FillWith::Last | FillWith::Linear => methods,
            FillWith::Value(_) => !methods,
            FillWith::Nothing => false,
        };
        let paths = output.iter().flatten().filter(|(_, with)| is_of(with)).map(|(path, _)| path);
        let code = if methods { 6_307_900 } else { 40176 };
        path::no_collision(paths, &path::CollisionCodes { inside: code, above: code })?;
    }
    Ok(output.into_iter().flatten().collect())
}

fn filled(name: &str, with: &Filling<'_>, sort_by: &[SortKey], scope: &Scope<'_>) -> Result<(Path, FillWith), Error> {
    if with.is_method() {
        // MongoDB: the field is read before it is written.
        expr(&Bson::String(format!("${name}")), scope)?;
    }
    let path = path::path(name)?;
    let with = match with {
        Filling::Last => FillWith::Last,
        Filling::Linear if sort_by.len() == 1 => FillWith::Linear,
        Filling::Linear => {
            return Err(Error::input("the method `linear` needs a `sortBy` of one field").code(605_001));
        }
        Filling::Value(value) => expr(value, scope).map(FillWith::Value).map_err(|error| error.under("value"))?,
        Filling::Nothing => FillWith::Nothing,
    };
    Ok((path, with))
}
