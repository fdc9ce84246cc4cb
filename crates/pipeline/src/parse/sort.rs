//! Sort keys, as in `$sort`, `$topN` and `$setWindowFields`.

use bson::Bson;

use super::{form, path};
use crate::{
    Error,
    ast::{Order, SortKey},
    describe,
};

/// Parses `{field: 1, other: -1}`.
pub(super) fn keys(name: &str, value: &Bson) -> Result<Vec<SortKey>, Error> {
    let Bson::Document(document) = value else {
        let message = format!("`{name}` takes an object of fields, found {}", describe::a_value(value));
        return Err(Error::input(message).code(15973));
    };
    if document.is_empty() {
        return Err(Error::input(format!("`{name}` needs at least one field")).code(15976));
    }
    let key = |(field, direction): (&String, &Bson)| {
        let path = path::path(field)?;
        let order = order(direction).map_err(|error| error.under(field))?;
        Ok(SortKey { path, order })
    };
    document.iter().map(key).collect()
}

fn order(value: &Bson) -> Result<Order, Error> {
    match value {
        Bson::Document(document) if document.contains_key("$meta") => {
            Err(Error::unsupported("sorting by `$meta` is not supported yet"))
        }
        Bson::Document(_) => Err(Error::input("a sort key takes 1 or -1, found an object")),
        value => match form::whole(value) {
            Some(1) => Ok(Order::Ascending),
            Some(-1) => Ok(Order::Descending),
            Some(_) => Err(not_a_direction(value).code(15975)),
            None if form::number(value).is_some() => Err(not_a_direction(value).code(15975)),
            None => Err(not_a_direction(value).code(15974)),
        },
    }
}

fn not_a_direction(value: &Bson) -> Error {
    Error::input(format!("a sort key takes 1 or -1, found {}", describe::a_value(value)))
        .hint("1 sorts upwards, -1 downwards")
}
