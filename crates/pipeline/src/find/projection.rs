//! The projection of a `find`, as stages: what `$project` says it says; `$slice` of one argument or of numbers is `find`'s own, and
//! so are `$elemMatch` and `"a.$"`.
//!
//! In: the projection. Out: [`Read`]: the stages, the elements to take, the position.
//! MongoDB: neither `$slice` nor `$elemMatch` decides between inclusion and exclusion, if another field or `_id: 1` does;
//! by itself `$elemMatch` includes, and `$slice` excludes.

use bson::{Bson, Document, bson, doc};

use super::CARRIED;
use crate::{Error, ast::Path, describe, limits, parse};

/// What a projection comes down to.
#[derive(Default)]
pub(super) struct Read {
    pub(super) stages: Vec<Document>,
    /// Fields and the queries of their `$elemMatch`.
    pub(super) elements: Vec<(String, Bson)>,
    pub(super) position: Option<Path>,
}

impl Read {
    pub(super) fn takes_elements(&self) -> bool {
        !self.elements.is_empty() || self.position.is_some()
    }
}

/// What one field says.
enum Says {
    /// What `$project` understands.
    Plain(Bson),
    Slice(Slice),
    ElemMatch(Bson),
    Position,
}

/// So many elements from a place on; from the end where it is negative.
#[derive(Clone, Copy)]
struct Slice {
    from: Option<i32>,
    n: i32,
}

/// Reads a projection.
pub(super) fn read(projection: &Document) -> Result<Read, Error> {
    let wrapped = Bson::Document(projection.clone());
    limits::within_depth(&wrapped)?;
    let mut fields = Vec::new();
    walk(projection, None, &mut fields)?;
    refuse_what_does_not_go_together(&fields)?;
    let includes = is_inclusion(&fields);
    let (mut projected, mut behind, mut read) = (Document::new(), Vec::new(), Read::default());
    for (name, says) in fields {
        match says {
            Says::Plain(value) => {
                projected.insert(name, value);
            }
            Says::Slice(slice) => {
                behind.push(doc! { "$addFields": sliced(&parse::path(&name)?, slice) });
                if includes {
                    projected.insert(name, 1);
                }
            }
            Says::ElemMatch(query) => {
                let taken = format!("${CARRIED}.{}", read.elements.len());
                if includes {
                    projected.insert(name.clone(), taken);
                } else {
                    behind.push(doc! { "$addFields": { name.as_str(): taken } });
                }
                read.elements.push((name, query));
            }
            Says::Position => {
                read.position = Some(parse::path(&name)?);
                projected.insert(name, 1);
            }
        }
    }
    if includes && read.takes_elements() {
        projected.insert(CARRIED, 1);
    }
    if !projected.is_empty() {
        read.stages.push(doc! { "$project": projected });
    }
    read.stages.append(&mut behind);
    Ok(read)
}

/// The fields in order; an object of fields is taken apart where something of `find`'s own is inside.
fn walk(document: &Document, above: Option<&str>, found: &mut Vec<(String, Says)>) -> Result<(), Error> {
    for (key, value) in document {
        let name = above.map_or_else(|| key.clone(), |above| format!("{above}.{key}"));
        match value {
            _ if is_positional(key) => {
                let path = positional(&name, value).map_err(|error| error.under(key))?;
                found.push((path, Says::Position));
            }
            Bson::Document(inner) if has_own(inner) => {
                walk(inner, Some(&name), found).map_err(|error| error.under(key))?;
            }
            value => {
                let says = says(&name, value).map_err(|error| error.under(key))?;
                found.push((name, says));
            }
        }
    }
    Ok(())
}

fn is_positional(key: &str) -> bool {
    key.contains('.') && key.split('.').any(|segment| segment == "$")
}

/// Whether an object of fields has one inside that says what only `find` understands.
fn has_own(document: &Document) -> bool {
    document.keys().all(|key| !key.starts_with('$'))
        && document.iter().any(|(key, value)| {
            is_positional(key)
                || match value {
                    Bson::Document(inner) => {
                        inner.len() == 1 && inner.keys().any(|key| matches!(key.as_str(), "$slice" | "$elemMatch"))
                            || has_own(inner)
                    }
                    _ => false,
                }
        })
}

/// The path of a positional projection without its end.
fn positional(name: &str, value: &Bson) -> Result<String, Error> {
    let segments: Vec<&str> = name.split('.').collect();
    let at = segments.iter().position(|segment| *segment == "$").unwrap_or_default();
    if at + 1 < segments.len() {
        let message = format!("the position in `{name}` stands in the middle");
        return Err(Error::input(message).hint("`$` is the last part of a path, as in `\"a.b.$\"`").code(31394));
    }
    let path = segments[..at].join(".");
    if path.is_empty() {
        return Err(Error::input(format!("the field `{name}` has no name")).code(5_392_900));
    }
    parse::path(&path)?;
    let refused = |what: &str, code| {
        let message = format!("the position `{name}` takes 1, found {what}");
        Err(Error::input(message).code(code))
    };
    match value {
        Bson::Boolean(false) => refused("false", 31395),
        Bson::Boolean(true) => Ok(path),
        Bson::Document(_) => refused("an object", 31271),
        value => match parse::number(value) {
            Some(0.0) => refused("0", 31395),
            Some(_) => Ok(path),
            None => refused(&describe::a_value(value), 31308),
        },
    }
}

fn says(name: &str, value: &Bson) -> Result<Says, Error> {
    let Bson::Document(operator) = value else { return Ok(Says::Plain(value.clone())) };
    let Some((key, argument)) = operator.iter().next().filter(|_| operator.len() == 1) else {
        return match operator.keys().next() {
            Some(key) if key == "$elemMatch" || key == "$slice" => {
                let message = format!("`{key}` of the field `{name}` stands beside other keys");
                Err(Error::input(message).hint("leave one of them").code(16410))
            }
            _ => Ok(Says::Plain(value.clone())),
        };
    };
    match key.as_str() {
        "$slice" => Ok(slice(argument).map_or_else(|| Says::Plain(value.clone()), Says::Slice)),
        "$elemMatch" if !matches!(argument, Bson::Document(_)) => {
            let message = format!("`$elemMatch` takes an object, found {}", describe::a_value(argument));
            Err(Error::input(message).code(31274))
        }
        "$elemMatch" if name.contains('.') => {
            Err(Error::input(format!("`$elemMatch` takes an element of a field at the top, and `{name}` is none"))
                .hint("use `$filter`")
                .code(31275))
        }
        "$elemMatch" => {
            parse::path(name)?;
            Ok(Says::ElemMatch(argument.clone()))
        }
        "$meta" => Err(Error::unsupported("`$meta` in a projection is not supported")),
        _ => Ok(Says::Plain(value.clone())),
    }
}

/// `find`'s own `$slice`; what is none may be the operator of expressions. MongoDB: numbers are cut to 32 bits.
fn slice(argument: &Bson) -> Option<Slice> {
    let whole = |value: &Bson| parse::integral(value).map(|number| number as i32);
    match argument {
        Bson::Array(pair) => match pair.as_slice() {
            [from, n] => {
                let (from, n) = (whole(from)?, whole(n)?);
                (n > 0).then_some(Slice { from: Some(from), n })
            }
            _ => None,
        },
        n => Some(Slice { from: None, n: whole(n)? }),
    }
}

/// MongoDB: what is wrong with the first field that does not go with those before it is what is told.
fn refuse_what_does_not_go_together(fields: &[(String, Says)]) -> Result<(), Error> {
    if fields.iter().all(|(_, says)| matches!(says, Says::Plain(_))) {
        return Ok(());
    }
    let (mut before, mut paths) = (Before::default(), Vec::new());
    for (name, says) in fields {
        before.refuse_both(says).map_err(|error| error.under(name))?;
        // Once the fields are apart, `$project` no longer sees all of them beside each other.
        leaf_paths(name, says, &mut paths)?;
        parse::refuse_collisions(&paths).map_err(|error| before.collision(says).unwrap_or(error))?;
        before.take(name, says).map_err(|error| error.under(name))?;
    }
    Ok(())
}

/// Adds the paths that a field names, each by itself where they stand in an object of fields.
fn leaf_paths(name: &str, says: &Says, paths: &mut Vec<Path>) -> Result<(), Error> {
    match says {
        Says::Plain(Bson::Document(inner)) if !inner.is_empty() && inner.keys().all(|key| !key.starts_with('$')) => {
            if paths.contains(&parse::path(name)?) {
                return Err(Error::input(format!("the field `{name}` is given twice")).code(31250));
            }
            inner
                .iter()
                .try_for_each(|(key, value)| leaf_paths(&format!("{name}.{key}"), &Says::Plain(value.clone()), paths))
        }
        _ => {
            paths.push(parse::path(name)?);
            Ok(())
        }
    }
}

/// What the fields before say.
#[derive(Default)]
struct Before {
    /// Whether fields are kept, or dropped.
    keeps: Option<bool>,
    takes: Option<Takes>,
}

/// What takes elements of arrays.
#[derive(Clone, Copy)]
enum Takes {
    Position,
    ElemMatch,
}

impl Before {
    /// Only one kind takes elements of arrays.
    fn refuse_both(&self, says: &Says) -> Result<(), Error> {
        match (says, self.takes) {
            (Says::Position, Some(Takes::ElemMatch)) => Err(not_both().code(31256)),
            (Says::ElemMatch(_), Some(Takes::Position)) => Err(not_both().code(31255)),
            _ => Ok(()),
        }
    }

    /// MongoDB: a `$slice` that collides is taken for the operator of expressions, which has two arguments at least, and cannot stand
    /// among fields that are dropped.
    fn collision(&self, says: &Says) -> Option<Error> {
        let Says::Slice(slice) = says else { return None };
        let code = match slice.from {
            _ if self.keeps == Some(false) => 31252,
            None => 28667,
            Some(_) => return None,
        };
        Some(Error::input("the field of this `$slice` is another's, or lies inside or above it").code(code))
    }

    fn take(&mut self, name: &str, says: &Says) -> Result<(), Error> {
        match (says, self.takes) {
            (Says::Slice(_), _) => Ok(()),
            (Says::Position, Some(Takes::Position)) => {
                Err(Error::input("a projection takes one position, found several").code(31276))
            }
            (Says::Position, _) => {
                self.takes = Some(Takes::Position);
                self.side(true, 31253)
            }
            (Says::ElemMatch(_), _) => {
                self.takes = Some(Takes::ElemMatch);
                Ok(())
            }
            (Says::Plain(value), _) if name == "_id" && is_flag(value).is_some() => Ok(()),
            (Says::Plain(value), _) => {
                let mut found = Ok(());
                leaves(value, &mut |leaf| {
                    let next = match (is_flag(leaf), leaf) {
                        (Some(false), _) => self.side(false, 31254),
                        (Some(true), _) => self.side(true, 31253),
                        (None, Bson::Document(_)) => self.side(true, 31252),
                        (None, _) => self.side(true, 31310),
                    };
                    found = std::mem::replace(&mut found, Ok(())).and(next);
                });
                found
            }
        }
    }

    /// Keeps, or drops, another field.
    fn side(&mut self, keeps: bool, code: i32) -> Result<(), Error> {
        if *self.keeps.get_or_insert(keeps) == keeps {
            return Ok(());
        }
        Err(Error::input("a projection keeps fields or drops fields, not both")
            .hint("only `_id` may be dropped where other fields are kept")
            .code(code))
    }
}

fn not_both() -> Error {
    Error::input("a projection takes a position or `$elemMatch`, not both")
}

fn is_inclusion(fields: &[(String, Says)]) -> bool {
    let (mut includes, mut excludes, mut keeps_id, mut has_elements, mut has_slices) =
        (false, false, false, false, false);
    for (name, says) in fields {
        match says {
            Says::Plain(value) if name == "_id" && is_flag(value).is_some() => keeps_id |= is_flag(value) == Some(true),
            Says::Plain(value) => {
                leaves(value, &mut |leaf| match is_flag(leaf) {
                    Some(false) => excludes = true,
                    Some(true) | None => includes = true,
                });
            }
            Says::Position => includes = true,
            Says::ElemMatch(_) => has_elements = true,
            Says::Slice(_) => has_slices = true,
        }
    }
    includes || (!excludes && (keeps_id || (has_elements && !has_slices)))
}

/// Whether a value keeps its field (`1`, `true`) or drops it; none where it computes one.
fn is_flag(value: &Bson) -> Option<bool> {
    match value {
        Bson::Boolean(keeps) => Some(*keeps),
        value => parse::number(value).map(|number| number != 0.0),
    }
}

fn leaves(value: &Bson, visit: &mut dyn FnMut(&Bson)) {
    match value {
        Bson::Document(inner) if inner.keys().all(|key| !key.starts_with('$')) => {
            inner.values().for_each(|value| leaves(value, visit));
        }
        leaf => visit(leaf),
    }
}

/// `{head: …}`, in which the arrays at the end of the path are cut.
fn sliced(path: &Path, slice: Slice) -> Document {
    let head = path.head();
    doc! { head: inside(&format!("${head}"), &path.segments()[1..], slice) }
}

/// What becomes of a value of which the rest of a path is cut.
fn inside(value: &str, rest: &[String], slice: Slice) -> Bson {
    let Some((name, rest)) = rest.split_first() else {
        let cut = match slice.from {
            Some(from) => bson!({ "$slice": [value, from, slice.n] }),
            None => bson!({ "$slice": [value, slice.n] }),
        };
        return bson!({ "$cond": [{ "$isArray": value }, cut, value] });
    };
    // An object alone is taken for an array of one, so that the rest of the path is written once.
    let object =
        bson!({ "$mergeObjects": ["$$this", { name.as_str(): inside(&format!("$$this.{name}"), rest, slice) }] });
    let each = bson!({ "$map": {
        "input": { "$cond": [{ "$isArray": value }, value, [value]] },
        "in": { "$cond": [{ "$eq": [{ "$type": "$$this" }, "object"] }, object, "$$this"] },
    } });
    let whole = bson!({ "$switch": {
        "branches": [
            { "case": { "$isArray": value }, "then": "$$cut" },
            { "case": { "$eq": [{ "$type": value }, "object"] }, "then": { "$arrayElemAt": ["$$cut", 0] } },
        ],
        "default": value,
    } });
    bson!({ "$let": { "vars": { "cut": each }, "in": whole } })
}
