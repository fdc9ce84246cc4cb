//! A field of another program that names persons, inside an object.

use bank::Adopt;
use bson::doc;
use contract::Contract;

use crate::bench::{adopted, loaded};

const CONTRACT: &str = "
title = 'People'
[columns.id]
kind = 'whole'
range = [0, 1000]
role = 'customer_key'
header = '_id'
[columns.Surname]
kind = 'text'
header = 'who.surname'
direct_identifier = true
[columns.Age]
kind = 'whole'
range = [0, 120]
role = 'age'
header = 'who.age'
";

#[test]
fn it_is_kept_out_of_its_object_too() {
    let folder = tempfile::tempdir().unwrap();
    let people: Vec<_> = (1..40).map(|n| doc! { "_id": n, "who": { "surname": format!("N{n}"), "age": 30 } }).collect();
    let bank = loaded(folder.path(), &[("people", &people)]);
    let contract = Contract::parse("people.toml", CONTRACT).unwrap();
    let adopt = Adopt { customers: Some("people"), contract: Some(&contract), ..Adopt::default() };
    let (bank, _) = adopted(&bank, &adopt).unwrap();
    for text in ["[]", "[{$project: {who: 1}}]", "[{$group: {_id: '$who'}}, {$set: {who: '$_id'}}]"] {
        let query = bank.query(text, None, "people").unwrap();
        assert_eq!(query.notices().len(), 1, "{text}");
        let rows = bank.rows(&query).unwrap().collect::<Result<Vec<_>, _>>().unwrap();
        assert!(!rows.is_empty(), "{text}");
        assert!(rows.iter().all(|row| row.get_document("who").ok() == Some(&doc! { "age": 30 })), "{text}: {rows:?}");
    }
    for refused in
        [bank.distinct("who.surname", None, "people"), bank.query("[{$match: {'who.surname': 'N1'}}]", None, "people")]
    {
        let error = refused.map(drop).unwrap_err().to_string();
        assert!(error.starts_with("the column `Surname` names persons"), "{error}");
    }
    let knowing = bank.knowingly(&["Surname".to_owned()]).unwrap();
    let query = knowing.distinct("who.surname", None, "people").unwrap();
    assert_eq!(knowing.rows(&query).unwrap().count(), 39);
}
