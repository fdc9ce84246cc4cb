//! The contract of the card data as a `$jsonSchema`, so that the server itself refuses what breaks it.
//!
//! In: the fields of a contract. Out: a validator that takes exactly the documents that an import makes: all fields there, no
//! other, each of its type and in its range.

use bson::{Bson, Document, doc};
use contract::{Allowed, Contract, FieldRule};

/// The validator of `customers` or `transactions`; `None` for any other collection.
pub(crate) fn validator(collection: &str) -> Option<Document> {
    let rules = Contract::card().fields(collection)?;
    let mut schema = object(&rules, "");
    if let (Some(id), Ok(properties)) = (rules.first(), schema.get_document_mut("properties")) {
        // The customer's number is the document's `_id` too.
        properties.insert("_id", field(id));
    }
    Some(doc! { "$jsonSchema": schema })
}

/// The schema of the object whose fields begin with `prefix`.
fn object(rules: &[FieldRule], prefix: &str) -> Document {
    let mut properties = Document::new();
    for rule in rules {
        let Some(path) = rule.path.strip_prefix(prefix) else { continue };
        let (name, schema) = match path.split_once('.') {
            None => (path, field(rule)),
            Some((name, _)) if properties.contains_key(name) => continue,
            Some((name, _)) => (name, object(rules, &format!("{prefix}{name}."))),
        };
        properties.insert(name, schema);
    }
    let required: Vec<Bson> = properties.keys().map(|name| Bson::from(name.as_str())).collect();
    doc! { "bsonType": "object", "required": required, "properties": properties, "additionalProperties": false }
}

fn field(rule: &FieldRule) -> Document {
    let bson_type = |name: &str| {
        if rule.is_nullable { Bson::from(vec![name, "null"]) } else { Bson::from(name) }
    };
    match &rule.allowed {
        Allowed::Categories(categories) => {
            let null = rule.is_nullable.then_some(Bson::Null);
            let values: Vec<Bson> = categories.iter().map(|value| Bson::from(value.as_str())).chain(null).collect();
            doc! { "enum": values }
        }
        Allowed::Int(min, max) => doc! { "bsonType": bson_type("int"), "minimum": *min, "maximum": *max },
        Allowed::Long(min, max) => doc! { "bsonType": bson_type("long"), "minimum": *min, "maximum": *max },
        Allowed::Double(min, max) => doc! { "bsonType": bson_type("double"), "minimum": *min, "maximum": *max },
        Allowed::Text => doc! { "bsonType": bson_type("string") },
        Allowed::Date => doc! { "bsonType": bson_type("date") },
    }
}
