//! Documents of any shape: kept bit by bit, under the validator and indexes that the collection's owner gave it.

use bson::oid::ObjectId;
use bson::{Bson, DateTime, Decimal128, Document, Timestamp, doc};
use mongo::{ErrorKind, Outcome};
use mongod::Client;

use crate::source::{any_shape, behind, connect, generations, load};

/// Values that something between here and there might change.
fn nasty() -> Vec<Document> {
    let uuid = bson::Binary { subtype: bson::spec::BinarySubtype::Uuid, bytes: vec![1; 16] };
    vec![
        doc! { "_id": 1, "b": Bson::Null, "a": 1_i64, "nan": f64::NAN, "zero": -0.0, "text": "" },
        doc! { "_id": "two", "decimal": "1.50".parse::<Decimal128>().unwrap(), "empty": {}, "none": [] },
        doc! { "_id": ObjectId::from_bytes([7; 12]), "long": i64::MIN, "double": f64::MIN_POSITIVE },
        doc! { "_id": 3_i64, "nested": [[1, [2.0]], { "ü": "ß\u{1F600}" }] },
        doc! { "_id": { "k": 1, "l": 2 }, "at": DateTime::MIN, "stamp": Timestamp { time: 1, increment: 2 } },
        doc! { "_id": Bson::Null, "bounds": [Bson::MinKey, Bson::MaxKey], "binary": uuid, "a.b": 1, "$c": 2 },
    ]
}

#[test]
fn documents_are_kept_as_they_were_in_types_and_order() {
    let Some(uri) = mongod::bank("documents_are_kept_as_they_were") else { return };
    assert_ne!(load(&connect(&uri), vec![any_shape("nasty", nasty())]).unwrap(), Outcome::Unchanged);
    let client = Client::connect(&uri).unwrap();
    // The text of a document tells 1 from 1.0, -0.0 from 0.0, and one NaN equals another.
    let text = |documents: Vec<Document>| {
        let mut lines: Vec<String> = documents.iter().map(|document| format!("{document:?}")).collect();
        lines.sort();
        lines
    };
    assert_eq!(text(client.aggregate("nasty", vec![]).unwrap()), text(nasty()));
}

#[test]
fn a_document_without_id_gets_one_and_nothing_else() {
    let Some(uri) = mongod::bank("a_document_without_id_gets_one") else { return };
    load(
        &connect(&uri),
        vec![any_shape("branches", vec![doc! { "city": "Basel" }, doc! { "city": "Bern", "_id": 5 }])],
    )
    .unwrap();
    let client = Client::connect(&uri).unwrap();
    let there = client.aggregate("branches", vec![doc! { "$sort": { "city": 1 } }]).unwrap();
    assert_eq!(there[0].keys().collect::<Vec<_>>(), ["_id", "city"]);
    assert!(matches!(there[0].get("_id"), Some(Bson::ObjectId(_))));
    assert_eq!(there[1], doc! { "_id": 5, "city": "Bern" });
}

#[test]
fn a_refused_document_is_named_with_the_rule_and_nothing_changes() {
    let Some(uri) = mongod::bank("a_refused_document_is_named") else { return };
    let (client, server) = (Client::connect(&uri).unwrap(), connect(&uri));
    let schema = doc! {
        "required": ["city"],
        "properties": {
            "city": { "bsonType": "string" },
            "size": { "bsonType": "int", "maximum": 100 },
            "kind": { "enum": ["main", "side"] },
            "place": { "bsonType": "object", "properties": { "zip": { "minimum": 1000 } } },
        },
    };
    client.command(doc! { "create": "branches", "validator": { "$jsonSchema": schema } }).unwrap();
    let index = doc! { "key": { "size": -1 }, "name": "by_size", "hidden": true };
    client.command(doc! { "createIndexes": "branches", "indexes": [index] }).unwrap();
    let good = vec![doc! { "_id": 1, "city": "Basel", "size": 5 }];
    load(&server, vec![any_shape("branches", good.clone())]).unwrap();

    let refusals = [
        (
            doc! { "_id": 7, "city": "Bern", "size": 500 },
            "the document with `_id` 7: `size` is 500, but must be at most 100",
        ),
        (doc! { "_id": "x" }, "the document with `_id` \"x\": `city` is missing"),
        (
            doc! { "_id": 12, "city": 5 },
            "the document with `_id` 12: `city` is 5 (int), but must be of type \"string\"",
        ),
        (
            doc! { "_id": 7, "city": "Bern", "kind": "none" },
            "the document with `_id` 7: `kind` is \"none\", but must be one of [\"main\", \"side\"]",
        ),
        (
            doc! { "_id": 7, "city": "Bern", "place": { "zip": 5 } },
            "the document with `_id` 7: `place.zip` is 5, but must be at least 1000",
        ),
    ];
    for (document, said) in refusals {
        let error =
            load(&server, vec![any_shape("branches", vec![doc! { "_id": 1, "city": "Chur" }, document])]).unwrap_err();
        assert_eq!(error.message(), format!("the validator of `branches` refused {said}"));
        assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, Some(121)));
    }
    let error = load(
        &server,
        vec![any_shape("branches", vec![doc! { "_id": 1, "city": "a" }, doc! { "_id": 1, "city": "b" }])],
    )
    .unwrap_err();
    assert_eq!(error.message(), "the document with `_id` 1 is there twice: another has the same `_id`");

    assert_eq!(client.aggregate("branches", vec![]).unwrap(), good);
    let listed = client.command(doc! { "listIndexes": behind(&client, "branches") }).unwrap();
    let indexes = listed.get_document("cursor").unwrap().get_array("firstBatch").unwrap();
    assert_eq!(indexes.len(), 2, "the owner's index went along: {indexes:?}");
    assert_eq!(generations(&client).len(), 1);
}

#[test]
fn documents_that_end_early_are_not_loaded() {
    let Some(uri) = mongod::bank("documents_that_end_early") else { return };
    let mut incoming = any_shape("branches", vec![doc! { "_id": 1 }]);
    incoming.rows = Some(2);
    let error = load(&connect(&uri), vec![incoming]).unwrap_err();
    assert_eq!(error.message(), "`branches` gave 1 document instead of 2");
    let client = Client::connect(&uri).unwrap();
    assert_eq!(client.command(doc! { "count": "branches" }).unwrap().get_i32("n").unwrap(), 0);
}
