//! A contract as a `$jsonSchema`, so that the server itself refuses what breaks it.
//!
//! In: a contract's fields. Out: a validator that takes exactly the documents that an import makes: all fields there, no
//! other, each of its type and in its range.

use bson::{Bson, Document, doc};
use contract::{Allowed, Contract, FieldRule};

/// The validator of one of the contract's collections; `None` for any other.
pub(crate) fn validator(contract: &Contract, collection: &str) -> Option<Document> {
    let rules = contract.fields(collection)?;
    let mut schema = object(&rules, "");
    let key = rules.iter().find(|rule| rule.path == contract.key().name);
    if let (Some(key), Ok(properties)) = (key, schema.get_document_mut("properties")) {
        // The customer's key is the document's `_id` too.
        properties.insert("_id", field(key));
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
    let bson_type = |name: &str| -> Bson { if rule.is_nullable { vec![name, "null"].into() } else { name.into() } };
    match &rule.allowed {
        Allowed::Categories(categories) => {
            let mut values: Vec<Bson> = categories.iter().map(|category| Bson::from(category.as_str())).collect();
            values.extend(rule.is_nullable.then_some(Bson::Null));
            doc! { "enum": values }
        }
        Allowed::Int(min, max) => doc! { "bsonType": bson_type("int"), "minimum": min, "maximum": max },
        Allowed::Long(min, max) => doc! { "bsonType": bson_type("long"), "minimum": min, "maximum": max },
        Allowed::Double(min, max) => doc! { "bsonType": bson_type("double"), "minimum": min, "maximum": max },
        Allowed::Text => doc! { "bsonType": bson_type("string") },
        Allowed::Date => doc! { "bsonType": bson_type("date") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_column_has_its_rule() {
        let contract = Contract::parse(
            "gym.toml",
            r#"
            title = "A gym"
            [columns.member]
            kind = "text"
            role = "customer_key"
            [columns.left]
            kind = "category"
            role = "closed"
            nullable = true
            categories = [{ value = "no" }, { value = "yes", closed = true }]
            [columns.visits]
            kind = "whole"
            range = [0, 9_000_000_000]
            [columns.fee]
            kind = "decimal"
            range = [0, 50]
            nullable = true
            "#,
        )
        .unwrap();
        let validator = validator(&contract, contract::CUSTOMERS).unwrap();
        let schema = validator.get_document("$jsonSchema").unwrap();
        let properties = schema.get_document("properties").unwrap();
        let expected = doc! {
            "member": { "bsonType": "string" },
            "left": { "enum": ["no", "yes", null] },
            "visits": { "bsonType": "long", "minimum": 0_i64, "maximum": 9_000_000_000_i64 },
            "fee": { "bsonType": ["double", "null"], "minimum": 0.0, "maximum": 50.0 },
            "_id": { "bsonType": "string" },
        };
        assert_eq!(*properties, expected);
        assert_eq!(super::validator(&contract, contract::TRANSACTIONS), None);
        assert_eq!(super::validator(&contract, "branches"), None);
    }
}
