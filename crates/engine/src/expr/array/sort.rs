//! `$sortArray`: the elements sorted whole (`sortBy: 1`) or by fields (`sortBy: {a: 1, "b.c": -1}`).
//!
//! MongoDB: the order is the total order, elements without the field count as null, equal ones keep their order; null
//! for a null or missing input.

use std::cmp::Ordering;

use bson::{Bson, Document};
use pipeline::ast::{Expr, Path};

use crate::Error;
use crate::expr::{Env, Source, args};
use crate::value::{Number, Value, compare, is_nullish, type_name};

/// What to sort by.
enum Order {
    Whole { descending: bool },
    Fields(Vec<(Path, bool)>),
}

/// `input`, `sortBy`.
pub(in crate::expr) fn sort<S: Source>(env: &Env<'_, S>, exprs: &[Expr<S::Field>]) -> Result<Value, Error> {
    let [input, sort_by] = exprs else { return Ok(None) };
    let order = order(&env.evaluate(sort_by)?.unwrap_or(Bson::Null))?;
    let input = env.find(input)?;
    let input = input.as_deref();
    if is_nullish(input) {
        return Ok(Some(Bson::Null));
    }
    let mut items = args::array(input).map(<[Bson]>::to_vec).ok_or_else(|| {
        let message = format!("the input argument to `$sortArray` must be an array, but is {}", type_name(input));
        Error::coded(2_942_504, message)
    })?;
    match order {
        Order::Whole { descending: false } => items.sort_by(compare),
        Order::Whole { descending: true } => items.sort_by(|a, b| compare(b, a)),
        Order::Fields(fields) => items.sort_by(|a, b| by_fields(a, b, &fields)),
    }
    Ok(Some(Bson::Array(items)))
}

fn order(sort_by: &Bson) -> Result<Order, Error> {
    if let Bson::Document(fields) = sort_by {
        let fields = fields.iter().map(|(name, direction)| {
            let path = Path::new(name).ok_or_else(|| Error::coded(15_998, format!("bad field path `{name}`")))?;
            Ok((path, is_descending(direction).ok_or_else(|| bad_direction(2_942_505))?))
        });
        return Ok(Order::Fields(fields.collect::<Result<_, Error>>()?));
    }
    match (Number::of(sort_by), is_descending(sort_by)) {
        (_, Some(descending)) => Ok(Order::Whole { descending }),
        (Some(_), None) => Err(bad_direction(2_942_506)),
        (None, None) => {
            Err(Error::coded(2_942_507, "`sortBy` must be 1 or -1 to sort whole elements, or `{field: 1/-1, …}`"))
        }
    }
}

fn bad_direction(code: i32) -> Error {
    Error::coded(code, "a direction in `sortBy` must be either 1 or -1")
}

fn is_descending(direction: &Bson) -> Option<bool> {
    match Number::of(direction)?.to_whole()? {
        1 => Some(false),
        -1 => Some(true),
        _ => None,
    }
}

fn by_fields(a: &Bson, b: &Bson, fields: &[(Path, bool)]) -> Ordering {
    for (path, descending) in fields {
        let order = compare(key(a, path), key(b, path));
        if order != Ordering::Equal {
            return if *descending { order.reverse() } else { order };
        }
    }
    Ordering::Equal
}

/// The value to sort an element by, null where it has none.
///
/// MongoDB: unlike in the stage `$sort`, an array counts whole, and the path goes on inside one only by an element's number; a
/// field whose name is all of what is left of the path comes before what the path leads to.
fn key<'a>(element: &'a Bson, path: &Path) -> &'a Bson {
    element.as_document().and_then(|element| at(element, path.segments())).unwrap_or(&Bson::Null)
}

fn at<'a>(document: &'a Document, path: &[String]) -> Option<&'a Bson> {
    let (name, rest) = path.split_first()?;
    if rest.is_empty() {
        return document.get(name);
    }
    let whole = document.keys().any(|name| name.contains('.')).then(|| document.get(path.join("."))).flatten();
    whole.or_else(|| below(document.get(name)?, rest))
}

fn below<'a>(value: &'a Bson, path: &[String]) -> Option<&'a Bson> {
    match value {
        Bson::Document(inner) => at(inner, path),
        Bson::Array(items) => {
            let (name, rest) = path.split_first()?;
            let item = items.get(name.parse::<usize>().ok().filter(|index| index.to_string() == *name)?)?;
            if rest.is_empty() { Some(item) } else { below(item, rest) }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::check;

    #[test]
    fn elements_sort_whole_or_by_fields() {
        check("{$sortArray: {input: '$a', sortBy: 1}}", "{a: [3, 'x', null, 1]}", r#"[null,1,3,"x"]"#);
        check("{$sortArray: {input: '$a', sortBy: -1}}", "{a: [1, 3, 2]}", "[3,2,1]");
        check(
            "{$sortArray: {input: '$a', sortBy: {b: 1, 'c.d': -1}}}",
            "{a: [{b: 2}, {b: 1, c: {d: 1}}, {b: 1, c: {d: 2}}, {}]}",
            r#"[{},{"b":1,"c":{"d":2}},{"b":1,"c":{"d":1}},{"b":2}]"#,
        );
        check(
            "{$sortArray: {input: '$a', sortBy: {'b.c': 1}}}",
            "{a: [{b: [{c: 0}]}, {b: {c: [1, 9]}}, {b: {c: 5}}, {b: null}]}",
            r#"[{"b":[{"c":0}]},{"b":null},{"b":{"c":5}},{"b":{"c":[1,9]}}]"#,
        );
        check("{$sortArray: {input: '$a', sortBy: 1}}", "{}", "null");
        check("{$sortArray: {input: '$a', sortBy: 1}}", "{a: 1}", "error 2942504");
    }
}
