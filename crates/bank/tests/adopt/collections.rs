//! Adopted collections: they answer as the same rows do that are imported, and what cannot be answered for is refused.

use std::fmt::Write as _;
use std::path::Path;

use bank::{Adopt, Bank, Closed, CustomersFile, Import, ImportSource, Opening, Place, Request};
use bson::{Bson, Document, doc};
use contract::Contract;
use expect_test::{Expect, expect};
use pipeline::Limits;

use crate::bench::{adopted, import, loaded, talk};

/// All that a bank answers to its three topics, as text.
fn answers(bank: &Bank) -> String {
    let mut text = String::new();
    for topic in ["segment", "status", "health"] {
        let request = Request { topic: topic.to_owned(), ..Request::default() };
        match bank.answer(&request) {
            Ok(answers) => {
                for answer in &answers.answers {
                    let table = report::table::render(&answer.table, report::table::Format::Json, None);
                    writeln!(text, "{}\n{table}", answer.title).unwrap();
                    // The first says sums that may be over other customers each by each, where values may be missing.
                    if answer.name != "overview" {
                        writeln!(text, "{}", answer.sentence()).unwrap();
                    }
                }
            }
            Err(error) => writeln!(text, "{error}").unwrap(),
        }
    }
    text
}

/// A customer as a document and as a row of a file: numbers as texts, NaN, null and missing fields are among them.
fn customer(i: i32) -> (Document, String) {
    let age = 20 + i % 50;
    let mut profile = doc! {};
    match i % 11 {
        0 => {}
        1 => _ = profile.insert("age", age.to_string()),
        2 => _ = profile.insert("age", f64::NAN),
        3 => _ = profile.insert("age", i64::from(age)),
        4 => _ = profile.insert("age", f64::from(age)),
        _ => _ = profile.insert("age", age),
    }
    let age = if matches!(i % 11, 0 | 2) { String::new() } else { age.to_string() };
    let gender = ["F", "M", ""][(i % 3) as usize];
    profile.insert("gender", if gender.is_empty() { Bson::Null } else { gender.into() });
    let (limit, balance, is_closed) = (1_000.5 + f64::from(i), i * 7 % 900, i % 5 == 0);
    let document = doc! {
        "_id": i,
        "customer_id": format!("C{i:04}"),
        "profile": profile,
        "credit": { "credit_limit": limit, "revolving_balance": balance },
        "churned": is_closed,
        "visits": [1, 2],
    };
    (document, format!("{i},C{i:04},{age},{gender},{limit},{balance},{is_closed}\n"))
}

fn customers(n: i32) -> (Vec<Document>, String) {
    let (documents, rows): (Vec<_>, Vec<_>) = (0..n).map(customer).unzip();
    let header = "_id,customer_id,age,gender,credit_limit,revolving_balance,churned\n";
    (documents, header.to_owned() + &rows.concat())
}

/// Compares line by line, so that a failure shows the line.
#[track_caller]
fn same(answers: &str, expected: &str) {
    for (line, other) in answers.lines().zip(expected.lines()) {
        assert_eq!(line, other);
    }
    assert_eq!(answers.lines().count(), expected.lines().count());
}

/// What the same rows answer that were imported.
fn imported(folder: &Path, rows: &str) -> String {
    let file = folder.join("rows.csv");
    fs_err::write(&file, rows).unwrap();
    answers(&import(&folder.join("rows.sphere"), ImportSource::Customers(CustomersFile::new((&file).into()))))
}

#[test]
fn adopted_documents_answer_as_imported_rows_do() {
    let folder = tempfile::tempdir().unwrap();
    let (documents, rows) = customers(400);
    let bank = loaded(folder.path(), &[("users", &documents)]);
    let adopt = Adopt { customers: Some("users"), ..Adopt::default() };
    let (bank, notes) = adopted(&bank, &adopt).unwrap_or_else(|error| panic!("{error}"));
    expect![[r#"
        not card data: a contract was drafted, its 8 columns all in `customers`
        the key is `customer_id`
        the outcome is `churned`: `true` means closed (80 of 400), `false` open
        roles: gender `gender`, credit limit `credit_limit`, revolving balance `revolving_balance` and age `age`
        amounts are shown with `$`; the data do not say their currency
        computed from limit and balance: `open_to_buy` and `utilization`
        missing answers: 133 in `gender` and 74 in `age`
        not read, for they hold no plain values: `visits`"#]]
    .assert_eq(&notes.join("\n"));
    let held = bank.inventory().unwrap().collections;
    assert_eq!((held[0].name.as_str(), held[0].adopted.as_deref()), ("users", Some("Users")));
    let expected = imported(folder.path(), &rows);
    assert!(expected.contains("\"customers\":"), "{expected}");
    same(&answers(&bank), &expected);
}

#[test]
fn a_server_answers_as_the_folder_does_and_keeps_its_collection() {
    let Some(uri) = mongod::bank("a_server_answers_as_the_folder_does") else { return };
    let folder = tempfile::tempdir().unwrap();
    let (documents, rows) = customers(300);
    let client = mongod::Client::connect(&uri).unwrap();
    client.command(doc! { "insert": "customers", "documents": documents.clone() }).unwrap();
    let place = Place::named(uri.as_ref()).unwrap();
    let bank = Bank::open(&place, &Opening::default()).unwrap();
    let refused = bank.answer(&Request { topic: "segment".to_owned(), ..Request::default() }).unwrap_err();
    assert!(refused.to_string().contains("nothing says what its fields mean"), "{refused}");
    let adoption = talk(|talk| bank.adoption(&Adopt::default(), talk)).unwrap_or_else(|error| panic!("{error}"));
    // A user who may not write reads by the contract's file.
    let read_only = Opening { contract: Some(&adoption.contract), ..Opening::default() };
    let expected = imported(folder.path(), &rows);
    same(&answers(&Bank::open(&place, &read_only).unwrap()), &expected);
    bank.adopt(&adoption).unwrap();
    same(&answers(&Bank::open(&place, &Opening::default()).unwrap()), &expected);
    let there = client.aggregate("customers", vec![doc! { "$sort": { "_id": 1 } }]).unwrap();
    // NaN equals nothing, not even itself.
    assert!(format!("{there:?}") == format!("{documents:?}"), "the collection stays as it is");
    let names = client.command(doc! { "listCollections": 1, "nameOnly": true }).unwrap();
    let names = names.get_document("cursor").unwrap().get_array("firstBatch").unwrap().len();
    assert_eq!(names, 2, "the collection, and ours");
}

/// Adopts documents of `customers`; what is refused or told.
fn told(documents: &[Document], adopt: &Adopt<'_>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let bank = loaded(folder.path(), &[("customers", documents)]);
    match adopted(&bank, adopt) {
        Ok((_, notes)) => notes.join("\n"),
        Err(error) => error.to_string(),
    }
}

fn check(documents: &[Document], expected: &Expect) {
    expected.assert_eq(&told(documents, &Adopt::default()));
}

#[test]
fn what_cannot_be_answered_for_is_refused() {
    let mut twice = customers(40).0;
    twice[7].insert("customer_id", "C0003");
    check(
        &twice,
        &expect![[r#"
        the customer "C0003" is in `customers` 2 times, and `customer_id` is the key of a customer
        hint: take what is there twice out of the collection, or name another key in the contract"#]],
    );
    let mut without = customers(40).0;
    without[7].remove("customer_id");
    check(
        &without,
        &expect![[r#"
            a document of `customers` has no `customer_id` that the contract takes, which is the key of a customer
            hint: give each document one, or name another key in the contract"#]],
    );
    let closed = Closed::parse("churned=perhaps").unwrap();
    let text = told(&customers(40).0, &Adopt { closed: Some(&closed), ..Adopt::default() });
    expect![[r#"
        the column `churned` has no value `perhaps`
          at customers
        hint: the values here are `true`, `false`"#]]
    .assert_eq(&text);
    let text = told(&customers(40).0, &Adopt { customers: Some("custmers"), ..Adopt::default() });
    expect![[r#"
        no collection `custmers` in this bank
        hint: the collections here are `customers`"#]]
    .assert_eq(&text);
}

const CLUB: &str = r#"
title = "A club"

[columns.member]
kind = "text"
role = "customer_key"
header = "customer_id"

[columns.age]
kind = "whole"
range = [18, 60]
role = "age"
header = "profile.age"

[columns.gender]
kind = "category"
role = "gender"
header = ["profile.gender", "gender"]
categories = [{ value = "women", spellings = ["F"] }, { value = "?", missing = true }]

[columns.left]
kind = "category"
role = "closed"
header = "churned"
categories = [{ value = "here", spellings = ["false"] }, { value = "left", spellings = ["true"], closed = true }]

[columns.hundreds]
kind = "decimal"
range = [0, 100]
header = "credit.credit_limit"
scale = 0.01
"#;

#[test]
fn a_contract_that_is_given_says_what_is_read_and_what_is_doubtful_stands_beside_the_answers() {
    let club = Contract::parse("club.toml", CLUB).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let bank = loaded(folder.path(), &[("customers", &customers(110).0)]);
    let adopt = Adopt { contract: Some(&club), ..Adopt::default() };
    let (bank, notes) = adopted(&bank, &adopt).unwrap_or_else(|error| panic!("{error}"));
    expect![[r#"
        not in the contract, and not read: `credit.revolving_balance` and `visits`
        in doubt: the contract does not take the `age` of 15 customers, such as `69`: it counts as unknown
        in doubt: the contract does not take the `gender` of 37 customers, such as `M`: it counts as unknown"#]]
    .assert_eq(&notes.join("\n"));
    let request = Request {
        topic: "segment".to_owned(),
        by: vec!["gender".to_owned()],
        measures: ["customers", "closed", "mean_age"].map(str::to_owned).to_vec(),
        ..Request::default()
    };
    let answers = bank.answer(&request).unwrap();
    let table = report::table::render(&answers.answers[0].table, report::table::Format::Ndjson, None);
    let notices: Vec<String> = answers.notices.iter().map(ToString::to_string).collect();
    expect![[r#"
        {"gender":"women","customers":37,"closed":8,"mean_age":38.2,"mean_age_low":33.18397630016037,"mean_age_high":43.21602369983964}
        {"gender":"?","customers":73,"closed":14,"mean_age":38.18,"mean_age_low":34.71655133620632,"mean_age_high":41.64344866379368}
        the contract does not take the `age` of 15 customers, such as `69`: it counts as unknown
        the contract does not take the `gender` of 37 customers, such as `M`: it counts as unknown"#]].assert_eq(&(table + &notices.join("\n")));
    let missing = CLUB.replace("profile.age", "profile.years");
    let missing = Contract::parse("club.toml", &missing).unwrap();
    let text = told(&customers(5).0, &Adopt { contract: Some(&missing), ..Adopt::default() });
    expect![[r#"
        columns of the contract are in no document: `age`
        hint: say in the contract where they lie: `header = "path.of.the.field"`"#]]
    .assert_eq(&text);
}

#[test]
fn a_contract_that_names_its_collection_is_for_no_other() {
    let club = Contract::parse("club.toml", CLUB).unwrap().adopted_over(&contract::Adopted::over("customers"));
    let adopt = |customers| Adopt { customers, contract: Some(&club), ..Adopt::default() };
    let text = told(&customers(40).0, &adopt(Some("users")));
    expect![[r#"
        the contract is adopted over `customers`, and not over `users`
        hint: change `adopted` in the contract"#]]
    .assert_eq(&text);
    assert!(told(&customers(40).0, &adopt(Some("customers"))).starts_with("not in the contract"));
}

/// A card customer and what is known of their card.
fn card(i: i32) -> (Document, Document) {
    let customer = doc! {
        "CLIENTNUM": i, "Attrition_Flag": if i % 4 == 0 { "Attrited Customer" } else { "Existing Customer" },
        "Customer_Age": 30 + i % 40, "Gender": if i % 2 == 0 { "F" } else { "M" }, "Dependent_count": i % 5,
        "Education_Level": "Graduate", "Marital_Status": "Single", "Income_Category": "$60K - $80K",
        "Card_Category": "Blue", "Months_on_book": 36, "Total_Relationship_Count": 3,
        "Months_Inactive_12_mon": 2, "Contacts_Count_12_mon": 1,
    };
    let transactions = doc! {
        "CLIENTNUM": i, "Credit_Limit": 2_000.0, "Total_Revolving_Bal": 500 + 2 * i,
        "Avg_Open_To_Buy": f64::from(1_500 - 2 * i), "Total_Amt_Chng_Q4_Q1": 1.5, "Total_Trans_Amt": 1_000 + i,
        "Total_Trans_Ct": 20, "Total_Ct_Chng_Q4_Q1": 1.0, "Avg_Utilization_Ratio": f64::from(250 + i) / 1_000.0,
    };
    (customer, transactions)
}

#[test]
fn damage_is_refused_unless_it_is_accepted() {
    let of_card = |i: i32| {
        let (mut customer, transactions) = card(i);
        customer.extend(transactions);
        if i % 3 == 0 {
            customer.insert("Avg_Utilization_Ratio", 61);
        }
        customer
    };
    let documents: Vec<Document> = (1..=60).map(of_card).collect();
    check(
        &documents,
        &expect![[r#"
        20 customers of 60 break the rule that `Avg_Utilization_Ratio` is `Total_Revolving_Bal` over `Credit_Limit`, to three decimals
        hint: accept rows that break the rule `utilization`"#]],
    );
    let accepted = ["utilization".to_owned()];
    let text = told(&documents, &Adopt { accepted: &accepted, ..Adopt::default() });
    expect![[r#"
        card data, read by the card contract
        the key is `CLIENTNUM`
        the outcome is `Attrition_Flag`: `Attrited Customer` means closed (15 of 60), `Existing Customer` open
        in doubt: 20 customers of 60 break the rule that `Avg_Utilization_Ratio` is `Total_Revolving_Bal` over `Credit_Limit`, to three decimals"#]].assert_eq(&text);
}

#[test]
fn two_collections_are_joined_by_the_key_and_types_that_differ_are_told() {
    let (customers, transactions): (Vec<_>, Vec<_>) = (1..=60).map(card).unzip();
    let folder = tempfile::tempdir().unwrap();
    let bank = loaded(folder.path(), &[("customers", &customers), ("transactions", &transactions)]);
    let (bank, notes) = adopted(&bank, &Adopt::default()).unwrap_or_else(|error| panic!("{error}"));
    expect!["the card data by its names, in `customers` and `transactions`"].assert_eq(&notes.join("\n"));
    let by_gender = Request {
        topic: "health".to_owned(),
        by: vec!["gender".to_owned()],
        measures: ["customers", "total_spend"].map(str::to_owned).to_vec(),
        filters: vec!["Total_Revolving_Bal > 530".to_owned()],
        ..Request::default()
    };
    let answers = bank.answer(&by_gender).unwrap();
    let table = report::table::render(&answers.answers[0].table, report::table::Format::Ndjson, None);
    expect![[r#"
        {"gender":"F","customers":23,"total_spend":23874.0}
        {"gender":"M","customers":22,"total_spend":22836.0}
    "#]]
    .assert_eq(&table);

    let folder = tempfile::tempdir().unwrap();
    let texts: Vec<Document> = transactions
        .iter()
        .map(|one| {
            let mut one = one.clone();
            one.insert("CLIENTNUM", one.get_i32("CLIENTNUM").unwrap().to_string());
            one
        })
        .collect();
    let bank = loaded(folder.path(), &[("customers", &customers), ("transactions", &texts)]);
    let refused = adopted(&bank, &Adopt::default()).map(|_| ()).unwrap_err();
    expect![[r#"
        no customer has a document in `transactions`: `CLIENTNUM` is int in `customers` and string in `transactions`
        hint: store the key alike in both"#]]
    .assert_eq(&refused.to_string());
    let bank = loaded(folder.path(), &[("transactions", &transactions[..50])]);
    let (_, notes) = adopted(&bank, &Adopt::default()).unwrap();
    expect![[r#"
        the card data by its names, in `customers` and `transactions`
        in doubt: 10 customers of 60 have no document in `transactions`"#]]
    .assert_eq(&notes.join("\n"));
    let several = [&transactions[..], &transactions[..3]].concat();
    let bank = loaded(folder.path(), &[("transactions", &several)]);
    let refused = adopted(&bank, &Adopt::default()).map(|_| ()).unwrap_err();
    expect![[r#"
        3 customers have more than one document in `transactions`, so none says what is theirs
        hint: put one document a customer there, with the sums"#]]
    .assert_eq(&refused.to_string());
}

#[test]
fn a_given_contract_of_two_collections_finds_its_columns_in_either() {
    let card_contract = Contract::card();
    let adopt = Adopt { contract: Some(&card_contract), ..Adopt::default() };
    let (customers, transactions): (Vec<_>, Vec<_>) = (1..=40).map(card).unzip();
    let adopted = |collections: &[(&str, &[Document])]| {
        let folder = tempfile::tempdir().unwrap();
        let bank = loaded(folder.path(), collections);
        let adoption = talk(|talk| bank.adoption(&adopt, talk));
        adoption.map(|adoption| (adoption.contract.adopted.unwrap().transactions, adoption.notes.join("; ")))
    };
    let both = adopted(&[("customers", &customers), ("transactions", &transactions)]).unwrap();
    assert_eq!(both, (Some("transactions".to_owned()), String::new()));
    // All in one collection, beside an unlike one of that name.
    let whole: Vec<Document> = customers
        .iter()
        .zip(&transactions)
        .map(|(customer, theirs)| customer.clone().into_iter().chain(theirs.clone()).collect())
        .collect();
    let one = adopted(&[("customers", &whole), ("transactions", &[doc! { "_id": 1, "amount": 5 }])]).unwrap();
    assert_eq!(one, (None, String::new()));
    let mut lacking = transactions.clone();
    for one in &mut lacking {
        one.remove("Credit_Limit");
        one.insert("branch", "north");
    }
    let refused = adopted(&[("customers", &customers), ("transactions", &lacking)]).unwrap_err().to_string();
    assert!(refused.starts_with("columns of the contract are in no document: `Credit_Limit`\n"), "{refused}");
    let alone = adopted(&[("customers", &customers)]).unwrap_err().to_string();
    assert!(
        alone.starts_with("columns of the contract are in no document: `Credit_Limit`, `Total_Revolving_Bal`"),
        "{alone}"
    );
}

#[test]
fn customers_that_were_imported_keep_their_contract() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("b.sphere");
    let bank = import(&place, ImportSource::Sample { n: 20, seed: 1 });
    let card = Contract::card();
    let refused = talk(|talk| bank.adoption(&Adopt::default(), talk)).unwrap_err();
    expect![[r#"
        the customers of this bank were imported under a contract, which stays theirs
        hint: adopt collections of a bank that has no customers of its own"#]]
    .assert_eq(&refused.to_string());
    let opening = Opening { contract: Some(&card), ..Opening::default() };
    let refused = Bank::open(bank.place(), &opening).map(|_| ()).unwrap_err();
    expect![[r#"
        the customers of this bank were imported under a contract, and are read by that one
        hint: leave the contract out"#]]
    .assert_eq(&refused.to_string());
    // And a contract of collections reads no file.
    let adopted = card.adopted_over(&contract::Adopted::over("customers"));
    let file = folder.path().join("f.csv");
    fs_err::write(&file, "CLIENTNUM\n1\n").unwrap();
    let said = CustomersFile { contract: Some(&adopted), ..CustomersFile::new((&file).into()) };
    let import = Import { source: ImportSource::Customers(said), as_of: None, found: &|_| {} };
    let refused = talk(|talk| bank::import(None, &import, &Limits::default(), talk)).map(|_| ()).unwrap_err();
    expect![[r#"
        the contract is adopted over collections, and reads no files
        hint: take the line `adopted` out of it"#]]
    .assert_eq(&refused.to_string());
}
