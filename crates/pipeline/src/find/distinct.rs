//! `distinct`: the different values of a field, arrays at the end of its path taken apart.
//!
//! In: a dotted path and a filter. Out: stages that give one document a value, `{value: …}`, in the order of values.
//! MongoDB: a path goes on in the objects of an array, in an element by its number, and never in an array inside an array; a
//! missing field has no value.

use bson::{Bson, Document, bson, doc};

use super::{array, matching};
use crate::{
    Error,
    ast::Path,
    describe, limits, parse,
    schema::{Schema, Schemas},
};

/// The key of a `distinct`, which is the path of a field.
pub fn distinct_key(given: Option<&Bson>) -> Result<&str, Error> {
    match given {
        Some(Bson::String(key)) => Ok(key),
        None | Some(Bson::Null | Bson::Undefined) => {
            Err(Error::input("`distinct` needs a key, the path of a field").code(40414))
        }
        Some(other) => {
            let message =
                format!("`distinct` takes the path of a field, in quotes, found {}", describe::a_value(other));
            Err(Error::input(message).code(14))
        }
    }
}

/// MongoDB: from the place in an array on, any name will do, also an empty one; `$` at the end is a name that no field has.
fn path(key: &str) -> Result<Path, Error> {
    if key.contains('\0') {
        return Err(Error::input("a field name cannot contain the character with code 0").code(31032));
    }
    let segments: Vec<&str> = key.split('.').collect();
    let place = segments.iter().skip(1).position(|segment| is_place(segment)).map(|at| at + 1);
    let read = segments[..place.unwrap_or(segments.len())].join(".");
    let read = read.strip_suffix(".$").unwrap_or(&read);
    if read.split('.').skip(1).any(|segment| segment == "$") {
        return Err(Error::input(format!("the position in `{key}` stands in the middle")).code(31394));
    }
    parse::path(read)?;
    limits::query_path(Path::with_empty_names(key))
}

/// Whether a name may be a place in an array.
fn is_place(segment: &str) -> bool {
    !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit())
}

/// The stages. Where the collection's schema says that no array is met, they are fewer.
pub fn distinct(key: &str, filter: Option<&Bson>, collection: &str, schemas: &Schemas) -> Result<Bson, Error> {
    let filter = parse::given(filter);
    let mut stages = Vec::new();
    matching(&mut stages, filter)?;
    let path = match (path(key), filter) {
        (Ok(path), _) => path,
        (Err(error), None) => return Err(error),
        // MongoDB: what is wrong with the query is told first.
        (Err(error), Some(filter)) => return Err(parse::parse_predicate(filter).err().unwrap_or(error)),
    };
    if is_scalar(key, schemas.get(collection)) {
        stages.push(doc! { "$group": { "_id": format!("${key}") } });
        stages.push(doc! { "$sort": { "_id": 1 } });
        stages.push(doc! { "$project": { "_id": 0, "value": "$_id" } });
        return Ok(array(stages));
    }
    let is_nested = path.segments().len() > 1 || key.starts_with('$');
    if is_nested {
        stages.extend(descent(&path));
    }
    let field = if is_nested { "value" } else { key };
    // Why kept and dropped again: `$unwind` by itself drops null, which is a value.
    stages.push(doc! { "$unwind": { "path": format!("${field}"), "preserveNullAndEmptyArrays": true } });
    stages.push(doc! { "$match": { field: { "$exists": true } } });
    // Why inside an object: `$sort` takes an array by its least element.
    stages.push(doc! { "$group": { "_id": { "value": format!("${field}") } } });
    stages.push(doc! { "$sort": { "_id": 1 } });
    stages.push(doc! { "$replaceWith": "$_id" });
    Ok(array(stages))
}

fn is_scalar(key: &str, schema: Option<&Schema>) -> bool {
    match schema {
        Some(Schema::Fields(fields)) => fields.iter().any(|field| field.path == key),
        Some(Schema::Any) | None => false,
    }
}

/// The stages that make of each document one for each value that the path names, arrays at its end still whole.
fn descent(path: &Path) -> Vec<Document> {
    let mut stages = vec![doc! { "$replaceWith": { "value": field("$$ROOT", path.head()) } }];
    for segment in &path.segments()[1..] {
        let of_object = doc! { "case": { "$eq": [{ "$type": "$value" }, "object"] }, "then": field("$value", segment) };
        let mut branches = vec![of_object];
        if is_place(segment) {
            // Only the plain spelling of a number is a place in an array; `01` names nothing there.
            if let Some(index) = segment.parse::<i32>().ok().filter(|index| index.to_string() == *segment) {
                branches.push(doc! {
                    "case": { "$isArray": "$value" },
                    "then": { "$arrayElemAt": ["$value", index] },
                });
            }
        } else {
            stages.push(doc! { "$unwind": "$value" });
        }
        let value = doc! { "$switch": { "branches": branches, "default": "$$REMOVE" } };
        stages.push(doc! { "$replaceWith": { "value": value } });
    }
    stages
}

/// A field of an object; one whose name no path can have is named as it stands.
fn field(of: &str, name: &str) -> Bson {
    match of {
        _ if name.is_empty() || name.starts_with('$') => {
            bson!({ "$getField": { "field": { "$literal": name }, "input": of } })
        }
        "$$ROOT" => Bson::String(format!("${name}")),
        _ => Bson::String(format!("{of}.{name}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Field, FieldType};

    #[test]
    fn a_field_without_arrays_is_a_group() {
        let field = Field { path: "o.k".to_owned(), field_type: FieldType::String, nullable: true };
        let schemas = Schemas::from([("c".to_owned(), Schema::Fields(vec![field]))]);
        let stages = distinct("o.k", None, "c", &schemas).unwrap();
        assert_eq!(
            crate::print::value(&stages),
            r#"[{"$group": {"_id": "$o.k"}}, {"$sort": {"_id": 1}}, {"$project": {"_id": 0, "value": "$_id"}}]"#
        );
    }

    #[test]
    fn a_key_is_a_path() {
        let code = |key: &str| distinct(key, None, "c", &Schemas::new()).unwrap_err().error_code();
        assert_eq!([code(""), code("a."), code(".a"), code("$a")], [40352, 40353, 15998, 16410].map(Some));
    }
}
