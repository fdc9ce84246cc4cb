//! `$densify` and `$fill`.

use std::cmp::Ordering;

use bson::{Bson, Document};

use super::{
    expr::{Scope, expr},
    form::{self, Codes, Form},
    path, sort, window_function,
};
use crate::{
    Error,
    ast::{Densify, DensifyBounds, Expr, Fill, FillWith, Path, SortKey, Stage},
    describe,
};

/// MongoDB: a field of a form that has the wrong type.
const WRONG_TYPE: i32 = 14;

const DENSIFY: Form<3> = Form {
    name: "$densify",
    keys: [("field", true), ("partitionByFields", false), ("range", true)],
    codes: Codes { shape: Some(9), unknown: Some(40415), missing: &[40414, 0, 40414] },
};
const RANGE: Form<3> = Form {
    name: "range",
    keys: [("step", true), ("unit", false), ("bounds", true)],
    codes: Codes { shape: Some(WRONG_TYPE), unknown: Some(40415), missing: &[40414, 0, 40414] },
};
const FILL: Form<4> = Form {
    name: "$fill",
    keys: [("partitionBy", false), ("partitionByFields", false), ("sortBy", false), ("output", true)],
    codes: Codes { shape: Some(9), unknown: Some(40415), missing: &[0, 0, 0, 40414] },
};
const FILL_FIELD: Form<2> = Form {
    name: "output",
    keys: [("method", false), ("value", false)],
    codes: Codes { shape: Some(6_050_200), unknown: Some(40415), missing: &[] },
};

/// Parses `$densify`.
pub(super) fn densify(value: &Bson) -> Result<Stage, Error> {
    let [field, partition_by, range] = DENSIFY.read(value)?;
    let name = form::string("field", field.unwrap_or(&Bson::Null)).map_err(|error| error.code(WRONG_TYPE));
    let field = name.and_then(path::path).map_err(|error| error.under("field"))?;
    let partition_by = fields(partition_by)?;
    let range = RANGE.read(range.unwrap_or(&Bson::Null)).map_err(|error| error.under("range"))?;
    let (step, unit, bounds) = self::range(range).map_err(|error| error.under("range"))?;
    if bounds == DensifyBounds::Partition && partition_by.is_empty() {
        return Err(Error::input("the bounds `partition` need `partitionByFields`")
            .hint("without partitions the bounds are `full`")
            .code(5_733_408)
            .under("bounds")
            .under("range"));
    }
    Ok(Stage::Densify(Densify { field, partition_by, step, unit, bounds }))
}

/// Parses a list of fields.
fn fields(value: Option<&Bson>) -> Result<Vec<Path>, Error> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let field = |(at, value)| {
        let name = form::string("a field", value).map_err(|error| error.code(WRONG_TYPE));
        name.and_then(path::path).map_err(|error| error.in_element(at))
    };
    let values = form::array("partitionByFields", value).map_err(|error| error.code(WRONG_TYPE));
    let fields = values.and_then(|values| values.iter().enumerate().map(field).collect());
    fields.map_err(|error: Error| error.under("partitionByFields"))
}

type Range = (Bson, Option<crate::ast::TimeUnit>, DensifyBounds);

fn range([step, unit, bounds]: [Option<&Bson>; 3]) -> Result<Range, Error> {
    let read = |unit| {
        let unit_name = form::string("unit", unit).map_err(|error| error.code(WRONG_TYPE));
        unit_name.and_then(|_| window_function::time_unit(unit))
    };
    let unit = unit.map(|unit| read(unit).map_err(|error| error.under("unit"))).transpose()?;
    let step = step.unwrap_or(&Bson::Null);
    let inside = |error: Error| error.under("step");
    let Some(number) = form::number(step) else {
        let message = format!("`step` takes a number, found {}", describe::a_value(step));
        return Err(inside(Error::input(message).code(WRONG_TYPE)));
    };
    if number.is_nan() || number <= 0.0 {
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
    let rises = match (lower, upper) {
        (Bson::DateTime(lower), Bson::DateTime(upper)) => {
            if !has_unit {
                return error("bounds that are dates need a `unit`", 5_733_410);
            }
            lower <= upper
        }
        _ => match (form::number(lower), form::number(upper)) {
            (Some(_), Some(_)) if has_unit => return error("bounds that are numbers take no `unit`", 5_733_409),
            (Some(a), Some(b)) => {
                let exact = form::whole(lower).zip(form::whole(upper)).map(|(a, b)| a <= b);
                exact.unwrap_or_else(|| a.partial_cmp(&b).is_some_and(Ordering::is_le))
            }
            (None, None) if !is_bound(lower) && !is_bound(upper) => {
                return error("bounds are numbers or dates", 5_946_800);
            }
            _ => return error("bounds are both numbers or both dates", 5_733_406),
        },
    };
    if !rises {
        return error("the first bound lies above the second", 5_733_402);
    }
    let is_like_step = |bound: &Bson| std::mem::discriminant(bound) == std::mem::discriminant(step);
    if !(has_unit || is_like_step(lower) && is_like_step(upper)) {
        return error("bounds and step must be of one type of number", 5_876_900);
    }
    Ok(DensifyBounds::Explicit(Box::new([lower.clone(), upper.clone()])))
}

fn is_bound(value: &Bson) -> bool {
    matches!(value, Bson::DateTime(_)) || form::number(value).is_some()
}

/// Parses `$fill`.
pub(super) fn fill(value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    let [partition_by, partition_fields, sort_by, output] = FILL.read(value)?;
    if partition_by.is_some() && partition_fields.is_some() {
        let message = "`$fill` takes `partitionBy` or `partitionByFields`, not both";
        return Err(Error::input(message).code(6_050_204));
    }
    let output = match output {
        Some(Bson::Document(output)) => output,
        other => {
            let message =
                format!("`output` takes an object, found {}", describe::a_value(other.unwrap_or(&Bson::Null)));
            return Err(Error::input(message).code(WRONG_TYPE).under("output"));
        }
    };
    let sort_by = match sort_by {
        Some(value) => sort::sort_by(value, WRONG_TYPE)?,
        None => Vec::new(),
    };
    let partition_by = match partition_by {
        Some(Bson::Document(_)) => partition_by.map(|key| expr(key, scope)).transpose(),
        Some(other) => {
            let message = format!("`partitionBy` takes an object, found {}", describe::a_value(other));
            Err(Error::input(message).hint("one field is named in `partitionByFields`").code(WRONG_TYPE))
        }
        None => Ok(None),
    };
    let partition_by = partition_by.map_err(|error| error.under("partitionBy"))?;
    let named = fields(partition_fields)?;
    if let Some(path) = named.iter().find(|path| path.segments().len() > 1) {
        return Err(Error::input(format!("`partitionByFields` takes top-level fields, found `{path}`"))
            .hint("a field inside another stands in `partitionBy`, such as `{ key: \"$a.b\" }`")
            .code(16412)
            .under("partitionByFields"));
    }
    let partition_by = partition_by.or_else(|| (!named.is_empty()).then(|| by_fields(named)));
    let output = outputs(output, &sort_by, scope).map_err(|error| error.under("output"))?;
    Ok(Stage::Fill(Fill { partition_by, sort_by, output }))
}

/// Fields by name as one key, in which those that are missing are left out.
fn by_fields(fields: Vec<Path>) -> Expr {
    Expr::Object(fields.into_iter().map(|path| (path.to_string(), Expr::Field(path))).collect())
}

fn outputs(output: &Document, sort_by: &[SortKey], scope: &Scope<'_>) -> Result<Vec<(Path, FillWith)>, Error> {
    if output.is_empty() {
        return Err(Error::input("`output` needs at least one field").code(6_050_203));
    }
    let field = |(name, value): (&String, &Bson)| {
        let path = path::path(name)?;
        let with = fill_with(value, sort_by, scope).map_err(|error| error.under(name))?;
        Ok((path, with))
    };
    let output: Vec<(Path, FillWith)> = output.iter().map(field).collect::<Result<_, Error>>()?;
    path::no_collision(output.iter().map(|(path, _)| path), &path::CollisionCodes { inside: 40176, above: 40176 })?;
    Ok(output)
}

fn fill_with(value: &Bson, sort_by: &[SortKey], scope: &Scope<'_>) -> Result<FillWith, Error> {
    let [method, value] = FILL_FIELD.read(value)?;
    match (method, value) {
        (Some(_), Some(_)) => {
            Err(Error::input("a field is filled by `method` or by `value`, not by both").code(6_050_201))
        }
        (None, Some(value)) => expr(value, scope).map(FillWith::Value).map_err(|error| error.under("value")),
        (None, None) => Ok(FillWith::Nothing),
        (Some(method), None) => {
            let name = form::string("method", method).map_err(|error| error.code(WRONG_TYPE))?;
            match name {
                "locf" => Ok(FillWith::Last),
                "linear" if sort_by.len() == 1 => Ok(FillWith::Linear),
                "linear" => Err(Error::input("the method `linear` needs a `sortBy` of one field").code(605_001)),
                _ => Err(Error::input(format!("unknown method `{name}`"))
                    .hint("the methods are `linear` and `locf`")
                    .code(6_050_202)),
            }
        }
    }
}
