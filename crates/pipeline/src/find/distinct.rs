//! `distinct`: the different values of a field, arrays at the end of its path taken apart.
//!
//! In: a dotted path and a filter. Out: stages that give one document a value, `{value: …}`, in the order of values.
//! MongoDB: a path goes on in the objects of an array, in an element by its number, and never in an array inside an array; a
//! missing field has no value.

use bson::{Bson, Document, doc};

use super::{array, matching};
use crate::{
    Error,
    ast::Path,
    parse,
    schema::{Schema, Schemas},
};

/// The stages. Where the collection's schema says that no array is met, they are fewer.
pub fn distinct(key: &str, filter: Option<&Bson>, collection: &str, schemas: &Schemas) -> Result<Bson, Error> {
    let path = parse::path(key)?;
    let mut stages = Vec::new();
    matching(&mut stages, filter)?;
    if is_scalar(key, schemas.get(collection)) {
        stages.push(doc! { "$group": { "_id": format!("${key}") } });
        stages.push(doc! { "$sort": { "_id": 1 } });
        stages.push(doc! { "$project": { "_id": 0, "value": "$_id" } });
        return Ok(array(stages));
    }
    let field = match path.segments() {
        [_] => key,
        _ => {
            stages.extend(descent(&path));
            "value"
        }
    };
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
    let mut stages = vec![doc! { "$replaceWith": { "value": format!("${}", path.head()) } }];
    for segment in &path.segments()[1..] {
        let of_object =
            doc! { "case": { "$eq": [{ "$type": "$value" }, "object"] }, "then": format!("$value.{segment}") };
        let mut branches = vec![of_object];
        if segment.bytes().all(|byte| byte.is_ascii_digit()) {
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
