//! `$project`, `$addFields`/`$set` and `$unset`: nested objects become dotted paths.

use bson::{Bson, Document};

use super::{
    expr::{Scope, expr},
    form, path,
};
use crate::{
    Error,
    ast::{Expr, Path, Projected, Projection, Stage},
    describe,
};

/// What one field of a `$project` says.
enum Item {
    Keep,
    Drop,
    Compute(Expr),
}

/// Parses `$project`.
pub(super) fn project(value: &Bson) -> Result<Stage, Error> {
    let Bson::Document(document) = value else {
        let message = format!("`$project` takes an object, found {}", describe::a_value(value));
        return Err(Error::input(message).code(15969));
    };
    if document.is_empty() {
        return Err(Error::input("`$project` needs at least one field").code(51272));
    }
    let mut items = Vec::new();
    walk(document, None, &mut items, &item)?;
    path::no_collision(items.iter().map(|(path, _)| path), 31250)?;
    projection(items).map(Stage::Project)
}

/// Flattens nested objects, parsing each leaf.
fn walk<T>(
    document: &Document,
    above: Option<&Path>,
    found: &mut Vec<(Path, T)>,
    leaf: &impl Fn(&Bson) -> Result<T, Error>,
) -> Result<(), Error> {
    for (key, value) in document {
        let inside = |error: Error| error.under(key);
        let own = path::path(key)?;
        let path = above.map_or_else(|| own.clone(), |above| above.join(&own));
        match value {
            Bson::Document(inner) if inner.is_empty() => {
                return Err(inside(
                    Error::input(format!("the field `{path}` is an empty object"))
                        .hint(format!("for an empty object as value write `{{ {key}: {{ $literal: {{}} }} }}`")),
                ));
            }
            Bson::Document(inner) if inner.keys().all(|key| !key.starts_with('$')) => {
                walk(inner, Some(&path), found, leaf).map_err(inside)?;
            }
            value => found.push((path, leaf(value).map_err(inside)?)),
        }
    }
    Ok(())
}

fn item(value: &Bson) -> Result<Item, Error> {
    match value {
        Bson::Boolean(keep) => Ok(if *keep { Item::Keep } else { Item::Drop }),
        value => match form::number(value) {
            Some(number) => Ok(if number == 0.0 { Item::Drop } else { Item::Keep }),
            None => match value {
                Bson::Document(document) if document.contains_key("$elemMatch") => {
                    Err(Error::input("`$elemMatch` cannot stand in `$project`").hint("use `$filter`").code(168))
                }
                value => expr(value, &Scope::default()).map(Item::Compute),
            },
        },
    }
}

/// Decides between inclusion and exclusion, in which `_id` has no say.
fn projection(items: Vec<(Path, Item)>) -> Result<Projection, Error> {
    let is_id = |path: &Path| path.segments() == ["_id"];
    let includes = |(path, item): &(Path, Item)| match item {
        Item::Keep => !is_id(path),
        Item::Drop => false,
        Item::Compute(_) => true,
    };
    let drops = |(path, item): &(Path, Item)| matches!(item, Item::Drop) && !is_id(path);
    let included = items.iter().find(|item| includes(item));
    let dropped = items.iter().find(|item| drops(item));
    if let (Some((included, _)), Some((dropped, _))) = (included, dropped) {
        return Err(Error::input(format!(
            "`$project` keeps `{included}` and drops `{dropped}`: it does either, not both"
        ))
        .hint("only `_id` may be dropped where other fields are kept")
        .code(if position(&items, included) < position(&items, dropped) { 31254 } else { 31253 }));
    }
    let keeps_id = items.iter().any(|(path, item)| is_id(path) && matches!(item, Item::Keep));
    if included.is_none() && (dropped.is_some() || !keeps_id) {
        let drop = |(path, item)| matches!(item, Item::Drop).then_some(path);
        return Ok(Projection::Exclude(items.into_iter().filter_map(drop).collect()));
    }
    let names_id = items.iter().any(|(path, _)| path.head() == "_id");
    let field = |(path, item)| match item {
        Item::Keep if !is_id(&path) => Some((path, Projected::Kept)),
        Item::Compute(expr) => Some((path, Projected::Computed(expr))),
        Item::Keep | Item::Drop => None,
    };
    let fields = items.into_iter().filter_map(field).collect();
    Ok(Projection::Include { id: keeps_id || !names_id, fields })
}

fn position(items: &[(Path, Item)], wanted: &Path) -> usize {
    items.iter().position(|(path, _)| path == wanted).unwrap_or(items.len())
}

/// Parses `$addFields`, also under its name `$set`.
pub(super) fn add_fields(name: &str, value: &Bson) -> Result<Stage, Error> {
    let Bson::Document(document) = value else {
        let message = format!("`{name}` takes an object, found {}", describe::a_value(value));
        return Err(Error::input(message).code(40272));
    };
    if document.is_empty() {
        return Err(Error::input(format!("`{name}` needs at least one field")).code(40177));
    }
    let mut fields = Vec::new();
    walk(document, None, &mut fields, &|value| expr(value, &Scope::default()))?;
    path::no_collision(fields.iter().map(|(path, _)| path), 40176)?;
    Ok(Stage::AddFields(fields))
}

/// Parses `$unset`: one field or an array of them.
pub(super) fn unset(value: &Bson) -> Result<Stage, Error> {
    let field = |value: &Bson| match value {
        Bson::String(text) => path::path(text),
        other => {
            Err(Error::input(format!("`$unset` takes names of fields, found {}", describe::a_value(other))).code(31120))
        }
    };
    let paths = match value {
        Bson::Array(values) if values.is_empty() => {
            return Err(Error::input("`$unset` needs at least one field").code(31119));
        }
        Bson::Array(values) => values.iter().map(field).collect::<Result<Vec<_>, _>>()?,
        Bson::String(_) => vec![field(value)?],
        other => {
            let message = format!("`$unset` takes a field or an array of fields, found {}", describe::a_value(other));
            return Err(Error::input(message).code(31002));
        }
    };
    path::no_collision(&paths, 31250)?;
    Ok(Stage::Unset(paths))
}
