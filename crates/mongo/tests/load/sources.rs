//! A database that is read for a copy: in order, whole, and of one state.

use bson::{Document, doc};
use mongo::Shape;
use mongod::Client;

use crate::source::{Sample, any_shape, connect, load};

#[test]
fn collections_come_with_what_the_book_says() {
    let Some(uri) = mongod::bank("collections_come_with_what_the_book_says") else { return };
    let (server, client) = (connect(&uri), Client::connect(&uri).unwrap());
    load(&server, Sample::new(2_500, 1).incoming("2026-05-31")).unwrap();
    load(&server, Sample::new(2_600, 1).incoming("2026-06-30")).unwrap();
    client.command(doc! { "insert": "others", "documents": [{ "_id": 2 }, { "_id": 1 }] }).unwrap();
    let source = server.source().unwrap();
    let found: Vec<String> = source
        .collections()
        .iter()
        .map(|one| {
            format!(
                "{} {} {}",
                one.name,
                one.shape == Shape::Contract,
                one.as_of.map(|day| day.to_string()).unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(found, ["customers true 2026-06-30", "others false ", "transactions true 2026-06-30"]);
    let id = |document: Result<bson::RawDocumentBuf, mongo::Error>| {
        Document::try_from(document.unwrap()).unwrap().get_i32("_id").unwrap()
    };
    let ids: Vec<i32> = source.documents("customers").unwrap().map(id).collect();
    assert!(ids.len() == 2_600 && ids.is_sorted(), "{} customers", ids.len());
    assert_eq!(source.documents("others").unwrap().map(id).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(source.documents("nothing").unwrap().count(), 0);
}

#[test]
fn an_import_meanwhile_changes_nothing_of_a_copy() {
    let Some(uri) = mongod::bank("an_import_meanwhile_changes_nothing_of_a_copy") else { return };
    let server = connect(&uri);
    load(&server, vec![any_shape("a", vec![doc! { "_id": 1 }, doc! { "_id": 2 }])]).unwrap();
    let source = server.source().unwrap();
    let mut documents = source.documents("a").unwrap();
    assert!(documents.next().unwrap().is_ok());
    load(&connect(&uri), vec![any_shape("a", vec![doc! { "_id": 3 }])]).unwrap();
    assert!(documents.next().unwrap().is_ok());
    assert!(documents.next().is_none());

    let client = Client::connect(&uri).unwrap();
    client.command(doc! { "insert": "banksphere", "documents": [{ "_id": "swap" }] }).unwrap();
    let Err(error) = server.source() else { panic!("a bank in mid-swap is not read") };
    assert!(error.message().starts_with("an import is just putting its collections in place"), "{error}");
}
