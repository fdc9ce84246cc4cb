//! Data under a contract: validators, indexes, and what is there value by value.

use bson::{Bson, Document, doc};
use mongo::Outcome;
use mongod::Client;

use crate::source::{Sample, any_shape, behind, connect, generations, load, names};

#[test]
fn a_loaded_bank_is_there_value_by_value() {
    let Some(uri) = mongod::bank("a_loaded_bank_is_there_value_by_value") else { return };
    let sample = Sample::new(3_000, 1);
    assert_ne!(load(&connect(&uri), sample.incoming("2026-06-30")).unwrap(), Outcome::Unchanged);
    let client = Client::connect(&uri).unwrap();
    let shown = ["customers", "customers@2026-06-30", "transactions", "transactions@2026-06-30"];
    assert_eq!(names(&client), shown);
    assert_eq!(generations(&client).len(), 2);
    for name in ["customers", "transactions"] {
        // In the order of the file, too.
        let there = client.aggregate(name, Vec::new()).unwrap();
        let sent: Vec<Document> = sample.documents(name).map(|raw| Document::try_from(raw).unwrap()).collect();
        assert!(there == sent, "{name}");
    }
    assert_eq!(
        client.aggregate("banksphere", vec![doc! { "$project": { "_id": 1 } }]).unwrap(),
        [doc! { "_id": "bank" }]
    );
}

#[test]
fn the_same_bank_again_changes_nothing() {
    let Some(uri) = mongod::bank("the_same_bank_again_changes_nothing") else { return };
    let (sample, server) = (Sample::new(500, 1), connect(&uri));
    assert_ne!(load(&server, sample.incoming("2026-06-30")).unwrap(), Outcome::Unchanged);
    assert_eq!(load(&server, sample.incoming("2026-06-30")).unwrap(), Outcome::Unchanged);
    // Somebody else lost a document: the same bank again mends it.
    let client = Client::connect(&uri).unwrap();
    let customers = behind(&client, "customers");
    client.command(doc! { "delete": customers, "deletes": [{ "q": {}, "limit": 1 }] }).unwrap();
    assert_ne!(load(&server, sample.incoming("2026-06-30")).unwrap(), Outcome::Unchanged);
    assert_eq!(client.command(doc! { "count": "customers" }).unwrap().get_i32("n").unwrap(), 500);
}

#[test]
fn the_server_itself_refuses_what_breaks_the_contract() {
    let Some(uri) = mongod::bank("the_server_itself_refuses_what_breaks_the_contract") else { return };
    load(&connect(&uri), Sample::new(10, 1).incoming("2026-06-30")).unwrap();
    let client = Client::connect(&uri).unwrap();
    let insert = |collection: &str, change: &dyn Fn(&mut Document)| {
        let collection = behind(&client, collection);
        let mut document = client.aggregate(&collection, vec![doc! { "$limit": 1 }]).unwrap().remove(0);
        document.insert("_id", 2_000_000_000);
        document.insert("CLIENTNUM", 2_000_000_000);
        change(&mut document);
        let number = document.get_i32("_id").unwrap_or_default();
        let inserted = client.command(doc! { "insert": &collection, "documents": [document] });
        client.command(doc! { "delete": &collection, "deletes": [{ "q": { "_id": number }, "limit": 1 }] }).unwrap();
        inserted.map(|_| ()).map_err(|refusal| refusal.code)
    };
    let set = |name: &'static str, value: Bson| move |document: &mut Document| _ = document.insert(name, value.clone());
    assert_eq!(insert("customers", &|_| {}), Ok(()));
    assert_eq!(insert("transactions", &|_| {}), Ok(()));
    let customers: [(&'static str, Bson); 8] = [
        ("Customer_Age", 17.into()),
        ("Customer_Age", 45.0.into()),
        ("Customer_Age", Bson::Null),
        ("Customer_Age", Bson::Int64(45)),
        ("Gender", "D".into()),
        ("Nickname", "Bob".into()),
        ("Income_Info", doc! { "Category_Code": 1, "Min": Bson::Null }.into()),
        ("Income_Info", doc! { "Category_Code": 7, "Min": Bson::Null, "Max": 40_000 }.into()),
    ];
    for (name, value) in customers {
        assert_eq!(insert("customers", &set(name, value.clone())), Err(121), "{name}: {value}");
    }
    for (name, value) in
        [("Credit_Limit", Bson::Int32(5)), ("Credit_Limit", f64::NAN.into()), ("Total_Trans_Ct", (-1).into())]
    {
        assert_eq!(insert("transactions", &set(name, value.clone())), Err(121), "{name}: {value}");
    }
    let without = |document: &mut Document| _ = document.remove("Total_Trans_Ct");
    assert_eq!(insert("transactions", &without), Err(121));
    let twice = |document: &mut Document| {
        let there = client.aggregate("customers", vec![doc! { "$limit": 1 }]).unwrap();
        document.insert("CLIENTNUM", there[0].get_i32("CLIENTNUM").unwrap());
    };
    assert_eq!(insert("customers", &twice), Err(11_000));
}

#[test]
fn what_others_put_there_is_not_replaced() {
    let Some(uri) = mongod::bank("what_others_put_there_is_not_replaced") else { return };
    let (client, server) = (Client::connect(&uri).unwrap(), connect(&uri));
    client.command(doc! { "insert": "transactions", "documents": [{ "by": "somebody else" }] }).unwrap();
    let sample = Sample::new(10, 1);
    let error = load(&server, sample.incoming("2026-06-30")).unwrap_err();
    assert_eq!(error.message(), "the collection `transactions` on the server was not loaded by BankSphere");
    assert_eq!((names(&client), generations(&client)), (vec!["transactions".to_owned()], vec![]));
    client.command(doc! { "delete": "transactions", "deletes": [{ "q": {}, "limit": 0 }] }).unwrap();
    load(&server, sample.incoming("2026-06-30")).unwrap();

    let error = load(&server, vec![any_shape("customers", vec![doc! { "a": 1 }])]).unwrap_err();
    assert_eq!(error.message(), "the collection `customers` holds the bank's customer data");
    for name in ["banksphere", "banksphere.staging.x.1", "system.views", "a$b", "", "a@2026-06-30"] {
        let error = load(&server, vec![any_shape(name, vec![doc! { "a": 1 }])]).unwrap_err();
        assert_eq!(error.message(), format!("`{name}` cannot be a collection's name"));
    }
}

#[test]
fn a_customer_twice_is_refused_before_anything_is_live() {
    let Some(uri) = mongod::bank("a_customer_twice_is_refused") else { return };
    let (client, server) = (Client::connect(&uri).unwrap(), connect(&uri));
    load(&server, Sample::new(10, 1).incoming("2026-06-30")).unwrap();
    let sample = Sample::new(20, 2);
    // The same number under an `_id` of its own, as somebody might write it; and the same document again.
    for (other_id, said) in [(true, "an index of `customers` cannot be built: "), (false, "the customer ")] {
        let mut incoming = sample.incoming("2026-06-30");
        let mut documents: Vec<Document> =
            sample.documents("customers").map(|raw| Document::try_from(raw).unwrap()).collect();
        let mut twice = documents[0].clone();
        if other_id {
            twice.insert("_id", 2_000_000_000);
        }
        documents.push(twice);
        let customers = incoming.iter_mut().find(|one| one.name == "customers").unwrap();
        let raw = documents.into_iter().map(|document| Ok(bson::RawDocumentBuf::try_from(document).unwrap()));
        (customers.documents, customers.rows, customers.hash) = (Box::new(raw), None, None);
        let error = load(&server, incoming).unwrap_err();
        assert!(error.message().starts_with(said), "{error}");
        assert_eq!(
            (error.code(), error.diagnostic().error_code_name()),
            (Some(11_000), Some("DuplicateKey")),
            "{error}"
        );
        assert_eq!(client.command(doc! { "count": "customers" }).unwrap().get_i32("n").unwrap(), 10);
        assert_eq!(generations(&client).len(), 2, "nothing is left of it");
    }
}
