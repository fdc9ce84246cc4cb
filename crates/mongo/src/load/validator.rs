//! The contract of the card data as a `$jsonSchema`, so that the server itself refuses what breaks it.
//!
//! In: [`extract::contract`]. Out: a validator that takes exactly the documents that an import makes: all fields there, no
//! other, each of its type and in its range.

use bson::{Bson, Document, doc};
use extract::{Allowed, Rule};

/// The validator of `customers` or `transactions`; `None` for any other collection.
pub(crate) fn validator(collection: &str) -> Option<Document> {
    let rules = extract::contract(collection)?;
    let mut schema = object(&rules, "");
    if let (Some(id), Ok(properties)) = (rules.first(), schema.get_document_mut("properties")) {
        // The customer's number is the document's `_id` too.
        properties.insert("_id", field(id.allowed));
    }
    Some(doc! { "$jsonSchema": schema })
}

/// The schema of the object whose fields begin with `prefix`.
fn object(rules: &[Rule], prefix: &str) -> Document {
    let mut properties = Document::new();
    for rule in rules {
        let Some(path) = rule.path.strip_prefix(prefix) else { continue };
        let (name, schema) = match path.split_once('.') {
            None => (path, field(rule.allowed)),
            Some((name, _)) if properties.contains_key(name) => continue,
            Some((name, _)) => (name, object(rules, &format!("{prefix}{name}."))),
        };
        properties.insert(name, schema);
    }
    let required: Vec<Bson> = properties.keys().map(|name| Bson::from(name.as_str())).collect();
    doc! { "bsonType": "object", "required": required, "properties": properties, "additionalProperties": false }
}

fn field(allowed: Allowed) -> Document {
    match allowed {
        Allowed::Categories(categories) => doc! { "enum": categories.to_vec() },
        Allowed::Whole(min, max) => doc! { "bsonType": "int", "minimum": min, "maximum": max },
        Allowed::WholeOrNull(min, max) => doc! { "bsonType": ["int", "null"], "minimum": min, "maximum": max },
        Allowed::Decimal(min, max) => doc! { "bsonType": "double", "minimum": min, "maximum": max },
    }
}
