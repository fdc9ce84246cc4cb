//! `$project`, `$addFields`/`$set` and `$unset`: nested objects become dotted paths.

use bson::{Bson, Document};

use super::{
    expr::{Scope, expr, not_alone},
    form, operator,
    path::{self, CollisionCodes},
};
use crate::{
    Error,
    ast::{Called, Expr, Path, Projected, Projection, Stage},
    describe, limits,
};

const COLLISIONS: CollisionCodes = CollisionCodes { inside: 31249, above: 31250 };

/// What one field of a `$project` says.
enum Item {
    Keep,
    Drop,
    /// With the server's code for when it stands among dropped fields.
    Compute(Expr, i32),
}

/// Parses `$project`.
pub(super) fn project(value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    let Bson::Document(document) = value else {
        let message = format!("`$project` takes an object, found {}", describe::a_value(value));
        return Err(Error::input(message).code(15969));
    };
    if document.is_empty() {
        return Err(Error::input("`$project` needs at least one field").code(51272));
    }
    let mut items = Vec::new();
    let nesting = Nesting { empty_code: 51270, takes_paths: true };
    walk(document, None, &nesting, &mut items, &|value| item(value, scope))?;
    path::no_collision(items.iter().map(|(path, _)| path), &COLLISIONS)?;
    projection(items).map(Stage::Project)
}

/// Refuses paths of a projection of which one is another or lies above it.
pub(crate) fn refuse_collisions(paths: &[Path]) -> Result<(), Error> {
    path::no_collision(paths, &COLLISIONS)
}

/// What differs between `$project` and `$addFields`.
struct Nesting {
    /// The server's code for an object without fields.
    empty_code: i32,
    /// Whether a name inside an object may be a dotted path, as only `$project` allows.
    takes_paths: bool,
}

impl Nesting {
    /// Whether an object holds fields, not an operator. MongoDB: in a `$project` only an object of one key can be an operator.
    fn holds_fields(&self, document: &Document) -> bool {
        if self.takes_paths {
            let is_operator = |key: &String| path::is_dollared(key.split('.').next().unwrap_or(key));
            document.len() > 1 || !document.keys().any(is_operator)
        } else {
            document.keys().all(|key| !key.starts_with('$'))
        }
    }
}

/// Flattens nested objects, parsing each leaf.
fn walk<T>(
    document: &Document,
    above: Option<&Path>,
    nesting: &Nesting,
    found: &mut Vec<(Path, T)>,
    leaf: &impl Fn(&Bson) -> Result<T, Error>,
) -> Result<(), Error> {
    for (key, value) in document {
        let inside = |error: Error| error.under(key);
        if above.is_some() && !nesting.takes_paths && key.contains('.') {
            return Err(Error::input(format!("the name `{key}` inside an object cannot have a dot"))
                .hint("a dotted path stands by itself: `{ $addFields: { \"a.b\": … } }`")
                .code(40183));
        }
        if nesting.takes_paths {
            without_position(key).map_err(|error| error.under(key))?;
        }
        let is_empty_object = value.as_document().is_some_and(Document::is_empty);
        let own = match above {
            // MongoDB: a `$project` sees first that there is nothing in the object.
            _ if nesting.takes_paths && is_empty_object => Path::with_empty_names(key),
            Some(_) if key.is_empty() && !nesting.takes_paths => {
                return Err(Error::input("a field name cannot be empty").code(40353));
            }
            Some(_) if nesting.takes_paths && document.len() > 1 && operator::exists(key) => {
                return Err(not_alone(key, document).code(16410));
            }
            _ => path::path(key)?,
        };
        let path = match above {
            Some(above) => limits::path(above.join(&own))?,
            None => own,
        };
        match value {
            Bson::Document(inner) if inner.is_empty() => {
                return Err(inside(
                    Error::input(format!("the field `{path}` is an empty object"))
                        .hint(format!("for an empty object as value write `{{ {key}: {{ $literal: {{}} }} }}`"))
                        .code(nesting.empty_code),
                ));
            }
            Bson::Document(inner) if nesting.holds_fields(inner) => {
                // MongoDB: an object of fields inside of what is a field already has another code than a path.
                if nesting.takes_paths && found.iter().any(|(other, _)| *other == path) {
                    let message = format!("the field `{path}` is given twice");
                    return Err(inside(Error::input(message).code(COLLISIONS.above)));
                }
                walk(inner, Some(&path), nesting, found, leaf).map_err(inside)?;
            }
            value => found.push((path, leaf(value).map_err(inside)?)),
        }
    }
    Ok(())
}

/// MongoDB: `"a.$"` is of `find` alone.
fn without_position(key: &str) -> Result<(), Error> {
    let refused = |what: &str, code| Err(Error::input(format!("the position in `{key}` {what}")).code(code));
    match key.split('.').skip(1).position(|name| name == "$") {
        None => Ok(()),
        Some(at) if at + 2 < key.split('.').count() => refused("stands in the middle", 31394),
        Some(_) => refused("can be told in a `find` alone", 31324),
    }
}

fn item(value: &Bson, scope: &Scope<'_>) -> Result<Item, Error> {
    match value {
        Bson::Boolean(keep) => Ok(if *keep { Item::Keep } else { Item::Drop }),
        value => match form::number(value) {
            Some(number) => Ok(if number == 0.0 { Item::Drop } else { Item::Keep }),
            None => match value {
                Bson::Document(document) => computed(value, document, scope),
                value => expr(value, scope).map(|expr| Item::Compute(expr, 31310)),
            },
        },
    }
}

fn computed(value: &Bson, document: &Document, scope: &Scope<'_>) -> Result<Item, Error> {
    match document.keys().next() {
        Some(name) if name == "$elemMatch" => {
            Err(Error::input("`$elemMatch` cannot stand in `$project`").hint("use `$filter`").code(168))
        }
        Some(name) if document.len() == 1 && !operator::exists(name) => Err(operator::unknown(name, 31325).under(name)),
        _ => expr(value, scope).map(|expr| Item::Compute(expr, 31252)),
    }
}

/// Decides between inclusion and exclusion, in which `_id` has no say unless it is computed.
fn projection(items: Vec<(Path, Item)>) -> Result<Projection, Error> {
    let is_id = |path: &Path| path.segments() == ["_id"];
    let mut included: Option<&Path> = None;
    let mut dropped: Option<&Path> = None;
    for (path, item) in &items {
        let code = match item {
            Item::Keep | Item::Drop if is_id(path) => continue,
            Item::Keep => 31253,
            Item::Drop => 31254,
            Item::Compute(_, code) => *code,
        };
        let side = if matches!(item, Item::Drop) { &mut dropped } else { &mut included };
        side.get_or_insert(path);
        if let (Some(included), Some(dropped)) = (included, dropped) {
            let message = format!("`$project` keeps `{included}` and drops `{dropped}`: it does either, not both");
            let hint = "only `_id` may be dropped where other fields are kept";
            return Err(Error::input(message).hint(hint).code(code));
        }
    }
    let keeps_id = items.iter().any(|(path, item)| is_id(path) && matches!(item, Item::Keep));
    if included.is_none() && (dropped.is_some() || !keeps_id) {
        let drop = |(path, item)| matches!(item, Item::Drop).then_some(path);
        return Ok(Projection::Exclude(items.into_iter().filter_map(drop).collect()));
    }
    let names_id = items.iter().any(|(path, _)| path.head() == "_id");
    let field = |(path, item)| match item {
        Item::Keep if !is_id(&path) => Some((path, Projected::Kept)),
        Item::Compute(expr, _) => Some((path, Projected::Computed(expr))),
        Item::Keep | Item::Drop => None,
    };
    let fields = items.into_iter().filter_map(field).collect();
    Ok(Projection::Include { id: keeps_id || !names_id, fields })
}

/// Parses `$addFields`, also under its name `$set`.
pub(super) fn add_fields(name: &str, value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    let Bson::Document(document) = value else {
        let message = format!("`{name}` takes an object, found {}", describe::a_value(value));
        return Err(Error::input(message).code(40272));
    };
    let mut fields = Vec::new();
    let nesting = Nesting { empty_code: 40180, takes_paths: false };
    walk(document, None, &nesting, &mut fields, &|value| computed_field(value, scope))?;
    path::no_collision(fields.iter().map(|(path, _)| path), &CollisionCodes { inside: 40176, above: 40176 })?;
    Ok(Stage::AddFields(fields, if name == "$set" { Called::Newer } else { Called::Older }))
}

fn computed_field(value: &Bson, scope: &Scope<'_>) -> Result<Expr, Error> {
    match value {
        Bson::Document(document) if document.len() > 1 => {
            let keys = document.keys().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            let message = format!("an object with an operator can have no other key, found {keys}");
            Err(Error::input(message).code(40181))
        }
        value => expr(value, scope),
    }
}

/// Parses `$unset`: one field or an array of them.
pub(super) fn unset(value: &Bson) -> Result<Stage, Error> {
    let field = |value: &Bson| match value {
        Bson::String(text) if text.contains('\0') => {
            Err(Error::input("a field name cannot contain the character with code 0").code(9_527_900))
        }
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
    path::no_collision(&paths, &COLLISIONS)?;
    Ok(Stage::Unset(paths))
}
