//! `$bucket` and `$bucketAuto`.

use std::cmp::Ordering;

use bson::Bson;

use super::{
    expr::{Scope, expr},
    form::{self, Codes, Form},
    group, literal,
};
use crate::{
    Error,
    ast::{Accumulator, AccumulatorCall, Expr, Operator, Stage},
    describe,
    error::nearest,
};

const BUCKET: Form<4> = Form {
    name: "$bucket",
    keys: [("groupBy", true), ("boundaries", true), ("default", false), ("output", false)],
    codes: Codes { shape: Some(40201), unknown: Some(40197), missing: &[40198, 40198] },
};
const BUCKET_AUTO: Form<4> = Form {
    name: "$bucketAuto",
    keys: [("groupBy", true), ("buckets", true), ("output", false), ("granularity", false)],
    codes: Codes { shape: Some(40240), unknown: Some(40245), missing: &[40246, 40246] },
};
const GRANULARITIES: &[&str] =
    &["R5", "R10", "R20", "R40", "R80", "1-2-5", "E6", "E12", "E24", "E48", "E96", "E192", "POWERSOF2"];

/// The server's code for a `groupBy` of `$bucketAuto` that is no expression.
const AUTO_KEY: i32 = 40239;

/// Parses `$bucket`.
pub(super) fn bucket(value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    let [group_by, boundaries, default, output] = BUCKET.read(value)?;
    let group_by = key(group_by.unwrap_or(&Bson::Null), scope, 40202)?;
    let boundaries = bounds(boundaries.unwrap_or(&Bson::Null), scope).map_err(|error| error.under("boundaries"))?;
    let default = default
        .map(|value| literal::constant(value, scope, 40195))
        .transpose()
        .map_err(|error| error.under("default"))?;
    if let Some(default) = &default {
        lies_outside(default, &boundaries).map_err(|error| error.under("default"))?;
    }
    if output.and_then(Bson::as_document).is_some_and(|output| output.contains_key("_id")) {
        return Err(Error::input("`_id` is the bucket itself and cannot be computed").code(15948).under("output"));
    }
    Ok(Stage::Bucket { group_by, boundaries, default, output: outputs(output, scope, 40196)? })
}

/// Parses `$bucketAuto`.
pub(super) fn bucket_auto(value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    let [group_by, buckets, output, granularity] = BUCKET_AUTO.read(value)?;
    let group_by = key(group_by.unwrap_or(&Bson::Null), scope, AUTO_KEY)?;
    let buckets = buckets.unwrap_or(&Bson::Null);
    let count = form::whole(buckets).and_then(|count| i32::try_from(count).ok()).filter(|count| *count > 0);
    let Some(count) = count else {
        let message = format!("`buckets` must be a whole number above 0, found {}", describe::a_value(buckets));
        let code = match form::whole(buckets) {
            Some(count) if count <= 0 => 40243,
            Some(_) => 40242,
            None if form::number(buckets).is_some() => 40242,
            None => 40241,
        };
        return Err(Error::input(message).code(code).under("buckets"));
    };
    let granularity = granularity.map(series).transpose().map_err(|error| error.under("granularity"))?;
    // MongoDB: here, unlike in `$bucket`, an empty `output` counts as none, and `_id` may be computed.
    let output = output.filter(|output| output.as_document().is_none_or(|document| !document.is_empty()));
    let output = outputs(output, scope, 40244)?;
    // MongoDB: there is no key of the groups by which their `n` could be told.
    if let Some((name, _)) = output.iter().find(|(_, call)| call.n.as_ref().is_some_and(depends_on_rows)) {
        let message = "`n` must be a constant in `$bucketAuto`";
        return Err(Error::input(message).code(4_544_714).under(name).under("output"));
    }
    Ok(Stage::BucketAuto { group_by, buckets: count.unsigned_abs(), output, granularity })
}

fn depends_on_rows(n: &Expr) -> bool {
    match n {
        Expr::Call { operator: Operator::Cond, args } => match args.as_slice() {
            [Expr::Literal(Bson::Boolean(true)), chosen, _] | [Expr::Literal(Bson::Boolean(false)), _, chosen] => {
                depends_on_rows(chosen)
            }
            _ => !literal::is_constant(n),
        },
        _ => !literal::is_constant(n),
    }
}

/// MongoDB: `groupBy` is a field path or an operator, nothing constant.
fn key(value: &Bson, scope: &Scope<'_>, code: i32) -> Result<Expr, Error> {
    let is_expression = match value {
        Bson::String(text) => text.starts_with('$') && (text.len() > 1 || code != AUTO_KEY),
        Bson::Document(document) => document.keys().next().is_some_and(|key| key.starts_with('$')),
        _ => false,
    };
    if !is_expression {
        let message = format!("`groupBy` takes a field path or an operator, found {}", describe::a_value(value));
        return Err(Error::input(message).hint("a field path starts with `$`").code(code).under("groupBy"));
    }
    expr(value, scope).map_err(|error| error.under("groupBy"))
}

fn bounds(value: &Bson, scope: &Scope<'_>) -> Result<Vec<Expr>, Error> {
    let values = form::array("boundaries", value).map_err(|error| error.code(40200))?;
    let bound = |(at, value)| literal::constant(value, scope, 40191).map_err(|error| error.in_element(at));
    let bounds = values.iter().enumerate().map(bound).collect::<Result<Vec<_>, _>>()?;
    if bounds.len() < 2 {
        return Err(Error::input(format!("`boundaries` needs at least two values, found {}", bounds.len())).code(40192));
    }
    for pair in bounds.windows(2) {
        let [Expr::Literal(lower), Expr::Literal(upper)] = pair else { continue };
        let compared = compare(lower, upper);
        let (lower, upper) = (describe::a_value(lower), describe::a_value(upper));
        match compared {
            Compared::OtherType => {
                let message = format!("`boundaries` must be of one type, found {lower} and {upper}");
                return Err(Error::input(message).code(40193));
            }
            Compared::Unknown | Compared::As(Ordering::Less) => {}
            Compared::As(_) => {
                let message = format!("`boundaries` must rise, but {lower} is not less than {upper}");
                return Err(Error::input(message).code(40194));
            }
        }
    }
    Ok(bounds)
}

/// MongoDB: the default must not be taken for a bucket.
fn lies_outside(default: &Expr, bounds: &[Expr]) -> Result<(), Error> {
    let (Expr::Literal(default), Some(Expr::Literal(lowest)), Some(Expr::Literal(highest))) =
        (default, bounds.first(), bounds.last())
    else {
        return Ok(());
    };
    let above_lowest = matches!(compare(default, lowest), Compared::As(order) if order.is_ge());
    let below_highest = matches!(compare(default, highest), Compared::As(order) if order.is_lt());
    if above_lowest && below_highest {
        return Err(Error::input(format!("the default {} lies inside the boundaries", describe::a_value(default)))
            .hint("take a value of another type, such as a string")
            .code(40199));
    }
    Ok(())
}

/// How two values compare, as far as it can be told without an engine.
enum Compared {
    As(Ordering),
    OtherType,
    Unknown,
}

fn compare(a: &Bson, b: &Bson) -> Compared {
    if let (Some(x), Some(y)) = (form::number(a), form::number(b)) {
        let exact = form::whole(a).zip(form::whole(b)).map(|(x, y)| x.cmp(&y));
        // NaN is below every number.
        return Compared::As(exact.unwrap_or_else(|| x.partial_cmp(&y).unwrap_or_else(|| y.is_nan().cmp(&x.is_nan()))));
    }
    match (a, b) {
        // The collation says it, which is not known here.
        (Bson::String(_), Bson::String(_)) => Compared::Unknown,
        (Bson::DateTime(a), Bson::DateTime(b)) => Compared::As(a.cmp(b)),
        (Bson::Boolean(a), Bson::Boolean(b)) => Compared::As(a.cmp(b)),
        (Bson::ObjectId(a), Bson::ObjectId(b)) => Compared::As(a.bytes().cmp(&b.bytes())),
        (Bson::Null, Bson::Null) => Compared::As(Ordering::Equal),
        _ if std::mem::discriminant(a) == std::mem::discriminant(b) => Compared::Unknown,
        _ => Compared::OtherType,
    }
}

fn outputs(value: Option<&Bson>, scope: &Scope<'_>, code: i32) -> Result<Vec<(String, AccumulatorCall)>, Error> {
    match value {
        None => {
            let input = Expr::Literal(Bson::Int32(1));
            let call = AccumulatorCall { accumulator: Accumulator::Sum, input, n: None, sort_by: vec![], p: vec![] };
            Ok(vec![("count".to_owned(), call)])
        }
        Some(Bson::Document(document)) => group::output(document, scope).map_err(|error| error.under("output")),
        Some(other) => {
            let message = format!("`output` takes an object, found {}", describe::a_value(other));
            Err(Error::input(message).code(code).under("output"))
        }
    }
}

fn series(value: &Bson) -> Result<String, Error> {
    let Bson::String(name) = value else {
        let message = format!("`granularity` takes a string, found {}", describe::a_value(value));
        return Err(Error::input(message).code(40261));
    };
    if GRANULARITIES.contains(&name.as_str()) {
        return Ok(name.clone());
    }
    Err(Error::input(format!("unknown granularity `{name}`"))
        .hint(nearest("granularity", name, GRANULARITIES.iter().copied()).replace("granularitys", "granularities"))
        .code(40257))
}
