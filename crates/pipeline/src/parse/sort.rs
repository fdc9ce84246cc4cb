//! Sort keys, as in `$sort`, `$topN` and `$setWindowFields`.

use bson::Bson;

use super::{form, names, path};
use crate::{
    Error,
    ast::{Order, SortKey, Stage},
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
        // MongoDB: a fraction is cut off.
        value => match form::number(value).map(f64::trunc) {
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
