//! Sort keys, as in `$sort`, `$topN` and `$setWindowFields`.

use bson::{Bson, Document};

use super::{form, names, path};
use crate::{
    Error,
    ast::{Order, Path, SortKey, Stage},
    describe, limits,
};

/// Parses `$sort`.
pub(super) fn stage(value: &Bson) -> Result<Stage, Error> {
    let keys = keys("$sort", value, 15973)?;
    if keys.is_empty() {
        return Err(Error::input("`$sort` needs at least one field").code(15976));
    }
    Ok(Stage::Sort(keys))
}

/// Parses the keys under the name `sortBy`; `code` is for what is no object.
pub(super) fn sort_by(value: &Bson, code: i32) -> Result<Vec<SortKey>, Error> {
    keys("sortBy", value, code).map_err(|error| error.under("sortBy"))
}

/// The same of an accumulator such as `$topN`. MongoDB takes an array there for an object whose names are 0, 1 and so on.
pub(super) fn of_accumulator(value: &Bson) -> Result<Vec<SortKey>, Error> {
    match value {
        Bson::Array(values) => {
            let numbered = values.iter().enumerate().map(|(at, value)| (at.to_string(), value.clone()));
            sort_by(&Bson::Document(numbered.collect()), 10065)
        }
        value => sort_by(value, 10065),
    }
}

/// Looks through the keys of `$sortArray`. MongoDB: a dollar sign means nothing in them.
pub(super) fn of_array(document: &Document) -> Result<(), Error> {
    for (field, direction) in document {
        let inside = |message: String| Error::input(message).code(2_942_505).under(field).under("sortBy");
        if Path::new(field).is_none() {
            return Err(inside(format!("the field path `{field}` has an empty name")));
        }
        match (direction, form::number(direction)) {
            (Bson::Document(_), _) => drop(order(direction).map_err(|error| error.under(field).under("sortBy"))?),
            (Bson::Decimal128(_), Some(1.0 | -1.0)) => {}
            (Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_), Some(number)) if number.trunc().abs() == 1.0 => {}
            _ => {
                let message = format!("a sort key takes 1 or -1, found {}", describe::a_value(direction));
                return Err(inside(message).hint("1 sorts upwards, -1 downwards"));
            }
        }
    }
    Ok(())
}

/// Parses `{field: 1, other: -1}`, in which there may be no field at all.
fn keys(name: &str, value: &Bson, code: i32) -> Result<Vec<SortKey>, Error> {
    let Bson::Document(document) = value else {
        let message = format!("`{name}` takes an object of fields, found {}", describe::a_value(value));
        return Err(Error::input(message).code(code));
    };
    let key = |(field, direction): (&String, &Bson)| {
        let path = path::path(field)?;
        let order = order(direction).map_err(|error| error.under(field))?;
        Ok(SortKey { path, order })
    };
    limits::within_sort_keys(document.len())?;
    document.iter().map(key).collect()
}

fn order(value: &Bson) -> Result<Order, Error> {
    match value {
        Bson::Document(document) if document.contains_key("$meta") => Err(names::unsupported("sorting by `$meta`")),
        Bson::Document(_) => Err(Error::input("a sort key takes 1 or -1, found an object")),
        value => match form::integral(value) {
            Some(1.0) => Ok(Order::Ascending),
            Some(-1.0) => Ok(Order::Descending),
            Some(_) => Err(not_a_direction(value).code(15975)),
            None => Err(not_a_direction(value).code(15974)),
        },
    }
}

fn not_a_direction(value: &Bson) -> Error {
    Error::input(format!("a sort key takes 1 or -1, found {}", describe::a_value(value)))
        .hint("1 sorts upwards, -1 downwards")
}
